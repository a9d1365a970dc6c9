"""Cells of a sheet as values of a row: what people and spreadsheet programs write is understood."""

import datetime as dt
import re
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from gendan.kernel.cleaners import CLEAR
from gendan.kernel.quantity import QuantityRefused, read_decimal

# What stands in a cell to empty a value; an empty cell leaves it as it is.
EMPTYING = {"(empty)", "（空）", "(空)"}
YES = {"yes", "y", "true", "1", "1.0", "x", "√", "✓", "是", "有"}
NO = {"no", "n", "false", "0", "0.0", "×", "否", "无"}
_DATE = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:[ T]00:00(?::00)?)?$")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})$")
_TIME = re.compile(r"(\d{1,2})[:：](\d{2})(?::\d{2})?$")
_INSTALMENT = re.compile(r"(\d+(?:\.\d+)?)\s*%?\s+([a-z_]+)(?:\s*\+?\s*(\d+))?$")
_PARTS = re.compile(r"[;；\n]")
_ITEMS = re.compile(r"[,;，；、\n]")
_WEEKDAYS = {
    name: day
    for day, names in enumerate(
        (
            ("mon", "monday", "周一", "星期一"),
            ("tue", "tuesday", "周二", "星期二"),
            ("wed", "wednesday", "周三", "星期三"),
            ("thu", "thursday", "周四", "星期四"),
            ("fri", "friday", "周五", "星期五"),
            ("sat", "saturday", "周六", "星期六"),
            ("sun", "sunday", "周日", "星期日", "周天", "星期天"),
        )
    )
    for name in names
}


class CellRefused(Exception):
    """A cell that cannot be understood; the message is a sentence."""


Reader = Callable[[Any], Any]


def as_text(cell: Any) -> str:
    """Text; a number as it is shown, without the “.0” spreadsheet programs keep."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return f"{Decimal(repr(cell)).normalize():f}"
    if isinstance(cell, dt.datetime) and cell.time() == dt.time():
        return cell.date().isoformat()
    return str(cell)


def as_decimal(cell: Any) -> Decimal:
    """A number: thousands commas, full-width digits and a percent sign are understood."""
    if isinstance(cell, bool | dt.date | dt.time):
        raise CellRefused(_("This must be a number."))
    text = repr(cell) if isinstance(cell, float) else str(cell)
    try:
        return read_decimal(text.rstrip().removesuffix("%").removesuffix("％"))
    except QuantityRefused as error:
        raise CellRefused(str(error)) from None


def as_integer(cell: Any) -> int:
    """A whole number."""
    number = as_decimal(cell)
    if number != number.to_integral_value():
        raise CellRefused(_("This must be a whole number."))
    return int(number)


def as_boolean(cell: Any) -> bool:
    """Yes or no, in either language."""
    text = str(cell).strip().lower()
    if text in YES:
        return True
    if text in NO:
        return False
    raise CellRefused(_("“%(text)s” is neither yes nor no.") % {"text": text[:40]})


def as_date(cell: Any) -> dt.date:
    """A date: a date cell, or year first; 03/04/2026 is refused, it could be either."""
    if isinstance(cell, dt.datetime):
        return cell.date()
    if isinstance(cell, dt.date):
        return cell
    text = unicodedata.normalize("NFKC", as_text(cell)).strip()
    found = _DATE.match(text) or _COMPACT.match(text)
    try:
        if found:
            return dt.date(*(int(part) for part in found.groups()))
    except ValueError:
        pass
    raise CellRefused(_("“%(text)s” is no date; write it as 2026-05-31.") % {"text": text[:40]})


def as_time(cell: Any) -> dt.time:
    """A time of day."""
    if isinstance(cell, dt.datetime):
        return cell.time()
    if isinstance(cell, dt.time):
        return cell
    found = _TIME.match(str(cell).strip())
    if found and int(found[1]) < 24 and int(found[2]) < 60:
        return dt.time(int(found[1]), int(found[2]))
    raise CellRefused(
        _("“%(text)s” is no time of day; write it as 08:30.") % {"text": str(cell)[:40]}
    )


def as_list(cell: Any) -> list[str]:
    """Several words with commas or semicolons between them."""
    return [part.strip() for part in _ITEMS.split(as_text(cell)) if part.strip()]


def as_weekdays(cell: Any) -> list[int]:
    """Days of the week, 1 (Monday) to 7: “1,2,3,4,5”, “1-5”, “12345”, “Wed, Sat”, “周三、周六”."""
    text = as_text(cell).replace("–", "-")
    days: set[int] = set()
    for part in as_list(text):
        named = _WEEKDAYS.get(part.lower())
        if named is not None:
            days.add(named + 1)
            continue
        span = re.fullmatch(r"([1-7])-([1-7])", part)
        if span and span[1] <= span[2]:
            days.update(range(int(span[1]), int(span[2]) + 1))
        elif re.fullmatch(r"[1-7]+", part):
            days.update(int(day) for day in part)
        else:
            raise CellRefused(_("Days of the week are 1 (Monday) to 7, such as 1-5."))
    if not days:  # a comma alone; no day at all is said by “(empty)”
        raise CellRefused(_("Days of the week are 1 (Monday) to 7, such as 1-5."))
    return sorted(day - 1 for day in days)


def as_attributes(cell: Any) -> dict[str, str]:
    """Names and values: “material=steel; finish=zinc”."""
    found: dict[str, str] = {}
    for part in _PARTS.split(as_text(cell)):
        if not part.strip():
            continue
        name, sign, value = part.replace("：", "=").replace("＝", "=").partition("=")
        if not sign or not name.strip():
            raise CellRefused(_("Write names and values as “material=steel; finish=zinc”."))
        found[name.strip()] = value.strip()
    return found


def as_instalments(cell: Any) -> list[dict[str, Any]]:
    """A payment plan: “30 contract; 70 bill_of_lading 14”: percent, event, days after it."""
    plan = []
    for part in _PARTS.split(as_text(cell)):
        if not part.strip():
            continue
        found = _INSTALMENT.match(part.strip().lower())
        if not found:
            raise CellRefused(_("Write a payment plan as “30 contract; 70 bill_of_lading 14”."))
        plan.append({"percent": found[1], "event": found[2], "days": int(found[3] or 0)})
    return plan


def as_breaks(cell: Any) -> list[tuple[str, str]]:
    """Prices from quantities on: “0 1.35; 1000 1.28”; a single number is the price of any."""
    breaks = []
    for part in _PARTS.split(as_text(cell)):
        if not part.strip():
            continue
        words = part.replace("：", " ").replace(":", " ").split()
        if len(words) > 2:
            raise CellRefused(_("Write prices as “0 1.35; 1000 1.28”: from which quantity, price."))
        breaks.append((words[0] if len(words) == 2 else "0", words[-1]))
    return breaks


def read_cell(reader: Reader, cell: Any) -> Any:
    """The value of a cell: None when empty (leave as it is), CLEAR when it is to be emptied."""
    if cell is None or cell == "":
        return None
    if isinstance(cell, str) and cell.strip().lower() in EMPTYING:
        return [] if reader in {as_list, as_weekdays} else {} if reader is as_attributes else CLEAR
    return reader(cell)


def shown(value: Any) -> Any:
    """A value as an exported cell; the reader of its column understands it again."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, dict):
        return "; ".join(f"{name}={one}" for name, one in value.items())
    if isinstance(value, list):
        if value and isinstance(value[0], list):
            return "; ".join(" ".join(str(part) for part in one) for one in value)
        if value and isinstance(value[0], dict):
            return "; ".join(
                f"{one.get('percent')} {one.get('event')} {one.get('days', 0)}" for one in value
            )
        if value and all(isinstance(one, int) for one in value):
            return ",".join(str(one + 1) for one in value)  # days of the week
        return ", ".join(str(one) for one in value)
    return value
