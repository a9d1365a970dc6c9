"""Document numbers from configurable patterns, drawn from database sequences without queueing."""

import datetime as dt
import re
import string

from django.db import connection
from django.utils.translation import gettext as _

from gendan.kernel import clock
from gendan.kernel.errors import Invalid
from gendan.kernel.locks import one_at_a_time
from gendan.kernel.models import NumberCounter, NumberPattern

DEFAULTS = {
    "order": "SO-{year}-{seq:06}",
    "intake": "IN-{year}-{seq:06}",
    "change_order": "CO-{year}-{seq:05}",
    "paper_proforma": "PI-{year}-{seq:06}",
    "paper_contract": "SC-{year}-{seq:06}",
    "work_order": "WO-{year}-{seq:05}",
    "purchase_request": "PR-{year}-{seq:05}",
    "purchase_order": "PO-{year}-{seq:05}",
    "rfq": "RQ-{year}-{seq:05}",
    "goods_receipt": "GR-{year}-{seq:05}",
    "supplier_return": "RT-{year}-{seq:05}",
    "count": "CT-{year}-{seq:05}",
    "plan_run": "PL-{year}-{seq:05}",
    "shop_sequence": "SQ-{year}-{seq:05}",
    "answer": "OR-{year}-{seq:05}",
    "customer": "C{seq:04}",
    "supplier": "S{seq:04}",
}
# Zeros before a number: {seq:06}; at most twelve places.
_WIDTH = re.compile(r"0?(?:[1-9]|1[0-2])d?")
FIELDS = {"year", "year2", "month", "day", "customer", "seq"}


class PatternRefused(Invalid):
    """A number pattern that could not give unique numbers."""


def check_pattern(pattern: str) -> None:
    """Raise PatternRefused unless the pattern has {seq} and only known fields."""
    try:
        parts = list(string.Formatter().parse(pattern))
    except ValueError as error:
        raise PatternRefused(_("This number pattern cannot be read: %s") % error) from error
    names = {name for _text, name, _spec, _conversion in parts if name is not None}
    if not names <= FIELDS:
        raise PatternRefused(
            _("Unknown in a number pattern: %s") % ", ".join(sorted(names - FIELDS))
        )
    if "seq" not in names:
        raise PatternRefused(_("A number pattern needs {seq}, else numbers would repeat."))
    if len(pattern) > 60:
        raise PatternRefused(_("A number pattern has at most 60 characters."))
    # Looked at before anything is formatted: a width of a thousand million would take the memory.
    for _text, _name, spec, conversion in parts:
        if conversion or (spec and not _WIDTH.fullmatch(spec)):
            raise PatternRefused(
                _("This number pattern cannot be read: %s") % f"{conversion or ''}:{spec}"
            )
    try:
        pattern.format(**_values(dt.date(2026, 1, 5), "C001", 1))
    except (ValueError, KeyError, IndexError, AttributeError) as error:
        raise PatternRefused(_("This number pattern cannot be read: %s") % error) from error


def pattern_of(key: str) -> str:
    """The pattern in force for a kind of document."""
    kept = NumberPattern.objects.filter(key=key).values_list("pattern", flat=True).first()
    return kept or DEFAULTS[key]


def draw(
    key: str, *, on: dt.date | None = None, customer: str = "", pattern: str | None = None
) -> str:
    """The next number of a kind of document. Numbers may have gaps, never repeat.

    2 queries, or 1 when the caller has read the `pattern` in force along with something else.
    """
    return draw_many(key, 1, on=on, customer=customer, pattern=pattern)[0]


def draw_many(
    key: str,
    count: int,
    *,
    on: dt.date | None = None,
    customer: str = "",
    pattern: str | None = None,
) -> list[str]:
    """The next `count` numbers of a kind of document, ascending (2 queries, 1 with `pattern`)."""
    on = on or clock.today()
    pattern = pattern or pattern_of(key)
    numbers = _next_values(_sequence_name(key, pattern, on), count)
    return [pattern.format(**_values(on, customer, number)) for number in numbers]


def draw_legal(key: str, *, on: dt.date | None = None) -> str:
    """The next number of a series without gaps: locks the counter until the transaction ends."""
    on = on or clock.today()
    pattern = pattern_of(key)
    scope = _sequence_name(key, pattern, on)
    NumberCounter.objects.get_or_create(scope=scope)
    counter = NumberCounter.objects.select_for_update().get(scope=scope)
    counter.last += 1
    counter.save(update_fields=["last"])
    return pattern.format(**_values(on, "", counter.last))


def _values(on: dt.date, customer: str, number: int) -> dict[str, object]:
    return {
        "year": f"{on.year:04}",
        "year2": f"{on.year % 100:02}",
        "month": f"{on.month:02}",
        "day": f"{on.day:02}",
        "customer": customer,
        "seq": number,
    }


def _sequence_name(key: str, pattern: str, on: dt.date) -> str:
    """One sequence per kind, starting again with the shortest period the pattern names."""
    period = ""
    if "{year" in pattern:
        period = f"_{on.year}"
        if "{month" in pattern:
            period += f"{on.month:02}"
            if "{day" in pattern:
                period += f"{on.day:02}"
    return f"number_{key}{period}"


def _next_values(sequence: str, count: int) -> list[int]:
    # to_regclass gives null for a sequence that is not there yet, and nextval of null is null.
    statement = "SELECT nextval(to_regclass(%s)) FROM generate_series(1, %s)"
    with connection.cursor() as cursor:
        cursor.execute(statement, [sequence, count])
        values = [row[0] for row in cursor.fetchall()]
        if values[0] is None:
            # The first number of a period: whoever comes second waits here, then finds it made.
            one_at_a_time(sequence)
            cursor.execute(f'CREATE SEQUENCE IF NOT EXISTS "{sequence}"')
            cursor.execute(statement, [sequence, count])
            values = [row[0] for row in cursor.fetchall()]
        return values
