"""How doubts, reasons, problems and kinds of documents read, in the reader's language."""

import re
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, override

from gendan.intake.draft_data import DraftDoubt, line_path, value_at
from gendan.intake.models import Draft
from gendan.intake.reader_words import reader_words
from gendan.kernel import company

PROBLEMS: dict[str, Any] = {
    "empty": gettext_lazy("The file is empty."),
    "too_large": gettext_lazy("The file is too large to be read."),
    "unsupported": gettext_lazy("Files of this kind cannot be read yet."),
    "encrypted": gettext_lazy(
        "The file is protected by a password. Ask the sender for an open one."
    ),
    "damaged": gettext_lazy("The file is damaged or cut off. Ask the sender to send it again."),
    "bomb": gettext_lazy("The file unpacks to far more than an order holds; it was not opened."),
    "xml_entities": gettext_lazy("The file wants to load foreign content; it was not opened."),
    "too_much_memory": gettext_lazy("Reading the file took too much memory and was stopped."),
    "too_slow": gettext_lazy("Reading the file took too long and was stopped."),
    "too_long": gettext_lazy("The file holds far more than an order; reading was stopped."),
    "crashed": gettext_lazy("The reader failed on this file; the rest of Gendan is not affected."),
}
MATCH_REASONS: dict[str, Any] = {
    "customers_code": gettext_lazy("customer's code"),
    "learned": gettext_lazy("learned before"),
    "gtin": gettext_lazy("GTIN"),
    "our_code": gettext_lazy("our code"),
    "model": gettext_lazy("model"),
    "customers_name": gettext_lazy("customer's name for it"),
    "name": gettext_lazy("same name"),
    "similar_name": gettext_lazy("similar name"),
    "similar_code": gettext_lazy("similar code"),
    "code_in_text": gettext_lazy("our code in the text"),
    "gln": gettext_lazy("GLN"),
    "tax_number": gettext_lazy("tax number"),
    "address": gettext_lazy("e-mail address of a contact"),
    "domain": gettext_lazy("e-mail domain"),
    "initials": gettext_lazy("initials"),
    "by_hand": gettext_lazy("chosen by hand"),
}
CODES: dict[str, Any] = {
    "missing": gettext_lazy("not found in the document"),
    "customers_currency": gettext_lazy(
        "not found in the document; the customer's currency is used"
    ),
    "list_price": gettext_lazy("not found in the document; the price list's is used"),
    "unknown_unit": gettext_lazy("this unit is not one of ours"),
    "no_conversion": gettext_lazy("nobody has said how this unit converts into the item's own"),
}
CUSTOMER_CODES: dict[str, Any] = {
    "none": gettext_lazy("no customer fits; choose one"),
    "similar": gettext_lazy("proposed because it is similar; is it the right one?"),
    "several": gettext_lazy("several customers fit equally well; choose one"),
    "contradiction": gettext_lazy("sender and document name different companies"),
    "unconfirmed": gettext_lazy("the mail does not prove that this customer sent it; ask them"),
}
ITEM_CODES: dict[str, Any] = {
    "none": gettext_lazy("no item fits; choose one"),
    "similar": gettext_lazy("proposed because it is similar; is it the right one?"),
    "several": gettext_lazy("several items fit equally well; choose one"),
    "contradiction": gettext_lazy("its codes name different items"),
}
FIELDS: dict[str, Any] = {
    "customer": gettext_lazy("customer"),
    "order_number": gettext_lazy("customer's order number"),
    "document_number": gettext_lazy("number of the document"),
    "seller.name": gettext_lazy("seller in the document"),
    "issue_date": gettext_lazy("order date"),
    "currency": gettext_lazy("currency"),
    "buyer.name": gettext_lazy("buyer in the document"),
    "requested_delivery": gettext_lazy("requested delivery"),
    "incoterm": gettext_lazy("Incoterm and place"),
    "payment_terms": gettext_lazy("payment terms"),
    "doc_type": gettext_lazy("kind of document"),
    "source": gettext_lazy("document"),
    "lines": gettext_lazy("lines"),
    "totals.total": gettext_lazy("total"),
    "totals.in_words": gettext_lazy("amount in words"),
    "totals.freight": gettext_lazy("freight"),
    "totals.discount": gettext_lazy("discount"),
    "totals.tax": gettext_lazy("tax"),
    "totals.subtotal": gettext_lazy("subtotal"),
    "totals.quantity": gettext_lazy("total quantity"),
    "item": gettext_lazy("our item"),
    "line_no": gettext_lazy("line number"),
    "buyer_code": gettext_lazy("customer's code"),
    "seller_code": gettext_lazy("our code as printed"),
    "gtin": gettext_lazy("GTIN"),
    "description": gettext_lazy("description"),
    "specification": gettext_lazy("specification"),
    "quantity": gettext_lazy("quantity"),
    "unit": gettext_lazy("unit"),
    "unit_price": gettext_lazy("unit price"),
    "price_base_quantity": gettext_lazy("price per"),
    "discount_percent": gettext_lazy("discount %"),
    "due_date": gettext_lazy("requested date"),
    "line_amount": gettext_lazy("amount"),
    "line": gettext_lazy("line"),
}
DOC_TYPES: dict[str, Any] = {
    "order": gettext_lazy("order"),
    "order_change": gettext_lazy("change of an order"),
    "order_cancellation": gettext_lazy("cancellation of an order"),
    "order_response": gettext_lazy("answer to an order"),
    "despatch_advice": gettext_lazy("despatch advice"),
    "ship_notice": gettext_lazy("shipping notice"),
    "receiving_advice": gettext_lazy("receiving advice"),
    "request_for_quotation": gettext_lazy("request for quotation"),
    "not_an_order": gettext_lazy("no order"),
}
ADVICE: dict[str, Any] = {
    "order_change": gettext_lazy(
        "Look at the differences, then carry them into the order, or put the document aside."
    ),
    "order_cancellation": gettext_lazy(
        "If you agree, carry the cancellation into the order below; else put it aside or refuse it."
    ),
    "order_response": gettext_lazy(
        "It answers an order: if it is the answer to a purchase order of ours, keep it there."
    ),
    "despatch_advice": gettext_lazy(
        "It announces goods on their way to us: tell the warehouse, then put it aside."
    ),
    "ship_notice": gettext_lazy(
        "It announces goods on their way to us: tell the warehouse, then put it aside."
    ),
    "receiving_advice": gettext_lazy(
        "The customer says what arrived: compare it with the order, then put it aside."
    ),
    "request_for_quotation": gettext_lazy(
        "The customer asks for prices. Answer with a quotation, then put this document aside."
    ),
    "not_an_order": gettext_lazy(
        "No order was found in it. If it is one all the same, change its kind and enter the lines."
    ),
}
OTHER_ADVICE: Any = gettext_lazy("Nothing is to be ordered here: read it, then put it aside.")


def problem_words(code: str) -> str:
    """Why a document cannot be read."""
    return str(PROBLEMS.get(code, PROBLEMS["crashed"]))


def doubt_words(doubt: DraftDoubt) -> str:
    """Why a value must be looked at."""
    if doubt.code:
        table = CUSTOMER_CODES if doubt.field == "customer" else ITEM_CODES
        return str(CODES.get(doubt.code) or table.get(doubt.code, doubt.code))
    return reader_words(doubt.why)


def field_words(path: str) -> str:
    """The name of a field: "line 3: quantity"."""
    parts = path.split(".")
    if parts[0] == "lines" and len(parts) > 1 and parts[1].isdecimal():
        name = str(FIELDS.get(".".join(parts[2:]), " ".join(parts[2:])))
        return _("line %(line)s: %(field)s") % {"line": int(parts[1]) + 1, "field": name}
    return str(FIELDS.get(path, path.replace("_", " ").replace(".", " ")))


def short_field_words(path: str) -> str:
    """The name of a field without its line."""
    found = line_path(path)
    return str(FIELDS.get(found[1] if found else path, path))


def field_name(name: str) -> str:
    """The name of a field of the head or of a line, by its last word."""
    return str(FIELDS.get(name, name))


def call_label(name: str) -> str:
    """The heading of a column of lines typed while talking."""
    return _("our item code") if name == "item" else str(FIELDS[name])


def doc_type_words(doc_type: str) -> str:
    """The kind of a document."""
    return str(DOC_TYPES.get(doc_type, doc_type))


def advice_words(doc_type: str) -> str:
    """What to do with a document that no order is made from."""
    return str(ADVICE.get(doc_type, OTHER_ADVICE))


def reason_words(code: str) -> str:
    """Why a match was proposed."""
    return str(MATCH_REASONS.get(code, code))


def language_of(draft: Draft) -> str:
    """The language to answer in: the customer's, else that of the document."""
    if draft.customer is not None:
        return "zh-hans" if draft.customer.language.startswith("zh") else "en"
    is_chinese = re.search(r"[㐀-鿿]", str(draft.data.get("lines")) + str(draft.data.get("buyer")))
    return "zh-hans" if is_chinese else "en"


def company_name(language: str) -> str:
    """Our own name as it stands under a letter of this language."""
    names = company.value("company_name")
    return str(names.get("zh" if language.startswith("zh") else "en") or "")


def polite_reply(draft: Draft, signed: str, reason: str = "") -> str:
    """A refusal ready to be sent or copied into an answer, in the sender's language."""
    with override(language_of(draft)):
        number = value_at(draft.data, "order_number")
        thing = _("your order %(number)s") % {"number": number} if number else _("your message")
        name = draft.incoming.sender_name or value_at(draft.data, "buyer.name") or ""
        greeting = _("Dear %(name)s,") % {"name": name} if name else _("Dear Sir or Madam,")
        said = (reason or draft.refusal).strip()
        parts = [
            greeting,
            _("Thank you for %(thing)s.") % {"thing": thing},
            _("Unfortunately we cannot take it as it stands: %(reason)s") % {"reason": said}
            if said
            else _("Unfortunately we cannot take it as it stands."),
            _("Please write to us if anything can be changed; we are glad to look at it again."),
            _("Kind regards"),
            signed,
        ]
    return "\n\n".join(part for part in parts if part)
