"""Makers of incoming documents: order mails, sheets, notes, and what they are matched with."""

import datetime as dt
import io
from collections.abc import Sequence
from contextlib import nullcontext
from email.message import EmailMessage

import xlsxwriter

from gendan.catalog.models import Item
from gendan.catalog.services import FamilyRow, ItemRow, save_families, save_items
from gendan.intake.models import Draft, Incoming
from gendan.intake.sandbox import files_of_our_own
from gendan.intake.services import add_incoming, read_incoming
from gendan.kernel.models import User
from gendan.partners.models import Partner
from gendan.partners.services import ContactRow, PartnerRow, save_contacts, save_partners
from gendan.testing.cast import person

# code, English and Chinese name, GTIN
GOODS = (
    ("HW-1001", "Steel hinge 100 mm", "钢合页 100 毫米", "6901234567892"),
    ("HW-1002", "Door handle brass", "黄铜门把手", ""),
    ("HW-1003", "Hex bolt M8x30", "六角螺栓 M8×30", ""),
    ("HW-1004", "Hex bolt M8x40", "六角螺栓 M8×40", ""),
    ("SP-2001", "Compression spring", "压缩弹簧", ""),
)
LINES = (
    ("HW-1001", "Steel hinge 100 mm", 500, "1.20"),
    ("HW-1002", "Door handle brass", 200, "3.40"),
)


def goods() -> list[Item]:
    """A handful of items counted in pieces."""
    save_families(rows=[FamilyRow(code="HARDWARE", name_en="Hardware", kind="hardgoods")], by=None)
    rows = [
        ItemRow(
            code=code,
            family="HARDWARE",
            unit="pcs",
            supply="make",
            name_en=name_en,
            name_zh=name_zh,
            barcode=gtin,
        )
        for code, name_en, name_zh, gtin in GOODS
    ]
    return save_items(rows=rows, by=None)


def customer(
    code: str = "C0001",
    name: str = "Nordic Home AB",
    email: str = "anna@nordichome.example",
    **given: str,
) -> Partner:
    """A customer with one contact."""
    values = {"country": "SE", "language": "en", "currency": "USD", "time_zone": "UTC"} | given
    saved = save_partners(
        rows=[PartnerRow(code=code, name=name, is_customer=True, **values)],  # type: ignore[arg-type]
        by=None,
    )
    if email:
        save_contacts(rows=[ContactRow(partner=code, name="Anna Berg", email=email)], by=None)
    return saved[0]


def sheet(
    number: str = "NH-4711",
    lines: Sequence[Sequence[object]] = LINES,
    *,
    buyer: str = "Nordic Home AB",
    code_title: str = "Your item no.",
    currency: str = "USD",
    delivery: str = "2027-03-15",
) -> bytes:
    """A purchase order as a workbook."""
    target = io.BytesIO()
    book = xlsxwriter.Workbook(target, {"in_memory": True})
    # Without a fixed moment the same order would be other content each second.
    book.set_properties({"created": dt.datetime(2026, 11, 20, tzinfo=dt.UTC)})
    page = book.add_worksheet("Order")
    page.write_row(0, 0, ["PURCHASE ORDER"])
    page.write_row(1, 0, ["Buyer:", buyer])
    page.write_row(2, 0, ["PO number:", number])
    page.write_row(3, 0, ["Date:", "2026-11-20"])
    page.write_row(4, 0, ["Currency:", currency])
    page.write_row(5, 0, ["Delivery date:", delivery])
    titles = ["Pos", code_title, "Description", "Quantity", "Unit", "Unit price", "Amount"]
    page.write_row(7, 0, titles)
    total = 0.0
    for position, (code, name, quantity, price) in enumerate(lines, 1):
        amount = float(str(quantity)) * float(str(price))
        total += amount
        row = [position, code, name, quantity, "pcs", float(str(price)), amount]
        page.write_row(7 + position, 0, row)
    page.write_row(9 + len(lines), 5, ["Total", total])
    book.close()
    return target.getvalue()


def mail(
    attachment: bytes | None = None,
    *,
    name: str = "order.xlsx",
    sender: str = "Anna Berg <anna@nordichome.example>",
    subject: str = "Purchase order NH-4711",
    text: str = "Dear Mei,\n\nplease find our order attached.\n\nBest regards\nAnna Berg\n",
    message_id: str = "<4711@nordichome.example>",
) -> bytes:
    """A mail as it is saved to a file."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = "sales@ours.example"
    message["Subject"] = subject
    message["Date"] = "Fri, 20 Nov 2026 09:15:00 +0100"
    message["Message-ID"] = message_id
    message.set_content(text)
    if attachment is not None:
        message.add_attachment(
            attachment,
            maintype="application",
            subtype="vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            filename=name,
        )
    return message.as_bytes()


def incoming(
    content: bytes | None = None,
    name: str = "order.eml",
    *,
    by: User | None = None,
    read: bool = True,
) -> Incoming:
    """An order mail with a sheet unless other content is given, read at once as a worker would.

    Only paper is read in a process of its own, which draws its pages, too: a process costs time.
    """
    found = add_incoming(
        content=mail(sheet()) if content is None else content, name=name, by=by or person("mei")
    )
    if not read:
        return found
    with nullcontext() if name.endswith(".pdf") else files_of_our_own():
        return read_incoming(incoming_id=found.pk)


def draft(content: bytes | None = None, name: str = "order.eml") -> Draft:
    """The first draft of a document."""
    return Draft.objects.select_related("incoming", "customer").get(
        incoming=incoming(content, name), position=1
    )
