"""Deliveries for purchase orders in the simulated world: received, held, judged, sent back."""

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal

from gendan.inventory.models import ExpectedSupply
from gendan.kernel.errors import DomainError
from gendan.kernel.models import User
from gendan.purchasing import services
from gendan.purchasing.models import GoodsReceipt, PurchaseOrderLine
from gendan.testing.world.places import bin_of

Arrival = tuple[ExpectedSupply, Decimal, bool]  # what came, how much, whether no more will
BAD = ["色差超标", "尺寸超差", "包装破损受潮"]


class Receivers:
    """Wen receives by the delivery note, Qiu looks at it; the same seed judges the same."""

    def __init__(self, rng: random.Random, people: Mapping[str, User]) -> None:
        self.rng = rng
        self.people = people

    def receive(self, arrived: Sequence[Arrival], day: dt.date) -> set[int]:
        """Take in what belongs to purchase orders; which supplies these were (by their id)."""
        lines = PurchaseOrderLine.objects.filter(expected__in=[one.pk for one, *_rest in arrived])
        line_of = {line.expected_id: line for line in lines.select_related("item").order_by("pk")}
        rows = defaultdict(list)
        for supply, quantity, is_last in arrived:
            line = line_of.get(supply.pk)
            if line is not None:
                lot = f"R{day:%y%m%d}-{supply.pk}" if line.item.traced == "lot" else ""
                row = services.ArrivedRow(line.pk, quantity, lot=lot, is_last=is_last)
                rows[line.order_id].append(row)
        for order_id, of_order in rows.items():
            try:
                services.receive_goods(
                    rows=of_order, delivery_note=f"DN{day:%y%m%d}-{order_id}", by=self.people["wen"]
                )
            except DomainError:
                continue  # the order is just being changed: the lorry comes again
        return {pk for pk in line_of if pk is not None}

    def judge(self) -> None:
        """Most is good; a little goes to quarantine, and from there back to its supplier."""
        held = GoodsReceipt.objects.filter(state=GoodsReceipt.State.HELD).order_by("pk")
        for receipt in held:
            mood = self.rng.random()
            try:
                if mood < 0.04:
                    reason = self.rng.choice(BAD)
                    services.reject_receipt(
                        receipt_id=receipt.pk, reason=reason, by=self.people["qiu"]
                    )
                elif mood < 0.75:
                    self._release(receipt)
            except DomainError:
                continue

    def _release(self, receipt: GoodsReceipt) -> None:
        lines = receipt.lines.select_related("item").order_by("pk")
        rows = [
            services.VerdictRow(line.pk, left, bin_of(line.item.code))
            for line in lines
            if (left := line.quantity - line.released - line.rejected) > 0
        ]
        services.release_receipt(receipt_id=receipt.pk, rows=rows, by=self.people["qiu"])
