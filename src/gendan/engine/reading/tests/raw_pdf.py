"""PDFs written object by object, for what no typesetter would write."""

from collections.abc import Sequence


def raw_pdf(objects: Sequence[str | bytes], trailer: str = "") -> bytes:
    """Objects 1, 2, 3 … as a file; the first is the catalog."""
    data = bytearray(b"%PDF-1.7\n")
    places = []
    for number, body in enumerate(objects, 1):
        places.append(len(data))
        content = body.encode("latin-1") if isinstance(body, str) else body
        data += b"%d 0 obj\n" % number + content + b"\nendobj\n"
    start = len(data)
    data += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    data += b"".join(b"%010d 00000 n \n" % place for place in places)
    data += f"trailer\n<</Size {len(objects) + 1}/Root 1 0 R{trailer}>>\n".encode()
    return bytes(data + b"startxref\n%d\n%%%%EOF\n" % start)


def stream(content: str | bytes, entries: str = "") -> bytes:
    """A stream object."""
    data = content.encode("latin-1") if isinstance(content, str) else content
    return b"<<%s/Length %d>>\nstream\n%s\nendstream" % (entries.encode(), len(data), data)


def one_page(
    content: str, *, box: str = "0 0 595 842", page: str = "", more: Sequence[str] = ()
) -> bytes:
    """A page of Helvetica (F1) with this content; more objects begin at number 6."""
    return raw_pdf(
        [
            "<</Type/Catalog/Pages 2 0 R%s>>" % ("/AcroForm 6 0 R" if "/Annots" in page else ""),
            "<</Type/Pages/Kids[3 0 R]/Count 1>>",
            (
                f"<</Type/Page/Parent 2 0 R/MediaBox[{box}]/Contents 4 0 R"
                f"/Resources<</Font<</F1 5 0 R>>>>{page}>>"
            ),
            stream(content),
            "<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
            *more,
        ]
    )


def written(x: float, y: float, text: str, *, size: float = 10, before: str = "") -> str:
    """Text at a place, from the lower left corner as PDF counts."""
    return f"q BT {before} /F1 {size} Tf {x} {y} Td ({text}) Tj ET Q\n"


ORDER = (
    written(50, 780, "PURCHASE ORDER")
    + written(50, 750, "PO No: HX-4410")
    + written(50, 735, "Date: 2026-03-04")
    + written(50, 720, "Buyer: Harrow Lighting Ltd")
    + written(50, 680, "Item code")
    + written(150, 680, "Description")
    + written(300, 680, "Qty")
    + written(370, 680, "Unit price")
    + written(460, 680, "Amount")
    + written(50, 660, "A-100")
    + written(150, 660, "Wall lamp")
    + written(300, 660, "25")
    + written(370, 660, "10.00")
    + written(460, 660, "250.00")
)
