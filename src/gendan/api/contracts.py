"""API operations of the contracts room."""

import base64
import binascii
from typing import Any

from django.http import FileResponse, HttpRequest
from django.utils.translation import gettext as _
from ninja import Query, Router, Schema, Status

from gendan.api.contracts_schemas import (
    AmendCreditIn,
    BrokenOut,
    ChangeOut,
    ClauseOut,
    ClausesIn,
    CloseCreditIn,
    CreditOut,
    DefaultTermsIn,
    DefaultTermsOut,
    IssueIn,
    LetterheadIn,
    LetterheadOut,
    PaperOut,
    PaperWholeOut,
    SaveCreditIn,
    TermsIn,
    TermsOut,
    WarningOut,
    WithdrawIn,
)
from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import SavedOut, asker, plain, saved
from gendan.contracts import queries, services
from gendan.contracts.credit_checks import warnings_of
from gendan.contracts.duty_checks import broken_duties
from gendan.contracts.models import Clause, Letterhead, LetterOfCredit, Paper
from gendan.kernel.errors import Invalid, NotThere
from gendan.kernel.files import open_file
from gendan.kernel.models import User
from gendan.orders.models import Order

router = Router(tags=["contracts"])


def _order(request: HttpRequest, order_id: int, *, ours: bool = True) -> Order:
    """An order the asker sees; with `ours`, one of our own people's questions."""
    user = asker(request)
    visible = Order.objects.visible_to(user).select_related("customer", "contact")
    found = visible.prefetch_related("instalments").filter(pk=order_id).first()
    if found is None or (ours and user.is_outside):
        raise NotThere(_("There is no such order."))
    return found


def _paper(request: HttpRequest, paper_id: int) -> Paper:
    found = Paper.objects.visible_to(asker(request)).select_related("file").filter(pk=paper_id)
    paper = found.first()
    if paper is None:
        raise NotThere(_("There is no such paper."))
    return paper


def _letter(user: User, letter_id: int) -> LetterOfCredit:
    found = queries.visible_letters(user).filter(pk=letter_id).first()
    if found is None:
        raise NotThere(_("There is no such letter of credit."))
    return found


def _given(schema: Schema) -> dict[str, Any]:
    """The fields that were given; documents as plain mappings."""
    return {name: value for name, value in schema.dict().items() if value is not None}


# Papers -------------------------------------------------------------------------------------


@router.get("/papers", response=Page[PaperOut], operation_id="list_papers")
def list_papers(
    request: HttpRequest,
    paging: Query[Paging],
    q: str = "",
    state: str = "",
    kind: str = "",
    order_id: int | None = None,
) -> Any:
    """Proforma invoices and contracts, the newest first."""
    found = queries.visible_papers(asker(request))
    if q:
        found = queries.containing_papers(found, plain(q, 80))
    if state:
        found = found.filter(state=plain(state, 10))
    if kind:
        found = found.filter(kind=plain(kind, 10))
    if order_id is not None:
        found = found.filter(order=order_id)
    return page_of(found, paging)


@router.get("/papers/{int:paper_id}", response=PaperWholeOut, operation_id="get_paper")
def get_paper(request: HttpRequest, paper_id: int) -> Any:
    """One paper with everything it prints."""
    return _paper(request, paper_id)


@router.get("/papers/{int:paper_id}/file", operation_id="get_paper_file")
def get_paper_file(request: HttpRequest, paper_id: int) -> Any:
    """The PDF exactly as it was issued."""
    paper = _paper(request, paper_id)
    return FileResponse(
        open_file(paper.file),
        as_attachment=True,
        filename=paper.file_name,
        content_type="application/pdf",
    )


@router.get(
    "/papers/{int:paper_id}/difference/{int:other_id}",
    response=list[ChangeOut],
    operation_id="compare_papers",
    by_alias=True,
)
def compare_papers(request: HttpRequest, paper_id: int, other_id: int) -> Any:
    """What a paper prints differently from another version of it."""
    paper, other = _paper(request, paper_id), _paper(request, other_id)
    if (paper.order_id, paper.kind) != (other.order_id, other.kind):
        raise Invalid(_("These are not versions of one paper."))
    return queries.difference(other, paper)


@router.post("/orders/{int:order_id}/papers", response={201: PaperOut}, operation_id="issue_paper")
def issue_paper(request: HttpRequest, order_id: int, given: IssueIn) -> Any:
    """Make the next version of an order's proforma invoice or sales contract."""
    order = _order(request, order_id, ours=False)
    made = services.issue_paper(
        order_id=order.pk, kind=given.kind, revision=given.revision, by=asker(request)
    )
    return Status(201, made)


@router.post("/papers/{int:paper_id}/withdraw", response=PaperOut, operation_id="withdraw_paper")
def withdraw_paper(request: HttpRequest, paper_id: int, given: WithdrawIn) -> Any:
    """Take back a paper that nobody has accepted."""
    paper = _paper(request, paper_id)
    return services.withdraw_paper(paper_id=paper.pk, reason=given.reason, by=asker(request))


# Terms --------------------------------------------------------------------------------------


@router.get("/orders/{int:order_id}/terms", response=TermsOut, operation_id="get_terms")
def get_terms(request: HttpRequest, order_id: int) -> Any:
    """What both sides owe under an order."""
    return queries.terms_for(_order(request, order_id)).as_data()


@router.get(
    "/orders/{int:order_id}/terms/broken",
    response=list[BrokenOut],
    operation_id="list_broken_duties",
)
def list_broken_duties(request: HttpRequest, order_id: int) -> Any:
    """Which duties of an order are broken, or will be by what is known now."""
    return broken_duties(_order(request, order_id))


@router.post("/orders/{int:order_id}/terms", response=TermsOut, operation_id="save_terms")
def save_terms(request: HttpRequest, order_id: int, given: TermsIn) -> Any:
    """Agree on the duties of one order."""
    order = _order(request, order_id, ours=False)
    services.save_terms(
        order_id=order.pk,
        terms=services.TermsData(**_given(given.terms)),
        revision=given.revision,
        by=asker(request),
    )
    return queries.terms_of(order.pk).as_data()


@router.post(
    "/contracts/default-terms", response=DefaultTermsOut, operation_id="save_default_terms"
)
def save_default_terms(request: HttpRequest, given: DefaultTermsIn) -> Any:
    """The duties of orders without terms of their own."""
    return services.save_default_terms(
        terms=services.TermsData(**_given(given.terms)),
        customer_id=given.customer_id,
        by=asker(request),
    )


# Letterhead and clauses ---------------------------------------------------------------------


@router.get("/contracts/letterhead", response=LetterheadOut, operation_id="get_letterhead")
def get_letterhead(request: HttpRequest) -> Any:
    """Our company as papers show it."""
    found = queries.letterhead()
    if found is None or not Clause.objects.visible_to(asker(request)).exists():
        raise NotThere(_("There is no letterhead yet."))
    return found


@router.post("/contracts/letterhead", response=LetterheadOut, operation_id="save_letterhead")
def save_letterhead(request: HttpRequest, given: LetterheadIn) -> Letterhead:
    """How our company looks on papers from now on."""
    values = given.dict()
    logo, seal = (_image(values.pop(f"{name}_base64"), name) for name in ("logo", "seal"))
    without_logo, without_seal = values.pop("remove_logo"), values.pop("remove_seal")
    return services.save_letterhead(
        letterhead=services.LetterheadData(**values),
        logo=logo,
        seal=seal,
        remove_logo=without_logo,
        remove_seal=without_seal,
        by=asker(request),
    )


def _image(text: str | None, field: str) -> bytes | None:
    if not text:
        return None
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        raise Invalid(_("This is no base64."), field=f"{field}_base64") from None


@router.get("/contracts/clauses", response=Page[ClauseOut], operation_id="list_clauses")
def list_clauses(request: HttpRequest, paging: Query[Paging], active: bool = True) -> Any:
    """The clause library."""
    found = Clause.objects.visible_to(asker(request)).filter(is_active=active)
    return page_of(found.order_by(), paging)


@router.post("/contracts/clauses", response=SavedOut, operation_id="save_clauses")
def save_clauses(request: HttpRequest, given: ClausesIn) -> Any:
    """Write clauses into the library, all or none."""
    rows = [services.ClauseRow(**row.dict()) for row in given.rows]
    return saved(services.save_clauses(rows=rows, by=asker(request)))


@router.post(
    "/contracts/clauses/{int:clause_id}/retire", response=ClauseOut, operation_id="retire_clause"
)
def retire_clause(request: HttpRequest, clause_id: int) -> Any:
    """Print a clause no longer."""
    return services.retire_clause(clause_id=clause_id, by=asker(request))


# Letters of credit --------------------------------------------------------------------------


@router.get("/letters-of-credit", response=Page[CreditOut], operation_id="list_letters_of_credit")
def list_letters_of_credit(
    request: HttpRequest, paging: Query[Paging], q: str = "", state: str = ""
) -> Any:
    """Letters of credit, the newest first."""
    found = queries.visible_letters(asker(request))
    if q:
        found = queries.containing_letters(found, plain(q, 80))
    if state:
        found = found.filter(state=plain(state, 10))
    return page_of(found, paging)


@router.get(
    "/letters-of-credit/{int:letter_id}",
    response=CreditOut,
    operation_id="get_letter_of_credit",
)
def get_letter_of_credit(request: HttpRequest, letter_id: int) -> Any:
    """One letter of credit."""
    return _letter(asker(request), letter_id)


@router.get(
    "/letters-of-credit/{int:letter_id}/warnings",
    response=list[WarningOut],
    operation_id="list_credit_warnings",
)
def list_credit_warnings(request: HttpRequest, letter_id: int) -> Any:
    """What is wrong with a letter of credit now, the grave first."""
    return warnings_of([_letter(asker(request), letter_id)])


@router.post("/letters-of-credit", response={201: CreditOut}, operation_id="save_letter_of_credit")
def save_letter_of_credit(request: HttpRequest, given: SaveCreditIn) -> Any:
    """Write down a letter of credit that a customer's bank has opened."""
    made = services.save_letter_of_credit(
        customer_id=given.customer_id,
        letter=services.CreditData(**_given(given.letter)),
        by=asker(request),
    )
    return Status(201, _letter(asker(request), made.pk))


@router.post(
    "/letters-of-credit/{int:letter_id}/amend",
    response=CreditOut,
    operation_id="amend_letter_of_credit",
)
def amend_letter_of_credit(request: HttpRequest, letter_id: int, given: AmendCreditIn) -> Any:
    """The bank has amended the credit."""
    letter = _letter(asker(request), letter_id)
    services.amend_letter_of_credit(
        letter_id=letter.pk,
        letter=services.CreditData(**_given(given.letter)),
        revision=given.revision,
        by=asker(request),
    )
    return _letter(asker(request), letter_id)


@router.post(
    "/letters-of-credit/{int:letter_id}/close",
    response=CreditOut,
    operation_id="close_letter_of_credit",
)
def close_letter_of_credit(request: HttpRequest, letter_id: int, given: CloseCreditIn) -> Any:
    """The credit is paid out, or will not be used."""
    letter = _letter(asker(request), letter_id)
    services.close_letter_of_credit(letter_id=letter.pk, reason=given.reason, by=asker(request))
    return _letter(asker(request), letter_id)
