"""What the reading page draws of a draft: its fields with doubts, choices and checks."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.utils.translation import gettext as _

from gendan.catalog.models import Item
from gendan.intake import queries, services, words
from gendan.intake.draft_data import HEAD_FIELDS, LINE_FIELDS, DraftDoubt, lines_of, value_at
from gendan.intake.models import Draft
from gendan.kernel.errors import DomainError
from gendan.orders.models import LineCheck
from gendan.partners.models import Partner

LINES_A_PAGE = 60
# What is shown of a line at first glance; the rest only when it has a value or a doubt.
MAIN_LINE_FIELDS = ("description", "quantity", "unit", "unit_price", "due_date")


@dataclass(frozen=True)
class Choice:
    """One of the candidates a person chooses from."""

    key: int
    label: str
    reason: str
    is_chosen: bool


@dataclass(frozen=True)
class Field:
    """One value of the draft with what must be said about it."""

    path: str
    label: str
    value: str
    kind: str
    doubts: list[str]
    is_set: bool
    is_placed: bool
    choices: list[Any] = field(default_factory=list)
    percent: int = 100  # how sure the recognition of its characters is
    means: str = ""  # what we call it, where that is not what is printed

    @property
    def is_doubtful(self) -> bool:
        """Whether somebody must look at it."""
        return bool(self.doubts)

    @property
    def is_chosen(self) -> bool:
        """Whether one of the choices is proposed, so that it can be agreed to."""
        return any(choice.is_chosen for choice in self.choices)


@dataclass(frozen=True)
class DrawnLine:
    """A line of the draft."""

    index: int
    number: int
    item: Field
    main: list[Field]
    more: list[Field]
    amount: Field
    checks: list[LineCheck] = field(default_factory=list)  # as the order will be checked

    @property
    def is_doubtful(self) -> bool:
        """Whether anything of it must be looked at."""
        fields = [self.item, *self.main, *self.more, self.amount]
        return any(one.is_doubtful for one in fields)

    @property
    def more_is_open(self) -> bool:
        """Whether one of the lesser fields must be looked at."""
        return any(one.is_doubtful for one in (*self.more, self.amount))


@dataclass(frozen=True)
class Sheet:
    """The draft as drawn: head, lines of this page, and what is doubtful beyond fields."""

    customer: Field
    head: list[Field]
    lines: list[DrawnLine]
    others: list[Field]  # doubts about the document as a whole
    doubts: int
    total_lines: int
    pages: list[int]
    page: int
    unchecked: str = ""  # why the checks cannot be made yet


def draw_sheet(draft: Draft, page: int = 1) -> Sheet:
    """Everything the right side shows, doubtful things first (2 queries for names)."""
    doubts: dict[str, list[DraftDoubt]] = {}
    for doubt in queries.open_doubts(draft):
        doubts.setdefault(doubt.field, []).append(doubt)
    matches = draft.matches.get("lines") or []
    lines = list(lines_of(draft.data))
    numbers = {index: number for number, (index, _line) in enumerate(lines, 1)}
    doubtful = {path.split(".")[1] for path in doubts if path.startswith("lines.")}
    lines.sort(key=lambda one: str(one[0]) not in doubtful)
    shown = lines[(page - 1) * LINES_A_PAGE : page * LINES_A_PAGE]
    items = queries.items_named(
        one["id"]
        for index, _line in shown
        if index < len(matches)
        for one in _candidates(matches[index])
    )
    maker = _Maker(draft, doubts, items)
    is_order = queries.is_order(draft.data)
    head = [maker.field(path, kind) for path, kind in HEAD_FIELDS.items()]
    checks, unchecked = _checks_of(draft)
    drawn = [maker.line(index, numbers[index], checks.get(index)) for index, _line in shown]
    known = {"customer"} | set(HEAD_FIELDS)
    others = [
        Field(path, words.field_words(path), value_at(draft.data, path) or "", "none",
              [words.doubt_words(doubt) for doubt in found], False, path in maker.places)
        for path, found in doubts.items()
        if path not in known and not _is_line_field(path)
    ]  # fmt: skip
    pages = (len(lines) + LINES_A_PAGE - 1) // LINES_A_PAGE
    return Sheet(
        customer=maker.customer(),
        # What kind of paper it is comes first where it is no order.
        head=sorted(
            head,
            key=lambda one: (not one.is_doubtful, is_order or one.kind != "doc_type"),
        ),
        lines=drawn,
        others=others,
        doubts=len(doubts),
        total_lines=len(lines),
        pages=list(range(1, pages + 1)) if pages > 1 else [],
        page=page,
        unchecked=unchecked,
    )


def _checks_of(draft: Draft) -> tuple[dict[int, list[LineCheck]], str]:
    """The checks of the lines that are ready for them, or why none can be made yet."""
    if draft.state != Draft.State.OPEN:
        return {}, ""
    try:
        return services.preview_draft(draft), ""
    except DomainError as error:
        return {}, error.message


def _percent(place: Mapping[str, Any] | None) -> int:
    """How sure the characters of a place are; 100 where nothing had to be recognised."""
    sure = (place or {}).get("confidence")
    return min(100, max(0, round(sure * 100))) if isinstance(sure, int | float) else 100


def _is_line_field(path: str) -> bool:
    parts = path.split(".")
    return (
        len(parts) == 3 and parts[0] == "lines" and (parts[2] in LINE_FIELDS or parts[2] == "item")
    )


def _candidates(match: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The chosen one and the alternatives, each once."""
    found = [dict(one) for one in match.get("alternatives") or []]
    if match.get("id") and match["id"] not in {one["id"] for one in found}:
        found.insert(0, {"id": match["id"], "score": match["score"], "reason": match["reason"]})
    return found


class _Maker:
    """Makes fields with their labels, doubts and choices."""

    def __init__(
        self, draft: Draft, doubts: Mapping[str, list[DraftDoubt]], items: Mapping[int, Item]
    ) -> None:
        self.draft = draft
        self.doubts = doubts
        self.items = items
        self.places = draft.data.get("found_at") or {}
        self.set = set(draft.corrected)

    def field(self, path: str, kind: str, choices: list[Any] | None = None) -> Field:
        """The field of a path."""
        if kind == "doc_type":
            choices = [(key, str(name)) for key, name in words.DOC_TYPES.items()]
        return Field(
            path=path,
            label=words.short_field_words(path),
            value=value_at(self.draft.data, path) or "",
            kind=kind,
            doubts=[words.doubt_words(doubt) for doubt in self.doubts.get(path, [])],
            is_set=path in self.set,
            is_placed=path in self.places,
            choices=choices or [],
            percent=100 if path in self.set else _percent(self.places.get(path)),
        )

    def line(self, index: int, number: int, checks: list[LineCheck] | None) -> DrawnLine:
        """A line with its item's alternatives."""
        at = f"lines.{index}."
        matches = self.draft.matches.get("lines") or []
        match = matches[index] if index < len(matches) else {}
        choices = [
            Choice(
                one["id"],
                str(self.items[one["id"]]),
                words.reason_words(one["reason"]),
                one["id"] == match.get("id"),
            )
            for one in _candidates(match)
            if one["id"] in self.items
        ]
        reason = words.reason_words(match["reason"]) if match.get("reason") else ""
        item = self.field(f"{at}item", "item", choices)
        main = [self.field(at + name, LINE_FIELDS[name]) for name in MAIN_LINE_FIELDS]
        unit = MAIN_LINE_FIELDS.index("unit")
        main[unit] = replace(main[unit], means=self._unit_words(main[unit].value, match))
        price = MAIN_LINE_FIELDS.index("unit_price")
        main[price] = replace(main[price], means=value_at(self.draft.data, "currency") or "")
        more = [
            self.field(at + name, kind)
            for name, kind in LINE_FIELDS.items()
            if name not in {*MAIN_LINE_FIELDS, "line_amount"}
        ]
        item = replace(item, value=reason)
        amount = self.field(f"{at}line_amount", "number")
        return DrawnLine(index, number, item, main, more, amount, checks or [])

    def _unit_words(self, printed: str, match: Mapping[str, Any]) -> str:
        """What the printed unit is to us, where that is not the same word."""
        item = self.items.get(match.get("id") or 0)
        if match.get("unit_doubt") and item is not None:
            return _("the item is kept in %(unit)s") % {"unit": item.unit.code}
        code = str(match.get("unit") or "")
        return f"= {code}" if code.casefold() != printed.casefold() else ""

    def customer(self) -> Field:
        """Who orders, with the alternatives."""
        match = self.draft.matches.get("customer") or {}
        found = _candidates(match)
        names: Mapping[int, Partner] = queries.customers_named(one["id"] for one in found)
        choices = [
            Choice(
                one["id"],
                f"{names[one['id']].code} {names[one['id']]}",
                words.reason_words(one["reason"]),
                one["id"] == self.draft.customer_id,
            )
            for one in found
            if one["id"] in names
        ]
        made = self.field("customer", "customer", choices)
        reason = words.reason_words(match["reason"]) if match.get("reason") else ""
        # Where the customer's name stands in the document.
        return replace(made, value=reason, is_placed="buyer.name" in self.places)
