"""Papers that customers and banks ask for: one code each, with the words people use for it."""

import re

from django.utils.translation import get_language

# code: (English, Chinese, other words, in small letters)
DOCUMENTS: dict[str, tuple[str, str, tuple[str, ...]]] = {
    "invoice": ("Commercial invoice", "商业发票", ("ci", "signed commercial invoice")),
    "packing_list": ("Packing list", "装箱单", ("pl",)),
    "bill_of_lading": (
        "Bill of lading, full set clean on board",
        "全套清洁已装船提单",
        ("b/l", "bl", "bill of lading", "提单", "full set of clean on board bills of lading"),
    ),
    "air_waybill": ("Air waybill", "航空运单", ("awb",)),
    "origin": ("Certificate of origin", "原产地证书", ("co", "c/o", "origin certificate")),
    "form_a": ("GSP certificate of origin Form A", "普惠制原产地证书", ("form a",)),
    "insurance": ("Insurance policy or certificate", "保险单", ("insurance policy",)),
    "inspection": ("Inspection certificate", "检验证书", ("inspection report", "检验报告")),
    "weight": (
        "Certificate of quantity and weight",
        "数量重量证书",
        ("weight list", "weight note"),
    ),
    "fumigation": ("Fumigation certificate", "熏蒸证书", ()),
    "test_report": ("Test report", "测试报告", ()),
    "conformity": ("Certificate of conformity", "合格证", ("coc",)),
    "beneficiary": ("Beneficiary's certificate", "受益人证明", ("beneficiary certificate",)),
    "shipping_advice": ("Shipping advice", "装船通知", ("shipment advice",)),
    "draft": ("Draft (bill of exchange)", "汇票", ("bill of exchange",)),
}
_CODES = {
    word: code
    for code, (english, chinese, others) in DOCUMENTS.items()
    for word in (code, english.lower(), chinese, *others)
}


def code_of(text: str) -> str:
    """The code of a paper that somebody named; unknown papers are their own code."""
    plain = re.sub(r"\s+", " ", text).strip()
    return _CODES.get(plain.lower()) or _CODES.get(plain.lower().replace(" ", "_")) or plain


def in_english(code: str) -> str:
    """A paper's English name."""
    return DOCUMENTS[code][0] if code in DOCUMENTS else code


def in_chinese(code: str) -> str:
    """A paper's Chinese name."""
    return DOCUMENTS[code][1] if code in DOCUMENTS else code


def words(code: str) -> str:
    """A paper's name in the reader's language."""
    return in_chinese(code) if (get_language() or "").startswith("zh") else in_english(code)
