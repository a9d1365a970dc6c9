"""Writes EDIFACT and X12 interchanges for a truth."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from textwrap import wrap

from .truth import Line, Truth, check_digit, plain


def gln(name: str) -> str:
    """A location number that belongs to a name."""
    digits = "69" + str(sum(ord(c) * (i + 7) for i, c in enumerate(name)) % 10**10).zfill(10)
    return digits + check_digit(digits)


def escaped(text: str) -> str:
    """EDIFACT release characters before what would separate."""
    return "".join(f"?{c}" if c in "?+:'" else c for c in text)


def day(on: date) -> str:
    """CCYYMMDD."""
    return f"{on:%Y%m%d}"


def interchange(
    message: str,
    bodies: list[list[str]],
    *,
    una: str = "",
    newline: str = "\n",
    count: int | None = None,
) -> bytes:
    """An interchange of messages of one kind; a wrong `count` of segments is a trap."""
    found = ["UNB+UNOC:3+A:14+B:14+260312:0911+77"]
    for number, segments in enumerate(bodies, 1):
        body = [f"UNH+{number}+{message}:D:96A:UN:EAN008", *segments]
        found += [*body, f"UNT+{count or len(body) + 1}+{number}"]
    found.append(f"UNZ+{len(bodies)}+77")
    return (una + "".join(f"{segment}'{newline}" for segment in found)).encode("latin-1")


def edifact(
    message: str,
    segments: list[str],
    *,
    una: str = "",
    newline: str = "\n",
    count: int | None = None,
) -> bytes:
    """An interchange with one message."""
    return interchange(message, [segments], una=una, newline=newline, count=count)


def edifact_lines(
    truth: Truth,
    *,
    codes: str = "both",
    price: str = "AAA",
    per_line_date: bool = False,
    qualifier: str = "EN",
    before: Callable[[Line], list[str]] | None = None,
    name: bool = True,
) -> list[str]:
    """LIN groups of an ORDERS message."""
    found = []
    for index, line in enumerate(truth.lines, 1):
        item = f"{line.gtin}:{qualifier}" if codes != "own" else ""
        found.append(f"LIN+{index}++{item}".rstrip("+"))
        if codes in ("both", "own"):
            found.append(f"PIA+1+{line.buyer_code}:IN::91+{line.seller_code}:SA::92")
        if name:
            # senders cut at the 35th character wherever a word ends; a blank there would be lost
            text = escaped(line.name[:35].rstrip())
            if line.name[35:] and " " not in line.name[34:36]:
                text += f":{escaped(line.name[35:])}"
            found.append(f"IMD+F++:::{text}")
        unit = {"pcs": "PCE", "set": "SET", "m": "MTR"}.get(line.unit, "PCE")
        found += before(line) if before else []
        found.append(f"QTY+21:{plain(line.quantity)}:{unit}")
        if per_line_date and line.due_on:
            found.append(f"DTM+2:{day(line.due_on)}:102")
        found.append(f"MOA+203:{plain(line.amount)}")
        if price:
            base = f":::{line.base}:PCE" if line.base != 1 else ""
            found.append(f"PRI+{price}:{plain(line.price)}{base}")
    return found


def edifact_head(truth: Truth, *, named: bool = True, currency: bool = True) -> list[str]:
    """The header segments of an ORDERS message."""

    def party(role: str, name: str) -> str:
        first, *rest = wrap(name, 34)
        shown = "++" + ":".join(escaped(part) for part in [first, *rest]) if named else ""
        return f"NAD+{role}+{gln(name)}::9{shown}"

    segments = [
        f"BGM+220+{escaped(truth.number)}+9", f"DTM+137:{day(truth.issued_on)}:102",
        f"DTM+2:{day(truth.due_on)}:102", f"RFF+CT:{escaped(truth.numbers_near['contract'])}",
        party("SU", truth.seller.name), f"RFF+VA:{truth.numbers_near['vat']}", party("BY", truth.buyer.name),
        "CTA+OC+:A. Winter", "COM+004511122:TE", party("DP", truth.ship_to.name),
    ]  # fmt: skip
    return [*segments, f"CUX+2:{truth.currency}:9"] if currency else segments


def edifact_end(truth: Truth, *, total: bool = True) -> list[str]:
    """The summary."""
    amount = [f"MOA+79:{plain(truth.total)}"] if total else []
    return ["UNS+S", *amount, f"CNT+2:{len(truth.lines)}"]


def x12(
    code: str,
    sets: list[list[str]],
    *,
    group: str = "PO",
    element: str = "*",
    end: str = "~",
    newline: str = "\n",
    count: int | None = None,
    sub: str = ">",
) -> bytes:
    """An interchange with some transaction sets; a wrong `count` is a trap."""
    e = element
    isa = e.join([
        "ISA", "00", " " * 10, "00", " " * 10, "ZZ", "KESTREL".ljust(15), "12",
        "5550100".ljust(15), "260312", "0911", "U", "00401", "000000055", "0", "P", sub,
    ])  # fmt: skip
    lines = [
        isa,
        e.join(["GS", group, "KESTREL", "5550100", "20260312", "0911", "55", "X", "004010"]),
    ]
    for index, segments in enumerate(sets, 1):
        body = [s.replace("*", e) for s in [f"ST*{code}*{index:04}", *segments]]
        lines += [*body, e.join(["SE", str(count or len(body) + 1), f"{index:04}"])]
    lines += [e.join(["GE", str(len(sets)), "55"]), e.join(["IEA", "1", "000000055"])]
    return "".join(line + end + newline for line in lines).encode()


X12_UNITS = {"pcs": "EA", "set": "ST", "m": "MR", "roll": "RO", "bag": "BG", "pair": "PR"}


def x12_order(
    truth: Truth,
    *,
    codes: str = "BP VP",
    currency: bool = True,
    dates: str = "line",
    price: bool = True,
    buyer_as: str = "BY",
    total: bool = True,
    pid: bool = True,
) -> list[str]:
    """The segments of an 850."""
    found = [f"BEG*00*NE*{truth.number}**{day(truth.issued_on)}"]
    found += [f"CUR*BY*{truth.currency}"] if currency else []
    found += [f"REF*CT*{truth.numbers_near['contract']}", f"REF*DP*{truth.numbers_near['account']}"]
    found += ["PER*BD*A WINTER*TE*5205550119", "ITD*01*3*2**10**30"]
    found += [f"DTM*002*{day(truth.due_on)}"] if dates == "header" else []
    found += [
        f"N1*SE*{truth.seller.name.upper()}*92*V881",
        f"N1*{buyer_as}*{truth.buyer.name}*92*100",
    ]
    found += [f"N3*{truth.buyer.street}", f"N1*ST*{truth.ship_to.name}*92*0042"]
    for index, line in enumerate(truth.lines, 1):
        by = {"BP": line.buyer_code, "VP": line.seller_code, "VN": line.seller_code,
              "IN": line.buyer_code, "UP": line.gtin[1:], "EN": line.gtin}  # fmt: skip
        ids = "".join(f"*{name}*{by[name]}" for name in codes.split())
        value = plain(line.price) if price else ""
        unit = X12_UNITS.get(line.unit, "EA")
        found.append(
            f"PO1*{index * 10}*{plain(line.quantity)}*{unit}*{value}**{ids[1:]}".rstrip("*")
        )
        found += [f"PID*F****{line.name.upper()}"] if pid else []
        if dates == "line" and line.due_on:
            found.append(f"DTM*002*{day(line.due_on)}")
        if dates == "schedule" and line.due_on:
            found.append(f"SCH*{plain(line.quantity)}*EA***002*{day(line.due_on)}")
    found.append(
        f"CTT*{len(truth.lines)}*{plain(sum((i.quantity for i in truth.lines), Decimal(0)))}"
    )
    return [*found, f"AMT*TT*{plain(truth.total)}"] if total else found
