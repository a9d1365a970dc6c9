"""What the reader of documents says about its doubts, in the reader's language.

It explains them in English sentences (gendan.engine.reading); those it is known to use are listed
here, so that they are translated, and a new one is shown as it is.
"""

import re

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop as N_  # noqa: N812 - the trade's usual name

_SENTENCES = (
    N_("quantity × price is not the printed amount"),
    N_("the value is not positive"),
    N_("the value is absurdly large"),
    N_("the check digit of the GTIN is wrong"),
    N_("the quantities do not add up to the printed total"),
    N_("the line amounts do not add up to the printed total"),
    N_("subtotal, tax, freight and discount do not make the total"),
    N_("a line number is used twice"),
    N_("the line numbers have a gap: a line may be missing"),
    N_("the date is far from today"),
    N_("the delivery is wanted before the order was issued"),
    N_("no quantity was found for the line"),
    N_("the column is only called a date"),
    N_("the discount was stored as a share"),
    N_("the separator can mean thousands or decimals"),
    N_("the quantity is only approximate"),
    N_("only a dollar sign is printed"),
    N_("the year has two digits"),
    N_("one figure without label: it may be a price or an amount"),
    N_("nothing says that this row is ordered"),
    N_("it may be a size, not a quantity"),
    N_("figures without labels, and quantity × price proves none of them"),
    N_("the figure may be a price or an amount"),
    N_("the label does not say whose number it is"),
    N_("taken from the head of the paper, no label says so"),
    N_("taken from the signature"),
    N_("several dates are given: the last was taken"),
    N_("columns name several"),
    N_("the file is damaged or cut off"),
    N_("the file is damaged or cut off here"),
    N_("the file is damaged or cut off: lines may be missing"),
    N_("the document holds more lines than are read"),
    N_("the file holds more rows than are read"),
    N_("the line has several deliveries on different days"),
    N_("the message has no header"),
    N_("read from an earlier message that is quoted below"),
    N_("stated once, before the first order"),
    N_("the message is nested too deeply or has too many parts: the rest was not read"),
    N_("a blanket order: quantities are called off later"),
    N_("a copy of a message that was sent before"),
    N_("a segment is longer than any of the standard; its end is not read"),
    N_("another kind of document is mentioned in it"),
    N_("another sheet of the workbook holds lines of this order too"),
    N_("more than one figure fits as the price"),
    N_("no buyer is named; this is who is billed"),
    N_("no buyer is named; this is who is invoiced"),
    N_("no lines were found"),
    N_("no order is referred to; this is the message's number"),
    N_("only blanks part the columns: the border is a guess"),
    N_("several dates are named in one sentence"),
    N_("several quantities are named in one sentence"),
    N_("surcharges or discounts are given apart"),
    N_("the file holds this order number twice"),
    N_("the gross price: allowances are given apart"),
    N_("the line is answered in several parts"),
    N_("the lines do not make the total"),
    N_("the lines do not make this total"),
    N_("the message deletes this line"),
    N_("the message is cut off"),
    N_("the message is cut off here"),
    N_("the message is cut off: lines may be missing"),
    N_("the message names two buyers"),
    N_("the price depends on more than the article"),
    N_("the price is zero"),
    N_("the quantity is one to be returned"),
    N_("the sum of the part deliveries; the line itself has none"),
    N_("there are several of them"),
)
# Sentences with something of the document in them.
_TEMPLATES = (
    N_("%(a)s can be %(b)s or %(c)s"),
    N_("%(a)s is no day of the calendar"),
    N_("%(a)s is not a single number"),
    N_("%(a)s says more than a number"),
    N_("%(a)s is not a date"),
    N_("%(a)s was read with low confidence"),
    N_("it also looks like: %(a)s"),
    N_("amounts are in %(a)s"),
    N_("amounts are also in %(a)s"),
    N_("there are amounts in %(a)s too"),
    N_("%(a)s is printed under such a label too"),
    N_("the attachment %(a)s could not be read"),
    N_("the attachment %(a)s is nested too deeply and was not read"),
    N_("the sheet %(a)s holds more rows than are read"),
    N_("printed as the moment %(a)s"),
    N_("a part of line %(a)s"),
    N_("a price of the kind %(a)s"),
    N_("a price on the basis %(a)s"),
    N_("a window from %(a)s to %(b)s"),
    N_("an ORDERS message that calls itself document %(a)s"),
    N_("left out, for it is marked as cancelled: %(a)s"),
    N_("several dates are printed: %(a)s"),
    N_("several deliveries on different days: %(a)s"),
    N_("the amount in capitals says %(a)s"),
    N_("the line is answered with %(a)s: not yet decided"),
    N_("the message is about order %(a)s too"),
    N_("the message is about orders %(a)s"),
    N_("the part deliveries make %(a)s"),
    N_("the price is for another unit: %(a)s"),
    N_("the price is in %(a)s"),
    N_("the price is per %(a)s, the quantity in %(b)s"),
    N_("the set states %(a)s lines, it has %(b)s"),
    N_("there is another price: %(a)s"),
    N_("this is release %(a)s of the order"),
    N_("this row may be a line too: %(a)s"),
    N_("to be delivered to %(a)s places"),
    N_("%(a)s are on back order"),
    N_("%(a)s more are free of charge"),
    N_("only the first %(a)s pages were read"),
    N_("page %(a)s could not be read: %(b)s"),
)
# Where the reader's words and ours differ.
_OTHERWISE = (
    (
        re.compile(r"^attachment (?P<a>.+?) was not read: .*$"),
        "the attachment %(a)s could not be read",
    ),
    (
        re.compile(r"^attachment (?P<a>.+) is nested too deeply and was not read$"),
        "the attachment %(a)s is nested too deeply and was not read",
    ),
    (
        re.compile(r"^sheet (?P<a>.+) holds more rows than are read$"),
        "the sheet %(a)s holds more rows than are read",
    ),
)


def _pattern(template: str) -> re.Pattern[str]:
    """The template as a pattern whose groups are what stands in it."""
    parts = re.split(r"%\((\w)\)s", template)
    text = "".join(
        f"(?P<{part}>.+)" if number % 2 else re.escape(part) for number, part in enumerate(parts)
    )
    return re.compile(f"^{text}$", re.DOTALL)


_PATTERNS = (*_OTHERWISE, *((_pattern(template), template) for template in _TEMPLATES))


def reader_words(why: str) -> str:
    """A sentence of the reader, translated where it is known."""
    if why in _SENTENCES:
        return _(why)
    for pattern, template in _PATTERNS:
        if found := pattern.match(why):
            return _(template) % found.groupdict()
    return why
