"""EDIFACT and X12 orders, answers and despatch advices."""

from dataclasses import replace
from random import Random

from .draw_edi import (
    day,
    edifact,
    edifact_end,
    edifact_head,
    edifact_lines,
    escaped,
    gln,
    x12,
    x12_order,
)
from .paper import Style, compose
from .sample import Make, Sample, only
from .truth import Answer, Truth, make_truth, plain

FULL = ("buyer_code", "seller_code", "gtin", "name", "quantity", "price")


def _answer(chance: Random, truth: Truth, columns: tuple[str, ...], **changes: object) -> Answer:
    """Line dates that are not in the document may come from the header: they are not judged."""
    header = "due" not in columns
    _, answer = compose(truth, Style(columns=columns, header_due=header), chance)
    return answer | changes


def _edi(data: bytes, answer: Answer) -> Sample:
    return Sample("edi", data, answer)


def orders(chance: Random) -> Sample:
    """Complete, with names, dates at the lines and a UNA line."""
    truth = make_truth(chance, "en")
    body = edifact_head(truth) + edifact_lines(truth, per_line_date=True) + edifact_end(truth)
    data = edifact("ORDERS", body, una="UNA:+.? '")
    return _edi(data, _answer(chance, truth, (*FULL, "due")))


def orders_one_row(chance: Random) -> Sample:
    """No line breaks, quotes and plus signs released, price AAB, SRV items."""
    truth = make_truth(chance, "en")
    lines = [replace(line, name=f"{line.name} 1+1 'A'") for line in truth.lines]
    truth = truth.with_lines(*lines)
    body = edifact_head(truth)
    body += edifact_lines(truth, price="AAB", qualifier="SRV") + edifact_end(truth)
    return _edi(edifact("ORDERS", body, newline=""), _answer(chance, truth, FULL))


def orders_gln_only(chance: Random) -> Sample:
    """Parties by number only: no name can be read; no currency."""
    truth = make_truth(chance, "en")
    body = edifact_head(truth, named=False, currency=False) + edifact_lines(truth)
    answer = _answer(chance, truth, FULL, currency=None, seller=None)
    answer["buyer"] = {"gln": gln(truth.buyer.name)}
    return _edi(edifact("ORDERS", [*body, *edifact_end(truth)]), answer)


def orders_per_hundred(chance: Random) -> Sample:
    """Prices for a hundred; own codes only; free texts between."""
    truth = make_truth(chance, "en")
    truth = truth.with_lines(*(replace(line, base=100) for line in truth.lines))
    texts = edifact_lines(truth, codes="own", before=lambda _: ["FTX+AAI+++PACK 500 PER BOX"])
    body = [*edifact_head(truth), *texts, *edifact_end(truth, total=False)]
    answer = _answer(chance, truth, tuple(c for c in FULL if c != "gtin"))
    return _edi(edifact("ORDERS", body, count=999), answer)


def orders_no_price(chance: Random) -> Sample:
    """Nothing of money: no MOA, no PRI, no CUX."""
    truth = make_truth(chance, "en", lines=9)
    lines = [x for x in edifact_lines(truth, price="") if not x.startswith("MOA")]
    body = [*edifact_head(truth, currency=False), *lines, *edifact_end(truth, total=False)]
    columns = tuple(c for c in FULL if c != "price")
    answer = _answer(chance, truth, columns, currency=None)
    return _edi(edifact("ORDERS", body), answer)


def orders_decimal_comma(chance: Random) -> Sample:
    """The service string asks for a decimal comma."""
    truth = make_truth(chance, "en")
    money = ("PRI", "MOA")
    body = edifact_head(truth) + edifact_lines(truth) + edifact_end(truth)
    body = [x.replace(".", ",") if x.startswith(money) else x for x in body]
    return _edi(edifact("ORDERS", body, una="UNA:+,? '"), _answer(chance, truth, FULL))


def orders_split(chance: Random) -> Sample:
    """One line is delivered to two places: the total of QTY+21 counts."""
    truth = make_truth(chance, "en", lines=2)
    lines = edifact_lines(truth)
    half = truth.lines[1].quantity / 2
    for place in ("A", "B"):
        lines += [f"LOC+7+{gln(place)}::9", f"QTY+11:{plain(half)}",
                  f"DTM+2:{day(truth.due_on)}:102"]  # fmt: skip
    body = [*edifact_head(truth), *lines, *edifact_end(truth)]
    return _edi(edifact("ORDERS", body), _answer(chance, truth, FULL))


def _answering(message: str, bgm: str, action: str, quantity: str) -> Make:
    def make(chance: Random) -> Sample:
        truth = make_truth(chance, "en")
        body = [bgm.format(n=f"R{chance.randint(1000, 9999)}"), f"DTM+137:{day(truth.issued_on)}:102",
                f"RFF+ON:{escaped(truth.number)}", f"NAD+BY+{gln(truth.buyer.name)}::9",
                f"NAD+SU+{gln(truth.seller.name)}::9"]  # fmt: skip
        body += ["CPS+1"] if message == "DESADV" else []
        for index, line in enumerate(truth.lines, 1):
            body += [
                f"LIN+{index}+{action}+{line.gtin}:EN",
                f"QTY+{quantity}:{plain(line.quantity)}",
            ]
        body += [*(["UNS+S"] if message != "DESADV" else []), f"CNT+2:{len(truth.lines)}"]
        types = {"ORDRSP": "order_response", "ORDCHG": "order_change", "DESADV": "despatch_advice"}
        return _edi(edifact(message, body), only(types[message], order_reference=truth.number))

    return make


EDIFACT: dict[str, Make] = {
    function.__name__: function
    for function in (
        orders, orders_one_row, orders_gln_only, orders_per_hundred, orders_no_price,
        orders_decimal_comma, orders_split,
    )
} | {
    "ordrsp": _answering("ORDRSP", "BGM+231+{n}+29", "5", "21"),
    "ordchg": _answering("ORDCHG", "BGM+230+{n}+4", "3", "21"),
    "desadv": _answering("DESADV", "BGM+351+{n}+9", "", "12"),
}  # fmt: skip


def _x12(data: bytes, answer: Answer) -> Sample:
    return Sample("x12", data, answer)


def po_basic(chance: Random) -> Sample:
    """Dates at the lines by DTM, both codes."""
    truth = make_truth(chance, "en")
    answer = _answer(
        chance, truth, ("buyer_code", "seller_code", "name", "quantity", "price", "due")
    )
    return _x12(x12("850", [x12_order(truth)]), answer)


def po_pipes(chance: Random) -> Sample:
    """Other separators, one row, UPC, schedules, wrong group code and segment count."""
    truth = make_truth(chance, "en")
    segments = x12_order(truth, codes="EN VN", dates="schedule", currency=False)
    data = x12("850", [segments], element="|", end="'", newline="", group="IN", count=3)
    columns = ("gtin", "seller_code", "name", "quantity", "price", "due")
    return _x12(data, _answer(chance, truth, columns, currency=None))


def po_two(chance: Random) -> Sample:
    """Two orders in one interchange."""
    truths = [make_truth(chance, "en"), make_truth(chance, "en")]
    columns = ("buyer_code", "seller_code", "name", "quantity", "price")
    data = x12("850", [x12_order(truth, dates="header") for truth in truths], end="\n", newline="")
    return _x12(data, {"orders": [_answer(chance, truth, columns) for truth in truths]})


def po_no_prices(chance: Random) -> Sample:
    """No price, no currency, no descriptions, no total."""
    truth = make_truth(chance, "en")
    segments = x12_order(truth, price=False, currency=False, total=False, pid=False, dates="header")
    columns = ("buyer_code", "seller_code", "quantity")
    return _x12(x12("850", [segments]), _answer(chance, truth, columns, currency=None))


def po_bill_to(chance: Random) -> Sample:
    """The buyer stands only as bill-to."""
    truth = make_truth(chance, "en")
    columns = ("buyer_code", "gtin", "name", "quantity", "price", "due")
    data = x12("850", [x12_order(truth, codes="IN EN", buyer_as="BT")], sub=":")
    return _x12(data, _answer(chance, truth, columns))


def _other_set(code: str, doc_type: str) -> Make:
    def make(chance: Random) -> Sample:
        truth = make_truth(chance, "en")
        line = truth.lines[0]
        bodies = {
            "855": [f"BAK*00*AC*{truth.number}*{day(truth.issued_on)}",
                    f"PO1*1*{line.quantity}*EA*{line.price}**BP*{line.buyer_code}",
                    f"ACK*IA*{line.quantity}*EA*068*{day(truth.due_on)}", "CTT*1"],
            "860": [f"BCH*04*NE*{truth.number}**2*{day(truth.issued_on)}",
                    f"POC*1*QI*{line.quantity}*5*EA*{line.price}**BP*{line.buyer_code}", "CTT*1"],
            "856": [f"BSN*00*S{chance.randint(1000, 9999)}*{day(truth.issued_on)}*1200*0001",
                    "HL*1**S", f"DTM*011*{day(truth.issued_on)}", "HL*2*1*O", f"PRF*{truth.number}",
                    "HL*3*2*I", f"LIN**BP*{line.buyer_code}", f"SN1**{line.quantity}*EA", "CTT*3"],
        }  # fmt: skip
        group = {"855": "PR", "860": "PC", "856": "SH"}[code]
        return _x12(x12(code, [bodies[code]], group=group), only(doc_type))

    return make


X12: dict[str, Make] = {
    function.__name__: function
    for function in (po_basic, po_pipes, po_two, po_no_prices, po_bill_to)
} | {
    "po_ack": _other_set("855", "order_response"),
    "po_change": _other_set("860", "order_change"),
    "ship_notice": _other_set("856", "ship_notice"),
}
