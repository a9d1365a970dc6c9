"""What buyers and suppliers do in the simulated world: order, approve, send, answer, decide."""

import datetime as dt
import random
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_DOWN, Decimal
from typing import Any

from gendan.engine.calendars import WorkCalendar
from gendan.inventory.models import Balance
from gendan.kernel.errors import DomainError
from gendan.kernel.models import User
from gendan.planning.services import ProposalRow, order_proposals
from gendan.purchasing import services
from gendan.purchasing.models import (
    ProvidedMaterial,
    PurchaseOrder,
    PurchaseOrderLine,
    SupplierWord,
)
from gendan.purchasing.purchase_plan import PlanLine, open_requests, plan_purchases
from gendan.sourcing.models import Qualification
from gendan.sourcing.services import QualificationRow, save_qualifications
from gendan.testing.world.places import STORE

State = PurchaseOrder.State
LATER = ["染缸排期", "原料未到", "Machine under repair", "假期前订单集中"]
REFUSED = "客户交期不变，请按原期交货 / the customer's date stands"
WHOLE = Decimal(1)
RENEWED_DAYS_BEFORE = 5
RENEWED_FOR_DAYS = 365
BUYING_DAY = 1  # a week's requests go together: fewer orders, better prices


class Buyers:
    """Bo and Ting buy by purchase orders, Zhao approves; the same seed acts the same."""

    def __init__(
        self, rng: random.Random, people: Mapping[str, User], calendar: WorkCalendar
    ) -> None:
        self.rng = rng
        self.people = people
        self.calendar = calendar

    def act(self, day: dt.date) -> None:
        """A buyer's day: suppliers' words are read and decided, what is asked for is ordered."""
        self.decide()
        self.hear()
        self.push_on()
        if day.weekday() == BUYING_DAY:
            self.order(day)

    def renew(self, day: dt.date) -> None:
        """Certificates that end within the week are renewed for a year; our own audits wait."""
        kinds = [Qualification.Kind.QUALITY, Qualification.Kind.PRODUCT]
        ending = Qualification.objects.filter(
            kind__in=kinds, expires_on__lte=day + dt.timedelta(days=RENEWED_DAYS_BEFORE)
        ).select_related("supplier")
        rows = [
            QualificationRow(
                one.supplier.code,
                one.kind,
                one.number,
                issued_on=day,
                expires_on=day + dt.timedelta(days=RENEWED_FOR_DAYS),
            )
            for one in ending.order_by("pk")
        ]
        if rows:
            save_qualifications(rows=rows, by=self.people["bo"])

    def order(self, day: dt.date) -> None:
        """Requests become orders to the suppliers that the purchase plan proposes."""
        wanted = open_requests()
        lines = plan_purchases(wanted, today=day).lines if wanted else []
        rows = [_proposal(line) for line in lines]
        if rows:
            order_proposals(rows=rows, by=self.people["bo"])
            self.push_on()

    def push_on(self) -> None:
        """Drafts are submitted, approved and sent; a few lie until the next day."""
        for order in self._orders(State.DRAFT):
            if self.rng.random() < 0.8:
                self._try(self._submit, order.pk)
        for order in self._orders(State.TO_APPROVE):
            if self.rng.random() < 0.5:
                boss = self.people["zhao"]
                self._try(services.approve_purchase_order, purchase_order_id=order.pk, by=boss)
        for order in self._orders(State.APPROVED):
            self._try(self._send, order)

    def hear(self) -> None:
        """Suppliers answer within some days: mostly as asked, some later, a few with less."""
        waiting = self._orders(State.SENT)
        lines = PurchaseOrderLine.objects.filter(order__in=waiting, is_cancelled=False)
        proposed = SupplierWord.objects.filter(line__in=lines, state=SupplierWord.State.PROPOSED)
        decided_by_us = set(proposed.values_list("line_id", flat=True))
        for order in waiting:
            open_ones = [
                line
                for line in lines
                if line.order_id == order.pk
                and line.confirmed_on is None
                and line.is_open
                and line.pk not in decided_by_us
            ]
            if open_ones and self.rng.random() < 0.55:
                self._try(self._answer, order, open_ones)

    def decide(self) -> None:
        """What suppliers propose is mostly accepted."""
        words = SupplierWord.objects.filter(state=SupplierWord.State.PROPOSED).order_by("pk")
        for word in words:
            mood = self.rng.random()
            by = self.people["ting"]
            if mood < 0.6:
                self._try(services.accept_counter, word_id=word.pk, by=by)
            elif mood < 0.7:
                self._try(services.refuse_counter, word_id=word.pk, reason=REFUSED, by=by)

    def _orders(self, state: str) -> list[PurchaseOrder]:
        return list(PurchaseOrder.objects.filter(state=state).order_by("pk"))

    def _submit(self, order_id: int) -> None:
        services.submit_purchase_order(
            purchase_order_id=order_id,
            override_reason="等新证书，先采购 / certificate under way",
            by=self.people["bo"],
        )

    def _send(self, order: PurchaseOrder) -> None:
        services.send_purchase_order(purchase_order_id=order.pk, by=self.people["bo"])
        if order.kind == PurchaseOrder.Kind.SUBCONTRACT:
            self._provide(order)

    def _provide(self, order: PurchaseOrder) -> None:
        """What our store has of the material goes to the outside factory."""
        parts = ProvidedMaterial.objects.filter(line__order=order).order_by("pk")
        there = Balance.objects.filter(
            item__in=parts.values("item"), location__code__startswith=STORE
        ).select_related("location", "lot")
        free = {one: one.on_hand - one.reserved for one in there.order_by("pk")}
        rows = []
        for part in parts:
            left = part.quantity - part.sent
            for place, quantity in free.items():
                taken = min(left, quantity).quantize(WHOLE, ROUND_DOWN)
                if place.item_id != part.item_id or taken <= 0:
                    continue
                free[place] -= taken
                left -= taken
                lot = place.lot.code if place.lot else ""
                rows.append(services.ProvidedRow(part.pk, taken, place.location.code, lot))
        if rows:
            services.send_material(purchase_order_id=order.pk, rows=rows, by=self.people["wen"])

    def _answer(self, order: PurchaseOrder, lines: Sequence[PurchaseOrderLine]) -> None:
        services.record_supplier_answer(
            purchase_order_id=order.pk,
            answers=[self._said(line) for line in lines],
            person=order.supplier.name_zh or order.supplier.name,
            by=self.people["ting"],
        )

    def _said(self, line: PurchaseOrderLine) -> services.LineAnswer:
        mood = self.rng.random()
        if mood < 0.75:
            return services.LineAnswer(line.position)
        if mood < 0.93:
            on = self.calendar.add_days(line.requested_on, self.rng.randint(1, 8))
            return services.LineAnswer(line.position, on=on, remark=self.rng.choice(LATER))
        less = (line.typed_quantity * Decimal("0.9")).quantize(WHOLE, ROUND_DOWN)
        return services.LineAnswer(line.position, quantity=max(less, WHOLE), remark="库存不足")

    @staticmethod
    def _try(act: Callable[..., object], *what: object, **named: Any) -> None:
        """As a person would: a refusal is read, and the matter waits for another day."""
        try:
            act(*what, **named)
        except DomainError:
            return


def _proposal(line: PlanLine) -> ProposalRow:
    """A line of the plan as it is proposed, not sooner than the supplier can."""
    return ProposalRow(
        source_id=line.best.offer.source_id,
        quantity=line.best.quantity,
        request_ids=[one.pk for one, _part in line.wanted],
        requested_on=max(line.asked_on, line.best.arrives_on),
    )
