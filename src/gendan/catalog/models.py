"""Tables of the catalog: units, items, BOMs, routings, work centres, calendars, prices."""

import datetime as dt
from decimal import Decimal

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from gendan.catalog.named import LearningCurve as LearningCurve
from gendan.catalog.named import Named as Named
from gendan.catalog.rules import CONSTRAINTS as RULE_CONSTRAINTS
from gendan.catalog.rules import PlanRules
from gendan.kernel.models import StoredFile, User
from gendan.kernel.money import CurrencyField, PriceField
from gendan.kernel.quantity import QuantityField
from gendan.kernel.visibility import OwnPeopleQuerySet


class Unit(Named):
    """A unit of measure: our code, its UN/ECE Recommendation 20 code, its smallest step."""

    rec20 = models.CharField(max_length=3, blank=True)
    step = models.DecimalField(max_digits=9, decimal_places=6, default=Decimal(1))

    class Meta:
        verbose_name = _("unit")
        constraints = [models.CheckConstraint(condition=Q(step__gt=0), name="unit_step_positive")]


class Family(Named):
    """A family of items: which kind of journey its orders have, and how its lines are entered."""

    class Kind(models.TextChoices):
        APPAREL = "apparel", _("apparel")
        HARDGOODS = "hardgoods", _("hardgoods")
        ELECTRONICS = "electronics", _("electronics")
        TRADING = "trading", _("trading")

    kind = models.CharField(_("kind"), max_length=20, choices=Kind.choices, default=Kind.HARDGOODS)
    uses_matrix = models.BooleanField(_("style × colour × size"), default=False)
    uses_assortment = models.BooleanField(_("pre-pack assortment"), default=False)
    # In this order sizes stand in a matrix: ["S", "M", "L"].
    sizes = ArrayField(models.CharField(max_length=20), default=list, blank=True)

    class Meta:
        verbose_name = _("item family")
        verbose_name_plural = "families"


class Item(PlanRules, Named):
    """Something sold, made or bought."""

    class Supply(models.TextChoices):
        MAKE = "make", _("make")
        BUY = "buy", _("buy")
        OUTSOURCE = "outsource", _("outside factory")

    class Traced(models.TextChoices):
        NO = "no", _("not traced")
        LOT = "lot", _("by lot")
        SERIAL = "serial", _("by serial number")

    family = models.ForeignKey(Family, on_delete=models.PROTECT, related_name="items")
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    model = models.CharField(_("model"), max_length=80, blank=True)
    style = models.CharField(_("style"), max_length=40, blank=True)
    colour = models.CharField(_("colour"), max_length=40, blank=True)
    size = models.CharField(_("size"), max_length=20, blank=True)
    specification = models.JSONField(_("specification"), default=dict, blank=True)
    specification_version = models.CharField(max_length=20, default="1")
    barcode = models.CharField(_("GTIN"), max_length=14, blank=True)
    hs_code = models.CharField(_("HS code"), max_length=14, blank=True)
    supply = models.CharField(_("supply"), max_length=10, choices=Supply.choices)
    is_sold = models.BooleanField(_("sold"), default=True)
    traced = models.CharField(max_length=6, choices=Traced.choices, default=Traced.NO)
    cost = PriceField(_("standard cost"), null=True, blank=True)  # company currency, per unit
    carton_quantity = QuantityField(_("pieces per carton"), null=True, blank=True)
    carton_kg = models.DecimalField(max_digits=9, decimal_places=3, null=True, blank=True)
    carton_m3 = models.DecimalField(max_digits=9, decimal_places=5, null=True, blank=True)

    class Meta:
        verbose_name = _("item")
        indexes = [
            models.Index(fields=["style"], name="item_style", condition=~Q(style="")),
            GinIndex(
                name="item_words",
                fields=["code", "name_en", "name_zh", "model"],
                opclasses=["gin_trgm_ops"] * 4,
            ),
        ]
        constraints = [
            *RULE_CONSTRAINTS,
            models.CheckConstraint(
                condition=Q(cost__isnull=True) | Q(cost__gte=0), name="item_cost_not_less"
            ),
            models.UniqueConstraint(
                fields=["style", "colour", "size"],
                condition=~Q(style=""),
                name="item_one_per_style_colour_size",
            ),
        ]


class SpecificationVersion(models.Model):
    """A released version of an item's specification (tech pack), and the one it takes the place of.

    The item names the version in force; versions are named by text, as on order lines.
    """

    item = models.ForeignKey(
        Item, on_delete=models.CASCADE, related_name="specification_versions", db_index=False
    )
    version = models.CharField(_("version"), max_length=20)
    supersedes = models.CharField(max_length=20, blank=True)
    released_on = models.DateField(_("released on"))
    note = models.TextField(_("what is new"), blank=True)
    file = models.ForeignKey(
        StoredFile, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    file_name = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(User, null=True, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(fields=["item", "version"], name="specification_version_once")
        ]

    def __str__(self) -> str:
        return f"{self.item_id}: {self.version}"


class UnitConversion(models.Model):
    """1 `unit` = `factor` × `into`, for one item or (item null) for all."""

    item = models.ForeignKey(Item, null=True, blank=True, on_delete=models.CASCADE)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    into = models.ForeignKey(Unit, on_delete=models.PROTECT, related_name="+")
    factor = models.DecimalField(max_digits=18, decimal_places=9)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(factor__gt=0), name="conversion_positive"),
            models.UniqueConstraint(
                fields=["item", "unit", "into"], nulls_distinct=False, name="conversion_once"
            ),
        ]

    def __str__(self) -> str:
        return f"1 {self.unit_id} = {self.factor} {self.into_id}"


class Bom(models.Model):
    """One revision of what an item is made of; at most one revision is in force."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="boms")
    revision = models.CharField(max_length=20)
    is_current = models.BooleanField(default=True)
    remark = models.CharField(max_length=200, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "revision"], name="bom_revision_once"),
            models.UniqueConstraint(
                fields=["item"], condition=Q(is_current=True), name="bom_one_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} / {self.revision}"


class BomLine(models.Model):
    """A component of a BOM: quantity per unit of the parent, and the percentage lost."""

    bom = models.ForeignKey(Bom, on_delete=models.CASCADE, related_name="lines")
    component = models.ForeignKey(Item, on_delete=models.PROTECT, related_name="used_in")
    quantity_per = QuantityField()
    scrap_percent = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0))

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(quantity_per__gt=0), name="bom_line_positive"),
            models.UniqueConstraint(fields=["bom", "component"], name="bom_component_once"),
        ]

    def __str__(self) -> str:
        return f"{self.component} × {self.quantity_per}"


class Alternate(models.Model):
    """An item that may stand in for a component of a parent, or (parent null) of everything.

    `quantity` of it is taken for one of the component.
    """

    parent = models.ForeignKey(
        Item,
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="+",
        verbose_name=_("made item"),
    )
    component = models.ForeignKey(
        Item, on_delete=models.CASCADE, related_name="alternates", verbose_name=_("component")
    )
    alternate = models.ForeignKey(
        Item, on_delete=models.PROTECT, related_name="+", verbose_name=_("substitute")
    )
    quantity = QuantityField(_("quantity for one"), default=Decimal(1))
    rank = models.PositiveSmallIntegerField(
        _("rank"), default=1, help_text=_("Substitutes are tried in this order, 1 first.")
    )
    is_planned = models.BooleanField(
        _("used by plans"),
        default=False,
        help_text=_(
            "Plans take what is free of it before they order the component; promises only offer it."
        ),
    )
    remark = models.CharField(_("remark"), max_length=200, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        verbose_name = _("substitute")
        constraints = [
            models.CheckConstraint(condition=Q(quantity__gt=0), name="alternate_positive"),
            models.CheckConstraint(
                condition=~Q(component=F("alternate")), name="alternate_is_another"
            ),
            models.UniqueConstraint(
                fields=["component", "alternate", "parent"],
                nulls_distinct=False,
                name="alternate_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.component.code} → {self.alternate.code}"


class Calendar(Named):
    """Working days: a weekly pattern, the holidays of a country, and the days written here.

    A CalendarDay always wins; where no day is written the weekly pattern holds.
    """

    country = models.CharField(_("country"), max_length=2, blank=True)
    weekdays = ArrayField(models.PositiveSmallIntegerField(), default=list)  # 0 = Monday

    class Meta:
        verbose_name = _("calendar")


class CalendarDay(models.Model):
    """One day that differs from the weekly pattern: a holiday or a make-up working day."""

    calendar = models.ForeignKey(Calendar, on_delete=models.CASCADE, related_name="days")
    day = models.DateField()
    is_working = models.BooleanField()
    name = models.CharField(max_length=80, blank=True)
    is_by_hand = models.BooleanField(default=False)  # not overwritten when a year is filled again

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["calendar", "day"], name="calendar_day_once")
        ]

    def __str__(self) -> str:
        return f"{self.day} {self.name}"


class WorkCenter(Named):
    """A line, a group of machines or an outside factory: minutes it can work per working day."""

    calendar = models.ForeignKey(Calendar, null=True, blank=True, on_delete=models.PROTECT)
    minutes_per_day = models.PositiveIntegerField(default=480)
    machines = models.PositiveSmallIntegerField(
        _("machines"),
        default=1,
        help_text=_("Machines, lines or teams beside each other, which share the minutes."),
    )
    is_outside = models.BooleanField(default=False)
    # A line: how many people work on each, how well, and how they get into a style.
    operators = models.PositiveSmallIntegerField(
        _("people on a line"),
        null=True,
        blank=True,
        help_text=_("How many work on one line at the same time; empty: not a line."),
    )
    efficiency_percent = models.DecimalField(
        _("efficiency (%)"),
        max_digits=5,
        decimal_places=2,
        default=Decimal(100),
        help_text=_("Standard minutes made in a hundred minutes of work."),
    )
    learning_curve = models.ForeignKey(
        LearningCurve,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("learning curve"),
    )
    # What can be done besides, and what it costs in the company's currency; null: not known.
    hour_cost = PriceField(_("cost of an hour"), null=True, blank=True)
    overtime_minutes = models.PositiveIntegerField(_("overtime at most (minutes a day)"), default=0)
    overtime_cost = PriceField(_("an hour of overtime costs more by"), null=True, blank=True)
    second_line = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="+",
        verbose_name=_("other work centre that does the same"),
    )

    class Meta:
        verbose_name = _("work centre")
        constraints = [
            models.CheckConstraint(
                condition=(Q(hour_cost__isnull=True) | Q(hour_cost__gte=0))
                & (Q(overtime_cost__isnull=True) | Q(overtime_cost__gte=0)),
                name="work_center_cost_not_less",
            ),
            models.CheckConstraint(
                condition=Q(overtime_minutes__lte=F("machines") * 1440),
                name="work_center_overtime_in_a_day",
            ),
            models.CheckConstraint(
                condition=(Q(operators__isnull=True) | Q(operators__gte=1))
                & Q(efficiency_percent__gt=0),
                name="work_center_line_works",
            ),
            models.CheckConstraint(
                condition=Q(second_line__isnull=True) | ~Q(second_line=F("id")),
                name="work_center_second_is_another",
            ),
        ]


class Routing(models.Model):
    """One revision of how an item is made; at most one is in force."""

    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="routings")
    revision = models.CharField(max_length=20)
    is_current = models.BooleanField(default=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["item", "revision"], name="routing_revision_once"),
            models.UniqueConstraint(
                fields=["item"], condition=Q(is_current=True), name="routing_one_current"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item} / {self.revision}"


class RoutingStep(models.Model):
    """One operation: where, and how many minutes to set up and per unit."""

    routing = models.ForeignKey(Routing, on_delete=models.CASCADE, related_name="steps")
    sequence = models.PositiveIntegerField()
    name = models.CharField(max_length=80, blank=True)
    work_center = models.ForeignKey(WorkCenter, on_delete=models.PROTECT, related_name="+")
    setup_minutes = models.DecimalField(max_digits=9, decimal_places=3, default=Decimal(0))
    # With standard minutes (SAM) given, what the line takes: it follows from them.
    run_minutes_per_unit = models.DecimalField(max_digits=12, decimal_places=6, default=Decimal(0))
    sam_minutes = models.DecimalField(
        _("SAM (standard minutes)"), max_digits=12, decimal_places=6, null=True, blank=True
    )
    learning_curve = models.ForeignKey(  # null: the work centre's
        LearningCurve,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        verbose_name=_("learning curve"),
    )
    setup_family = models.CharField(_("set-up family"), max_length=40, blank=True)
    # Pieces that go on to the next step together; null: only when all are done.
    transfer_quantity = QuantityField(_("transfer batch"), null=True, blank=True)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        ordering = ["sequence"]
        constraints = [
            models.UniqueConstraint(fields=["routing", "sequence"], name="routing_step_once"),
            models.CheckConstraint(
                condition=Q(sam_minutes__isnull=True) | Q(sam_minutes__gt=0),
                name="routing_step_sam_positive",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sequence} {self.name}"


class PriceList(Named):
    """Prices in one currency for a time. Which customer has which list is written in orders."""

    currency = CurrencyField(_("currency"))
    valid_from = models.DateField(_("valid from"), null=True, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    is_general = models.BooleanField(_("for every customer"), default=False)
    discount_percent = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0))

    class Meta:
        verbose_name = _("price list")
        constraints = [
            models.CheckConstraint(
                condition=Q(valid_from__isnull=True)
                | Q(valid_until__isnull=True)
                | Q(valid_from__lte=F("valid_until")),
                name="price_list_dates_in_order",
            )
        ]

    def holds_on(self, day: dt.date) -> bool:
        """Whether the list is in force on that day."""
        return (self.valid_from is None or self.valid_from <= day) and (
            self.valid_until is None or day <= self.valid_until
        )


class Price(models.Model):
    """A price of an item from a quantity upward, per `price_per` units."""

    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="prices")
    item = models.ForeignKey(Item, on_delete=models.CASCADE, related_name="prices")
    from_quantity = QuantityField(default=Decimal(0))
    unit_price = PriceField()
    price_per = QuantityField(default=Decimal(1))
    discount_percent = models.DecimalField(max_digits=5, decimal_places=2, default=Decimal(0))

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["price_list", "item", "from_quantity"], name="price_break_once"
            ),
            models.CheckConstraint(
                condition=Q(unit_price__gte=0, price_per__gt=0, from_quantity__gte=0),
                name="price_sensible",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.item_id} ≥ {self.from_quantity}: {self.unit_price}"


class ExchangeRate(models.Model):
    """What one unit of a currency is worth in the company's currency from a day on."""

    currency = CurrencyField()
    day = models.DateField()
    rate = models.DecimalField(max_digits=18, decimal_places=8)

    objects = OwnPeopleQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["currency", "day"], name="rate_once_a_day"),
            models.CheckConstraint(condition=Q(rate__gt=0), name="rate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.currency} {self.day} {self.rate}"
