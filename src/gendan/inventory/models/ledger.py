"""Tables of the stock ledger: locations, lots, moves, balances, reservations, expected supply."""

import datetime as dt
from decimal import Decimal

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gendan.catalog.models import Family, Item, Named
from gendan.kernel.quantity import QuantityField
from gendan.kernel.visibility import OwnPeopleQuerySet
from gendan.partners.models import Partner


class Location(Named):
    """A place goods can be; suppliers, customers, production and loss are places too.

    A warehouse has zones and these have bins: places inside places (`parent`). Goods lie in places
    that have no others inside them.
    """

    class Kind(models.TextChoices):
        STORE = "store", _("store")
        QUALITY = "quality", _("quality hold")
        OUTSIDE = "outside", _("ours, at a supplier's")
        SUPPLIER = "supplier", _("suppliers")
        CUSTOMER = "customer", _("customers")
        PRODUCTION = "production", _("production")
        LOSS = "loss", _("loss and adjustment")
        OPENING = "opening", _("opening stock")

    class Purpose(models.TextChoices):
        RECEIVING = "receiving", _("receiving")
        STORAGE = "storage", _("storage")
        PICKING = "picking", _("picking")
        SHIPPING = "shipping", _("shipping")
        QUARANTINE = "quarantine", _("quarantine")

    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.STORE)
    parent = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT)
    # Empty: as the place it lies in, and storage where that says nothing either.
    purpose = models.CharField(_("purpose"), max_length=10, choices=Purpose.choices, blank=True)
    sequence = models.PositiveIntegerField(_("walking order"), default=0)
    # How much fits, in the units of what lies there; empty: nobody has measured it.
    capacity = QuantityField(_("capacity"), null=True, blank=True)
    # Goods of this family are put away here first.
    family = models.ForeignKey(
        Family, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    # Whose premises these are, where goods of ours lie outside our own.
    partner = models.ForeignKey(
        Partner, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    # What lies in these kinds is ours; the others are the far side of a move. Only what lies in
    # STORE is free to be promised.
    OWN = frozenset({Kind.STORE, Kind.QUALITY, Kind.OUTSIDE})

    @property
    def is_own(self) -> bool:
        return self.kind in self.OWN

    class Meta:
        verbose_name = _("location")
        constraints = [
            models.CheckConstraint(
                condition=Q(capacity__isnull=True) | Q(capacity__gt=0), name="location_capacity"
            ),
            models.CheckConstraint(
                condition=~Q(kind="outside") | Q(partner__isnull=False), name="location_of_whom"
            ),
        ]


class Lot(models.Model):
    """A lot or serial number of a traced item."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="lots")
    code = models.CharField(_("lot"), max_length=60)
    made_on = models.DateField(null=True, blank=True)
    expires_on = models.DateField(null=True, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("lot")
        constraints = [models.UniqueConstraint(fields=["item", "code"], name="lot_once_per_item")]

    def __str__(self) -> str:
        return self.code

    def is_expired_on(self, day: dt.date) -> bool:
        """Whether it may no longer be used: the day of expiry itself is the last good one."""
        return self.expires_on is not None and self.expires_on < day


class Move(models.Model):
    """A quantity of an item taken from one location to another; never changed, but moved back."""

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="+")
    lot = models.ForeignKey(Lot, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    source = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    target = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    quantity = QuantityField()
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    about = models.CharField(max_length=80, blank=True, db_index=True)
    reason = models.CharField(max_length=200, blank=True)
    reverses = models.OneToOneField(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="reversed_by"
    )

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        indexes = [
            models.Index(fields=["item", "at"], name="move_item_at"),
            models.Index(fields=["at"], name="move_at"),
        ]
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="move_positive"),
            models.CheckConstraint(condition=~Q(source=F("target")), name="move_goes_somewhere"),
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.quantity} {self.source_id} → {self.target_id}"


class Balance(models.Model):
    """What lies where, following the moves in the same transaction; its row is the lock.

    Far-side locations have (negative or positive) balances too, so that everything sums to zero.
    """

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="balances")
    lot = models.ForeignKey(Lot, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    location = models.ForeignKey(Location, on_delete=models.PROTECT, related_name="+")
    is_own = models.BooleanField()
    on_hand = QuantityField(default=Decimal(0))
    reserved = QuantityField(default=Decimal(0))
    since = models.DateTimeField(null=True, blank=True)  # since when something has lain here
    moved_at = models.DateTimeField(null=True, blank=True)
    counted_at = models.DateTimeField(null=True, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["item", "lot", "location"], nulls_distinct=False, name="balance_once"
            ),
            models.CheckConstraint(
                condition=Q(is_own=False) | Q(on_hand__gte=0), name="stock_not_negative"
            ),
            models.CheckConstraint(
                condition=Q(reserved__gte=0) & (Q(reserved=0) | Q(reserved__lte=F("on_hand"))),
                name="reserved_is_there",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} @ {self.location_id}: {self.on_hand}"


class Reservation(models.Model):
    """A quantity of a balance kept for one demand ("orders.orderline:12")."""

    balance = models.ForeignKey(Balance, on_delete=models.PROTECT, related_name="reservations")
    demand = models.CharField(max_length=80, db_index=True)
    quantity = QuantityField()
    at = models.DateTimeField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["balance", "demand"], name="reservation_once"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="reservation_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.demand}: {self.quantity}"


class ExpectedSupply(models.Model):
    """Goods that somebody has said will arrive on a day. Never stock.

    Open purchase and work orders write themselves here when those rooms exist; until then it is
    entered or imported by hand. `demand` is set where the supply is meant for one demand only.
    """

    item = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="expected")
    quantity = QuantityField()
    received = QuantityField(default=Decimal(0))
    due_on = models.DateField()
    reference = models.CharField(max_length=80, blank=True)  # purchase order number, work order …
    demand = models.CharField(max_length=80, blank=True, db_index=True)
    is_open = models.BooleanField(default=True)
    # What we make ourselves: the paper its material is issued for ("production.workorder:5"),
    # so that a lot's way leads through it.
    made_for = models.CharField(max_length=80, blank=True)
    # What we buy: the order it comes with ("purchasing.purchaseorder:5"), of which only a receipt
    # takes goods in.
    comes_with = models.CharField(max_length=80, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "expected supplies"
        indexes = [
            models.Index(fields=["item", "due_on"], name="expected_open", condition=Q(is_open=True))
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(quantity__gt=0, received__gte=0), name="expected_sensible"
            )
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.quantity} on {self.due_on}"
