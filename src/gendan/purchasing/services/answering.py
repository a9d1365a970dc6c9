"""What suppliers say: lines confirmed or countered, by the link or told to us; what we decide."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import IO, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, company, journal, links
from gendan.kernel.errors import DomainError, Invalid, NotThere
from gendan.kernel.links import LinkRefused
from gendan.kernel.models import Link, User
from gendan.kernel.quantity import read_quantity
from gendan.kernel.service import service
from gendan.orders.addressees import Recipient
from gendan.orders.services.reading import read_day, read_text
from gendan.purchasing.events import (
    CounterDecided,
    SupplierConfirmed,
    SupplierCountered,
    SupplierReported,
)
from gendan.purchasing.letters import decision_letter
from gendan.purchasing.models import (
    PurchaseOrder,
    PurchaseOrderLine,
    PurchaseSending,
    SupplierWord,
)
from gendan.purchasing.services.chasing_holds import end_chasing_hold
from gendan.purchasing.services.parting import (
    Part,
    PartRow,
    in_own_unit,
    part_line,
    parts_said,
    read_parts,
)
from gendan.purchasing.services.said import (
    attach_new,
    count_answer,
    quantity_in_force,
    refuse_more_files,
    was_said,
)
from gendan.purchasing.services.sending import (
    PURPOSE,
    expect_lines,
    new_link,
    open_sending,
    reader_of,
    write_letter,
)
from gendan.purchasing.services.sharing import (
    about_of,
    lines_of,
    living,
    locked_purchase_order,
    next_due,
    read_reason,
    refuse_far_day,
    said_of,
)
from gendan.purchasing.services.stepping import milestone_of, plan_steps, report_step

State, Way = SupplierWord.State, SupplierWord.Way
Said = tuple[PurchaseOrderLine, dt.date, Decimal, str, Sequence[Part]]
LONGEST_NAME, MOST_FILES = 120, 5


class AnotherVersion(LinkRefused):
    """The order that is answered is not the one that counts now."""


class AnsweredMeanwhile(DomainError):
    """Somebody else has answered since the page was opened."""


class LineHasEnded(DomainError):
    """Nothing more is to come of a line."""


@dataclass(frozen=True)
class LineAnswer:
    """What the supplier can do for a line: so much (in the line's unit as ordered) on a day.

    With `parts` the goods come on several days, and `on` and `quantity` are theirs.
    """

    position: int
    on: dt.date | str | None = None
    quantity: Decimal | str | None = None
    remark: str = ""
    parts: Sequence[PartRow] = ()


@service
def answer_by_supplier_link(
    *,
    token: str,
    answers: Sequence[LineAnswer],
    name: str = "",
    seen: int | None = None,
    by: User | None = None,
) -> PurchaseOrder:
    """The supplier confirms lines or says what it can do; the token is the permission.

    `seen` is how many answers the page knew: of two who answer at once, one looks again.
    """
    order, sending, link = order_behind(token)
    person = read_text(name, LONGEST_NAME, field="name") or link.name
    lines = lines_of(order)
    read = [one for one in _read_all(lines, answers) if not was_said(*one)]
    if read and seen is not None and seen != sending.answers:
        raise AnsweredMeanwhile(
            _("Somebody has answered since you opened this page; please look at it again.")
        )
    if read:  # a button pressed again, or a phone that did not hear us, says nothing new
        count_answer(sending)
        _take(order, lines, read, way=Way.LINK, person=person, by=None)
    return order


@service
def report_by_supplier_link(
    *,
    token: str,
    milestone_id: int,
    done_on: str | dt.date | None = None,
    expected_on: str | dt.date | None = None,
    remark: str = "",
    name: str = "",
    given: Sequence[tuple[str, IO[bytes]]] = (),
    by: User | None = None,
) -> PurchaseOrder:
    """The supplier tells how far a step is, with photos perhaps; the token is the permission."""
    order, sending, link = order_behind(token)
    if len(given) > MOST_FILES:
        raise Invalid(
            _("At most %(limit)s files go with an answer.") % {"limit": MOST_FILES}, field="files"
        )
    person = read_text(name, LONGEST_NAME, field="name") or link.name
    refuse_more_files(order, sending, len(given))
    is_new = _report(order, milestone_id, done_on, expected_on, remark, (Way.LINK, person), None)
    if is_new or given:
        count_answer(sending)
    attach_new(order, given)
    return order


@service(gettext_lazy("Write down the supplier's answer"))
def record_supplier_answer(
    *,
    purchase_order_id: int,
    answers: Sequence[LineAnswer],
    person: str = "",
    by: User | None,
) -> PurchaseOrder:
    """What the supplier has told us by phone or mail: lines confirmed, or what it can do."""
    order = locked_purchase_order(purchase_order_id)
    order.step("record_supplier_answer")
    who = read_text(person, LONGEST_NAME, field="person")
    lines = lines_of(order)
    _take(order, lines, _read_all(lines, answers), way=Way.HAND, person=who, by=by)
    PurchaseSending.objects.filter(order=order, state=PurchaseSending.State.OPEN).update(
        answered_at=clock.now()
    )
    return order


@service(gettext_lazy("Report a purchase step"))
def report_purchase_step(
    *,
    milestone_id: int,
    done_on: dt.date | str | None = None,
    expected_on: dt.date | str | None = None,
    remark: str = "",
    by: User | None,
) -> PurchaseOrder:
    """How far a step of a line is, as the supplier told us."""
    rows = PurchaseOrder.objects.filter(lines__milestones=milestone_id)
    order_id = rows.values_list("pk", flat=True).first()
    if order_id is None:
        raise NotThere(_("There is no such step."))
    order = locked_purchase_order(order_id)
    order.step("record_supplier_answer")
    _report(order, milestone_id, done_on, expected_on, remark, (Way.HAND, ""), by)
    return order


@service(gettext_lazy("Accept the supplier's date"))
def accept_counter(*, word_id: int, by: User | None) -> SupplierWord:
    """What the supplier can do is what we expect from now on; it is told so."""
    order, lines, word = _proposed(word_id)
    word.step("accept_counter")
    _decide(word, "", by)
    if word.parts:
        lines += _agree_parts(word)
    else:
        _agree(word.line, word.on, word.quantity)
    _follow(order, lines, by)
    _tell_decision(order, word, by)
    return word


@service(gettext_lazy("Refuse the supplier's date"))
def refuse_counter(*, word_id: int, reason: str, by: User | None) -> SupplierWord:
    """The line is wanted as it was ordered or confirmed; the supplier is told why."""
    order, lines, word = _proposed(word_id)
    word.step("refuse_counter")
    _decide(word, read_reason(reason, _("Say why, so that the supplier understands.")), by)
    word.line.due_on = word.line.confirmed_on or word.line.requested_on
    _follow(order, lines, by)
    _tell_decision(order, word, by)
    return word


def order_of_link(link: Link) -> int:
    """The id of the order a link is about; raises LinkRefused for a link of another purpose."""
    kind, _colon, pk = link.about.partition(":")
    if link.purpose != PURPOSE or kind != PurchaseOrder._meta.label_lower or not pk.isdigit():
        raise LinkRefused(
            _("This link does not lead anywhere. Please check that it is complete."), why="unknown"
        )
    return int(pk)


def refuse_other_version(sending: PurchaseSending | None, link: Link) -> None:
    """Raise AnotherVersion where the order sent last is not the one the link was given for."""
    if sending is None or sending.sha256 != link.binding:
        raise AnotherVersion(
            _("The document has changed since this link was sent. Please use the newer link."),
            why="changed",
        )


def order_behind(token: str) -> tuple[PurchaseOrder, PurchaseSending, Link]:
    """Everything behind a link, locked: the order first, then the link."""
    link = links.find_link(token)
    order = locked_purchase_order(order_of_link(link))
    link = links.find_link(token, lock=True)
    sending = open_sending(order) if order.version else None
    refuse_other_version(sending, link)
    if order.is_being_changed:
        raise AnotherVersion(
            _("This order is being changed; you will receive its new version."), why="changed"
        )
    order.step("record_supplier_answer")
    assert sending is not None  # noqa: S101 - refuse_other_version raises where there is none
    return order, sending, link


def _read_all(lines: Sequence[PurchaseOrderLine], answers: Sequence[LineAnswer]) -> list[Said]:
    if not answers:
        raise Invalid(_("Nothing was given."))
    by_position = {line.position: line for line in living(lines)}
    read = [_read(answer, index, by_position) for index, answer in enumerate(answers)]
    if len({line.pk for line, *_rest in read}) < len(read):
        raise Invalid(_("A line is answered once."), field="answers")
    return read


def _take(
    order: PurchaseOrder,
    lines: Sequence[PurchaseOrderLine],
    read: Sequence[Said],
    *,
    way: str,
    person: str,
    by: User | None,
) -> None:
    usual = int(company.value("purchase_counter_days"))
    end_chasing_hold(order, by)
    confirmed, countered, moved = [], [], {}
    for said in read:
        line, on = said[:2]
        was = line.due_on
        word = _say(said, usual, (way, person, by))
        if word.state == State.PROPOSED:
            countered.append(line.position)
            line.due_on = max(was, on)
        else:
            confirmed.append(line.position)
        if line.due_on != was and line.expected_id is not None:
            moved[str(line.expected_id)] = [was.isoformat(), line.due_on.isoformat()]
    _follow(order, lines, by)
    _record(order, lines, (way, person), (confirmed, countered, moved), by)


def _read(answer: LineAnswer, index: int, lines: dict[int, PurchaseOrderLine]) -> Said:
    """The line, the day and the quantity (in the item's unit) that can be kept."""
    at = f"answers.{index}"
    line = lines.get(answer.position)
    if line is None:
        raise Invalid(_("The order has no such line."), field=f"{at}.position")
    if not line.is_open:
        raise LineHasEnded(
            _("Nothing more is to come of line %(line)s.") % {"line": line.position},
            field=f"{at}.position",
        )
    remark = read_text(answer.remark, 1000, field=f"{at}.remark")
    if answer.parts:
        parts = read_parts(line, answer.parts, at=f"{at}.parts")
        whole = sum((much for _day, much in parts), Decimal(0))
        return line, parts[-1][0], whole, remark, parts
    on = read_day(answer.on, field=f"{at}.on") or line.requested_on
    if on < clock.today() and on != line.requested_on:
        raise Invalid(_("That day has passed."), field=f"{at}.on")
    if on != line.requested_on:
        refuse_far_day(on, field=f"{at}.on")
    quantity = line.quantity
    if answer.quantity not in (None, ""):
        typed = read_quantity(answer.quantity, field=f"{at}.quantity")
        quantity = in_own_unit(line, typed, f"{at}.quantity")
    if quantity > line.most:
        raise Invalid(
            _("Line %(line)s: more than was ordered, and more than is tolerated.")
            % {"line": line.position},
            field=f"{at}.quantity",
        )
    if quantity < line.received:
        raise Invalid(_("More than this has arrived already."), field=f"{at}.quantity")
    return line, on, quantity, remark, ()


def _say(said: Said, usual: int, who: tuple[str, str, User | None]) -> SupplierWord:
    """Keep what was said about a line; as ordered, or near enough by our rule, it is agreed.

    More than was ordered is never agreed by itself: somebody would have to approve paying it.
    Nor are several deliveries: each costs us a receipt.
    """
    line, on, quantity, remark, parts = said
    for former in SupplierWord.objects.filter(line=line, state=State.PROPOSED):
        former.step("outdate_word")
        _decide(former, "", None)
    is_as_ordered = on == line.requested_on and quantity == line.quantity and not parts
    is_near = not parts and (
        abs((on - line.requested_on).days) <= usual and line.least <= quantity <= line.quantity
    )
    state = State.CONFIRMED if is_as_ordered else State.PROPOSED
    if is_near and not is_as_ordered and usual > 0:
        state = State.ACCEPTED
    way, person, by = who
    word = SupplierWord.objects.create(
        line=line,
        version=line.order.version,
        state=state,
        way=way,
        on=on,
        quantity=quantity,
        was_on=line.due_on,
        parts=parts_said(parts),
        remark=remark,
        person=person,
        at=clock.now(),
        by=by,
    )
    if state != State.PROPOSED:
        _agree(line, on, quantity)
    return word


def _agree(line: PurchaseOrderLine, on: dt.date, quantity: Decimal) -> None:
    line.confirmed_on, line.confirmed_quantity, line.due_on = on, quantity, on


def _agree_parts(word: SupplierWord) -> list[PurchaseOrderLine]:
    """The line becomes one line for each part, each agreed; returns the new ones."""
    line, parts = word.line, word.dated_parts
    if parts[0][1] < line.received:
        raise Invalid(_("More than the first part has arrived already: ask the supplier again."))
    made = part_line(line, parts)
    for one, (day, quantity) in zip([line, *made], parts, strict=True):
        _agree(one, day, quantity)
    PurchaseOrderLine.objects.bulk_update(made, ["confirmed_on", "confirmed_quantity", "due_on"])
    return made


def _follow(order: PurchaseOrder, lines: Sequence[PurchaseOrderLine], by: User | None) -> None:
    """Expected supplies, steps and the order's state after something of its lines was said."""
    expect_lines(order, lines, by=by)
    alive = living(lines)
    plan_steps(alive)
    waits = any(line.confirmed_on is None and line.is_open for line in alive)
    order.step("supplier_unconfirmed" if waits else "supplier_confirmed")
    order.confirmed_at = None if waits else (order.confirmed_at or clock.now())
    order.due_on = next_due(alive)
    order.revision += 1
    order.save()


def _record(
    order: PurchaseOrder,
    lines: Sequence[PurchaseOrderLine],
    who: tuple[str, str],
    found: tuple[list[int], list[int], dict[str, list[str]]],
    by: User | None,
) -> None:
    way, person = who
    confirmed, countered, moved = found
    for positions, fact in ((confirmed, SupplierConfirmed), (countered, SupplierCountered)):
        if not positions:
            continue
        told = [line for line in lines if line.position in positions]
        more: dict[str, Any] = {"moved": moved} if fact is SupplierCountered else {}
        said = fact(**said_of(order, told), person=person, way=way, positions=positions, **more)
        journal.record(said, about=about_of(order, told), by=by)


def _report(
    order: PurchaseOrder,
    milestone_id: int,
    done_on: Any,
    expected_on: Any,
    remark: str,
    who: tuple[str, str],
    by: User | None,
) -> bool:
    """Keep what was reported; a step that slips past what is left of the time moves the goods.

    False: it was reported just so before.
    """
    lines = lines_of(order)
    milestone = milestone_of(living(lines), milestone_id)
    was = (milestone.expected_on, milestone.remark)
    later = report_step(milestone, done_on=done_on, expected_on=expected_on, remark=remark)
    if milestone.done_on is None and was == (milestone.expected_on, milestone.remark):
        return False
    end_chasing_hold(order, by)
    line = milestone.line
    fact = SupplierReported(
        **said_of(order, [line]),
        position=line.position,
        milestone_id=milestone.pk,
        person=who[1],
        done_on=str(milestone.done_on or ""),
        expected_on=str(milestone.expected_on or ""),
    )
    journal.record(fact, about=about_of(order, [line]), by=by)
    if later is not None:
        on = max(later, clock.today())
        refuse_far_day(on, field="expected_on")
        said: Said = (line, on, quantity_in_force(line), milestone.name_en, ())
        _take(order, lines, [said], way=who[0], person=who[1], by=by)
    return True


def _proposed(word_id: int) -> tuple[PurchaseOrder, list[PurchaseOrderLine], SupplierWord]:
    """A word about a line of an order that is with the supplier, all of it locked."""
    rows = SupplierWord.objects.filter(pk=word_id)
    order_id = rows.values_list("line__order_id", flat=True).first()
    if order_id is None:
        raise NotThere(_("There is no such answer of a supplier."))
    order = locked_purchase_order(order_id)
    order.step("record_supplier_answer")
    lines = lines_of(order)
    word = SupplierWord.objects.select_for_update(of=("self",)).get(pk=word_id)
    word.line = next(line for line in lines if line.pk == word.line_id)
    return order, lines, word


def _decide(word: SupplierWord, reason: str, by: User | None) -> None:
    word.decided_at, word.decided_by, word.reason = clock.now(), by, reason
    word.save()


def _tell_decision(order: PurchaseOrder, word: SupplierWord, by: User | None) -> None:
    line = word.line
    is_accepted = word.state == State.ACCEPTED
    fact = CounterDecided(
        **said_of(order, [line]),
        position=line.position,
        is_accepted=is_accepted,
        reason=word.reason,
    )
    journal.record(fact, about=about_of(order, [line]), by=by)
    sending = open_sending(order)
    to = Recipient(sending.to_name, sending.to_email, sending.language)
    _link, token, until = new_link(order, sending.sha256, to, by)
    ratio = word.line.typed_quantity / word.line.quantity
    typed = word.quantity * ratio
    parts = [
        f"{day.isoformat()}: {(quantity * ratio).normalize():,f} {line.typed_unit}"
        for day, quantity in word.dated_parts
    ]
    letter = decision_letter(
        order,
        reader_of(to, by, token, until),
        line=f"{line.position} ({line.item.code})",
        day=word.on.isoformat(),
        quantity=f"{typed.normalize():,f} {line.typed_unit}",
        is_accepted=is_accepted,
        reason="\n".join([*parts, *([word.reason] if word.reason else [])]),
    )
    write_letter(order, to, letter, by)
