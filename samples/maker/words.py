"""How papers name and write things: label synonyms, dates, numbers, in both languages."""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from random import Random

from .truth import plain

LABELS: dict[str, dict[str, tuple[str, ...]]] = {
    "en": {
        "title": ("PURCHASE ORDER", "Purchase Order", "ORDER", "PO"),
        "number": ("PO No.", "P.O. Number", "Purchase Order No", "Order Ref", "Our order", "PO #",
                   "PO Number", "Order No.", "Order number", "P/O No"),
        "date": ("Date", "Order date", "PO Date", "Dated", "Date of order", "Issue date"),
        "buyer": ("Buyer", "Customer", "Ordered by", "Purchaser", "Buying company"),
        "seller": ("Supplier", "Vendor", "Seller", "To", "Supplier name"),
        "ship_to": ("Ship to", "Deliver to", "Delivery address", "Consignee", "Goods to"),
        "bill_to": ("Bill to", "Invoice to", "Invoice address"),
        "terms": ("Payment terms", "Terms", "Payment"),
        "currency": ("Currency", "Curr.", "Order currency"),
        "due": ("Delivery date", "Required by", "Deliver by", "Requested delivery date"),
        "col_line": ("Item", "Pos.", "#", "Line", "Ln", "No."),
        "col_code": ("Item code", "Part No.", "Article no.", "Material", "SKU", "Style no."),
        "col_buyer_code": ("Our part no.", "Our item no.", "Customer part no.", "Buyer item"),
        "col_seller_code": ("Your part no.", "Supplier code", "Vendor item no.", "Mfr part"),
        "col_gtin": ("EAN", "GTIN", "Barcode", "EAN-13"),
        "col_name": ("Description", "Article description", "Product", "Description of goods"),
        "col_quantity": ("Qty", "Quantity", "Order qty", "Qty ordered", "Ordered"),
        "col_unit": ("Unit", "UOM", "U/M"),
        "col_price": ("Unit price", "Price", "Price/unit", "Rate", "Unit cost", "Net price"),
        "col_discount": ("Disc. %", "Discount %", "Disc"),
        "col_base": ("Per", "Price unit"),
        "col_amount": ("Amount", "Total", "Line total", "Ext. price", "Net value", "Extended"),
        "col_due": ("Due date", "Delivery date", "Req. date", "Ship date", "Need by", "ETD"),
        "subtotal": ("Subtotal", "Sub-total", "Goods total", "Net total"),
        "total": ("TOTAL", "Grand total", "Order total", "Total amount"),
    },
    "zh": {
        "title": ("采购订单", "采 购 订 单", "订购单", "购销合同", "采购合同"),
        "number": ("采购单号", "订单编号", "合同号", "合同编号", "订单号", "采购订单号", "单号"),
        "date": ("日期", "订单日期", "下单日期", "签订日期", "采购日期", "制单日期"),
        "buyer": ("需方", "甲方", "买方", "采购方", "购货单位", "甲方（需方）", "订货单位"),
        "seller": ("供方", "乙方", "卖方", "供应商", "供货单位", "乙方（供方）", "厂商"),
        "ship_to": ("收货单位", "收货方", "送货地址", "交货地点"),
        "bill_to": ("开票单位", "发票抬头"),
        "terms": ("付款方式", "结算方式", "付款条件"),
        "currency": ("币种", "币别", "货币"),
        "due": ("交货日期", "交期", "要求交期", "到货日期"),
        "col_line": ("序号", "项次", "行号", "NO."),
        "col_code": ("物料编码", "物料号", "料号", "产品编号", "存货编码", "货号", "产品编码"),
        "col_buyer_code": ("客户料号", "我司料号", "需方料号"),
        "col_seller_code": ("供应商料号", "贵司料号", "供方货号"),
        "col_gtin": ("条形码", "条码", "国际条码"),
        "col_name": ("品名", "名称", "物料名称", "产品名称", "货物名称", "商品名称"),
        "col_spec": ("规格型号", "规格", "型号", "规格/型号"),
        "col_quantity": ("数量", "订购数量", "采购数量", "订单数量"),
        "col_unit": ("单位", "计量单位"),
        "col_price": ("单价", "不含税单价", "未税单价", "单价（元）"),
        "col_price_with_tax": ("含税单价", "含税价", "单价(含税)"),
        "col_discount": ("折扣率%", "折扣%"),
        "col_base": ("价格单位", "每"),
        "col_amount": ("金额", "小计", "总价", "金额（元）"),
        "col_due": ("交期", "交货日期", "要求到货日期", "需求日期", "交货期"),
        "subtotal": ("小计", "合计金额"),
        "total": ("合计", "总计", "总金额", "合计金额"),
    },
}  # fmt: skip

MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
LONG_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December"),
)

DATE_STYLES: dict[str, Callable[[date], str]] = {
    "iso": lambda d: d.isoformat(),
    "day_slash": lambda d: f"{d.day:02}/{d.month:02}/{d.year}",
    "month_slash": lambda d: f"{d.month}/{d.day}/{d.year}",
    "day_mon": lambda d: f"{d.day}-{MONTHS[d.month - 1]}-{d.year % 100:02}",
    "long": lambda d: f"{d.day} {LONG_MONTHS[d.month - 1]} {d.year}",
    "us_long": lambda d: f"{LONG_MONTHS[d.month - 1]} {d.day}, {d.year}",
    "us_dot": lambda d: f"{MONTHS[d.month - 1]}. {d.day}, {d.year}",
    "dots": lambda d: f"{d.day:02}.{d.month:02}.{d.year}",
    "digits": lambda d: f"{d:%Y%m%d}",
    "zh": lambda d: f"{d.year}年{d.month}月{d.day}日",
    "zh_wide": lambda d: f"{d.year} 年 {d.month:02} 月 {d.day:02} 日",
    "slash_ymd": lambda d: f"{d.year}/{d.month}/{d.day}",
    "dot_ymd": lambda d: f"{d.year}.{d.month:02}.{d.day:02}",
}


def _grouped(value: Decimal, places: int) -> tuple[str, str]:
    whole, _, rest = f"{value:,.{places}f}".partition(".")
    return whole, rest


def _indian(value: Decimal, places: int) -> str:
    whole, _, rest = f"{value:.{places}f}".partition(".")
    head, tail = whole[:-3], whole[-3:]
    groups: list[str] = []
    while head:
        groups.insert(0, head[-2:])
        head = head[:-2]
    return ",".join([*groups, tail]) + (f".{rest}" if rest else "")


def write_number(value: Decimal, style: str, places: int) -> str:
    """A number in one of the ways of the world."""
    whole, rest = _grouped(value, places)
    if style == "comma":  # 1.234,50
        return whole.replace(",", ".") + (f",{rest}" if rest else "")
    if style == "swiss":  # 1'234.50
        return whole.replace(",", "'") + (f".{rest}" if rest else "")
    if style == "blank":  # 1 234,50
        return whole.replace(",", "\u00a0") + (f",{rest}" if rest else "")
    if style == "indian":
        return _indian(value, places)
    if style == "plain":
        return plain(value)
    if style == "wide":  # full-width digits
        table = str.maketrans("0123456789.,", "０１２３４５６７８９．，")
        return f"{value:.{places}f}".translate(table)
    if style == "ungrouped":
        return f"{value:.{places}f}"
    return whole + (f".{rest}" if rest else "")


SIGNS = {"USD": ("$", "US$", "USD "), "EUR": ("€", "EUR "), "GBP": ("£",), "HKD": ("HK$",),
         "AUD": ("A$", "AUD "), "CNY": ("¥", "￥", "RMB ")}  # fmt: skip


class Labels:
    """One paper's choice among the synonyms."""

    def __init__(self, chance: Random, language: str) -> None:
        self._words = {name: chance.choice(words) for name, words in LABELS[language].items()}

    def __getitem__(self, name: str) -> str:
        return self._words[name]

    def use(self, **words: str) -> "Labels":
        """Take these words instead of the chosen ones."""
        self._words |= words
        return self


DIGITS = "零壹贰叁肆伍陆柒捌玖"


def capitals(value: Decimal) -> str:
    """人民币大写 of an amount."""
    whole = int(value)
    jiao, fen = divmod(int(value * 100) % 100, 10)
    parts: list[str] = []
    units = ("", "拾", "佰", "仟")
    sections, index = [], 0
    while whole:
        sections.append((whole % 10000, ("", "万", "亿")[index]))
        whole //= 10000
        index += 1
    for section, big in reversed(sections):
        text, zero = "", False
        for place in (3, 2, 1, 0):
            digit = section // 10**place % 10
            if digit:
                text += ("零" if zero and text else "") + DIGITS[digit] + units[place]
                zero = False
            else:
                zero = True
        if text:
            parts.append(("零" if parts and section < 1000 else "") + text + big)
    head = "人民币" + ("".join(parts) or "零") + "元"
    if not jiao and not fen:
        return head + "整"
    return head + (f"{DIGITS[jiao]}角" if jiao else "零") + (f"{DIGITS[fen]}分" if fen else "整")
