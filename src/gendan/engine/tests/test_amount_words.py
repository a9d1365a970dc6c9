"""Amounts in words: examples from practice, and what is written can be read back."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gendan.engine.amount_words import _ONES, _TENS, in_chinese, in_english


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("0", "CNY", "人民币零元整"),
        ("0.05", "USD", "美元伍分"),
        ("0.5", "USD", "美元伍角整"),
        ("10", "EUR", "欧元壹拾元整"),
        ("10.05", "CNY", "人民币壹拾元零伍分"),
        ("1001.5", "USD", "美元壹仟零壹元伍角整"),
        ("1680.32", "CNY", "人民币壹仟陆佰捌拾元叁角贰分"),
        ("107000.53", "CNY", "人民币壹拾万柒仟元伍角叁分"),
        ("100000000", "CNY", "人民币壹亿元整"),
        ("100000001", "CNY", "人民币壹亿零壹元整"),
        ("100010000", "JPY", "日元壹亿零壹万元整"),
        ("20300", "JPY", "日元贰万零叁佰元整"),
        ("1.005", "KWD", "KWD壹元零伍厘"),
    ],
)
def test_chinese_capitals(amount: str, currency: str, words: str) -> None:
    assert in_chinese(Decimal(amount), currency) == words


@pytest.mark.parametrize(
    ("amount", "currency", "words"),
    [
        ("0.05", "USD", "US dollars zero and cents five only"),
        ("10", "EUR", "euros ten only"),
        ("1001.5", "USD", "US dollars one thousand and one and cents fifty only"),
        ("100000000", "CNY", "Renminbi yuan one hundred million only"),
        ("20321", "JPY", "Japanese yen twenty thousand three hundred and twenty-one only"),
        ("1.005", "KWD", "KWD one and 5/1000 only"),
    ],
)
def test_english_words(amount: str, currency: str, words: str) -> None:
    assert in_english(Decimal(amount), currency) == words


@pytest.mark.parametrize("amount", ["-1", "NaN", "1000000000000", "0.0001"])
def test_what_is_no_amount_is_refused(amount: str) -> None:
    for write in (in_chinese, in_english):
        with pytest.raises(ValueError):
            write(Decimal(amount), "USD")


def read_chinese(words: str) -> Decimal:
    """A slow and obvious reader of Chinese capitals."""
    digits = {char: place for place, char in enumerate("零壹贰叁肆伍陆柒捌玖")}
    total = group = digit = Decimal(0)
    whole = Decimal(0)
    for char in words.removesuffix("整"):
        if char in digits:
            digit = Decimal(digits[char])
        elif char in "拾佰仟":
            group += digit * {"拾": 10, "佰": 100, "仟": 1000}[char]
            digit = Decimal(0)
        elif char in "万亿":
            total += (group + digit) * {"万": 10**4, "亿": 10**8}[char]
            group = digit = Decimal(0)
        elif char == "元":
            whole = total + group + digit
            digit = Decimal(0)
        else:
            whole += (
                digit * {"角": Decimal("0.1"), "分": Decimal("0.01"), "厘": Decimal("0.001")}[char]
            )
            digit = Decimal(0)
    return whole


def read_english(words: str) -> int:
    """A slow and obvious reader of whole numbers in words."""
    total = group = 0
    for word in re.split(r"[ -]", words):
        if word in _ONES:
            group += _ONES.index(word)
        elif word in _TENS:
            group += _TENS.index(word) * 10
        elif word == "hundred":
            group *= 100
        elif word in {"thousand", "million", "billion"}:
            total += group * {"thousand": 10**3, "million": 10**6, "billion": 10**9}[word]
            group = 0
    return total + group


amounts = st.decimals(min_value=0, max_value=10**11, places=2)


@given(amounts)
def test_chinese_is_read_back(amount: Decimal) -> None:
    words = in_chinese(amount, "CNY").removeprefix("人民币")
    assert read_chinese(words) == amount
    assert "零零" not in words


@given(amounts)
def test_english_is_read_back(amount: Decimal) -> None:
    words = in_english(amount, "USD").removeprefix("US dollars ").removesuffix(" only")
    whole, _and, cents = words.partition(" and cents ")
    assert read_english(whole) * 100 + (read_english(cents) if cents else 0) == amount * 100
