"""Papers that look like orders and are none."""

from dataclasses import replace
from random import Random

from .paper import Paper, Style, compose
from .truth import Truth, make_truth

COLUMNS = ("line", "code", "name", "quantity", "price", "amount")
KINDS: dict[str, dict[str, tuple[str, str, list[str]]]] = {
    "en": {
        "invoice": ("COMMERCIAL INVOICE", "Invoice No.",
                    ["Please remit to account 00-551-2230 within 30 days.", "VAT No. GB 551 2230 11"]),
        "proforma": ("PROFORMA INVOICE", "P/I No.", ["Validity: 30 days. Production starts after deposit."]),
        "quotation": ("QUOTATION", "Quotation No.", ["This offer is valid for 14 days and without obligation."]),
        "confirmation": ("ORDER CONFIRMATION", "Confirmation No.",
                         ["We thank you for your order and confirm it as above.",
                          "Our general terms of sale apply."]),
        "statement": ("STATEMENT OF ACCOUNT", "Account No.", ["Amount overdue: please pay at once."]),
        "rfq": ("REQUEST FOR QUOTATION", "RFQ No.", ["Please quote your best price. This is not an order."]),
        "packing": ("PACKING LIST", "Packing list No.", ["Gross weight 220 kg in 14 cartons"]),
        "credit": ("CREDIT NOTE", "Credit note No.", ["Credited to your account for goods returned."]),
    },
    "zh": {
        "invoice": ("增值税专用发票", "发票号码", ["价税合计（大写）见上", "收款人：李娜　复核：张伟"]),
        "quotation": ("报 价 单", "报价单号", ["以上报价有效期 15 天，仅供参考。"]),
        "statement": ("对 账 单", "对账单号", ["请核对后盖章回传。"]),
        "rfq": ("询 价 单", "询价单号", ["请贵司报价，此单非订单。"]),
        "delivery": ("送 货 单", "送货单号", ["收货人签字："]),
    },
}  # fmt: skip
TYPES = {"confirmation": "order_response", "rfq": "request_for_quotation",
         "delivery": "despatch_advice"}  # fmt: skip


def doc_type(kind: str) -> str:
    """What the contract calls it."""
    return TYPES.get(kind, "not_an_order")


def lookalike(chance: Random, language: str, kind: str) -> tuple[Paper, Truth]:
    """An order's paper with another title and meaning."""
    truth = make_truth(chance, language)
    title, label, notes = KINDS[language][kind]
    truth = replace(truth, number=f"{chance.randint(20000, 99999)}")
    style = Style(columns=COLUMNS, dates="zh" if language == "zh" else "long")
    paper, _ = compose(truth, style, chance, title=title, number=label)
    swapped = [(label, texts) for (label, _), (_, texts) in zip(
        paper.parties, reversed(paper.parties), strict=True)]  # fmt: skip
    if kind not in ("rfq",):
        paper.parties = swapped if kind == "delivery" else paper.parties
        reference = ("订单号", "Your order no.")[language == "en"]
        paper.fields.append((reference, truth.numbers_near["previous"]))
    if language == "en" and kind in ("invoice", "proforma", "quotation", "confirmation", "credit"):
        paper.letterhead = [truth.seller.name, truth.seller.street, truth.seller.city]
        paper.parties = [("Customer", [truth.buyer.name, truth.buyer.city])]
    paper.notes += notes
    return paper, truth


CURRICULUM = [
    "Curriculum vitae", "Jonas Ferber, purchasing manager", "Born 2 March 1984, Tel. +49 30 5550 1919",
    "2015 - 2024: Head of purchasing, order volume 4,500,000 EUR a year, team of 12",
    "2008 - 2015: Buyer for fasteners: 1,200 order lines a month, 35 suppliers",
    "Languages: German, English, some Chinese",
]  # fmt: skip
NEWSLETTER = [
    "公司通知", "各位供应商：", "我司将于 2026 年 2 月 10 日至 2 月 20 日放假，期间暂停收货。",
    "放假前最后收货日期为 2 月 8 日，数量超过 500 件的请提前预约，电话 0571-55501234。", "特此通知。",
]  # fmt: skip
