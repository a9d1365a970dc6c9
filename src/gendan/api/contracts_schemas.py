"""What the API of contracts takes and gives: papers, terms, clauses, letters of credit."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal

from ninja import Schema
from pydantic import Field

Short = Annotated[str, Field(max_length=200)]
Percent = Annotated[Decimal, Field(ge=0, le=100)]
Days = Annotated[int, Field(ge=0, le=365)]


class PaperOut(Schema):
    """A paper as it was issued; the file is at `/papers/{id}/file`."""

    id: int
    order_id: int
    kind: str
    number: str
    version: int
    state: str
    order_version: int
    sha256: str
    total: Decimal
    currency: str
    issued_at: dt.datetime
    voided_at: dt.datetime | None
    void_reason: str
    void_remark: str
    superseded_at: dt.datetime | None


class PaperWholeOut(PaperOut):
    """A paper with everything it prints and the duties at that moment."""

    snapshot: dict[str, Any]
    terms: dict[str, Any]


class ChangeOut(Schema):
    """One value that differs."""

    path: str
    was: str
    is_: str = Field(alias="is", serialization_alias="is")


class IssueIn(Schema):
    """Which paper; the order's revision that was seen (null does not ask)."""

    kind: Literal["proforma", "contract"]
    revision: int | None = None


class WithdrawIn(Schema):
    """Why a paper is withdrawn."""

    reason: Annotated[str, Field(min_length=1, max_length=500)]


class DocumentIO(Schema):
    """A document to be presented; `code` is one of ours or any words."""

    code: Annotated[str, Field(max_length=80)]
    originals: Annotated[int, Field(ge=0, le=20)] = 1
    copies: Annotated[int, Field(ge=0, le=20)] = 0


class PaymentOut(Schema):
    """A part of the payment plan."""

    event: str
    percent: Decimal
    days: int


class TermsOut(Schema):
    """What both sides owe under an order, whether agreed for it or by default."""

    order_id: int
    is_own: bool
    over_percent: Decimal
    short_percent: Decimal
    incoterm: str
    incoterm_place: str
    packing: str
    shipping_marks: str
    payment: list[PaymentOut]
    penalty_per_day: Decimal
    penalty_most: Decimal
    penalty_grace_days: int
    inspector: str
    inspection_standard: str
    aql_major: Decimal | None
    aql_minor: Decimal | None
    inspection_place: str
    documents: list[DocumentIO]
    loading_port: str
    discharge_port: str
    latest_shipment_on: dt.date | None
    partial_allowed: bool
    transshipment_allowed: bool
    claims_days: int
    governing_law: str
    arbitration: str


class BrokenOut(Schema):
    """A duty that does not hold."""

    duty: str
    words: str


class DutiesIn(Schema):
    """Duties; what is left out or null stays as it is, "" empties a date or an AQL."""

    penalty_per_day: Percent | None = None
    penalty_most: Percent | None = None
    penalty_grace_days: Days | None = None
    inspector: Literal["seller", "buyer", "third_party"] | None = None
    inspection_standard: Short | None = None
    aql_major: Percent | Literal[""] | None = None
    aql_minor: Percent | Literal[""] | None = None
    inspection_place: Short | None = None
    documents: Annotated[list[DocumentIO], Field(max_length=30)] | None = None
    loading_port: Short | None = None
    discharge_port: Short | None = None
    latest_shipment_on: dt.date | Literal[""] | None = None
    partial_allowed: bool | None = None
    transshipment_allowed: bool | None = None
    claims_days: Days | None = None
    governing_law: Short | None = None
    arbitration: Short | None = None


class TermsIn(Schema):
    """Duties of one order, and the revision of its terms that was seen."""

    terms: DutiesIn
    revision: int | None = None


class DefaultTermsIn(Schema):
    """Default duties: of a customer, or (null) of everybody."""

    terms: DutiesIn
    customer_id: int | None = None


class DefaultTermsOut(Schema):
    """Default duties as they are kept."""

    id: int
    customer_id: int | None


class LetterheadIn(Schema):
    """Our company as papers show it; what is left out stays. Images in base64, PNG or JPEG."""

    name_en: Short | None = None
    name_zh: Short | None = None
    address_en: Annotated[str, Field(max_length=300)] | None = None
    address_zh: Annotated[str, Field(max_length=300)] | None = None
    phone: Short | None = None
    fax: Short | None = None
    email: Short | None = None
    website: Short | None = None
    tax_number: Short | None = None
    signer_en: Short | None = None
    signer_zh: Short | None = None
    place_en: Short | None = None
    place_zh: Short | None = None
    bank: Annotated[str, Field(max_length=1000)] | None = None
    seals_papers: bool | None = None
    logo_base64: Annotated[str, Field(max_length=500_000)] | None = None
    seal_base64: Annotated[str, Field(max_length=500_000)] | None = None
    remove_logo: bool = False
    remove_seal: bool = False


class LetterheadOut(Schema):
    """The letterhead as it is kept."""

    name_en: str
    name_zh: str
    address_en: str
    address_zh: str
    phone: str
    fax: str
    email: str
    website: str
    tax_number: str
    signer_en: str
    signer_zh: str
    place_en: str
    place_zh: str
    bank: str
    seals_papers: bool
    has_logo: bool
    has_seal: bool

    @staticmethod
    def resolve_has_logo(kept: Any) -> bool:
        """Whether there is a logo."""
        return kept.logo_id is not None

    @staticmethod
    def resolve_has_seal(kept: Any) -> bool:
        """Whether there is a seal."""
        return kept.seal_id is not None


class ClauseIn(Schema):
    """A clause; with `clause_id` the one it becomes."""

    code: Annotated[str, Field(max_length=40)]
    topic: Annotated[str, Field(max_length=20)]
    text_en: Annotated[str, Field(max_length=4000)]
    text_zh: Annotated[str, Field(max_length=4000)]
    clause_id: int | None = None
    kind: Annotated[str, Field(max_length=10)] = ""
    customer: Annotated[str, Field(max_length=40)] = ""
    country: Annotated[str, Field(max_length=2)] = ""
    incoterm: Annotated[str, Field(max_length=3)] = ""
    payment_event: Annotated[str, Field(max_length=20)] = ""
    position: Annotated[int, Field(ge=0, le=9999)] = 100


class ClausesIn(Schema):
    """Up to 200 clauses."""

    rows: Annotated[list[ClauseIn], Field(min_length=1, max_length=200)]


class ClauseOut(Schema):
    """A clause of the library."""

    id: int
    code: str
    topic: str
    text_en: str
    text_zh: str
    kind: str
    customer_id: int | None
    country: str
    incoterm: str
    payment_event: str
    position: int
    version: int
    is_active: bool


class CreditIn(Schema):
    """A letter of credit; when amending, what is left out or null stays as it is."""

    number: Annotated[str, Field(max_length=60)] | None = None
    order_ids: Annotated[list[int], Field(max_length=50)] | None = None
    issuing_bank: Short | None = None
    advising_bank: Short | None = None
    amount: Annotated[Decimal, Field(gt=0, lt=10**12)] | None = None
    currency: Annotated[str, Field(max_length=3)] | None = None
    over_percent: Percent | None = None
    short_percent: Percent | None = None
    issued_on: dt.date | None = None
    latest_shipment_on: dt.date | Literal[""] | None = None
    expires_on: dt.date | None = None
    expiry_place: Short | None = None
    presentation_days: Annotated[int, Field(ge=1, le=90)] | None = None
    partial_allowed: bool | None = None
    transshipment_allowed: bool | None = None
    documents: Annotated[list[DocumentIO], Field(max_length=30)] | None = None
    goods: Annotated[str, Field(max_length=4000)] | None = None
    remark: Annotated[str, Field(max_length=1000)] | None = None


class SaveCreditIn(Schema):
    """A new letter of credit of a customer."""

    customer_id: int
    letter: CreditIn


class AmendCreditIn(Schema):
    """What is different now, and the revision that was seen."""

    letter: CreditIn
    revision: int | None = None


class CloseCreditIn(Schema):
    """Why a letter of credit is closed; may be empty."""

    reason: Annotated[str, Field(max_length=500)] = ""


class CreditOut(Schema):
    """A letter of credit."""

    id: int
    number: str
    customer_id: int
    state: str
    revision: int
    issuing_bank: str
    advising_bank: str
    amount: Decimal
    currency: str
    over_percent: Decimal
    short_percent: Decimal
    issued_on: dt.date
    latest_shipment_on: dt.date | None
    expires_on: dt.date
    expiry_place: str
    presentation_days: int
    partial_allowed: bool
    transshipment_allowed: bool
    documents: list[DocumentIO]
    goods: str
    remark: str
    amendments: int
    order_ids: list[int]

    @staticmethod
    def resolve_order_ids(letter: Any) -> list[int]:
        """The orders it pays."""
        return [link.order_id for link in letter.order_links.all()]


class WarningOut(Schema):
    """Something that is wrong with a letter of credit now."""

    kind: str
    order_id: int | None
    words: str
    is_grave: bool
    params: dict[str, str]

    @staticmethod
    def resolve_order_id(warned: Any) -> int | None:
        """The order it is about, where it is about one."""
        return warned.order.pk if warned.order else None
