"""Founding the fictional company: its master data and people, all through the verbs."""

import datetime as dt
import random
from decimal import Decimal
from typing import Any

from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Group

from gendan.catalog import services as catalog
from gendan.followup.services import install_templates
from gendan.kernel.models import User
from gendan.kernel.services import save_setting
from gendan.orders import services as orders
from gendan.partners import services as partners
from gendan.testing.world import company
from gendan.testing.world.found_contracts import found_contracts
from gendan.testing.world.found_suppliers import found_suppliers
from gendan.testing.world.places import found_stores
from gendan.testing.world.works import found_works
from gendan.workforce import services as workforce

IN_YUAN = {"USD": 7, "EUR": 8}  # credit limits are kept in the company's currency
CALENDARS = [("CN", "China", "中国", "CN"), ("US", "United States", "美国", "US")]
RATES = {"USD": "7.12", "EUR": "7.78"}


def money(amount: float) -> Decimal:
    """A float of the plain data as the decimal it was meant to be."""
    return Decimal(str(round(amount, 4)))


def found_company(*, on: dt.date, rng: random.Random, password: str | None = None) -> None:
    """Everything the company knows before its first order, as of a date.

    `password` is set for all people who sign in; without it nobody can (tests use force_login).
    """
    save_setting(key="company_name", value=company.COMPANY, by=None)
    _people(password)
    _calendars(on)
    _items()
    found_works()
    _partners()
    _prices(on)
    orders.save_customer_items(rows=_customer_items(), by=None)
    found_suppliers(on)
    found_stores(rng)
    install_templates(by=None)
    found_contracts()
    orders.install_review_rules(by=None)


def _people(password: str | None) -> None:
    departments = [
        workforce.DepartmentRow(code=code, name_en=en, name_zh=zh)
        for code, en, zh in company.DEPARTMENTS
    ]
    workforce.save_departments(rows=departments, by=None)
    workforce.save_shifts(
        rows=[
            workforce.ShiftRow(code="DAY", name_en="Day", name_zh="白班"),
            workforce.ShiftRow(
                code="LATE", name_en="Late", name_zh="中班", starts=dt.time(15), ends=dt.time(23)
            ),
        ],
        by=None,
    )
    # One hash for all: each costs a tenth of a second on purpose.
    hashed = make_password(password)
    accounts: dict[str, User] = {}
    for username, name, role, _department, _position in company.PEOPLE:
        if username:
            user, _made = User.objects.get_or_create(
                username=username,
                defaults={
                    "name": name,
                    "password": hashed,
                    "email": f"{username}@haichuan.example",
                },
            )
            user.groups.set([Group.objects.get(name=role)])
            accounts[username] = user
    workforce.save_people(
        rows=[
            workforce.PersonRow(
                code=f"P{number:03}",
                name=name,
                department=department,
                position=position,
                shift="DAY",
                user=username or None,
            )
            for number, (username, name, _role, department, position) in enumerate(
                company.PEOPLE, 1
            )
        ],
        by=None,
    )


def _calendars(on: dt.date) -> None:
    catalog.save_calendars(
        rows=[
            catalog.CalendarRow(
                code=code, name_en=en, name_zh=zh, country=country, weekdays=[0, 1, 2, 3, 4]
            )
            for code, en, zh, country in CALENDARS
        ],
        by=None,
    )
    catalog.fill_calendars(years=range(on.year - 1, on.year + 3), by=None)


def _items() -> None:
    catalog.save_families(
        rows=[
            catalog.FamilyRow(
                code=code,
                name_en=en,
                name_zh=zh,
                kind=kind,
                uses_matrix=matrix,
                uses_assortment=assortment,
                sizes=sizes,
            )
            for code, en, zh, kind, matrix, assortment, sizes in company.FAMILIES
        ],
        by=None,
    )
    catalog.save_items(rows=[*_materials(), *_sold(), *_garments()], by=None)
    _recipes()
    _substitutes()


# Materials that are ordered otherwise than in multiples of a lot.
PLANNED_HOW: dict[str, dict[str, Any]] = {
    "FB-SJ180": {"lot_rule": "multiple", "yield_percent": Decimal(98)},  # faults are cut out
    "TH-40S2": {"lot_rule": "period", "period_days": 10},  # a fortnight's colours together
    "SC-M4": {
        "lot_rule": "limits",
        "lot_minimum": Decimal(10_000),
        "lot_maximum": Decimal(200_000),
    },
    "IC-BT5": {"lot_rule": "multiple", "fence_days": 45},  # the maker's firm window
}


def _substitutes() -> None:
    """What plans may take for a material that is short, and what promises only offer."""
    rows = [
        catalog.AlternateRow("PL-ABS", "PL-PC", is_planned=True, remark="V-0 grade fits"),
        catalog.AlternateRow("ST-45C", "ST-CRV", remark="ask the customer first"),
    ]
    catalog.save_alternates(rows=rows, by=None)


def _materials() -> list[catalog.ItemRow]:
    return [
        catalog.ItemRow(
            code=code,
            name_en=en,
            name_zh=zh,
            family="MATERIAL",
            unit=unit,
            supply="buy",
            is_sold=False,
            lead_days=lead,
            cost=money(cost),
            lot_size=Decimal(lot),
            safety_stock=Decimal(safety),
            **PLANNED_HOW.get(code, {"lot_rule": "multiple"}),
            traced="lot" if code.startswith(("FB-", "BT-")) else "no",
        )
        for code, en, zh, unit, lead, cost, lot, safety, _supplier in company.MATERIALS
    ]


def _sold() -> list[catalog.ItemRow]:
    return [
        catalog.ItemRow(
            code=one.code,
            name_en=one.en,
            name_zh=one.zh,
            model=one.code.split("-")[1],
            family=one.family,
            unit=one.unit,
            supply=one.supply,
            hs_code=one.hs_code,
            lead_days=one.lead_days,
            cost=money(one.cost),
            carton_quantity=Decimal(one.carton),
            carton_kg=money(company.CARTONS[one.code][0]),
            carton_m3=money(company.CARTONS[one.code][1]),
        )
        for one in company.SOLD
    ]


def garment_code(style: str, colour: str, size: str) -> str:
    """The code of one variant of a style."""
    return f"{style}-{colour}-{size}"


def _garments() -> list[catalog.ItemRow]:
    sizes = next(row[6] for row in company.FAMILIES if row[0] == "GARMENT")
    return [
        catalog.ItemRow(
            code=garment_code(style, colour, size),
            name_en=f"{en}, {colour_en}, {size}",
            name_zh=f"{zh} {colour_zh} {size}",
            family="GARMENT",
            unit="pcs",
            supply="make",
            style=style,
            colour=colour,
            size=size,
            model=style,
            hs_code=hs_code,
            lead_days=12,
            cost=money(cost),
            carton_quantity=Decimal(24),
            carton_kg=money(company.CARTONS[style][0]),
            carton_m3=money(company.CARTONS[style][1]),
            specification={"composition": "100% cotton"},
        )
        for style, en, zh, colours, hs_code, _price, cost, _minutes in company.STYLES
        for colour, colour_en, colour_zh in colours
        for size in sizes
    ]


def setup_family(code: str) -> str:
    """What is made without a set-up between: a style in all colours and sizes, an article."""
    styles = [row[0] for row in company.STYLES]
    return next((style for style in styles if style in code), code)[:40]


# Where people can work longer: CNY an hour, what one more costs besides, and how much a day.
LONGER: dict[str, dict[str, Any]] = {
    "CUT": {"hour_cost": Decimal(38), "overtime_cost": Decimal(19), "overtime_minutes": 960},
    "SMT": {"hour_cost": Decimal(160), "overtime_cost": Decimal(60), "overtime_minutes": 240},
}


def _work_centers() -> None:
    code, en, zh, percents = company.LEARNING
    curve = catalog.LearningCurveRow(code, name_en=en, name_zh=zh, percents=percents)
    catalog.save_learning_curves(rows=[curve], by=None)
    people = {code: row[0] for code, row in company.LINES.items()}
    catalog.save_work_centers(
        rows=[
            catalog.WorkCenterRow(
                code=code,
                name_en=en,
                name_zh=zh,
                calendar="CN",
                minutes_per_day=minutes,
                machines=company.MACHINES.get(code, 1),
                is_outside=is_outside,
                operators=people.get(code),
                efficiency_percent=Decimal(company.LINES[code][1]) if code in people else None,
                learning_curve=company.LEARNING[0] if code in people else None,
                **LONGER.get(code, {}),
            )
            for code, en, zh, minutes, is_outside in company.WORK_CENTERS
        ],
        by=None,
    )


def _recipes() -> None:
    _work_centers()
    made: dict[str, tuple[tuple[tuple[str, float, float], ...], str, float]] = {
        one.code: (one.made_of, one.family, one.minutes) for one in company.SOLD if one.made_of
    }
    for row in _garments():
        is_hoodie = row.style == "HD205"
        cloth = ("FB-FT280", 0.62, 5.0) if is_hoodie else ("FB-SJ180", 0.21, 5.0)
        rest = [("FB-RIB", 0.04, 4.0), ("TH-40S2", 0.02, 2.0), ("LB-MAIN", 1.0, 1.0)]
        rest += [("LB-CARE", 1.0, 1.0), ("PB-POLY", 1.0, 1.0), ("PK-CARTON-S", 0.042, 0.0)]
        zips = [("ZP-YG5", 1.0, 1.0)] if is_hoodie else []
        made[row.code] = ((cloth, *rest, *zips), "GARMENT", 31.0 if is_hoodie else 9.5)
    catalog.save_boms(
        rows=[
            catalog.BomRow(
                item=code,
                lines=[
                    catalog.BomLineRow(
                        component=component,
                        quantity_per=money(quantity),
                        scrap_percent=money(scrap),
                    )
                    for component, quantity, scrap in components
                ],
            )
            for code, (components, _family, _minutes) in made.items()
        ],
        by=None,
    )
    _routings({code: (family, minutes) for code, (_parts, family, minutes) in made.items()})


def _routings(made: dict[str, tuple[str, float]]) -> None:
    catalog.save_routings(
        rows=[
            catalog.RoutingRow(
                item=code,
                steps=[
                    _step(number * 10, code, center, minutes * share)
                    for number, (center, share) in enumerate(company.ROUTES[family], 1)
                ],
            )
            for code, (family, minutes) in made.items()
        ],
        by=None,
    )


def _step(sequence: int, code: str, center: str, minutes: float) -> catalog.RoutingStepRow:
    """An operation that takes a piece so many minutes of people's time; a line takes its SAM."""
    line = company.LINES.get(center)
    return catalog.RoutingStepRow(
        sequence=sequence,
        work_center=center,
        setup_minutes=Decimal(2 if line else 20),
        run_minutes_per_unit=Decimal(0) if line else money(minutes),
        sam_minutes=money(minutes * line[2]) if line else None,
        setup_family=setup_family(code) if center in company.SETUP_CENTERS else "",
        transfer_quantity=Decimal(100) if center == "CUT" else None,
    )


def _partners() -> None:
    partners.save_payment_terms(
        rows=[
            partners.PaymentTermsRow(
                code=code,
                name_en=en,
                name_zh=zh,
                instalments=[
                    {"event": event, "percent": str(percent), "days": days}
                    for event, percent, days in instalments
                ],
            )
            for code, (en, zh, instalments) in company.TERMS.items()
        ],
        by=None,
    )
    partners.save_partners(rows=[*_customers(), *_suppliers()], by=None)
    contacts = [(row[0], row[-2], row[-1]) for row in company.CUSTOMERS]
    contacts += [
        (code, contact, f"{code.lower()}@suppliers.example")
        for code, _name, _chinese, contact in company.SUPPLIERS
    ]
    partners.save_contacts(
        rows=[
            partners.ContactRow(partner=code, name=name, email=email, is_main=True)
            for code, name, email in contacts
        ],
        by=None,
    )
    partners.save_lanes(
        rows=[
            partners.LaneRow(
                method=method,
                country=country,
                to_port_days=to_port,
                transit_days=transit,
                to_door_days=to_door,
                sails_on=company.SAILINGS[country] if method == "sea" else (),
                cutoff_days=company.CUT_OFFS.get(method, 0),
                **_freight(method, country),
            )
            for method, country, to_port, transit, to_door in company.LANES
        ],
        by=None,
    )


def _freight(method: str, country: str) -> dict[str, Any]:
    by_weight, by_measure = company.FREIGHT[country]
    if method in ("air", "express"):
        return {"cost_per_kg": Decimal(by_weight)}
    return {"cost_per_m3": Decimal(by_measure)}


def _customers() -> list[partners.PartnerRow]:
    followers = ["mei", "jun", "yan", "hao"]
    return [
        partners.PartnerRow(
            code=code,
            name=name,
            name_zh=chinese,
            is_customer=True,
            country=country,
            language=language,
            time_zone=zone,
            currency=currency,
            payment_terms=terms,
            incoterm=incoterm,
            incoterm_place=place,
            credit_limit=None if credit is None else Decimal(credit) * IN_YUAN.get(currency, 1),
            merchandiser=followers[number % len(followers)],
        )
        for number, (
            code,
            name,
            chinese,
            country,
            language,
            zone,
            currency,
            terms,
            incoterm,
            place,
            _method,
            credit,
            *_rest,
        ) in enumerate(company.CUSTOMERS)
    ]


def _suppliers() -> list[partners.PartnerRow]:
    return [
        partners.PartnerRow(
            code=code,
            name=name,
            name_zh=chinese,
            is_supplier=True,
            country=country,
            language=language,
            time_zone="Asia/Shanghai",
            currency=currency,
            payment_terms="OA30" if number % 3 else "OA60",
        )
        for number, (code, name, chinese, _contact) in enumerate(company.SUPPLIERS)
        for country, currency, language in [company.ABROAD.get(code, ("CN", "CNY", "zh-hans"))]
    ]


def price_usd() -> dict[str, float]:
    """The list price in USD of everything sold, by item code."""
    prices = {one.code: one.price for one in company.SOLD}
    by_style = {style[0]: style[5] for style in company.STYLES}
    return prices | {row.code: by_style[str(row.style)] for row in _garments()}


def _prices(on: dt.date) -> None:
    since = on.replace(month=1, day=1)
    catalog.save_exchange_rates(
        rows=[
            catalog.ExchangeRateRow(currency=currency, day=since, rate=Decimal(rate))
            for currency, rate in RATES.items()
        ],
        by=None,
    )
    lists = [("LIST-USD", "USD", 1.0), ("LIST-EUR", "EUR", 0.93), ("LIST-CNY", "CNY", 6.6)]
    catalog.save_price_lists(
        rows=[
            catalog.PriceListRow(
                code=code,
                name_en=f"List prices {currency}",
                name_zh=f"{currency}标准价",
                currency=currency,
                is_general=True,
                valid_from=since,
            )
            for code, currency, _factor in lists
        ],
        by=None,
    )
    breaks = [(0, 1.0), (1000, 0.97), (5000, 0.93)]
    catalog.save_prices(
        rows=[
            catalog.PriceRow(
                price_list=code,
                item=item,
                from_quantity=Decimal(quantity),
                unit_price=Decimal(str(round(usd * factor * less, 2))),
            )
            for code, _currency, factor in lists
            for item, usd in price_usd().items()
            for quantity, less in breaks
        ],
        by=None,
    )


def _customer_items() -> list[orders.CustomerItemRow]:
    """What some customers call our items: Halden writes HS- codes of its own."""
    return [
        orders.CustomerItemRow(
            customer="C0002", item=one.code, code=f"HS-{one.code[3:]}", name=one.en.upper()
        )
        for one in company.SOLD
        if one.family == "HARDWARE"
    ]
