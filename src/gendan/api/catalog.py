"""API operations of the catalog room."""

from typing import Any

from django.db.models import Q
from django.http import Http404, HttpRequest
from ninja import Query, Router

from gendan.api.catalog_schemas import (
    AlternateOut,
    AlternatesIn,
    BomOut,
    BomsIn,
    CalendarDayOut,
    CalendarDaysIn,
    CalendarOut,
    CalendarsIn,
    ConversionOut,
    ConversionsIn,
    FamiliesIn,
    FamilyOut,
    FilledOut,
    ItemOut,
    ItemsIn,
    LearningCurveOut,
    LearningCurvesIn,
    LineAsked,
    LineRateOut,
    PriceListOut,
    PriceListsIn,
    PriceOut,
    PricesIn,
    RateOut,
    RatesIn,
    RoutingOut,
    RoutingsIn,
    UnitOut,
    UnitsIn,
    WorkCenterOut,
    WorkCentersIn,
    YearsIn,
)
from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import SavedOut, asker, plain, saved
from gendan.catalog import services
from gendan.catalog.line_plans import line_plan
from gendan.catalog.models import (
    Alternate,
    Bom,
    Calendar,
    CalendarDay,
    ExchangeRate,
    Family,
    Item,
    LearningCurve,
    Price,
    PriceList,
    Routing,
    Unit,
    UnitConversion,
    WorkCenter,
)
from gendan.kernel import clock

router = Router(tags=["catalog"])


@router.get("/items", response=Page[ItemOut], operation_id="list_items")
def list_items(
    request: HttpRequest,
    paging: Query[Paging],
    q: str = "",
    family: str = "",
    supply: str = "",
    is_active: bool | None = None,
) -> Any:
    """Items by code: those whose code, name or model holds `q`."""
    items = Item.objects.visible_to(asker(request)).select_related("family", "unit")
    if q:
        words = plain(q, 80)
        items = items.filter(
            Q(code__icontains=words)
            | Q(name_en__icontains=words)
            | Q(name_zh__icontains=words)
            | Q(model__icontains=words)
        )
    if family:
        items = items.filter(family__code=plain(family, 40))
    if supply:
        items = items.filter(supply=plain(supply, 10))
    if is_active is not None:
        items = items.filter(is_active=is_active)
    return page_of(items, paging, "code")


@router.get("/items/{int:item_id}", response=ItemOut, operation_id="get_item")
def get_item(request: HttpRequest, item_id: int) -> Any:
    """One item."""
    items = Item.objects.visible_to(asker(request)).select_related("family", "unit")
    found = items.filter(pk=item_id).first()
    if found is None:
        raise Http404
    return found


@router.post("/items", response=SavedOut, operation_id="save_items")
def save_items(request: HttpRequest, given: ItemsIn) -> Any:
    """Make or change items by code, all or none."""
    return saved(services.save_items(rows=given.rows, by=asker(request)))


@router.get("/units", response=Page[UnitOut], operation_id="list_units")
def list_units(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Units of measure by code."""
    return page_of(Unit.objects.visible_to(asker(request)), paging, "code")


@router.post("/units", response=SavedOut, operation_id="save_units")
def save_units(request: HttpRequest, given: UnitsIn) -> Any:
    """Make or change units by code, all or none."""
    return saved(services.save_units(rows=given.rows, by=asker(request)))


@router.get("/conversions", response=Page[ConversionOut], operation_id="list_conversions")
def list_conversions(request: HttpRequest, paging: Query[Paging], item: str = "") -> Any:
    """Conversions between units, of one item if asked for."""
    rows = UnitConversion.objects.visible_to(asker(request))
    rows = rows.select_related("item", "unit", "into")
    return page_of(rows.filter(item__code=plain(item, 40)) if item else rows, paging, "pk")


@router.post("/conversions", response=SavedOut, operation_id="save_conversions")
def save_conversions(request: HttpRequest, given: ConversionsIn) -> Any:
    """Make, change or remove conversions, all or none."""
    return saved(services.save_conversions(rows=given.rows, by=asker(request)))


@router.get("/alternates", response=Page[AlternateOut], operation_id="list_alternates")
def list_alternates(request: HttpRequest, paging: Query[Paging], component: str = "") -> Any:
    """Substitutes, those of one component if asked for."""
    rows = Alternate.objects.visible_to(asker(request))
    rows = rows.select_related("component", "alternate", "parent")
    if component:
        rows = rows.filter(component__code=plain(component, 40))
    return page_of(rows, paging, "pk")


@router.post("/alternates", response=SavedOut, operation_id="save_alternates")
def save_alternates(request: HttpRequest, given: AlternatesIn) -> Any:
    """Make, change or remove substitutes, all or none."""
    return saved(services.save_alternates(rows=given.rows, by=asker(request)))


@router.get("/families", response=Page[FamilyOut], operation_id="list_families")
def list_families(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Families of items by code."""
    return page_of(Family.objects.visible_to(asker(request)), paging, "code")


@router.post("/families", response=SavedOut, operation_id="save_families")
def save_families(request: HttpRequest, given: FamiliesIn) -> Any:
    """Make or change families by code, all or none."""
    return saved(services.save_families(rows=given.rows, by=asker(request)))


@router.get("/boms", response=Page[BomOut], operation_id="list_boms")
def list_boms(
    request: HttpRequest, paging: Query[Paging], item: str = "", is_current: bool | None = None
) -> Any:
    """What items are made of, of one item if asked for."""
    rows = Bom.objects.visible_to(asker(request)).select_related("item")
    rows = rows.prefetch_related("lines__component")
    if item:
        rows = rows.filter(item__code=plain(item, 40))
    if is_current is not None:
        rows = rows.filter(is_current=is_current)
    return page_of(rows, paging, "pk")


@router.post("/boms", response=SavedOut, operation_id="save_boms")
def save_boms(request: HttpRequest, given: BomsIn) -> Any:
    """Write BOM revisions whole, all or none; a loop is refused."""
    return saved(services.save_boms(rows=given.rows, by=asker(request)))


@router.get("/routings", response=Page[RoutingOut], operation_id="list_routings")
def list_routings(request: HttpRequest, paging: Query[Paging], item: str = "") -> Any:
    """How items are made, of one item if asked for."""
    rows = Routing.objects.visible_to(asker(request)).select_related("item")
    rows = rows.prefetch_related("steps__work_center", "steps__learning_curve")
    return page_of(rows.filter(item__code=plain(item, 40)) if item else rows, paging, "pk")


@router.post("/routings", response=SavedOut, operation_id="save_routings")
def save_routings(request: HttpRequest, given: RoutingsIn) -> Any:
    """Write routing revisions whole, all or none."""
    return saved(services.save_routings(rows=given.rows, by=asker(request)))


@router.get("/work-centers", response=Page[WorkCenterOut], operation_id="list_work_centers")
def list_work_centers(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Work centres by code."""
    return page_of(WorkCenter.objects.visible_to(asker(request)), paging, "code")


@router.post("/work-centers", response=SavedOut, operation_id="save_work_centers")
def save_work_centers(request: HttpRequest, given: WorkCentersIn) -> Any:
    """Make or change work centres by code, all or none."""
    return saved(services.save_work_centers(rows=given.rows, by=asker(request)))


@router.get(
    "/work-centers/{int:center_id}/rate", response=LineRateOut, operation_id="get_line_rate"
)
def get_line_rate(request: HttpRequest, center_id: int, asked: Query[LineAsked]) -> Any:
    """What a line makes an hour and a day, and how many days it needs for a quantity of a style.

    `sam`: standard minutes of one person (of what is no line: minutes a piece). `curve`: another
    than the work centre's, “-” for none. `made_before`: what of the style it has made and knows.
    """
    rows = WorkCenter.objects.visible_to(asker(request)).select_related("learning_curve")
    center = rows.filter(pk=center_id).first()
    if center is None:
        raise Http404
    return line_plan(
        center,
        sam=asked.sam,
        quantity=asked.quantity,
        made_before=asked.made_before,
        begins_on=asked.begins_on or clock.today(),
        curve=_curve(request, center, asked.curve),
    )


def _curve(request: HttpRequest, center: WorkCenter, code: str | None) -> LearningCurve | None:
    if code is None:
        return center.learning_curve
    if code in {"", "-"}:
        return None
    found = LearningCurve.objects.visible_to(asker(request)).filter(code=plain(code, 40)).first()
    if found is None:
        raise Http404
    return found


@router.get(
    "/learning-curves", response=Page[LearningCurveOut], operation_id="list_learning_curves"
)
def list_learning_curves(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Learning curves by code."""
    return page_of(LearningCurve.objects.visible_to(asker(request)), paging, "code")


@router.post("/learning-curves", response=SavedOut, operation_id="save_learning_curves")
def save_learning_curves(request: HttpRequest, given: LearningCurvesIn) -> Any:
    """Make or change learning curves by code, all or none."""
    return saved(services.save_learning_curves(rows=given.rows, by=asker(request)))


@router.get("/calendars", response=Page[CalendarOut], operation_id="list_calendars")
def list_calendars(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Working calendars by code."""
    return page_of(Calendar.objects.visible_to(asker(request)), paging, "code")


@router.post("/calendars", response=SavedOut, operation_id="save_calendars")
def save_calendars(request: HttpRequest, given: CalendarsIn) -> Any:
    """Make or change calendars by code, all or none."""
    return saved(services.save_calendars(rows=given.rows, by=asker(request)))


@router.get("/calendar-days", response=Page[CalendarDayOut], operation_id="list_calendar_days")
def list_calendar_days(
    request: HttpRequest, paging: Query[Paging], calendar: str = "", year: int | None = None
) -> Any:
    """Days that differ from the weekly pattern."""
    rows = CalendarDay.objects.visible_to(asker(request))
    if calendar:
        rows = rows.filter(calendar__code=plain(calendar, 40))
    if year is not None:
        rows = rows.filter(day__year=min(max(year, 1), 9999))
    return page_of(rows, paging, "day")


@router.post("/calendar-days", response=SavedOut, operation_id="save_calendar_days")
def save_calendar_days(request: HttpRequest, given: CalendarDaysIn) -> Any:
    """Write or remove days by hand, all or none."""
    return saved(services.save_calendar_days(rows=given.rows, by=asker(request)))


@router.post("/calendars/fill", response=FilledOut, operation_id="fill_calendars")
def fill_calendars(request: HttpRequest, given: YearsIn) -> Any:
    """Fill in public holidays and make-up working days; days by hand stay."""
    return services.fill_calendars(years=given.years, codes=given.codes, by=asker(request))


@router.get("/price-lists", response=Page[PriceListOut], operation_id="list_price_lists")
def list_price_lists(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Price lists by code."""
    return page_of(PriceList.objects.visible_to(asker(request)), paging, "code")


@router.post("/price-lists", response=SavedOut, operation_id="save_price_lists")
def save_price_lists(request: HttpRequest, given: PriceListsIn) -> Any:
    """Make or change price lists by code, all or none."""
    return saved(services.save_price_lists(rows=given.rows, by=asker(request)))


@router.get("/prices", response=Page[PriceOut], operation_id="list_prices")
def list_prices(
    request: HttpRequest, paging: Query[Paging], price_list: str = "", item: str = ""
) -> Any:
    """Prices, of one list or item if asked for."""
    rows = Price.objects.visible_to(asker(request)).select_related("price_list", "item")
    if price_list:
        rows = rows.filter(price_list__code=plain(price_list, 40))
    if item:
        rows = rows.filter(item__code=plain(item, 40))
    return page_of(rows, paging, "pk")


@router.post("/prices", response=SavedOut, operation_id="save_prices")
def save_prices(request: HttpRequest, given: PricesIn) -> Any:
    """Make, change or remove prices, all or none."""
    return saved(services.save_prices(rows=given.rows, by=asker(request)))


@router.get("/exchange-rates", response=Page[RateOut], operation_id="list_exchange_rates")
def list_exchange_rates(request: HttpRequest, paging: Query[Paging], currency: str = "") -> Any:
    """Exchange rates, the newest first."""
    rows = ExchangeRate.objects.visible_to(asker(request))
    return page_of(rows.filter(currency=plain(currency, 3)) if currency else rows, paging, "-day")


@router.post("/exchange-rates", response=SavedOut, operation_id="save_exchange_rates")
def save_exchange_rates(request: HttpRequest, given: RatesIn) -> Any:
    """Make, change or remove exchange rates, all or none."""
    return saved(services.save_exchange_rates(rows=given.rows, by=asker(request)))
