"""What would be answered now: computed from the customer's document and the present order."""

import datetime as dt
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from gendan.answers.comparing import LineAnswer, answers_to, overall
from gendan.answers.document import asked_by, asked_in, asked_over, exchange_of, format_of
from gendan.answers.models import IN_FORCE, Answer, Format, Verdict
from gendan.contracts.queries import letterhead
from gendan.intake.draft_data import Data, value_at
from gendan.intake.models import Draft, Incoming
from gendan.kernel import company
from gendan.orders.addressees import ENGLISH, Recipient, recipient_of, written_language
from gendan.orders.models import Line, Order, OrderState
from gendan.partners.models import Address, Partner

Parties = dict[str, dict[str, str]]


@dataclass(frozen=True)
class Prepared:
    """An answer before it is given: nothing of it is written down."""

    order: Order | None
    draft: Draft | None
    lines: tuple[LineAnswer, ...]
    verdict: str
    format: str  # in which the order came; empty: none that we write
    recipient: Recipient
    incoming: Incoming | None  # what is answered: the order, else the newest change of it
    order_number: str
    our_number: str
    ordered_on: dt.date | None
    currency: str
    parties: Parties
    exchange: dict[str, str]

    @property
    def counts(self) -> dict[str, int]:
        """How many lines have each verdict."""
        found = Counter(line.verdict for line in self.lines)
        return {verdict: found[verdict] for verdict in Verdict.values}

    def with_notes(self, notes: dict[int, str]) -> "Prepared":
        """The same with what was typed for lines, by position."""
        lines = tuple(
            replace(line, note=notes.get(line.position, line.note)) for line in self.lines
        )
        return replace(self, lines=lines)


def documents_of(order: Order) -> list[Draft]:
    """The documents an order was made from, the newest first; without changes of them."""
    return [chain[0] for chain in reversed(_chains(order))]


def _chains(order: Order) -> list[list[Draft]]:
    """Each document an order was made from, followed by the changes that were carried into it.

    An order without a document may have changes only: they make one chain.
    """
    drafts = (
        Draft.objects.filter(order=order)
        .exclude(state__in=(Draft.State.OPEN, Draft.State.REFUSED))
        .select_related("incoming")
        .order_by("pk")
    )
    chains: list[list[Draft]] = []
    for draft in drafts:
        if draft.state == Draft.State.ACCEPTED or not chains:
            chains.append([draft])
            continue
        number = value_at(draft.data, "order_number")
        fitting = [one for one in chains if value_at(one[0].data, "order_number") == number]
        (fitting or chains)[-1].append(draft)
    return chains


def prepare_order(order: Order, draft: Draft | None = None) -> Prepared:
    """What is answered to an order now; `draft`: to which of `documents_of` it (else the newest).

    About 12 queries, whatever its length. The order comes with customer and contact.
    """
    chains = _chains(order)
    root = draft or (chains[-1][0] if chains else None)
    chain = next((one for one in chains if one[0] == root), [])
    lines = _lines_of(order)
    if chain and chain[0].state == Draft.State.ACCEPTED:
        asked = asked_over(asked_by(chain[0]), chain[1:])
    else:
        asked = asked_over(asked_in(lines), chain)
    said = answers_to(
        asked,
        lines,
        is_cancelled=order.state == OrderState.CANCELLED,
        adds=len(chains) == 1,
    )
    newest = chain[-1] if chain else None
    # A change told in a plain letter is still answered to their system, where that sent the order.
    formal = next((one for one in reversed(chain) if _format(one.data)), newest)
    data = formal.data if formal else {}
    recipient = _recipient(newest, recipient_of(order))
    return Prepared(
        order=order,
        draft=root,
        lines=said,
        verdict=overall(said) if said else Verdict.REJECTED,
        format=_format(data),
        recipient=recipient,
        incoming=newest.incoming if newest else None,
        order_number=(value_at(data, "order_number") or order.customer_order_number)[:80],
        our_number=order.number,
        ordered_on=order.ordered_on,
        currency=order.currency,
        parties=_parties(order.customer, data, recipient.email),
        exchange=exchange_of(data),
    )


def prepare_refusal(draft: Draft) -> Prepared:
    """What is answered to a document from which no order is made: every line rejected."""
    said = answers_to(asked_by(draft), [], is_cancelled=True)
    language = written_language(draft.customer.language) if draft.customer else ENGLISH
    recipient = _recipient(draft, Recipient("", "", language))
    return Prepared(
        order=None,
        draft=draft,
        lines=said,
        verdict=Verdict.REJECTED,
        format=_format(draft.data),
        recipient=recipient,
        incoming=draft.incoming,
        order_number=(value_at(draft.data, "order_number") or "")[:80],
        our_number="",
        ordered_on=_day(draft.data),
        currency=(value_at(draft.data, "currency") or "")[:3],
        parties=_parties(draft.customer, draft.data, recipient.email),
        exchange=exchange_of(draft.data),
    )


def sent_to(now: Prepared, recipient: Recipient) -> Prepared:
    """The same for another person of the customer, or in another language."""
    buyer = now.parties["buyer"] | {"email": recipient.email}
    return replace(now, recipient=recipient, parties=now.parties | {"buyer": buyer})


def answer_in_force(order: Order | None, draft: Draft | None) -> Answer | None:
    """What the customer was told last about this order and document."""
    return (
        Answer.objects.filter(order=order, draft=draft, state__in=IN_FORCE)
        .prefetch_related("lines")
        .first()
    )


def says_the_same(answer: Answer, now: Prepared) -> bool:
    """Whether an answer still says what would be said now."""
    return not differing(answer, now)


def differing(answer: Answer, now: Prepared) -> list[tuple[str, str, str]]:
    """What would be said differently: (line, what was said, what would be said), in codes.

    Where the customer has taken everything back there is nothing to say.

    Each of the two is "verdict|quantity|price|date"; empty for a line that is not there.
    """
    if not now.lines:
        return []
    was, would = _gists(answer.lines.all()), _gists(now.lines)
    return [
        (key[0], was.get(key, ""), would.get(key, ""))
        for key in dict.fromkeys([*was, *would])
        if was.get(key) != would.get(key)
    ]


def _gists(lines: Iterable[Any]) -> dict[tuple[str, int], str]:
    """What is said by line; a number that stands on several lines is counted through."""
    found: dict[tuple[str, int], str] = {}
    seen: Counter[str] = Counter()
    for line in lines:
        seen[line.line_no] += 1
        found[line.line_no, seen[line.line_no]] = _gist(line)
    return found


def _gist(line: Any) -> str:
    if line.verdict == Verdict.REJECTED:
        return "rejected|||"
    price = f"{line.unit_price.normalize():f}" if line.unit_price is not None else ""
    parts = ", ".join(f"{day} {many}" for many, day in line.deliveries)
    date = parts or (str(line.promised_on) if line.promised_on else "")
    return f"{line.verdict}|{line.quantity.normalize():f}|{price}|{date}"


def _lines_of(order: Order) -> list[Line]:
    return list(
        Line.objects.filter(order=order)
        .select_related("item__unit", "typed_unit")
        .prefetch_related("deliveries")
        .order_by("position")
    )


def _format(data: Data) -> str:
    came = format_of(data)
    return came if came in Format.values else ""


def _recipient(draft: Draft | None, known: Recipient) -> Recipient:
    """Who sent the order, else the customer's contact.

    A mail that does not prove to come from whom it says is answered to the contact we know.
    """
    if draft is None or not draft.incoming.sender_address:
        return known
    if draft.incoming.is_sender_confirmed is False and known.email:
        return known
    address = draft.incoming.sender_address
    name = draft.incoming.sender_name or (known.name if address == known.email else "")
    return Recipient(name[:80], address, known.language)


def _parties(customer: Partner | None, data: Data, email: str) -> Parties:
    """Both companies as they stand in messages: theirs as they call themselves."""
    buyer = {
        "name": (customer.name if customer else value_at(data, "buyer.name")) or "",
        "gln": value_at(data, "buyer.gln") or (customer.gln if customer else ""),
        "email": email,
    }
    if customer:
        buyer |= _address(customer)
    head = letterhead()
    names = company.value("company_name")
    seller = {
        "name": (head.name_en or head.name_zh) if head else names["en"] or names["zh"],
        "gln": value_at(data, "seller.gln") or "",
        "email": head.email if head else "",
    }
    return {"buyer": buyer, "seller": seller}


def _address(customer: Partner) -> dict[str, str]:
    found = (
        Address.objects.filter(partner=customer, kind__in=("office", "invoice"))
        .order_by("-kind", "pk")
        .first()
    )
    if found is None:
        return {"country": customer.country}
    return {
        "street": " ".join(found.lines.split())[:200],
        "city": found.city,
        "postal_code": found.postal_code,
        "country": found.country,
    }


def _day(data: Data) -> dt.date | None:
    try:
        return dt.date.fromisoformat(value_at(data, "issue_date") or "")
    except ValueError:
        return None
