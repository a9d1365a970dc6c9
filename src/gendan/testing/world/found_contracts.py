"""The fictional company's letterhead, seal, terms, and letters of credit; a few papers."""

import datetime as dt
from pathlib import Path

from gendan.contracts import services as contracts
from gendan.contracts.models import LetterOfCredit
from gendan.contracts.papers.render import render
from gendan.kernel import clock
from gendan.kernel.models import User
from gendan.orders.models import Order, OrderState
from gendan.testing.world import company

WORLD = Path(__file__).parent
_DRAWN_AT = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
MOST_PAPERS = 6
_BANKS = {
    "DE": "Hanse Handelsbank AG, Hamburg",
    "AE": "Gulf Crescent Bank PJSC, Dubai",
}


def found_contracts() -> None:
    """How the company looks on paper, and what it agrees on unless said otherwise."""
    name = company.COMPANY
    contracts.save_letterhead(
        letterhead=contracts.LetterheadData(
            name_en=name["en"],
            name_zh=name["zh"],
            address_en="No. 18 Haitian Road, Beilun, Ningbo 315800, China",
            address_zh="浙江省宁波市北仑区海天路18号",
            phone="+86 574 5550 0180",
            email="sales@haichuan.example",
            website="www.haichuan.example",
            signer_en="Zhao Qiming, General Manager",
            signer_zh="赵启明 总经理",
            place_en="Ningbo",
            place_zh="宁波",
            bank=(
                f"Beneficiary: {name['en']}\n"
                "Bank: Haitian Commercial Bank, Beilun Branch (fictional)\n"
                "Account: 0000 0000 0000 0000"
            ),
        ),
        logo=render(WORLD / "logo.typ", {}, at=_DRAWN_AT, form="png"),
        seal=render(
            WORLD / "seal.typ",
            {"name": name["zh"], "purpose": "合同专用章"},
            at=_DRAWN_AT,
            form="png",
        ),
        by=None,
    )
    contracts.save_default_terms(
        terms=contracts.TermsData(
            penalty_per_day="0.5",
            penalty_most="5",
            penalty_grace_days=7,
            loading_port="Ningbo, China / 中国宁波",
            documents=[
                {"code": "invoice", "originals": 3, "copies": 0},
                {"code": "packing_list", "originals": 3, "copies": 0},
                {"code": "bill_of_lading", "originals": 3, "copies": 3},
            ],
        ),
        by=None,
    )
    contracts.install_clauses()


def issue_some_papers() -> None:
    """The world's merchandisers issue papers of their newest orders; credits are written down."""
    orders = (
        Order.objects.filter(state=OrderState.CONFIRMED, papers__isnull=True)
        .select_related("customer", "merchandiser")
        .order_by("-pk")
    )
    for place, order in enumerate(orders[:MOST_PAPERS]):
        kind = "contract" if place % 2 else "proforma"
        contracts.issue_paper(order_id=order.pk, kind=kind, by=order.merchandiser)
    fang = User.objects.filter(username="fang").first()
    paid_by_credit = Order.objects.filter(
        state=OrderState.CONFIRMED, instalments__event="sight", credit_links__isnull=True
    )
    for order in paid_by_credit.select_related("customer").order_by("pk")[:4]:
        _open_credit(order, fang)


def _open_credit(order: Order, by: User | None) -> LetterOfCredit:
    """The customer's bank opens a credit: most fit, some are tight."""
    today = clock.today()
    promised = order.promised_on or today + dt.timedelta(days=60)
    latest = max(promised + dt.timedelta(days=order.pk % 3 * 10 - 5), today)
    return contracts.save_letter_of_credit(
        customer_id=order.customer_id,
        letter=contracts.CreditData(
            number=f"LC{order.pk:06}",
            order_ids=[order.pk],
            issuing_bank=_BANKS.get(order.customer.country, "First Trade Bank"),
            amount=order.total,
            currency=order.currency,
            over_percent=order.over_percent,
            short_percent=order.short_percent,
            issued_on=today,
            latest_shipment_on=latest,
            expires_on=latest + dt.timedelta(days=21),
            expiry_place="China",
            documents=[
                {"code": "invoice", "originals": 3, "copies": 0},
                {"code": "packing_list", "originals": 3, "copies": 0},
                {"code": "bill_of_lading", "originals": 3, "copies": 3},
                {"code": "origin", "originals": 1, "copies": 1},
            ],
            goods="As per proforma invoice",
        ),
        by=by,
    )
