"""Reasons in people's words: one day and several, minutes and hours, in both languages."""

from typing import Any

import pytest
from django.utils import translation

from gendan.orders import reasons

WAITS: dict[str, Any] = {
    "item": "A-1", "centre": "CUT", "step": 10, "start": "2026-06-10", "on": "2026-06-11",
}  # fmt: skip


def said(code: str, language: str = "en", **params: Any) -> str:
    with translation.override(language):
        return reasons.words({"code": code, "params": params})


def test_one_day_is_no_days() -> None:
    assert "waits 1 day for CUT" in said("waits_for_centre", **WAITS, days=1)
    assert "waits 2 days for CUT" in said("waits_for_centre", **WAITS, days=2)
    bought = {"quantity": "5", "item": "M", "start": "2026-06-10", "on": "2026-06-11"}
    assert "in 1 working day from" in said("bought", **bought, days=1)
    assert "等待 1 天" in said("waits_for_centre", "zh-hans", **WAITS, days=1)


@pytest.mark.parametrize(
    ("minutes", "english", "chinese"),
    [
        (1, "1 minute ", "1 分钟"),
        (119, "119 minutes ", "119 分钟"),
        (120, "2 hours ", "2 小时"),
        (150, "2.5 hours ", "2.5 小时"),
        (630, "11 hours ", "11 小时"),
        (69_770, "1,163 hours ", "1,163 小时"),
    ],
)
def test_many_minutes_are_hours(minutes: int, english: str, chinese: str) -> None:
    assert f"takes {english}at CUT" in said("takes_centre", **WAITS, minutes=minutes)
    assert chinese in said("takes_centre", "zh-hans", **WAITS, minutes=minutes)


def test_what_is_not_complete_is_said_so() -> None:
    assert said("takes_centre", item="A-1") == "takes_centre (its values are not complete)"
    assert "not complete" in said("takes_centre", **WAITS, minutes="many")
    assert "not complete" in said("waits_for_centre", item="A-1")
    assert said("from_another_time") == "from another time"
