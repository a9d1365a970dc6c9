"""Chasing suppliers: the mail in their language with a link, by a press or by itself."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, journal
from gendan.kernel.errors import DomainError, Invalid
from gendan.kernel.locks import one_at_a_time
from gendan.kernel.models import User
from gendan.kernel.row_facts import MOST_NAMED
from gendan.kernel.rows import Problems, upsert
from gendan.kernel.service import service
from gendan.orders.addressees import Recipient
from gendan.orders.services.reading import read_text
from gendan.partners.models import Partner
from gendan.purchasing.chasers import (
    MOST_SPREAD_DAYS,
    Chaser,
    ChasingRules,
    chaser_of,
    chasing_rules,
    going_by_itself,
    gone_by_themselves,
    waits_for_us,
    was_asked_lately,
    with_lines,
)
from gendan.purchasing.events import SupplierChased, SupplierChasingSaved
from gendan.purchasing.lead_spreads import spreads_of_suppliers
from gendan.purchasing.letters import chaser_letter
from gendan.purchasing.models import PurchaseOrder, SupplierChasing
from gendan.purchasing.services.chasing_holds import end_chasing_hold, put_chasing_hold
from gendan.purchasing.services.sending import new_link, open_sending, reader_of, write_letter
from gendan.purchasing.services.sharing import about_of, locked_purchase_order, said_of

Hold = PurchaseOrder.ChasingHold
ORDER = "purchasing.purchaseorder:"
WEEK, WORKED = 7, 5  # calendar days of a week, and working days


class SupplierWaitsForUs(DomainError):
    """Whoever waits for our answer is not chased."""


class NothingToChase(DomainError):
    """An order about which there is nothing to ask, or which was asked about just now."""


class NotHeld(DomainError):
    """An order about which the supplier is asked anyway."""


@dataclass(frozen=True)
class ChasingRow:
    """How a supplier (by its code) is chased: off, ask, send; "" as the company has set."""

    supplier: str
    mode: str = ""


@service(gettext_lazy("Chase the supplier"))
def chase_supplier(*, purchase_order_id: int, message: str = "", by: User | None) -> PurchaseOrder:
    """Ask for what is not confirmed, due soon, not reported or late, with a link to answer.

    `message` takes the place of the first sentence.
    """
    order = locked_purchase_order(purchase_order_id)
    order.step("chase_supplier")
    words = read_text(message, 2000, field="message")
    if order.chasing_hold and order.chasing_hold not in PurchaseOrder.LOOKED_AT_BY_CHASING:
        raise SupplierWaitsForUs(
            _("Asking is held: %(why)s. Say first that it is settled.")
            % {"why": order.get_chasing_hold_display()}
        )
    end_chasing_hold(order, by)
    _ask(order, _chaser(order, chasing_rules()), words, by)
    return order


@service
def chase_by_itself(*, by: None = None) -> int:
    """Ask every supplier whose hour has come and who needs no press; returns how many were asked.

    Each is looked at again once its order is locked: who has answered meanwhile is not asked. An
    order that somebody is changing is left for the next time: waiting for it would hold up the
    others, and might end the whole round. Of two workers at once the second one counts what the
    first has sent.
    """
    one_at_a_time("gendan.purchase_chasing")
    rules = chasing_rules()
    left = rules.most_a_day - gone_by_themselves().count()
    asked = 0
    for chaser in going_by_itself(rules) if left > 0 else ():
        if asked >= left:
            break
        try:
            with transaction.atomic():
                order = _if_free(chaser.order.pk)
                if order is None or order.chasing_hold:
                    continue
                order.step("chase_supplier")
                _ask(order, _chaser(order, rules), "", None)
        except DomainError:  # something has changed since; tomorrow is another day
            continue
        asked += 1
    return asked


@service(gettext_lazy("Hold chasing"))
def hold_chasing(
    *, purchase_order_id: int, why: str = "stopped", reason: str = "", by: User | None
) -> PurchaseOrder:
    """Nobody is asked about this order for now: somebody says so, or the supplier waits for us."""
    order = locked_purchase_order(purchase_order_id)
    order.step("hold_chasing")
    if why not in PurchaseOrder.HOLDS_BY_HAND:
        raise Invalid(_("Say what the supplier waits for."), field="why")
    words = read_text(reason, 300, field="reason")
    if order.chasing_hold == why and words in ("", order.chasing_reason):
        return order  # it stands already: pressed twice is held once
    put_chasing_hold(order, why, words, by)
    return order


@service(gettext_lazy("Let chasing go on"))
def resume_chasing(*, purchase_order_id: int, by: User | None) -> PurchaseOrder:
    """What the supplier has waited for is settled; it is asked again when its time comes."""
    order = locked_purchase_order(purchase_order_id)
    order.step("resume_chasing")
    if not order.chasing_hold:
        raise NotHeld(_("Chasing is not held for this order."))
    end_chasing_hold(order, by, every=True)
    return order


@service
def note_supplier_wrote(
    *, about: Sequence[str], is_returned: bool = False, by: None = None
) -> list[PurchaseOrder]:
    """A mail of the supplier's about its orders (named as the journal does) has come.

    Or one of ours came back. Nobody chases by itself before somebody has looked.
    """
    keys = [one.removeprefix(ORDER) for one in about if one.startswith(ORDER)]
    found = PurchaseOrder.objects.filter(
        pk__in=[key for key in keys if key.isdecimal()], chasing_hold=""
    ).filter(state__in=PurchaseOrder.WITH_SUPPLIER)
    held = []
    for pk in sorted(found.values_list("pk", flat=True)):
        order = locked_purchase_order(pk)
        if order.may("hold_chasing") and not order.chasing_hold:
            put_chasing_hold(order, Hold.RETURNED if is_returned else Hold.MAIL, "", None)
            held.append(order)
    return held


@service(gettext_lazy("Save how suppliers are chased"))
def save_supplier_chasing(*, rows: Sequence[ChasingRow], by: User | None) -> list[SupplierChasing]:
    """Never, by a press, or by itself; an empty mode follows the company's setting."""
    codes = {row.supplier.strip() for row in rows}
    found = Partner.objects.filter(code__in=codes, is_supplier=True)
    suppliers = dict(found.values_list("pk", "code"))

    def check(one: SupplierChasing, index: int, problems: Problems) -> None:
        if one.supplier_id not in suppliers:
            words = _("There is no supplier “%(code)s”.") % {"code": rows[index].supplier[:60]}
            problems.add(index, "supplier", words)

    saved = upsert(SupplierChasing, rows, key=("supplier",), check=check).objects
    named = saved[:MOST_NAMED]
    fact = SupplierChasingSaved(suppliers={suppliers[one.supplier_id]: one.mode for one in named})
    about = ["purchasing", *(f"partners.partner:{one.supplier_id}" for one in saved[:50])]
    journal.record(fact, about=about, by=by)
    return saved


@service
def learn_supplier_spreads(*, by: None = None) -> int:
    """Keep how far each supplier's deliveries stray: who strays far is asked earlier."""
    spreads = {
        pk: min(ceil(days * WEEK / WORKED), MOST_SPREAD_DAYS)
        for pk, days in spreads_of_suppliers().items()
    }
    known = {one.supplier_id: one for one in SupplierChasing.objects.all()}
    moved = []
    for pk, one in known.items():
        if one.spread_days != spreads.get(pk, 0):
            one.spread_days = spreads.get(pk, 0)
            moved.append(one)
    SupplierChasing.objects.bulk_update(moved, ["spread_days"], batch_size=500)
    fresh = [
        SupplierChasing(supplier_id=pk, spread_days=days)
        for pk, days in sorted(spreads.items())
        if pk not in known and days
    ]
    SupplierChasing.objects.bulk_create(fresh, ignore_conflicts=True)
    return len(moved) + len(fresh)


def _if_free(order_id: int) -> PurchaseOrder | None:
    """The order, its row locked; None while somebody else has it."""
    rows = PurchaseOrder.objects.select_for_update(of=("self",), skip_locked=True)
    return rows.select_related("supplier").filter(pk=order_id).first()


def _ask(order: PurchaseOrder, chaser: Chaser, words: str, by: User | None) -> None:
    sending = open_sending(order)
    to = Recipient(sending.to_name, sending.to_email, sending.language)
    _link, token, until = new_link(order, sending.sha256, to, by)
    reader = reader_of(to, by or chaser.order.made_by, token, until)
    rows = chaser.rows(reader.is_chinese)
    letter = chaser_letter(order, reader, why=chaser.why, rows=rows, message=words)
    write_letter(order, to, letter, by)
    order.chased_at, order.is_chased_by_itself = clock.now(), by is None
    order.chases += 1
    order.save(update_fields=["chased_at", "chases", "is_chased_by_itself"])
    fact = SupplierChased(
        **said_of(order, chaser.lines), why=chaser.why, email=to.email, by_itself=by is None
    )
    journal.record(fact, about=about_of(order, chaser.lines), by=by)


def _chaser(order: PurchaseOrder, rules: ChasingRules) -> Chaser:
    found = with_lines(PurchaseOrder.objects.filter(pk=order.pk)).get()
    found.chasing_hold = ""  # looked at already
    if waits_for_us(found.living_lines):  # type: ignore[attr-defined]
        raise SupplierWaitsForUs(
            _("The supplier waits for us: decide about what it proposes first.")
        )
    if was_asked_lately(order, rules):
        raise NothingToChase(
            _("The supplier was asked on %(day)s; give it time to answer.")
            % {"day": clock.date_of(order.chased_at or clock.now()).isoformat()}
        )
    chaser = chaser_of(found, rules)
    if chaser is None:
        raise NothingToChase(_("There is nothing to ask the supplier at the moment."))
    return chaser
