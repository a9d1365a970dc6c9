"""What came of purchase orders: receipts and their verdicts, returns, invoices of suppliers."""

from decimal import Decimal
from typing import Any, ClassVar

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gendan.catalog.models import Item
from gendan.inventory.models import Location, Lot
from gendan.kernel.models import StoredFile, User
from gendan.kernel.money import AmountField, CurrencyField, PriceField
from gendan.kernel.quantity import QuantityField
from gendan.kernel.states import SAME, Step, Stepped
from gendan.kernel.visibility import OwnPeopleQuerySet
from gendan.partners.models import Partner
from gendan.purchasing.models.orders import PurchaseOrderLine


class GoodsReceipt(Stepped):
    """A delivery of one supplier, as it was counted at the door; held until there is a verdict."""

    class State(models.TextChoices):
        HELD = "held", _("held for a verdict")
        DECIDED = "decided", _("decided")

    STEPS: ClassVar[dict[str, Step]] = {
        "release_receipt": Step(("held",), SAME),
        "reject_receipt": Step(("held",), SAME),
        "finish_receipt": Step(("held",), "decided"),
        "return_goods": Step(("held", "decided"), SAME),
    }

    number = models.CharField(_("goods receipt"), max_length=60, unique=True)
    state = models.CharField(max_length=7, choices=State.choices, default=State.HELD)
    supplier = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    delivery_note = models.CharField(_("delivery note"), max_length=60, blank=True)
    remark = models.CharField(_("remark"), max_length=500, blank=True)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("goods receipt")
        indexes = [
            models.Index(fields=["state", "-id"], name="goods_receipt_state"),
            models.Index(fields=["supplier", "-id"], name="goods_receipt_supplier"),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["supplier", "delivery_note"],
                condition=~Q(delivery_note=""),
                name="delivery_note_once",
            )
        ]

    def __str__(self) -> str:
        return self.number


class GoodsReceiptLine(models.Model):
    """A quantity (in the item's own unit) of an order's line, of one lot; and what became of it."""

    receipt = models.ForeignKey(GoodsReceipt, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    order_line = models.ForeignKey(
        PurchaseOrderLine, on_delete=models.PROTECT, related_name="receipts"
    )
    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    quantity = QuantityField(_("quantity"))
    released = QuantityField(default=Decimal(0))
    rejected = QuantityField(default=Decimal(0))
    returned = QuantityField(default=Decimal(0))  # of what was rejected
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    # Where lies what was rejected of it.
    quarantine = models.ForeignKey(
        Location, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    over_reason = models.CharField(max_length=500, blank=True)  # why more was taken than ordered
    reject_reason = models.CharField(max_length=500, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a goods receipt")
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["receipt", "position"], name="receipt_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, released__gte=0, rejected__gte=0, returned__gte=0)
                & Q(quantity__gte=F("released") + F("rejected"))
                & Q(rejected__gte=F("returned")),
                name="receipt_line_sensible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.receipt} / {self.position}"

    @property
    def waiting(self) -> Decimal:
        """What nobody has decided about."""
        found: Decimal = self.quantity - self.released - self.rejected
        return found

    @property
    def to_return(self) -> Decimal:
        """What was rejected and is still here."""
        found: Decimal = self.rejected - self.returned
        return found


class SupplierReturn(models.Model):
    """Rejected goods of a receipt on their way back, for others or for money."""

    class Outcome(models.TextChoices):
        REPLACEMENT = "replacement", _("replacement")
        CREDIT = "credit", _("credit note")

    number = models.CharField(_("return"), max_length=60, unique=True)
    receipt = models.ForeignKey(GoodsReceipt, on_delete=models.PROTECT, related_name="returns")
    supplier = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(_("in exchange for"), max_length=11, choices=Outcome.choices)
    due_on = models.DateField(_("replacement due"), null=True, blank=True)
    currency = CurrencyField()
    credit = AmountField(_("credit expected"), default=Decimal(0))
    reason = models.CharField(_("reason"), max_length=500)
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    to_email = models.EmailField()
    file = models.ForeignKey(StoredFile, on_delete=models.PROTECT, related_name="+")

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("return to a supplier")
        indexes = [models.Index(fields=["supplier", "-id"], name="supplier_return_supplier")]

    def __str__(self) -> str:
        return self.number


class SupplierReturnLine(models.Model):
    """So much of a receipt's line goes back."""

    document = models.ForeignKey(SupplierReturn, on_delete=models.CASCADE, related_name="lines")
    line = models.ForeignKey(GoodsReceiptLine, on_delete=models.PROTECT, related_name="returns")
    quantity = QuantityField()

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["document", "line"], name="return_line_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="return_line_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.document_id}: {self.quantity}"


class SupplierInvoice(Stepped):
    """What a supplier asks to be paid, compared with what was ordered and what has come."""

    class State(models.TextChoices):
        MATCHED = "matched", _("matches")
        DIFFERS = "differs", _("differs")
        APPROVED = "approved", _("approved all the same")

    STEPS: ClassVar[dict[str, Step]] = {
        "approve_supplier_invoice": Step(("differs",), "approved"),
        "find_difference": Step(("matched", "differs"), "differs"),
        "find_match": Step(("matched", "differs"), "matched"),
    }

    number = models.CharField(_("invoice"), max_length=60)
    supplier = models.ForeignKey(Partner, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State.choices, default=State.MATCHED)
    dated_on = models.DateField(_("date"))
    currency = CurrencyField()
    total = AmountField(_("total"))
    differences: Any = models.JSONField(default=list)  # of the head
    at = models.DateTimeField()
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    approved_at = models.DateTimeField(null=True, blank=True)
    approved_by = models.ForeignKey(
        User, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField(max_length=500, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("supplier's invoice")
        indexes = [models.Index(fields=["state", "-id"], name="supplier_invoice_state")]
        constraints = [
            models.UniqueConstraint(fields=["supplier", "number"], name="supplier_invoice_once")
        ]

    def __str__(self) -> str:
        return self.number


class SupplierInvoiceLine(models.Model):
    """A line of an invoice for a line of an order: quantity and price in the unit ordered."""

    invoice = models.ForeignKey(SupplierInvoice, on_delete=models.CASCADE, related_name="lines")
    position = models.PositiveIntegerField()
    order_line = models.ForeignKey(
        PurchaseOrderLine, on_delete=models.PROTECT, related_name="invoiced"
    )
    quantity = QuantityField()
    price = PriceField()
    differences: Any = models.JSONField(default=list)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["invoice", "order_line"], name="invoice_line_once"),
            models.CheckConstraint(
                condition=Q(quantity__gt=0, price__gte=0), name="invoice_line_sensible"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.invoice} / {self.position}"
