"""Robots and the information flow in a real browser, on desk and phone, in both languages."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from gendan.notices.tests.robot_peer import ADDRESSES
from gendan.notices.tests.test_flow import employ, read_after, told
from gendan.notices.tests.test_save_robot import saved
from gendan.testing.cast import person
from gendan.workforce.models import Department
from tests.browser.conftest import DESK, PHONE, check_looks

pytestmark = pytest.mark.browser
Open = Callable[..., Page]


def test_a_robot_is_set_up_and_tried(open_as: Open) -> None:
    page = open_as("zhao", "/settings/robots/new/")
    page.get_by_label("Name of the group").fill("Follow-up team")
    page.get_by_label("Robot's address").fill(ADDRESSES["dingtalk"])
    page.get_by_label("merchandiser").check()
    page.locator("[data-verb=save_robot] button[type=submit]").click()
    expect(page.locator("h1")).to_contain_text("Follow-up team")
    page.locator("[data-verb=test_robot] button").click()
    expect(page.locator("#page")).to_contain_text("On its way")
    expect(page.locator("#list")).to_contain_text("正在测试这个机器人")  # the group reads Chinese


@pytest.mark.parametrize("size", [DESK, PHONE])
@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_how_they_look(open_as: Open, size: tuple[int, int], language: str) -> None:
    person("zhao")
    saved(name="跟单一组")
    for code, name_en, name_zh, who in (
        ("BUY", "Purchasing", "采购部", "bo"),
        ("STORE", "Store", "仓库", "wen"),
    ):
        user = employ(who, Department.objects.create(code=code, name_en=name_en, name_zh=name_zh))
        for minutes in (5, 40, 700):
            read_after(user, minutes, fact="OrderAmended")
        told(user, fact="OrderCancelled", must_act=True)
    for path in ("/settings/robots/", "/settings/robots/new/", "/notices/flow/"):
        check_looks(open_as("zhao", path, size=size, language=language))
