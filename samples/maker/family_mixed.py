"""Orders whose layout is drawn by lot: every seed gives combinations that nobody has seen yet."""

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from random import Random

from . import family_mail
from .draw_office import Sheet, cells, csv_text, page, text, values, xls, xlsx
from .draw_pdf import LATIN, SANS, SERIF, Look, pdf
from .paper import Paper, Row, Style, compose, grouped, sign_for, two_header_rows, wrapped
from .sample import Make, Sample
from .truth import Answer, Truth, make_truth

DATES = {
    "en": ("iso", "day_mon", "long", "us_long", "us_dot", "dots"),
    "zh": ("iso", "zh", "zh_wide", "slash_ymd", "dot_ymd"),
}
MORE = {
    "en": [
        "acc. to drawing 77-120 rev. C",
        "colour: anthracite / 2 coats",
        "as order of 12 May 2025",
    ],
    "zh": ["按图纸 77-120 C版", "颜色：深灰", "同 2025年5月12日 订单"],
}
GROUPS = {"en": ["Plant 1000", "Plant 2000 - spare parts"], "zh": ["一车间", "二车间 备件"]}
NOTES = {
    "en": ["Mark cartons with order and item number.", "Delivery DDP our works, Mon-Fri 8:00-15:00.",
           "Overdelivery of more than 3 % is not accepted."],
    "zh": ["外箱须注明订单号及料号。", "送货时间：周一至周五 8:00-17:00。", "溢短装不超过 3%。"],
}  # fmt: skip


def _columns(chance: Random, language: str) -> tuple[str, ...]:
    """Any sensible columns; the order of the middle ones is drawn."""
    codes = chance.choice(
        (("code",), ("buyer_code", "seller_code"), ("code", "gtin"), ("gtin", "code"))
    )
    name = ("name", "spec") if language == "zh" and chance.random() < 0.6 else ("name",)
    amounts = chance.choice((("quantity", "unit"), ("unit", "quantity"), ("quantity",)))
    price = chance.choice(
        (("price", "amount"), ("price", "amount"), ("price", "discount", "amount"))
    )
    if language == "zh" and chance.random() < 0.3:
        price = ("price_with_tax", "amount")
    first = ("line",) if chance.random() < 0.75 else ()
    due = ("due",) if chance.random() < 0.5 else ()
    middle = [codes + name, name + codes, amounts + codes + name][chance.randrange(3)]
    if amounts[0] not in middle:
        middle = due + middle + amounts if chance.random() < 0.2 else middle + amounts
    tail = () if due and due[0] in middle else due
    return first + middle + price + tail


def _spoils(chance: Random, language: str, paper: Paper, truth: Truth) -> None:
    """Some of the ways in which tables are not plain."""
    below = {"price": truth.currency, "amount": truth.currency}
    ways: list[Callable[[], None]] = [
        lambda: wrapped(paper, MORE[language]),
        lambda: grouped(paper, GROUPS[language], 3),
        lambda: two_header_rows(paper, below),
        lambda: paper.notes.extend(NOTES[language]),
        lambda: paper.preface.append(NOTES[language][1]),
        lambda: paper.totals.insert(0, (("Freight", "运费")[language == "zh"], "0.00")),
        lambda: paper.table.rows.append(Row("note", [NOTES[language][2]])),
    ]
    for way in chance.sample(ways, chance.randint(0, 3)):
        way()


def mixed(chance: Random, language: str, numbers: bool = True) -> tuple[Paper, Answer, Truth]:
    """A paper of which everything is drawn by lot."""
    truth = make_truth(chance, language, lines=chance.choice((1, 2, 4, 6, 9, 14)))
    if chance.random() < 0.5:
        factor = chance.choice((3, 20, 75))
        truth = truth.with_lines(*(replace(x, quantity=x.quantity * factor) for x in truth.lines))
    if chance.random() < 0.25:  # cents of a cent
        truth = truth.with_lines(*(replace(x, price=x.price / Decimal(100)) for x in truth.lines))
    columns = _columns(chance, language)
    if "discount" in columns:
        truth = truth.with_lines(
            *(replace(x, discount=chance.choice((0, 3, 10))) for x in truth.lines)
        )
    places = 4 if any(x.price * 100 % 1 for x in truth.lines) else 2
    has_sign = chance.random() < 0.4
    style = Style(
        columns=columns, dates=chance.choice(DATES[language]), price_places=places,
        numbers=chance.choice(("english", "english", "comma", "swiss", "ungrouped")) if numbers and language == "en" else "english",
        sign=sign_for(chance, truth.currency) if has_sign else "", currency_field=not has_sign,
        header_due="due" not in columns and chance.random() < 0.5,
        buyer_in=chance.choice(("party", "party", "letterhead")), ship_to=chance.random() < 0.4,
        unit_in_quantity="unit" not in columns and chance.random() < 0.6,
    )  # fmt: skip
    paper, answer = compose(truth, style, chance)
    _spoils(chance, language, paper, truth)
    return paper, answer, truth


def _look(chance: Random) -> Look:
    return Look(
        font=chance.choice((SANS, SERIF, *LATIN[:2])), size=chance.choice((8, 8.5, 9.5)),
        rules=chance.choice(("grid", "horizontal", "none", "zebra", "head")),
        fields=chance.choice(("left", "above", "boxed", "plain", "inline")),
        parties=chance.choice(("side", "stacked", "boxed", "inline")),
        fields_first=chance.random() < 0.6, landscape=True, page_numbers=chance.random() < 0.5,
        title_at_right=chance.random() < 0.3,
    )  # fmt: skip


def as_pdf(language: str) -> Make:
    """As PDF."""

    def make(chance: Random) -> Sample:
        paper, answer, _ = mixed(chance, language)
        return Sample("pdf", pdf(paper, _look(chance)), answer)

    return make


def as_workbook(language: str, old: bool = False) -> Make:
    """As workbook, typed or as texts."""

    def make(chance: Random) -> Sample:
        paper, answer, truth = mixed(chance, language, numbers=False)
        sheet = Sheet(side=chance.randint(0, 2), parties_beside=chance.random() < 0.5,
                      fields_in_row=chance.random() < 0.4)  # fmt: skip
        plain = "price_with_tax" in paper.table.keys or chance.random() < 0.5
        rows = cells(paper, sheet, None if plain else values(truth.lines, paper.table.keys))
        return Sample("xls", xls(rows), answer) if old else Sample("xlsx", xlsx(rows), answer)

    return make


def as_text(language: str, charset: str) -> Make:
    """As aligned text."""

    def make(chance: Random) -> Sample:
        paper, answer, _ = mixed(chance, language)
        body = text(paper, gap=chance.randint(2, 5), pairs=chance.choice(("colon", "tab", "dots")),
                    rule=chance.choice(("", "-", "=")))  # fmt: skip
        return Sample("txt", body.encode(charset), answer)

    return make


def as_mail(language: str) -> Make:
    """As HTML mail."""

    def make(chance: Random) -> Sample:
        paper, answer, _ = mixed(chance, language)
        html = page(paper, fields=chance.choice(("lines", "table")), nested=chance.random() < 0.5)
        return Sample(
            "eml", family_mail.mail(family_mail.text_part(html, kind="html"), "PO"), answer
        )

    return make


def as_csv(chance: Random) -> Sample:
    """As a saved sheet."""
    paper, answer, _ = mixed(chance, chance.choice(("en", "zh")))
    rows = cells(
        paper, Sheet(parties_beside=chance.random() < 0.5, fields_in_row=chance.random() < 0.5)
    )
    return Sample(
        "csv",
        csv_text(rows, chance.choice(",;\t")).encode(chance.choice(("utf-8", "utf-8-sig"))),
        answer,
    )


def _several(name: str, count: int, make: Make) -> dict[str, Make]:
    return {f"mixed_{name}{number}": make for number in range(1, count + 1)}


BY_FAMILY: dict[str, dict[str, Make]] = {
    "pdf": _several("", 10, as_pdf("en")),
    "cn": _several("pdf", 6, as_pdf("zh")) | _several("xlsx", 3, as_workbook("zh"))
    | _several("txt", 2, as_text("zh", "gb18030")),
    "xlsx": _several("", 4, as_workbook("en")),
    "xls": _several("en", 1, as_workbook("en", old=True)) | _several("zh", 1, as_workbook("zh", old=True)),
    "text": _several("", 4, as_text("en", "utf-8")),
    "mail": _several("en", 3, as_mail("en")) | _several("zh", 2, as_mail("zh")),
    "csv": _several("", 3, as_csv),
}  # fmt: skip
