"""What the fictional company has agreed with its suppliers: sources, prices, papers, terms."""

import datetime as dt
from decimal import ROUND_HALF_UP, Decimal

from gendan.sourcing import services
from gendan.testing.world import company

CENT = Decimal("0.0001")
IN_YUAN = Decimal("7.12")
# From so many lots on the price is lower by so much.
BREAKS = [(0, Decimal(1)), (20, Decimal("0.97")), (80, Decimal("0.93"))]
RISE_AFTER_DAYS, RISE = 120, Decimal("1.03")  # metals become dearer
METALS = ("ST-", "ZN-", "BR-", "AL-")


def found_suppliers(on: dt.date) -> None:
    """Everything as of a date; papers end at different times, some of them soon."""
    sources, prices = [], []
    for rank, supplier, item, factor in _supplied():
        sources.append(_source(rank, supplier, item))
        prices += _prices(supplier, item, factor, on)
    services.save_sources(rows=sources, by=None)
    services.save_source_prices(rows=prices, by=None)
    _papers(on)
    _contracts(on)
    _closing_days(on)


def score_service(day: dt.date) -> None:
    """What the buyers say of the month that ends."""
    services.save_service_scores(
        rows=[
            services.ServiceScoreRow(code, day.replace(day=1), score=70 + number * 7 % 30)
            for number, (code, *_rest) in enumerate(company.SUPPLIERS)
        ],
        by=None,
    )


def _supplied() -> list[tuple[int, str, str, Decimal]]:
    """(rank, supplier, item, its price above the item's cost), each pair once."""
    found = []
    for code, *_rest, first in company.MATERIALS:
        found.append((1, first, code, Decimal(1)))
        other = company.ALSO_FROM.get(code[:3])
        if other:
            found.append((2, other, code, Decimal("1.04")))
    for item, suppliers in company.GOODS_FROM.items():
        found += [(rank, one, item, Decimal(1)) for rank, one in enumerate(suppliers, 1)]
    return found


def _costs() -> dict[str, tuple[Decimal, int, int]]:
    """By item: its cost in yuan, lead days and lot."""
    materials = {row[0]: (row[5], row[4], row[6]) for row in company.MATERIALS}
    goods = {one.code: (one.cost, one.lead_days, one.carton) for one in company.SOLD}
    return {
        code: (Decimal(str(cost)), lead, lot)
        for code, (cost, lead, lot) in (materials | goods).items()
    }


COSTS = _costs()


def _currency(supplier: str) -> str:
    return company.ABROAD.get(supplier, ("CN", "CNY", "zh-hans"))[1]


def _source(rank: int, supplier: str, item: str) -> services.SourceRow:
    _cost, lead, lot = COSTS[item]
    is_abroad = supplier in company.ABROAD
    nominated = {(one, by): customer for customer, by, one in company.NOMINATED}
    return services.SourceRow(
        supplier,
        item,
        status="conditional" if supplier == "S0024" and item == "ZP-YG5" else "approved",
        rank=rank,
        supplier_item_code=f"{supplier[-2:]}-{item}" if rank == 1 else "",
        lead_days=lead if rank == 1 else max(3, lead * 7 // 10),
        minimum=Decimal(lot),
        multiple=Decimal(lot),
        freight_percent=Decimal(2) if is_abroad else None,
        duty_percent=Decimal(3) if is_abroad else None,
        nominated_by=nominated.get((supplier, item)),
        is_outside_factory=supplier in company.OUTSIDE_FACTORIES,
    )


def _prices(
    supplier: str, item: str, factor: Decimal, on: dt.date
) -> list[services.SourcePriceRow]:
    cost, _lead, lot = COSTS[item]
    usual = cost * factor / (IN_YUAN if _currency(supplier) == "USD" else 1)
    since = [(on.replace(day=1), Decimal(1))]
    if item.startswith(METALS):
        since.append((on + dt.timedelta(days=RISE_AFTER_DAYS), RISE))
    return [
        services.SourcePriceRow(
            supplier,
            item,
            begins,
            Decimal(lots * lot),
            (usual * less * rise).quantize(CENT, ROUND_HALF_UP),
            currency=_currency(supplier),
        )
        for begins, rise in since
        for lots, less in BREAKS
    ]


def _papers(on: dt.date) -> None:
    """A licence of everybody, a quality certificate of most; some end in five months."""
    rows = []
    for number, (code, *_rest) in enumerate(company.SUPPLIERS):
        rows.append(
            services.QualificationRow(
                code,
                "licence",
                f"91330200{number:04}MA2",
                issued_on=on - dt.timedelta(days=900),
                expires_on=on + dt.timedelta(days=2000 + number * 30),
            )
        )
        if number % 4 != 3:
            rows.append(
                services.QualificationRow(
                    code,
                    "quality",
                    f"ISO9001-{4100 + number}",
                    issued_on=on - dt.timedelta(days=900),
                    expires_on=on + dt.timedelta(days=140 + number * 13),
                )
            )
    for code, kind, paper, days in [
        ("S0001", "product", "OEKO-23.HCN.77120", 175),
        ("S0016", "product", "UN38.3-2231", 400),
        ("S0024", "factory", "AUD-24", 142),
    ]:
        rows.append(
            services.QualificationRow(
                code,
                kind,
                paper,
                issued_on=on - dt.timedelta(days=300),
                expires_on=on + dt.timedelta(days=days),
                is_required=code == "S0024",
            )
        )
    services.save_qualifications(rows=rows, by=None)


def _contracts(on: dt.date) -> None:
    services.save_supplier_contracts(
        rows=[
            services.SupplierContractRow(
                code,
                f"HC-{on:%Y}-{number:02}",
                valid_from_on=on - dt.timedelta(days=30),
                valid_until_on=on + dt.timedelta(days=335),
                payment_terms="OA30" if number % 3 else "OA60",
                over_percent=Decimal(5),
                short_percent=Decimal(3),
                penalty_percent=Decimal("0.5"),
                penalty_most_percent=Decimal(5),
                price_valid_days=90,
                most_ppm=3000,
                quality_terms="按封样验收，不合格品七日内换货",
            )
            for number, (code, *_rest) in enumerate(company.SUPPLIERS[:18], 1)
        ],
        by=None,
    )


def _closing_days(on: dt.date) -> None:
    """Some rest for a week besides the holidays of the country."""
    services.save_supplier_closings(
        rows=[
            services.ClosingRow(
                code,
                first := on + dt.timedelta(days=after),
                first + dt.timedelta(days=4),
                "设备检修",
            )
            for number, code in enumerate(["S0001", "S0008", "S0013", "S0018"])
            for after in (50 + number * 3, 160 + number * 2)
        ],
        by=None,
    )
