"""How orders come in: mails through the intake, phone notes, and orders written down by hand."""

import datetime as dt
import random
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from gendan.catalog.models import Item
from gendan.intake.services import add_incoming, note_call
from gendan.kernel import clock
from gendan.kernel.models import User
from gendan.orders.entry import LineData, OrderData
from gendan.orders.services import draft_order
from gendan.partners.models import Partner
from gendan.testing.world import company, papers
from gendan.testing.world.found import garment_code, price_usd

OUR_ADDRESS = "orders@haichuan.example"
PER_CURRENCY = {"USD": 1.0, "EUR": 0.93, "CNY": 6.6}
# How far ahead customers ask: days from order to the date they want, by family.
AHEAD = {"GARMENT": (105, 150), "HARDWARE": (82, 125), "ELECTRO": (84, 130), "TRADE": (52, 90)}
STYLES = ("table", "sheet", "ubl", "table")


@dataclass(frozen=True)
class Wish:
    """What a customer wants today: (item code, quantity, price or None, date)."""

    customer: Partner
    row: tuple[object, ...]
    lines: list[tuple[str, int, Decimal | None, dt.date]]
    number: str


class Inbox:
    """Customers who order; the same seed orders the same."""

    def __init__(
        self, rng: random.Random, people: Mapping[str, User], patience: float = 1.0
    ) -> None:
        self.rng = rng
        self.patience = patience
        self.people = people
        self.customers = {partner.code: partner for partner in Partner.objects.all()}
        self.items = {item.code: item for item in Item.objects.select_related("unit")}
        self.prices = price_usd()
        self.count = 0

    def receive(self, day: dt.date) -> None:
        """One order, by one of the ways it can come."""
        wish = self._wish(day)
        way = self.rng.random()
        if way < 0.4:
            self._by_mail(wish, day)
        elif way < 0.5:
            self._by_phone(wish, day)
        else:
            self._by_hand(wish, day)

    def _wish(self, day: dt.date) -> Wish:
        self.count += 1
        row = self.rng.choice(company.CUSTOMERS)
        families = row[12]
        family = self.rng.choice(families)
        low, high = AHEAD[family]
        wait = round(self.rng.randint(low, high) * self.patience)
        due = day + dt.timedelta(days=wait + self._voyage(row))
        codes = self._garments() if family == "GARMENT" else self._articles(family)
        factor = PER_CURRENCY[str(row[6])]
        lines = []
        for code in codes:
            price = Decimal(
                str(round(self.prices[code] * factor * self.rng.uniform(0.95, 1.01), 2))
            )
            quantity = self.rng.choice([300, 480, 600, 1000, 1200, 2000, 3000])
            lines.append((code, quantity, None if self.rng.random() < 0.06 else price, due))
        short = str(row[14]).split("@")[1][:3].upper()
        number = f"{short}-{day:%y%m}{self.count:03}"
        return Wish(self.customers[str(row[0])], row, lines, number)

    def _voyage(self, row: tuple[object, ...]) -> int:
        """Days at sea the customer allows for when the price is at the door."""
        return 30 if row[8] == "DAP" and row[10] == "sea" else 0

    def _garments(self) -> list[str]:
        style = self.rng.choice(company.STYLES)
        colours = self.rng.sample([colour[0] for colour in style[3]], self.rng.randint(1, 2))
        sizes = next(row[6] for row in company.FAMILIES if row[0] == "GARMENT")
        return [garment_code(style[0], colour, size) for colour in colours for size in sizes]

    def _articles(self, family: str) -> list[str]:
        codes = [one.code for one in company.SOLD if one.family == family]
        return self.rng.sample(codes, min(len(codes), self.rng.randint(1, 4)))

    def _by_hand(self, wish: Wish, day: dt.date) -> None:
        by = self.people[self.rng.choice(["mei", "jun", "yan", "hao", "kai"])]
        draft_order(
            order=OrderData(
                customer_id=wish.customer.pk,
                customer_order_number=wish.number,
                channel=self.rng.choice(["hand", "chat", "fax", "phone"]),
                ordered_on=day,
                delivery_method=str(wish.row[10]),
            ),
            lines=[
                LineData(item_code=code, quantity=quantity, unit_price=price, requested_on=due)
                for code, quantity, price, due in wish.lines
            ],
            by=by,
        )

    def _paper(self, wish: Wish, day: dt.date) -> papers.Paper:
        terms = company.TERMS[str(wish.row[7])][0]
        return papers.Paper(
            number=wish.number,
            ordered_on=day,
            buyer=str(wish.row[1]),
            contact=str(wish.row[13]),
            address=str(wish.row[14]),
            currency=str(wish.row[6]),
            incoterm=f"{wish.row[8]} {wish.row[9]}",
            payment=terms,
            lines=tuple(
                papers.PaperLine(
                    code=code,
                    description=self.items[code].name_en,
                    quantity=Decimal(quantity),
                    unit=self.items[code].unit.code.upper(),
                    unit_price=price,
                    due_on=due,
                )
                for code, quantity, price, due in wish.lines
            ),
        )

    def _by_mail(self, wish: Wish, day: dt.date) -> None:
        style = "chinese" if wish.customer.country == "CN" else self.rng.choice(STYLES)
        mail = papers.as_mail(self._paper(wish, day), style, sent_at=clock.now(), to=OUR_ADDRESS)
        add_incoming(
            content=mail,
            name=f"{wish.number}.eml",
            by=self.people[self.rng.choice(["mei", "jun", "yan"])],
        )

    def _by_phone(self, wish: Wish, day: dt.date) -> None:
        lines = "\n".join(
            f"{code} {self.items[code].name_en} {quantity} {self.items[code].unit.code}"
            + (f" @ {price}" if price is not None else "")
            + f" {due}"
            for code, quantity, price, due in wish.lines
        )
        note_call(
            text=f"PO {wish.number}\n{lines}",
            caller=str(wish.row[13]),
            company=str(wish.row[1]),
            called_at=clock.now(),
            by=self.people["jun"],
        )
