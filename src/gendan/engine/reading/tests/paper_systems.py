"""Orders as systems and templates of several countries print them, each with a habit of its own."""

# ruff: noqa: E501 - a typesetter's source has lines of its own

from .paper_maker import Item, Maker, Order, european, figure, text, typeset

SEALS = (
    Item("SP-0091", "Spindle, hardened", "16", "48.25"),
    Item("SP-0102", "Spindle nut", "64", "3.10"),
    Item("SL-30", "Shaft seal 30x47x7", "64", "1.95"),
)


def _german(day: str) -> str:
    return f"{day[8:]}.{day[5:7]}.{day[:4]}"


def numbered_boxes() -> tuple[bytes, Order]:
    """A form of an authority: every box has a number before its label."""
    items = (
        Item("0001", "Generator, diesel, 20 kW", "2", "11250.00", "EA"),
        Item("0002", "Cable, power, 4/0 AWG", "500", "6.40", "FT"),
        Item("0003", "Grounding kit", "2", "185.50", "KT"),
    )
    order = Order(
        "W912HN-26-P-0147", "2026-04-02", "USD", "Savannah District Corp.",
        "Peachtree Power Inc.", items,
    )  # fmt: skip
    rows = "".join(
        f"[{i.code}],[{text(i.text)}],[{i.quantity}],[{i.unit}],[{figure(i.price)}],[{figure(i.amount)}],"
        for i in items
    )
    body = f"""
#align(center)[*ORDER FOR SUPPLIES OR SERVICES*]
#let b(l, v) = [#text(size: 6pt)[#l] \\ #v]
#table(columns: (1fr, 1fr, 1fr), stroke: .5pt,
 b("1. PURCHASE ORDER NO.")[{order.number}], b("2. DATE OF ORDER (YYYYMMMDD)")[2026APR02], b("3. REQUISITION NO.")[W33SJG],
 b("4. BUYER")[{order.buyer} \\ Savannah, GA 31401], b("5. CONTRACTOR")[{order.seller} \\ Macon, GA 31206], b("6. DISCOUNT TERMS")[Net 30 Days])
#table(columns: (50pt, 1fr, 60pt, 50pt, 65pt, 70pt), stroke: .5pt,
 [7. ITEM NO.], [8. SCHEDULE OF SUPPLIES/ SERVICES], [9. QUANTITY ORDERED], [10. UNIT], [11. UNIT PRICE], [12. AMOUNT], {rows})
#table(columns: (1fr, 150pt), stroke: .5pt, b("13. SIGNED BY:")[J. Doe], b("14. TOTAL")[\\${figure(order.total)}])
"""
    return typeset(body), order


def rows_of_two_with_remarks() -> tuple[bytes, Order]:
    """German: two rows a line, a remark between them, the header's two rows between rulings."""
    items = (
        Item("100-2231", "Flanschlager UCF 205", "40", "12.85", "ST", "2026-06-08"),
        Item("100-4410", "Keilriemen SPA 1250", "25", "9.40", "ST", "2026-06-08"),
        Item("200-0007", "Fett, Kartusche 420 ml", "12", "6.95", "ST", "2026-06-22"),
    )
    order = Order(
        "4500731299", "2026-05-12", "EUR", "Reinhardt Fördertechnik GmbH", "Lagerhaus Nord AG",
        items,
    )  # fmt: skip
    columns = "columns: (40pt, 150pt, 1fr, 30pt, 70pt), stroke: none"
    rows = "".join(
        f"[{n * 10:05d}], [{i.code}], [{text(i.text)}], [], [], [], [Ihre Materialnummer: B{n}77-9], [], [], [],"
        f"[], [{i.quantity},000 ST], [{european(i.price)} EUR / 1 ST], [], [{european(i.amount)}],"
        f"[], [Liefertermin: {_german(i.due)}], [], [], [],"
        for n, i in enumerate(items, 1)
    )
    body = f"""
#text(size: 8pt)[{text(order.buyer)} · Postfach 1220 · 59423 Unna]
#grid(columns: (1fr, 1fr), [{text(order.seller)} \\ Am Hafen 12 \\ 24103 Kiel],
 [*Bestellung* \\ Bestellnummer/Datum \\ {order.number} / {_german(order.date)}])
#line(length: 100%)
#table({columns}, [Pos.], [Material], [Bezeichnung], [], [], [], [Bestellmenge Einheit], [Preis pro Einheit], [], [Nettowert])
#line(length: 100%)
#table({columns}, {rows})
#line(length: 100%)
#align(right)[Gesamtnettowert ohne MwSt EUR #h(20pt) {european(order.total)}]
"""
    return typeset(body), order


def stacked_without_boxes() -> tuple[bytes, Order]:
    """Labels above values in columns without boxes, sums and footers below the lines."""
    items = (
        Item("", "Oak shelf 900 mm", "30", "24.50"),
        Item("", "Oak shelf 1200 mm", "18", "31.00"),
        Item("", "Steel bracket pair", "96", "3.75"),
    )
    order = Order(
        "PO-0087", "2026-02-03", "GBP", "Hearth & Timber Ltd", "Brackley Joinery", items,
        "2026-02-20",
    )  # fmt: skip
    rows = "".join(
        f"[{text(i.text)}], [{i.quantity}.00], [{figure(i.price)}], [20%], [{figure(i.amount)}], table.hline(stroke: .3pt),"
        for i in items
    )
    body = f"""
#grid(columns: (1.5fr, .8fr, 1fr), [#text(size: 22pt)[PURCHASE ORDER] \\ {text(order.seller)} \\ Unit 4 Mill Park \\ BRACKLEY],
 [*Purchase Order Date* \\ 3 Feb 2026 \\ *Delivery Date* \\ 20 Feb 2026 \\ *Purchase Order Number* \\ {order.number} \\ *Reference* \\ Spring range],
 [{text(order.buyer)} \\ 12 Castle Street \\ BATH \\ BA1 2QP])
#v(14pt)
#table(columns: (1fr, 60pt, 70pt, 50pt, 80pt), align: (left, right, right, right, right), stroke: none,
 [*Description*], [*Quantity*], [*Unit Price*], [*VAT*], [*Amount GBP*], table.hline(), {rows}
 [], [], [], [Subtotal], [1,653.00], [], [], table.cell(colspan: 2)[TOTAL VAT 20%], [330.60], [], [], [], [*TOTAL GBP*], [*1,983.60*])
DELIVERY DETAILS
#line(length: 100%)
#grid(columns: (1fr, 1fr, 1fr), [*Delivery Address* \\ {text(order.buyer)} \\ Warehouse B], [*Attention* \\ Nick Rowe], [*Delivery Instructions* \\ Ring bell at gate 2])
"""
    return typeset(body), order


def named_below_the_code() -> tuple[bytes, Order]:
    """The article's name on a row of its own below its code; the quantity's unit under "Units"."""
    items = (
        Item("BAT-18V-4AH", "18V 4.0Ah battery pack", "250", "38.25", "Each", "2026-07-01"),
        Item("CHG-18V", "Fast charger, 120V", "120", "21.90", "Each", "2026-07-01"),
        Item("CASE-L", "Blow molded case, large", "100", "7.10", "Each", "2026-07-15"),
    )
    order = Order(
        "PUR100231", "2026-05-04", "USD", "Ironwood Tools Inc.", "Shenzhen Voltaic Co., Ltd.",
        items,
    )  # fmt: skip
    rows = "".join(
        f"[{i.quantity}], [*{i.code}* \\ {text(i.text)}], [Each], [{i.due}], [\\${figure(i.price)}], [\\${figure(i.amount)}],"
        for i in items
    )
    body = f"""
#grid(columns: (1fr, 1fr), [*{order.buyer}* \\ 1 Anvil Way \\ Reno NV 89502], align(right)[#text(size: 20pt)[Purchase Order] \\ \\#{order.number} \\ Date: 2026-05-04])
#grid(columns: (1fr, 1fr), [*Vendor* \\ {order.seller} \\ Nanshan, Shenzhen], [*Ship To* \\ {order.buyer} \\ Sparks NV 89434])
#v(8pt)
#table(columns: (50pt, 1fr, 45pt, 80pt, 60pt, 75pt), stroke: none, fill: (x, y) => if y == 0 {{ silver }},
 [Quantity], [Item], [Units], [Expected Receipt], [Rate], [Amount], {rows})
#align(right)[Total #h(40pt) \\${figure(order.total)}]
"""
    return typeset(body, size="8pt"), order


def french_sums_in_a_row() -> tuple[bytes, Order]:
    """French: the sums stand in a table of their own right below the lines."""
    items = (
        Item("ART001", "Palette bois 120x80", "200", "9.80"),
        Item("ART014", "Film étirable, rouleau", "90", "6.45"),
        Item("ART020", "Adhésif havane 50 mm", "360", "1.12"),
    )
    order = Order(
        "CF00231", "2026-03-23", "EUR", "Logidis SARL", "Emballages Martin SA", items, "2026-04-02"
    )
    rows = "".join(
        f"[{i.code}], [{text(i.text)}], [{i.quantity},00], [{i.price.replace('.', ',')}], [], [{european(i.amount)}],"
        for i in items
    )
    body = f"""
#grid(columns: (1fr, 1fr), [*{order.buyer}* \\ 44800 Saint-Herblain], table(columns: 3, [Commande N°], [Date], [Réf. fournisseur], [{order.number}], [23/03/2026], [F0114]))
#grid(columns: (1fr, 1fr), [*Fournisseur :* \\ {order.seller} \\ 49000 Angers], [*Adresse de livraison :* \\ {order.buyer} - Atelier \\ 69002 Lyon])
#v(8pt) *Bon de commande* \\ Date de livraison : 02/04/2026
#table(columns: (60pt, 1fr, 55pt, 60pt, 50pt, 70pt), [Référence], [Désignation], [Qté], [P.U. HT], [Remise], [Montant HT], {rows})
#table(columns: (1fr, 1fr, 1fr), [Total HT], [Total TVA], [Net à payer], [2.943,70], [588,74], [3.532,44 €])
"""
    return typeset(body), order


def deliveries_below_lines() -> tuple[bytes, Order]:
    """Rows below a line say when its quantity is delivered; prices' currency in a sentence."""
    items = (
        Item("P-4401", "Gear housing, machined", "300", "41.20", "EA", "2026-03-16"),
        Item("P-4402", "Gear cover, machined", "300", "17.80", "EA", "2026-04-13"),
    )
    order = Order("77120", "2026-02-16", "USD", "Delmar Gearing Corp.", "Castings Ltd.", items)
    rows = "".join(
        f"[{n}], [{i.code} \\ {text(i.text)}], [], [{i.quantity}], [{i.unit}], [{i.price}], [{figure(i.amount)}],"
        f"[], [Ship To: Plant 3], [Promised: {i.due}], [{i.quantity}], [], [], [],"
        for n, i in enumerate(items, 1)
    )
    body = f"""
*{order.buyer}* \\ 2 Works Road, Erie, PA 16501
#table(columns: (1fr, 1fr, 1fr), [Purchase Order \\ *{order.number}*], [Order Date \\ 16-FEB-2026], [Buyer \\ Ann Lister],
 table.cell(colspan: 2)[Supplier: \\ {order.seller} \\ Erie, PA], [Bill To: \\ {order.buyer} \\ PO Box 1200])
All prices and amounts on this order are expressed in US Dollars
#table(columns: (30pt, 1fr, 110pt, 55pt, 35pt, 60pt, 70pt), stroke: .4pt,
 [Line], [Part Number / Description], [Delivery Date/Time], [Quantity], [UOM], [Unit Price], [Amount], {rows})
"""
    return typeset(body), order


def clerks_before_companies() -> tuple[bytes, Order]:
    """A clerk's name above the supplier's and below "Ordered by"; quantities under "QUAN."."""
    order = Order("7719-26", "2026-08-21", "USD", "Kettle River Works", "Allied Seal Corp.", SEALS)
    rows = "".join(
        f"[{i.code}], [{text(i.text)}], [{i.quantity}], [\\${figure(i.price)}], [\\${figure(i.amount)}],"
        for i in SEALS
    )
    body = f"""
#grid(columns: (1fr, 1fr), [*{order.buyer}* \\ Kettle Falls, WA 99141], align(right)[Date: August 21, 2026 \\ Purchase Order \\#: {order.number}])
#table(columns: (1fr, 1fr), [SUPPLIER], [DELIVER TO], [Dana Whitfield \\ {order.seller} \\ Seattle, WA 98134], [{order.buyer} \\ Receiving dock 2 \\ Kettle Falls, WA 99141])
#table(columns: (1fr, 1fr, 1fr, 1fr), [ORDERED BY], [CARRIER], [PAYMENT], [NEEDED BY], [L. Sorensen], [UPS Freight], [Net 30], [])
#table(columns: (70pt, 1fr, 45pt, 70pt, 75pt), [PART], [DETAILS], [QUAN.], [COST EACH], [LINE TOTAL], {rows} [], [], [], [], [\\$ -])
#align(right, table(columns: 2, [SUBTOTAL], [\\${figure(order.total)}], [TAX RATE], [0%], [TOTAL], [\\${figure(order.total)}]))
"""
    return typeset(body), order


SYSTEMS: tuple[Maker, ...] = (
    numbered_boxes,
    rows_of_two_with_remarks,
    stacked_without_boxes,
    named_below_the_code,
    french_sums_in_a_row,
    deliveries_below_lines,
    clerks_before_companies,
)
