"""Arithmetic as proof of the reading: what does not add up is doubted, nothing is corrected."""

from decimal import Decimal
from itertools import pairwise

from stdnum import ean

from .draft import Draft, DraftLine
from .numbers import decimal_of

_ROOMY = Decimal(10) ** 12
NOT_AMOUNT = "quantity × price is not the printed amount"


def _half_step(value: Decimal) -> Decimal:
    """Half a unit of the last printed digit."""
    exponent = value.as_tuple().exponent
    return Decimal(5).scaleb(int(exponent) - 1) if isinstance(exponent, int) else Decimal(0)


def product_fits(
    quantity: Decimal, price: Decimal, amount: Decimal, base: Decimal = Decimal(1)
) -> bool:
    """Whether quantity × price / base is the amount within what rounding can explain."""
    if max(abs(quantity), abs(price), abs(amount)) > Decimal(10) ** 30 or not base:
        return False
    expected = quantity * price / base
    slack = max(
        _half_step(amount) if "." in format(amount, "f") else Decimal("0.005"), Decimal("0.005")
    )
    if price != price.to_integral_value() and amount:
        # a price rounded for printing moves the amount, but never by a noticeable share
        slack += min(abs(quantity) * _half_step(price) / base, abs(amount) * Decimal("0.002"))
    return abs(expected - amount) <= slack


def amount_fits(line: DraftLine) -> bool | None:
    """Whether the line's amount follows from it; None when something for it is not printed."""
    quantity, price = decimal_of(line.get("quantity")), decimal_of(line.get("unit_price"))
    amount = decimal_of(line.get("line_amount"))
    if quantity is None or price is None or amount is None:
        return None
    base = decimal_of(line.get("price_base_quantity")) or Decimal(1)
    factors = [Decimal(1)]
    discount = decimal_of(line.get("discount_percent"))
    if discount is not None:
        factors.append(1 - discount / 100)
    rate = decimal_of(line.tax_rate)
    if rate is not None and rate > -100:
        taxed = 1 + rate / 100
        factors += [factor * taxed for factor in factors] + [factor / taxed for factor in factors]
    return any(product_fits(quantity * factor, price, amount, base) for factor in factors)


def prove(draft: Draft) -> None:
    """Check every line, the sums, and whether values are believable; doubts are added."""
    for line in draft.lines:
        _prove_line(line)
    _prove_total(draft)
    _prove_numbering(draft)
    _prove_days(draft)


def _prove_line(line: DraftLine) -> None:
    if amount_fits(line) is False and not line.is_adjusted:
        for name in ("unit_price", "quantity", "line_amount"):
            line.doubt(name, NOT_AMOUNT)
    for name in ("quantity", "unit_price", "line_amount"):
        value = decimal_of(line.get(name))
        if value is None:
            continue
        if value < 0 or (value == 0 and name == "quantity"):
            line.doubt(name, "the value is not positive")
        elif value > _ROOMY:
            line.doubt(name, "the value is absurdly large")
    gtin = line.get("gtin")
    if gtin is not None and not (gtin.isdigit() and ean.is_valid(gtin)):
        line.doubt("gtin", "the check digit of the GTIN is wrong")


def _sums_agree(total: Decimal, parts: list[Decimal], extras: list[Decimal]) -> bool:
    slack = Decimal("0.01") + Decimal("0.005") * len(parts)
    return any(abs(total - sum(parts, Decimal(0)) - extra) <= slack for extra in extras)


def _prove_total(draft: Draft) -> None:
    """Sum of the lines = subtotal or total, with the printed tax, freight and discount."""
    amounts = [decimal_of(line.get("line_amount")) for line in draft.lines]
    quantities = [decimal_of(line.get("quantity")) for line in draft.lines]
    known = [amount for amount in amounts if amount is not None]
    printed_quantity = decimal_of(draft.get("totals.quantity"))
    counted = [quantity for quantity in quantities if quantity is not None]
    is_complete = bool(counted) and len(counted) == len(quantities)
    if printed_quantity is not None and is_complete and sum(counted) != printed_quantity:
        why = "the quantities do not add up to the printed total"
        draft.doubt("lines", why)
        draft.doubt("totals.quantity", why)
        for line in draft.lines:
            line.doubt("quantity", why)
    if not known or len(known) != len(amounts) or max(known) > _ROOMY:
        return
    tax = decimal_of(draft.get("totals.tax")) or Decimal(0)
    freight = decimal_of(draft.get("totals.freight")) or Decimal(0)
    discount = abs(decimal_of(draft.get("totals.discount")) or Decimal(0))
    extras = [t + f - d for t in (Decimal(0), tax) for f in (Decimal(0), freight)
              for d in (Decimal(0), discount)]  # fmt: skip
    for name in (
        "totals.subtotal",
        "totals.total_excl_tax",
        "totals.total_incl_tax",
        "totals.total",
    ):
        printed = decimal_of(draft.get(name))
        if printed is None or _sums_agree(printed, known, extras):
            if printed is not None and name in ("totals.subtotal", "totals.total"):
                _prove_rest(draft)
                return
            continue
        if name == "totals.subtotal" or (
            draft.get("totals.subtotal") is None and name == "totals.total"
        ):
            if _explained_by_tax(draft, printed, known):
                continue
            why = "the line amounts do not add up to the printed total"
            draft.doubt(name, why)
            draft.doubt("lines", why)
            return


def total_fits(draft: Draft) -> bool:
    """Whether a printed total is the sum of the line amounts, as read."""
    amounts = [decimal_of(line.get("line_amount")) for line in draft.lines]
    known = [amount for amount in amounts if amount is not None]
    printed = [decimal_of(draft.get(f"totals.{name}")) for name in ("subtotal", "total")]
    if not known or len(known) != len(amounts) or max(known) > _ROOMY:
        return False
    return any(total is not None and _sums_agree(total, known, [Decimal(0)]) for total in printed)


def _explained_by_tax(draft: Draft, printed: Decimal, known: list[Decimal]) -> bool:
    """A total with tax over amounts without it: right only at a rate that is printed."""
    rates = {decimal_of(line.tax_rate) for line in draft.lines} - {None}
    total = sum(known, Decimal(0))
    return any(abs(total * (1 + rate / 100) - printed) <= Decimal("0.05") for rate in rates if rate)


def _prove_rest(draft: Draft) -> None:
    """Subtotal + tax + freight - discount = total."""
    subtotal, total = (
        decimal_of(draft.get("totals.subtotal")),
        decimal_of(draft.get("totals.total")),
    )
    if subtotal is None or total is None or draft.get("totals.total_incl_tax"):
        return
    tax = decimal_of(draft.get("totals.tax")) or Decimal(0)
    freight = decimal_of(draft.get("totals.freight")) or Decimal(0)
    discount = abs(decimal_of(draft.get("totals.discount")) or Decimal(0))
    if tax and abs(subtotal + tax + freight - discount - total) > Decimal("0.02"):
        draft.doubt("totals.total", "subtotal, tax, freight and discount do not make the total")


def _prove_numbering(draft: Draft) -> None:
    """A gap in the line numbers may be a line we did not see."""
    numbers = [line.get("line_no") for line in draft.lines]
    if any(number is None or not number.isdecimal() or len(number) > 9 for number in numbers):
        return
    values = [int(number) for number in numbers if number is not None]
    if len(set(values)) != len(values):
        draft.doubt("lines", "a line number is used twice")
        return
    steps = {b - a for a, b in pairwise(values)}
    if draft.doc_type == "order" and len(steps) > 1:
        draft.doubt("lines", "the line numbers have a gap: a line may be missing")


def _prove_days(draft: Draft) -> None:
    """Goods are not wanted before they are ordered, nor in another century."""
    issued = draft.get("issue_date")
    if issued and not "1995" <= issued[:4] <= "2100":
        draft.doubt("issue_date", "the date is far from today")
    wanted = draft.get("requested_delivery")
    if wanted and issued and wanted < issued:
        draft.doubt("requested_delivery", "the delivery is wanted before the order was issued")
    for line in draft.lines:
        due = line.get("due_date")
        if due and issued and due < issued:
            line.doubt("due_date", "the delivery is wanted before the order was issued")
        elif due and not "1995" <= due[:4] <= "2100":
            line.doubt("due_date", "the date is far from today")
