"""The page of a source's prices: breaks by quantity and the days for which they hold."""

import datetime as dt
from decimal import Decimal
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import path, reverse
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _

from gendan.kernel.errors import Invalid
from gendan.kernel.quantity import read_decimal
from gendan.sourcing import queries, services
from gendan.sourcing.models import Source
from gendan.web.grids import GridColumn, grid, typed_rows
from gendan.web.shell import ask, page, render_page

Break = tuple[dt.date, Decimal]


@page(section="purchasing", verb="save_source_prices")
def save_source_prices(request: HttpRequest) -> HttpResponse:
    """All prices of a supplier for an item; a row that is emptied is taken out."""
    user: Any = request.user
    given = request.POST if request.method == "POST" else request.GET
    source = (
        queries.sources_for(user)
        .filter(supplier__code=given.get("supplier", ""), item__code=given.get("item", ""))
        .first()
    )
    if source is None:
        raise Http404
    columns = [
        GridColumn("valid_from_on", _("Valid from"), hint="2026-01-01"),
        GridColumn("valid_until_on", _("Valid until"), hint="–"),
        GridColumn("from_quantity", _("From quantity"), is_number=True, hint="0"),
        GridColumn("price", _("Price"), is_number=True),
        GridColumn("currency", _("Currency"), hint=source.currency),
    ]
    back = reverse("supplier", args=[source.supplier_id])
    if request.method == "POST":
        return ask(
            request,
            lambda *, by: services.save_source_prices(
                rows=_rows(source, typed_rows(request, columns), request.POST.getlist("known")),
                by=by,
            ),
            then=back,
            said=_("Saved."),
        )
    prices = list(queries.prices_for(user, source.pk))
    rows = [
        {
            "valid_from_on": one.valid_from_on.isoformat(),
            "valid_until_on": one.valid_until_on.isoformat() if one.valid_until_on else "",
            "from_quantity": f"{one.from_quantity.normalize():f}",
            "price": f"{one.price.normalize():f}",
            "currency": one.currency,
        }
        for one in prices
    ]
    context = {
        "source": source,
        "known": [f"{row['valid_from_on']}|{row['from_quantity']}" for row in rows],
        "grid": grid(columns, rows),
        "back": back,
    }
    return render_page(request, "sourcing/prices.html", context)


def _rows(
    source: Source, typed: list[dict[str, str]], known: list[str]
) -> list[services.SourcePriceRow]:
    """What was typed as rows, and the rows that stood there and were taken out."""
    supplier, item = source.supplier.code, source.item.code
    rows = [
        services.SourcePriceRow(
            supplier,
            item,
            valid_from_on=_day(row["valid_from_on"], "valid_from_on"),
            valid_until_on=_day(row["valid_until_on"], "valid_until_on")
            if row["valid_until_on"]
            else "",
            from_quantity=read_decimal(row["from_quantity"] or "0", field="from_quantity"),
            price=read_decimal(row["price"], field="price") if row["price"] else None,
            currency=row["currency"].upper() or None,
        )
        for row in typed
    ]
    left = {(one.valid_from_on, one.from_quantity) for one in rows}
    gone = [one for one in map(_known, known) if one is not None and one not in left]
    return [
        services.SourcePriceRow(
            supplier, item, valid_from_on=start, from_quantity=quantity, remove=True
        )
        for start, quantity in gone
    ] + rows


def _known(text: str) -> Break | None:
    start, _bar, quantity = text.partition("|")
    day = _parsed(start)
    return None if day is None else (day, read_decimal(quantity, field="from_quantity"))


def _day(text: str, field: str) -> dt.date:
    day = _parsed(text)
    if day is None:
        raise Invalid(_("Write the day as 2026-01-31."), field=field)
    return day


def _parsed(text: str) -> dt.date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


urlpatterns = [path("purchasing/prices/save/", save_source_prices, name="save_source_prices")]
