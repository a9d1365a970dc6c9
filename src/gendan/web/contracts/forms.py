"""Forms of duties and letters of credit: they check the shape of what was typed."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.contracts import documents
from gendan.contracts.models import ClauseTopic, Inspector, PaperKind
from gendan.contracts.services.clauses import LONGEST
from gendan.contracts.services.terms import MOST_DAYS
from gendan.kernel.errors import Invalid
from gendan.partners.models import Incoterm, PaymentEvent
from gendan.web.forms import PageForm
from gendan.web.shell import is_htmx


def refuse_shape(request: HttpRequest, form: PageForm) -> None:
    """Under htmx, say what is wrong with what was typed where the refusals are shown."""
    if is_htmx(request):
        name, errors = next(iter(form.errors.items()))
        raise Invalid(" ".join(map(str, errors)), field=str(name))


DOCUMENTS_HINT = gettext_lazy("One per line: name; originals; copies. Example: Packing list; 1; 2")
BOTH_HINT = gettext_lazy("English / 中文")


class DocumentsField(forms.CharField):
    """Documents as lines of text: "Packing list; 1; 2"."""

    widget = forms.Textarea

    def to_python(self, value: Any) -> Any:
        """[{"code", "originals", "copies"}] of what was typed."""
        found = []
        for line in (super().to_python(value) or "").splitlines():
            parts = [part.strip() for part in line.replace("；", ";").split(";")]
            if not parts[0]:
                continue
            counts = parts[1:3] + ["1", "0"][len(parts[1:3]) :]
            if len(parts) > 3 or not all(count.isdigit() and len(count) < 4 for count in counts):
                raise forms.ValidationError(
                    _("“%(line)s” is not: name; originals; copies."), params={"line": line[:80]}
                )
            found.append({"code": parts[0], "originals": int(counts[0]), "copies": int(counts[1])})
        return found


def documents_as_text(given: Iterable[Any]) -> str:
    """What the field shows of documents that are kept."""
    lines = []
    for one in given:
        kept = one if isinstance(one, dict) else vars(one)
        lines.append(f"{documents.words(kept['code'])}; {kept['originals']}; {kept['copies']}")
    return "\n".join(lines)


def _percent(label: Any) -> forms.DecimalField:
    return forms.DecimalField(label=label, min_value=0, max_value=100, decimal_places=2)


def _days(label: Any, most: int = MOST_DAYS) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=most)


class TermsForm(PageForm):
    """The duties of both sides."""

    latest_shipment_on = forms.DateField(
        label=gettext_lazy("Latest shipment"), widget=forms.DateInput, required=False
    )
    loading_port = forms.CharField(
        label=gettext_lazy("Port of loading"), max_length=80, required=False
    )
    discharge_port = forms.CharField(
        label=gettext_lazy("Port of discharge"), max_length=80, required=False
    )
    partial_allowed = forms.BooleanField(
        label=gettext_lazy("Partial shipment allowed"), required=False
    )
    transshipment_allowed = forms.BooleanField(
        label=gettext_lazy("Transshipment allowed"), required=False
    )
    documents = DocumentsField(
        label=gettext_lazy("Documents"), required=False, help_text=DOCUMENTS_HINT
    )
    inspector = forms.ChoiceField(label=gettext_lazy("Inspection by"), choices=Inspector.choices)
    inspection_standard = forms.CharField(
        label=gettext_lazy("Inspection standard"),
        max_length=120,
        required=False,
        help_text=BOTH_HINT,
    )
    inspection_place = forms.CharField(
        label=gettext_lazy("Place of inspection"),
        max_length=120,
        required=False,
        help_text=BOTH_HINT,
    )
    aql_major = forms.DecimalField(
        label=gettext_lazy("AQL major"), min_value=0, max_value=99, required=False
    )
    aql_minor = forms.DecimalField(
        label=gettext_lazy("AQL minor"), min_value=0, max_value=99, required=False
    )
    penalty_per_day = _percent(gettext_lazy("Penalty per day (%)"))
    penalty_most = _percent(gettext_lazy("Penalty at most (%)"))
    penalty_grace_days = _days(gettext_lazy("Days of grace"))
    claims_days = _days(gettext_lazy("Claims within (days)"))
    governing_law = forms.CharField(
        label=gettext_lazy("Governing law"), max_length=120, required=False, help_text=BOTH_HINT
    )
    arbitration = forms.CharField(
        label=gettext_lazy("Arbitration"), max_length=200, required=False, help_text=BOTH_HINT
    )

    def given(self) -> dict[str, Any]:
        """What was typed; what was emptied is "" (and not "leave it as it is")."""
        return {name: "" if value is None else value for name, value in self.cleaned_data.items()}


class CreditForm(PageForm):
    """A letter of credit."""

    number = forms.CharField(label=gettext_lazy("L/C number"), max_length=60)
    issuing_bank = forms.CharField(label=gettext_lazy("Issuing bank"), max_length=200)
    advising_bank = forms.CharField(
        label=gettext_lazy("Advising bank"), max_length=200, required=False
    )
    amount = forms.DecimalField(label=gettext_lazy("Amount"), max_digits=18, decimal_places=3)
    currency = forms.CharField(label=gettext_lazy("Currency"), max_length=3)
    over_percent = _percent(gettext_lazy("Over (%)"))
    short_percent = _percent(gettext_lazy("Short (%)"))
    issued_on = forms.DateField(label=gettext_lazy("Issued on"), widget=forms.DateInput)
    latest_shipment_on = forms.DateField(
        label=gettext_lazy("Latest shipment"), widget=forms.DateInput, required=False
    )
    expires_on = forms.DateField(label=gettext_lazy("Expires on"), widget=forms.DateInput)
    expiry_place = forms.CharField(
        label=gettext_lazy("Place of expiry"), max_length=80, required=False
    )
    presentation_days = forms.IntegerField(
        label=gettext_lazy("Presentation (days after shipment)"), min_value=1, max_value=90
    )
    partial_allowed = forms.BooleanField(
        label=gettext_lazy("Partial shipment allowed"), required=False
    )
    transshipment_allowed = forms.BooleanField(
        label=gettext_lazy("Transshipment allowed"), required=False
    )
    documents = DocumentsField(
        label=gettext_lazy("Documents"), required=False, help_text=DOCUMENTS_HINT
    )
    goods = forms.CharField(
        label=gettext_lazy("Description of goods"),
        widget=forms.Textarea,
        max_length=4000,
        required=False,
    )
    remark = forms.CharField(
        label=gettext_lazy("Remark"), widget=forms.Textarea, max_length=1000, required=False
    )
    order_ids = forms.TypedMultipleChoiceField(
        label=gettext_lazy("Orders it pays"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    def given(self) -> dict[str, Any]:
        """What was typed; what was emptied is ""."""
        return {name: "" if value is None else value for name, value in self.cleaned_data.items()}


class LetterheadForm(PageForm):
    """Our company as papers show it."""

    name_zh = forms.CharField(label=gettext_lazy("Name (Chinese)"), max_length=200, required=False)
    name_en = forms.CharField(label=gettext_lazy("Name (English)"), max_length=200, required=False)
    address_zh = forms.CharField(
        label=gettext_lazy("Address (Chinese)"), max_length=300, required=False
    )
    address_en = forms.CharField(
        label=gettext_lazy("Address (English)"), max_length=300, required=False
    )
    phone = forms.CharField(label=gettext_lazy("Phone"), max_length=60, required=False)
    fax = forms.CharField(label=gettext_lazy("Fax"), max_length=60, required=False)
    email = forms.EmailField(label=gettext_lazy("E-mail"), required=False)
    website = forms.CharField(label=gettext_lazy("Website"), max_length=120, required=False)
    tax_number = forms.CharField(label=gettext_lazy("Tax number"), max_length=40, required=False)
    signer_zh = forms.CharField(
        label=gettext_lazy("Who signs (Chinese)"), max_length=80, required=False
    )
    signer_en = forms.CharField(
        label=gettext_lazy("Who signs (English)"), max_length=80, required=False
    )
    place_zh = forms.CharField(
        label=gettext_lazy("Place of signing (Chinese)"), max_length=80, required=False
    )
    place_en = forms.CharField(
        label=gettext_lazy("Place of signing (English)"), max_length=80, required=False
    )
    bank = forms.CharField(
        label=gettext_lazy("Bank details"),
        widget=forms.Textarea,
        max_length=1000,
        required=False,
    )
    logo = forms.FileField(label=gettext_lazy("Logo (PNG or JPEG)"), required=False)
    remove_logo = forms.BooleanField(label=gettext_lazy("Without logo"), required=False)
    seal = forms.FileField(label=gettext_lazy("Seal (PNG or JPEG)"), required=False)
    remove_seal = forms.BooleanField(label=gettext_lazy("Without seal"), required=False)
    seals_papers = forms.BooleanField(
        label=gettext_lazy("Print the seal on papers"), required=False
    )


_EVERY = [("", gettext_lazy("every"))]


class ClauseForm(PageForm):
    """A clause in both languages, and when it is printed."""

    code = forms.CharField(
        label=gettext_lazy("Code"),
        max_length=40,
        help_text=gettext_lazy("Of several variants of one code the most specific is printed."),
    )
    topic = forms.ChoiceField(label=gettext_lazy("Topic"), choices=ClauseTopic.choices)
    position = forms.IntegerField(
        label=gettext_lazy("Position"), min_value=0, max_value=9999, initial=100
    )
    text_zh = forms.CharField(
        label=gettext_lazy("Text (Chinese)"), widget=forms.Textarea, max_length=LONGEST
    )
    text_en = forms.CharField(
        label=gettext_lazy("Text (English)"), widget=forms.Textarea, max_length=LONGEST
    )
    kind = forms.ChoiceField(
        label=gettext_lazy("Paper"), required=False, choices=[*_EVERY, *PaperKind.choices]
    )
    customer = forms.CharField(label=gettext_lazy("Customer (code)"), max_length=40, required=False)
    country = forms.CharField(
        label=gettext_lazy("Country (two letters)"), max_length=2, required=False
    )
    incoterm = forms.ChoiceField(
        label=gettext_lazy("Incoterm"), required=False, choices=[*_EVERY, *Incoterm.choices]
    )
    payment_event = forms.ChoiceField(
        label=gettext_lazy("Payment"), required=False, choices=[*_EVERY, *PaymentEvent.choices]
    )
