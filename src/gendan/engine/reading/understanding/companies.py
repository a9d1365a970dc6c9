"""Tells names of companies by the words they end in."""

import re

COMPANY = re.compile(
    r"(?i)(?:(?:股份|集团)?有限(?:责任)?公司|集团|公司|工厂|(?<=[\u3400-\u9fff])厂|商行|经营部|事务所|医院|大学|"
    r"\bco\.?,?\s*ltd\b\.?|\bco\.$|\bcompany\b|\b(?:inc|llc|llp|ltd|limited|gmbh|corp|corporation|plc|pty|(?-i:AG)|sarl|eurl|oü|"
    r"s\.?a\.?(?:r\.?l)?|s\.?l|b\.?v|n\.?v|"
    r"s\.?p\.?a|s\.?r\.?l|k\.?k|oy|(?-i:AB)|aps|a/s|(?-i:AS)|sdn\.? bhd|pte|kft|"
    r"sp\. z o\.o|s\.?r\.?o|"
    r"s\.?a\.?s\.?u?|(?-i:KG)|ohg|e\.?k|(?-i:UG)|(?-i:ASA)|oyj|lda|ltda|s\.?p\.?r\.?l|pvt|bhd|jsc|d\.o\.o|"
    r"group|industries|enterprises|trading|electronics)\b\.?)"
)


def is_company(text: str) -> bool:
    """Whether a text names a company."""
    return COMPANY.search(text) is not None
