"""An order while it is being read: values with places, doubts, and at last the frozen document."""

from dataclasses import dataclass, field, fields

from ..pages import Place
from ..results import Doubt, OrderDocument, OrderLine, Party, Source

LINE_FIELDS = tuple(f.name for f in fields(OrderLine) if f.name != "price_includes_tax")


@dataclass(frozen=True, slots=True)
class Found:
    """A value as it will stand in the result, and where it was read."""

    value: str
    place: Place | None = None


@dataclass(kw_only=True)
class Values:
    """Values by field, each with its place, and what is doubtful about them."""

    values: dict[str, Found] = field(default_factory=dict)
    doubts: list[tuple[str, str]] = field(default_factory=list)

    def put(
        self, name: str, value: str | None, place: Place | None, why: str | None = None
    ) -> None:
        """Set a field that is not set yet; nothing is set for None, but the doubt is kept."""
        if value is not None and name not in self.values:
            self.values[name] = Found(value, place)
        if why:
            self.doubt(name, why)

    def get(self, name: str) -> str | None:
        """The value of a field."""
        found = self.values.get(name)
        return found.value if found else None

    def doubt(self, name: str, why: str) -> None:
        """Mark a field as doubtful."""
        if (name, why) not in self.doubts:
            self.doubts.append((name, why))

    def whys(self, name: str) -> list[str]:
        """What is doubtful about a field."""
        return [why for doubted, why in self.doubts if doubted == name]

    def drop(self, name: str) -> None:
        """Take a field back, with its doubts."""
        self.values.pop(name, None)
        self.doubts = [doubt for doubt in self.doubts if doubt[0] != name]


@dataclass(kw_only=True)
class DraftLine(Values):
    """One line being read; is_adjusted: charges or allowances of the line explain its amount."""

    price_includes_tax: bool | None = None
    tax_rate: str | None = None
    is_adjusted: bool = False

    def describe(self) -> None:
        """An article without another name is called by its specification."""
        if "specification" in self.values:
            self.values.setdefault("description", self.values["specification"])


@dataclass
class Draft(Values):
    """A document being read; fields by path ("order_number", "buyer.name", "totals.total")."""

    source: Source
    doc_type: str = "order"
    lines: list[DraftLine] = field(default_factory=list)

    def freeze(self) -> OrderDocument:
        """The finished document."""
        places = {name: found.place for name, found in self.values.items()}
        doubts = list(self.doubts)
        lines = []
        for index, line in enumerate(self.lines):
            for name, found in line.values.items():
                places[f"lines.{index}.{name}"] = found.place
            doubts.extend((f"lines.{index}.{name}", why) for name, why in line.doubts)
            lines.append(_frozen_line(line))
        return OrderDocument(
            doc_type=self.doc_type,
            source=self.source,
            order_number=self.get("order_number"),
            document_number=self.get("document_number"),
            issue_date=self.get("issue_date"),
            currency=self.get("currency"),
            buyer=self._party("buyer"),
            seller=self._party("seller"),
            requested_delivery=self.get("requested_delivery"),
            incoterm=self.get("incoterm"),
            payment_terms=self.get("payment_terms"),
            verdict=self.get("verdict"),
            totals={
                name.removeprefix("totals."): found.value
                for name, found in self.values.items()
                if name.startswith("totals.")
            },
            lines=tuple(lines),
            doubts=tuple(Doubt(name, why) for name, why in dict.fromkeys(doubts)),
            found_at={name: place for name, place in places.items() if place is not None},
        )

    def _party(self, side: str) -> Party:
        return Party(self.get(f"{side}.name"), self.get(f"{side}.gln"), self.get(f"{side}.email"))


def _frozen_line(line: DraftLine) -> OrderLine:
    values = {name: line.get(name) for name in LINE_FIELDS}
    if values["unit_price"] is not None and values["price_base_quantity"] is None:
        values["price_base_quantity"] = "1"
    return OrderLine(**values, price_includes_tax=line.price_includes_tax)
