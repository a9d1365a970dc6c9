"""The kinds of sheets: which row each reads, which verb takes it, what is exported."""

from django.db.models import Case, When

from gendan.catalog import models as catalog_models
from gendan.catalog import services as catalog
from gendan.exchange.kind import Kind, under
from gendan.exchange.kinds_arrivals import ARRIVAL_KINDS
from gendan.exchange.kinds_purchasing import PURCHASING_KINDS
from gendan.exchange.kinds_shop import SHOP_KINDS
from gendan.exchange.kinds_sourcing import SOURCING_KINDS
from gendan.exchange.kinds_stocking import STOCKING_KINDS
from gendan.exchange.kinds_store import STORE_KINDS
from gendan.inventory import models as inventory_models
from gendan.inventory import services as inventory
from gendan.orders import models as orders_models
from gendan.orders import services as orders
from gendan.partners import models as partners_models
from gendan.partners import services as partners
from gendan.workforce import models as workforce_models
from gendan.workforce import services as workforce

KINDS: dict[str, Kind] = {
    kind.key: kind
    for kind in (
        Kind(
            "units",
            "Units",
            "单位",
            catalog.UnitRow,
            catalog.save_units,
            catalog_models.Unit,
            examples=({"code": "pcs", "name_en": "piece", "name_zh": "件", "rec20": "C62"},),
        ),
        Kind(
            "conversions",
            "Unit conversions",
            "单位换算",
            catalog.ConversionRow,
            catalog.save_conversions,
            catalog_models.UnitConversion,
            examples=({"unit": "ctn", "into": "pcs", "item": "A-100", "factor": 24},),
        ),
        Kind(
            "families",
            "Item families",
            "产品类别",
            catalog.FamilyRow,
            catalog.save_families,
            catalog_models.Family,
            examples=(
                {"code": "TEE", "name_en": "T-shirts", "kind": "apparel", "sizes": "S, M, L"},
            ),
        ),
        Kind(
            "items",
            "Items",
            "物料",
            catalog.ItemRow,
            catalog.save_items,
            catalog_models.Item,
            examples=(
                {
                    "code": "A-100",
                    "family": "HW",
                    "unit": "pcs",
                    "supply": "make",
                    "name_en": "Hinge 100 mm",
                    "name_zh": "铰链100mm",
                    "specification": "material=steel; finish=zinc",
                    "lead_days": 12,
                    "lot_rule": "limits",
                    "lot_minimum": 200,
                    "lot_maximum": 2000,
                    "yield_percent": "98.5",
                },
            ),
        ),
        Kind(
            "boms",
            "BOMs",
            "物料清单",
            catalog.BomRow,
            catalog.save_boms,
            catalog_models.BomLine,
            line=catalog.BomLineRow,
            line_field="lines",
            group_by=("item", "revision"),
            paths={
                "item": "bom__item__code",
                "unit": "component__unit__code",
            }
            | under("bom", "revision", "is_current", "remark"),
            examples=(
                {"item": "A-100", "revision": "1", "component": "M-1", "quantity_per": 2},
                {"item": "A-100", "revision": "1", "component": "M-2", "quantity_per": "0.05"},
            ),
        ),
        Kind(
            "alternates",
            "Substitutes",
            "替代料",
            catalog.AlternateRow,
            catalog.save_alternates,
            catalog_models.Alternate,
            examples=(
                {"component": "M-1", "alternate": "M-1B", "parent": "A-100", "is_planned": True},
            ),
        ),
        Kind(
            "learning_curves",
            "Learning curves",
            "学习曲线",
            catalog.LearningCurveRow,
            catalog.save_learning_curves,
            catalog_models.LearningCurve,
            shows={"percents": lambda found: [", ".join(map(str, one)) for one in found]},
            examples=({"code": "NEW", "name_en": "New style", "percents": "45, 65, 80, 100"},),
        ),
        Kind(
            "work_centers",
            "Work centres",
            "工作中心",
            catalog.WorkCenterRow,
            catalog.save_work_centers,
            catalog_models.WorkCenter,
            examples=(
                {
                    "code": "SEW-1",
                    "name_en": "Sewing line 1",
                    "minutes_per_day": 480,
                    "operators": 20,
                    "efficiency_percent": 65,
                    "learning_curve": "NEW",
                },
            ),
        ),
        Kind(
            "routings",
            "Routings",
            "工艺路线",
            catalog.RoutingRow,
            catalog.save_routings,
            catalog_models.RoutingStep,
            line=catalog.RoutingStepRow,
            line_field="steps",
            group_by=("item", "revision"),
            paths={
                "item": "routing__item__code",
                "revision": "routing__revision",
                "is_current": "routing__is_current",
                # What follows from the SAM is not said again.
                "run_minutes_per_unit": Case(
                    When(sam_minutes__isnull=True, then="run_minutes_per_unit")
                ),
            },
            examples=(
                {"item": "A-100", "sequence": 10, "work_center": "CUT", "run_minutes_per_unit": 2},
                {"item": "A-100", "sequence": 20, "work_center": "SEW-1", "sam_minutes": "12.5"},
            ),
        ),
        Kind(
            "calendars",
            "Working calendars",
            "工作日历",
            catalog.CalendarRow,
            catalog.save_calendars,
            catalog_models.Calendar,
            examples=({"code": "CN", "name_zh": "中国", "country": "CN", "weekdays": "1-5"},),
        ),
        Kind(
            "calendar_days",
            "Calendar days",
            "日历例外",
            catalog.CalendarDayRow,
            catalog.save_calendar_days,
            catalog_models.CalendarDay,
            where={"is_by_hand": True},
            examples=({"calendar": "CN", "day": "2026-12-31", "is_working": "no"},),
        ),
        Kind(
            "price_lists",
            "Price lists",
            "价目表",
            catalog.PriceListRow,
            catalog.save_price_lists,
            catalog_models.PriceList,
            examples=({"code": "USD-26", "name_en": "2026", "currency": "USD"},),
        ),
        Kind(
            "prices",
            "Prices",
            "价格",
            catalog.PriceRow,
            catalog.save_prices,
            catalog_models.Price,
            examples=(
                {"price_list": "USD-26", "item": "A-100", "from_quantity": 0, "unit_price": "1.2"},
                {
                    "price_list": "USD-26",
                    "item": "A-100",
                    "from_quantity": 1000,
                    "unit_price": "1.1",
                },
            ),
        ),
        Kind(
            "exchange_rates",
            "Exchange rates",
            "汇率",
            catalog.ExchangeRateRow,
            catalog.save_exchange_rates,
            catalog_models.ExchangeRate,
            examples=({"currency": "USD", "day": "2026-01-01", "rate": "7.05"},),
        ),
        Kind(
            "payment_terms",
            "Payment terms",
            "付款条件",
            partners.PaymentTermsRow,
            partners.save_payment_terms,
            partners_models.PaymentTerms,
            examples=(
                {
                    "code": "TT30",
                    "name_en": "30 % deposit, 70 % against B/L copy",
                    "instalments": "30 contract 0; 70 bill_of_lading 0",
                },
            ),
        ),
        Kind(
            "partners",
            "Companies",
            "往来单位",
            partners.PartnerRow,
            partners.save_partners,
            partners_models.Partner,
            paths={"merchandiser": "merchandiser__username"},
            examples=(
                {
                    "code": "C001",
                    "name": "Nordlicht GmbH",
                    "is_customer": "yes",
                    "country": "DE",
                    "currency": "EUR",
                    "time_zone": "Europe/Berlin",
                },
            ),
        ),
        Kind(
            "contacts",
            "Contacts",
            "联系人",
            partners.ContactRow,
            partners.save_contacts,
            partners_models.Contact,
            examples=({"partner": "C001", "name": "Anna Schmidt", "email": "anna@example.com"},),
        ),
        Kind(
            "addresses",
            "Addresses",
            "地址",
            partners.AddressRow,
            partners.save_addresses,
            partners_models.Address,
            examples=(
                {"partner": "C001", "kind": "delivery", "lines": "Hafenstr. 1", "country": "DE"},
            ),
        ),
        Kind(
            "lanes",
            "Transit times",
            "运输时间",
            partners.LaneRow,
            partners.save_lanes,
            partners_models.Lane,
            examples=(
                {
                    "method": "sea",
                    "country": "DE",
                    "transit_days": 32,
                    "sails_on": "3,6",
                    "cutoff_days": 2,
                },
            ),
        ),
        Kind(
            "debts",
            "Customers' debts",
            "客户欠款",
            partners.DebtRow,
            partners.record_debts,
            partners_models.CustomerDebt,
            examples=(
                {
                    "customer": "C001",
                    "currency": "EUR",
                    "outstanding": "12500",
                    "overdue": "2500",
                    "oldest_due_on": "2026-02-10",
                },
            ),
        ),
        Kind(
            "review_rules",
            "Review rules",
            "评审规则",
            orders.ReviewRuleRow,
            orders.save_review_rules,
            orders_models.ReviewRule,
            examples=(
                {
                    "code": "FIRST-PRICE",
                    "kind": "price",
                    "role": "sales",
                    "condition": "first_order",
                },
            ),
        ),
        Kind(
            "order_rules",
            "Order rules",
            "订单规则",
            orders.OrderRuleRow,
            orders.save_order_rules,
            orders_models.OrderRule,
            examples=(
                {
                    "code": "NO-LICENCE",
                    "effect": "block",
                    "family": "TEE",
                    "country": "US",
                    "message_en": "The licence does not cover the United States.",
                },
            ),
        ),
        Kind(
            "departments",
            "Departments",
            "部门",
            workforce.DepartmentRow,
            workforce.save_departments,
            workforce_models.Department,
            examples=({"code": "SALES", "name_en": "Sales", "name_zh": "销售部"},),
        ),
        Kind(
            "shifts",
            "Shifts",
            "班次",
            workforce.ShiftRow,
            workforce.save_shifts,
            workforce_models.Shift,
            examples=({"code": "DAY", "name_en": "Day", "starts": "08:00", "ends": "17:00"},),
        ),
        Kind(
            "people",
            "People",
            "人员",
            workforce.PersonRow,
            workforce.save_people,
            workforce_models.Person,
            paths={"user": "user__username"},
            examples=({"code": "P001", "name": "王美", "department": "SALES", "user": "mei"},),
        ),
        Kind(
            "absences",
            "Absences",
            "请假",
            workforce.AbsenceRow,
            workforce.save_absences,
            workforce_models.Absence,
            examples=({"person": "P001", "from_on": "2026-10-01", "until_on": "2026-10-08"},),
        ),
        Kind(
            "locations",
            "Locations",
            "库位",
            inventory.LocationRow,
            inventory.save_locations,
            inventory_models.Location,
            examples=({"code": "STORE", "name_en": "Store", "kind": "store"},),
        ),
        Kind(
            "lots",
            "Lots",
            "批号",
            inventory.LotRow,
            inventory.save_lots,
            inventory_models.Lot,
            examples=({"item": "A-100", "code": "L2601", "expires_on": "2028-01-31"},),
        ),
        Kind(
            "opening_stock",
            "Opening stock",
            "期初库存",
            inventory.OpeningRow,
            inventory.post_opening_stock,
            inventory_models.Balance,
            paths={
                "quantity": "on_hand",
                "unit": "item__unit__code",
                "made_on": "lot__made_on",
                "expires_on": "lot__expires_on",
                "unit_cost": "item__cost",
            },
            where={"is_own": True, "on_hand__gt": 0},
            examples=({"item": "A-100", "quantity": 500, "location": "STORE"},),
        ),
        Kind(
            "expected_supplies",
            "Expected supplies",
            "预计到货",
            inventory.ExpectedRow,
            inventory.expect_supplies,
            inventory_models.ExpectedSupply,
            leave_out=("expected_id", "apart"),
            paths={"unit": "item__unit__code"},
            where={"is_open": True},
            examples=(
                {"item": "A-100", "quantity": 500, "due_on": "2026-12-20", "reference": "PO-1"},
            ),
        ),
        Kind(
            "customer_items",
            "Customers' item codes",
            "客户货号",
            orders.CustomerItemRow,
            orders.save_customer_items,
            orders_models.CustomerItem,
            examples=({"customer": "C001", "code": "9913", "item": "A-100"},),
        ),
        Kind(
            "customer_price_lists",
            "Customers' price lists",
            "客户价目表",
            orders.CustomerPriceListRow,
            orders.save_customer_price_lists,
            orders_models.CustomerPriceList,
            examples=({"customer": "C001", "price_list": "USD-26", "rank": 1},),
        ),
    )
}
KINDS |= {
    kind.key: kind
    for kind in (
        *SOURCING_KINDS,
        *PURCHASING_KINDS,
        *STORE_KINDS,
        *ARRIVAL_KINDS,
        *STOCKING_KINDS,
        *SHOP_KINDS,
    )
}
