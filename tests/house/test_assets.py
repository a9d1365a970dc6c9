"""The icon sprite holds what its list names, and templates use no icon beside it."""

import re
from pathlib import Path

import pytest
from django.conf import settings

from gendan.web import build_assets


def test_the_list_allows_comments_and_repeats() -> None:
    assert build_assets.icon_names("# head\ncheck\n\nbell # rings\ncheck\n") == ["bell", "check"]


def test_each_icon_becomes_a_symbol(tmp_path: Path) -> None:
    for style in ("outline", "filled"):
        (tmp_path / style).mkdir()
        (tmp_path / style / "star.svg").write_text(
            f'<svg viewBox="0">\n<path d="{style}" />\n</svg>'
        )
    made = build_assets.sprite(["star", "filled/star"], tmp_path)
    assert '<symbol id="star" viewBox="0 0 24 24"><path d="outline" /></symbol>' in made
    assert '<symbol id="filled-star" viewBox="0 0 24 24"><path d="filled" /></symbol>' in made


def test_an_unknown_icon_is_told_by_name(tmp_path: Path) -> None:
    with pytest.raises(build_assets.AssetsError, match="no-such-icon"):
        build_assets.sprite(["no-such-icon"], tmp_path)


def test_the_built_sprite_is_what_the_list_says() -> None:
    sprite = (build_assets.VENDOR_DIR / "icons.svg").read_text()
    listed = build_assets.icon_names((build_assets.WEB_DIR / "icons.txt").read_text())
    assert re.findall(r'<symbol id="([^"]+)"', sprite) == [
        name.replace("/", "-") for name in listed
    ]


def test_nothing_third_party_asks_for_what_is_not_there() -> None:
    for path in build_assets.VENDOR_DIR.glob("*.min.*"):
        text = path.read_text("utf-8")
        assert "sourceMappingURL" not in text
        assert re.findall(r"url\(\s*[\"']?(?!data:|#)([^)\"']+)", text) == []
        assert not re.search(r"@import\s+url", text)


def test_the_lock_records_no_addresses() -> None:
    lock = Path(settings.BASE_DIR) / "package-lock.json"
    assert '"resolved"' not in lock.read_text()
    for path in (Path(settings.BASE_DIR) / "requirements").glob("*.txt"):
        assert "://" not in path.read_text(), path.name
