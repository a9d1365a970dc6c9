"""Units every trading company needs, with their UN/ECE Recommendation 20 codes."""

# code, English, Chinese, Rec 20, smallest step
UNITS: list[tuple[str, str, str, str, str]] = [
    ("pcs", "piece", "件", "C62", "1"),
    ("set", "set", "套", "SET", "1"),
    ("pair", "pair", "双", "PR", "1"),
    ("doz", "dozen", "打", "DZN", "1"),
    ("gross", "gross", "罗", "GRO", "1"),
    ("pack", "pack", "包", "PK", "1"),
    ("ctn", "carton", "箱", "CT", "1"),
    ("box", "box", "盒", "BX", "1"),
    ("bag", "bag", "袋", "BG", "1"),
    ("roll", "roll", "卷", "RO", "1"),
    ("pallet", "pallet", "托盘", "PF", "1"),
    ("sheet", "sheet", "张", "ST", "1"),
    ("kpcs", "thousand pieces", "千件", "MIL", "0.001"),
    ("kg", "kilogram", "千克", "KGM", "0.001"),
    ("g", "gram", "克", "GRM", "0.1"),
    ("t", "tonne", "吨", "TNE", "0.001"),
    ("lb", "pound", "磅", "LBR", "0.001"),
    ("m", "metre", "米", "MTR", "0.01"),
    ("cm", "centimetre", "厘米", "CMT", "0.1"),
    ("mm", "millimetre", "毫米", "MMT", "0.1"),
    ("yd", "yard", "码", "YRD", "0.01"),
    ("ft", "foot", "英尺", "FOT", "0.01"),
    ("in", "inch", "英寸", "INH", "0.01"),
    ("m2", "square metre", "平方米", "MTK", "0.001"),
    ("m3", "cubic metre", "立方米", "MTQ", "0.00001"),
    ("l", "litre", "升", "LTR", "0.001"),
    ("ml", "millilitre", "毫升", "MLT", "0.1"),
    ("h", "hour", "小时", "HUR", "0.01"),
]
# 1 unit = factor × into, true of everything
CONVERSIONS: list[tuple[str, str, str]] = [
    ("doz", "pcs", "12"),
    ("gross", "pcs", "144"),
    ("kpcs", "pcs", "1000"),
    ("kg", "g", "1000"),
    ("t", "kg", "1000"),
    ("lb", "kg", "0.45359237"),
    ("m", "cm", "100"),
    ("cm", "mm", "10"),
    ("yd", "m", "0.9144"),
    ("ft", "m", "0.3048"),
    ("in", "cm", "2.54"),
    ("m3", "l", "1000"),
    ("l", "ml", "1000"),
]
# What customers' papers write instead of the Rec 20 code of a piece.
SYNONYMS = {"EA": "pcs", "H87": "pcs", "PCE": "pcs", "NMP": "pack", "NAR": "pcs", "DPC": "doz"}
