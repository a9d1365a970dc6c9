"""Twelve English orders, no two of which look alike."""

# ruff: noqa: E501 - a typesetter's source has lines of its own

from decimal import Decimal

from .paper_maker import (
    Item,
    Maker,
    Order,
    cells,
    european,
    figure,
    table,
    text,
    turned,
    typeset,
    undated,
)

HARDWARE = (
    Item("HX-2201", "Hex bolt M8 x 40, zinc plated", "1200", "0.35", "PCS", "2026-03-02"),
    Item("WA-0870", "Flat washer 8 mm", "2500", "0.04", "PCS", "2026-03-02"),
    Item("BR-5510-L", "Bracket left, powder coated RAL 7016", "150", "12.80", "PCS", "2026-03-16"),
    Item("KIT-77", "Mounting kit", "40", "31.50", "SET", "2026-04-01"),
)


def ruled_with_dates() -> tuple[bytes, Order]:
    """Everything ruled, two address blocks, a date on every line."""
    order = Order(
        "4500-88123",
        "2026-01-15",
        "USD",
        "Harrow Lighting Inc.",
        "Ningbo Best Metal Co., Ltd.",
        HARDWARE,
    )
    head = cells(
        ("Line", "Item No.", "Description", "Qty", "UoM", "Unit Price", "Delivery Date", "Amount")
    )
    rows = [
        cells(
            (
                n * 10,
                i.code,
                i.text,
                f"{int(i.quantity):,}",
                i.unit,
                figure(i.price),
                i.due,
                figure(i.amount),
            )
        )
        for n, i in enumerate(order.items, 1)
    ]
    body = f"""
#align(right)[#text(size: 16pt)[*PURCHASE ORDER*]]
{text(order.buyer)} \\
18 Mill Lane, Dayton, OH 45402 \\
Tel: 937-555-0141
#v(4mm)
#table(columns: (1fr, 1fr), [*Supplier*], [*Ship To*],
  [{text(order.seller)} \\ 88 Jiangnan Road \\ Ningbo 315000 \\ China],
  [Harrow Lighting Warehouse 2 \\ 500 Dock Street \\ Dayton, OH 45404])
#table(columns: (auto, 1fr, auto, 1fr), [PO Number], [{order.number}], [PO Date], [January 15, 2026],
  [Payment Terms], [T\\/T 30 days], [Currency], [USD])
""" + table(
        "(auto, auto, 1fr, auto, auto, auto, auto, auto)",
        [head, *rows],
        "align: (x, y) => if x > 2 {right} else {left},",
    )
    body += f"#align(right)[Total: USD {figure(order.total)}]\nAuthorized Signature"
    return typeset(body), order


def without_rulings() -> tuple[bytes, Order]:
    """No line drawn; labels at the left and figures at the right edge of wide columns."""
    items = (
        Item("A-100", "Desk lamp black", "24", "18.90"),
        Item("A-101", "Desk lamp white", "6", "18.90"),
        Item("B-330", "Floor lamp with reading arm", "112", "41.25"),
    )
    order = Order(
        "PO-7741",
        "2026-02-09",
        "EUR",
        "Lumen & Co. GmbH",
        "Zhongshan Guzhen Lighting Factory",
        items,
    )
    rows = [
        f"[{text(i.code)}], [{text(i.text)}], align(right)[{i.quantity}], align(right)[{figure(i.price)}], align(right)[{figure(i.amount)}],"
        for i in items
    ]
    body = f"""
#text(size: 14pt)[{text(order.buyer)}] \\
Hafenstr. 12, 20457 Hamburg
#v(8mm)
#grid(columns: (1fr, 60mm), [
To: \\ {text(order.seller)} \\ No. 7 Xinxing Road \\ Zhongshan
], [Purchase Order No.: {order.number} \\ Date: 9 February 2026 \\ Currency: EUR \\ Terms: net 30 days])
#v(6mm)
Please supply the following goods:
""" + table(
        "(30mm, 60mm, 28mm, 28mm, 28mm)",
        [cells(("Article", "Description", "Quantity", "Unit price", "Total price")), *rows],
        "stroke: none,",
    )
    body += f"#v(2mm)#align(right)[Order total  #h(6mm) {figure(order.total)}]"
    return typeset(body, size="10pt"), order


def zebra() -> tuple[bytes, Order]:
    """Striped rows, descriptions on two lines, dark header with white letters."""
    items = (
        Item("T-4410", "Cotton T-shirt 180 g/m², round neck", "300", "2.10", "pcs"),
        Item("T-4411", "Polo shirt piqué, two buttons", "450", "3.75", "pcs"),
        Item("T-4499", "Hooded sweatshirt brushed inside", "120", "7.40", "pcs"),
    )
    order = Order(
        "SS26-0031",
        "2026-01-05",
        "USD",
        "Nordic Wear AB",
        "Shaoxing Textile Co., Ltd",
        items,
        "2026-04-20",
    )
    rows = [
        f"[{n}], [{text(i.code)}], [{text(i.text)} \\ Colour: navy, sizes S-XL], [{i.quantity}], [{i.unit}], [\\$ {figure(i.price)}], [\\$ {figure(i.amount)}],"
        for n, i in enumerate(items, 1)
    ]
    head = "".join(
        f"text(fill: white)[*{word}*],"
        for word in ("\\#", "Style no.", "Description", "Qty", "Unit", "Price", "Amount")
    )
    body = f"""
= Purchase Order {order.number}
*Buyer:* {text(order.buyer)} #h(20mm) *Order date:* 2026-01-05 \\
*Supplier:* {text(order.seller)} #h(20mm) *Delivery date:* 2026-04-20
""" + table(
        "(auto, auto, 1fr, auto, auto, auto, auto)",
        [head, *rows],
        'stroke: none, fill: (x, y) => if y == 0 {rgb("#1f3a5f")} else if calc.odd(y) {rgb("#eef2f7")} else {white},',
    )
    body += f"*Total amount:* \\$ {figure(order.total)}"
    return typeset(body, font="DejaVu Sans Mono"), order


def header_of_two_lines() -> tuple[bytes, Order]:
    """Labels on two lines between thin rules, no walls."""
    order = Order(
        "90211",
        "2026-02-27",
        "USD",
        "Copper Ridge Supply LLC",
        "Taizhou Valve Works",
        undated(HARDWARE[:3]),
        "2026-05-04",
    )
    head = cells(
        (
            "Pos",
            "Buyer\nitem code",
            "Description\nof goods",
            "Ordered\nqty",
            "Unit price\nUSD",
            "Line total\nUSD",
        )
    )
    rows = [
        cells((n, i.code, i.text, i.quantity, i.price, figure(i.amount)))
        + "table.hline(stroke: 0.3pt),"
        for n, i in enumerate(order.items, 1)
    ]
    body = f"""
#align(center)[#text(size: 15pt)[{text(order.buyer)}] \\ PURCHASE ORDER]
#grid(columns: (1fr, 1fr), [*Vendor* \\ {text(order.seller)} \\ Industrial Zone 4 \\ Taizhou],
 [#table(columns: 2, stroke: none, [Order No.], [{order.number}], [Order date], [02\\/27\\/2026], [Required date], [05\\/04\\/2026])])
""" + table(
        "(auto, auto, 1fr, auto, auto, auto)", [head + "table.hline(),", *rows], "stroke: none,"
    )
    body += f"#align(right)[*TOTAL USD {figure(order.total)}*]"
    return typeset(body), order


def narrow_and_wrapped() -> tuple[bytes, Order]:
    """Narrow columns: texts break over three lines, figures stand half way down."""
    items = (
        Item(
            "GLV-220-XL",
            "Work glove with nitrile coating on palm and fingers, size XL",
            "960",
            "1.15",
            "pair",
            "2026-03-30",
        ),
        Item(
            "GLS-104-CL",
            "Safety glasses clear, scratch resistant, with side protection",
            "240",
            "2.35",
            "pc",
            "2026-03-30",
        ),
        Item(
            "HLM-330-YE",
            "Helmet yellow with ratchet and ventilation slots",
            "60",
            "8.90",
            "pc",
            "2026-04-15",
        ),
    )
    order = Order(
        "W/2026/118",
        "2026-02-20",
        "GBP",
        "Safeguard Trading Ltd",
        "Linyi Protection Products Co. Ltd",
        items,
    )
    rows = [
        cells((i.code, i.text, i.quantity, i.unit, i.price, figure(i.amount), i.due)) for i in items
    ]
    head = cells(
        (
            "Our Item Code",
            "Item Description",
            "Order Qty",
            "Unit",
            "Net Price (GBP)",
            "Net Amount (GBP)",
            "Required By",
        )
    )
    body = f"""
#grid(columns: (1fr, 1fr), [#text(size: 13pt)[{text(order.buyer)}]], align(right)[*Purchase Order*])
Our order no.: {text(order.number)} \\ Issued: 20\\/02\\/2026 \\ Supplier name: {text(order.seller)}
""" + table(
        "(20mm, 34mm, 14mm, 12mm, 18mm, 20mm, 22mm)",
        [head, *rows],
        "align: horizon, stroke: 0.4pt,",
    )
    body += f"Total net GBP {figure(order.total)}"
    return typeset(body, page="margin: 25mm"), order


def totals_in_a_side_box() -> tuple[bytes, Order]:
    """Remarks at the left, sums in a box at the right, tax and freight among them."""
    order = Order(
        "PO10077",
        "2026-03-11",
        "USD",
        "Blue Mesa Outfitters, Inc.",
        "Xiamen Outdoor Gear Corp.",
        undated(HARDWARE[1:]),
    )
    tax, freight = Decimal("55.10"), Decimal("120.00")
    total = order.total + tax + freight
    rows = [
        cells((i.code, i.text, i.quantity, figure(i.price), figure(i.amount))) for i in order.items
    ]
    body = f"""
#grid(columns: (1fr, 1fr), [#text(size: 18pt)[{text(order.buyer)}] \\ 410 Canyon Rd \\ Moab, UT 84532],
 align(right)[#text(size: 18pt)[PURCHASE ORDER] \\ P.O. \\#: {order.number} \\ DATE: 3\\/11\\/2026])
#v(3mm)
#grid(columns: (1fr, 1fr), column-gutter: 8mm,
 [#rect(width: 100%, fill: rgb("#333"))[#text(fill: white)[VENDOR]] {text(order.seller)} \\ Unit 9, Huli \\ Xiamen],
 [#rect(width: 100%, fill: rgb("#333"))[#text(fill: white)[SHIP TO]] Blue Mesa Store 4 \\ 77 Main St \\ Moab, UT 84532])
#v(3mm)
""" + table(
        "(28mm, 1fr, 18mm, 24mm, 28mm)",
        [cells(("ITEM #", "DESCRIPTION", "QTY", "UNIT PRICE", "TOTAL")), *rows],
        "align: (x, y) => if x > 1 {right} else {left},",
    )
    body += f"""
#grid(columns: (1fr, 62mm), column-gutter: 10mm,
 [#rect(width: 100%, height: 28mm)[Comments or special instructions \\ Deliver to gate 3 before noon]],
 table(columns: (1fr, 28mm), align: (left, right), [SUBTOTAL], [{figure(order.total)}], [TAX], [{tax}], [SHIPPING], [{freight}], [*TOTAL*], [*\\${figure(total)}*]))
"""
    return typeset(body), order


def discounts_and_european_figures() -> tuple[bytes, Order]:
    """1.234,56 and a discount column; delivery dates per line."""
    items = (
        Item(
            "77.310",
            'Kugelhahn brass ball valve 1/2"',
            "1500",
            "2.45",
            "pcs",
            "2026-05-18",
            discount="5",
        ),
        Item("77.311", 'Brass ball valve 3/4"', "800", "3.60", "pcs", "2026-05-18", discount="5"),
        Item("77.402", 'Check valve 1"', "250", "5.10", "pcs", "2026-06-08"),
    )
    order = Order(
        "B26-00417", "2026-03-03", "EUR", "Armatura Sp. z o.o.", "Yuhuan Valves Co., Ltd.", items
    )
    rows = [
        cells(
            (
                n,
                i.code,
                i.text,
                i.quantity,
                i.unit,
                european(i.price),
                i.discount + " %" if i.discount else "",
                european(i.amount),
                ".".join(reversed(i.due.split("-"))),
            )
        )
        for n, i in enumerate(items, 1)
    ]
    body = f"""
*{text(order.buyer)}* \\ ul. Fabryczna 8, 30-001 Kraków
#v(4mm)
*Order {order.number}* \\ Order date: 03.03.2026 \\ Supplier: {text(order.seller)}
""" + table(
        "(auto, auto, 1fr, auto, auto, auto, auto, auto, auto)",
        [
            cells(
                (
                    "Pos.",
                    "Article no.",
                    "Description",
                    "Quantity",
                    "Unit",
                    "Price EUR",
                    "Disc. %",
                    "Value EUR",
                    "Delivery",
                )
            ),
            *rows,
        ],
        "stroke: (x, y) => (bottom: 0.3pt),",
    )
    body += f"#align(right)[Total value EUR {european(order.total)}]"
    return typeset(body), order


def per_hundred() -> tuple[bytes, Order]:
    """Prices for a hundred, stated in a column of their own."""
    items = (
        Item("SCR-0310", "Self-tapping screw 3.0x10", "50000", "0.85", "pcs", base=100),
        Item("SCR-0416", "Self-tapping screw 4.0x16", "20000", "1.20", "pcs", base=100),
        Item("RIV-48", "Blind rivet 4.8x12", "7500", "3.40", "pcs", base=100),
    )
    order = Order(
        "K-55120",
        "2026-01-21",
        "USD",
        "Fixings Direct Limited",
        "Jiaxing Fasteners Co., Ltd.",
        items,
        "2026-03-31",
    )
    rows = [
        cells(
            (n, i.code, i.text, f"{int(i.quantity):,} {i.unit}", i.price, i.base, figure(i.amount))
        )
        for n, i in enumerate(items, 1)
    ]
    body = f"""
#text(size: 12pt)[*PURCHASE ORDER {order.number}*] \\
Date: 21-Jan-2026 \\ Buyer: {text(order.buyer)} \\ Seller: {text(order.seller)} \\ Delivery date: 31-Mar-2026 \\ Delivery terms: FOB Shanghai
""" + table(
        "(auto, auto, 1fr, auto, auto, auto, auto)",
        [cells(("No", "Part No", "Description", "Quantity", "Price", "Per", "Amount USD")), *rows],
        "stroke: 0.5pt + gray,",
    )
    body += f"Grand Total USD {figure(order.total)}"
    return typeset(body), order


def many_pages() -> tuple[bytes, Order]:
    """A table over three pages with repeated header, head and foot on every page."""
    items = tuple(
        Item(
            f"SKU{n:04}",
            f"Ceramic mug design {n}",
            str(24 * (n % 7 + 1)),
            f"{1 + n % 5}.{n % 10}5",
            "pcs",
        )
        for n in range(1, 96)
    )
    order = Order(
        "HM-2026-0555",
        "2026-01-30",
        "USD",
        "Homewares Group Pty Ltd",
        "Chaozhou Ceramics Co., Ltd.",
        items,
        "2026-04-30",
    )
    rows = [
        cells((n, i.code, i.text, i.quantity, i.unit, i.price, figure(i.amount)))
        for n, i in enumerate(items, 1)
    ]
    page = (
        f"margin: (top: 30mm, bottom: 25mm, x: 15mm), header: [{order.buyer} #h(1fr) Purchase order {order.number}], "
        "footer: context [ABN 51 824 753 556 #h(1fr) Page #counter(page).display() of #counter(page).final().first()]"
    )
    body = f"""
*Purchase order no.* {order.number} #h(10mm) *Date* 30 January 2026 #h(10mm) *Ship date* 30 April 2026 \\
*Vendor:* {text(order.seller)}
""" + table(
        "(auto, auto, 1fr, auto, auto, auto, auto)",
        [
            cells(("Line", "SKU", "Product description", "Qty", "UOM", "Unit cost", "Ext. cost")),
            *rows,
        ],
        "repeat, stroke: 0.3pt,",
    )
    body += f"#align(right)[Total order value USD {figure(order.total)}]"
    return typeset(body, page=page), order


def boxes_of_a_form() -> tuple[bytes, Order]:
    """A form: small labels above values in boxes; landscape."""
    order = Order(
        "C-300912",
        "2026-02-18",
        "USD",
        "Pacific Rim Imports Inc",
        "Foshan Tile Industries",
        undated(HARDWARE[:2]),
        "2026-05-22",
    )

    def box(label: str, value: str) -> str:
        return f"[#text(size: 6pt)[{text(label)}] \\ {text(value)}],"

    rows = [
        cells((i.code, i.text, i.quantity, i.unit, i.price, figure(i.amount))) for i in order.items
    ]
    body = f"""
#text(size: 14pt)[Purchase Order]
#table(columns: (1fr, 1fr, 1fr, 1fr), {box("Order number", order.number)} {box("Order date", "Feb 18, 2026")} {box("Currency", "USD")} {box("Requested delivery date", "May 22, 2026")}
 {box("Buyer", order.buyer)} {box("Supplier", order.seller)} {box("Payment terms", "30% deposit, balance before shipment")} {box("Delivery terms", "FOB Foshan")})
""" + table(
        "(30mm, 1fr, 20mm, 20mm, 25mm, 30mm)",
        [cells(("Item", "Description", "Qty", "Unit", "Unit price", "Amount")), *rows],
    )
    body += f"#align(right)[Total {figure(order.total)}]"
    return typeset(body, page='paper: "a4", flipped: true, margin: 20mm'), order


def on_its_side() -> tuple[bytes, Order]:
    """A page that the file turns by a quarter."""
    data, order = header_of_two_lines()
    return turned(data, 90), order


def blocks_of_lines() -> tuple[bytes, Order]:
    """No rulings, three lines of text per article, the next article after a gap."""
    order = Order(
        "TR-9008",
        "2026-03-19",
        "USD",
        "Trailhead Co.",
        "Quanzhou Bags Co., Ltd.",
        undated(HARDWARE[1:]),
        "2026-06-30",
    )
    rows = [
        f"[{n}], [{text(i.code)}], [{text(i.text)} \\ Carton mark: {order.number} \\ HS 7318.15], align(right)[{i.quantity} {i.unit}], align(right)[{figure(i.price)}], align(right)[{figure(i.amount)}],"
        for n, i in enumerate(order.items, 1)
    ]
    body = f"""
PURCHASE ORDER \\
Number: {order.number} \\ Date: 2026-03-19 \\ From: {text(order.buyer)} \\ To: {text(order.seller)} \\ Ship by: 2026-06-30
""" + table(
        "(10mm, 24mm, 62mm, 26mm, 24mm, 26mm)",
        [cells(("No.", "Item code", "Description", "Quantity", "Unit price", "Amount")), *rows],
        "stroke: none, row-gutter: 3mm,",
    )
    body += f"TOTAL USD #h(1fr) {figure(order.total)}"
    return typeset(body), order


ENGLISH: tuple[Maker, ...] = (
    ruled_with_dates, without_rulings, zebra, header_of_two_lines, narrow_and_wrapped,
    totals_in_a_side_box, discounts_and_european_figures, per_hundred, many_pages,
    boxes_of_a_form, on_its_side, blocks_of_lines,
)  # fmt: skip
