"""Texts are collected from sources and templates, and a lack of translation is told."""

from pathlib import Path

import pytest

from gendan.config import words

SOURCE = """
from django.utils.translation import gettext as _, ngettext, pgettext, gettext_lazy

title = gettext_lazy("Order")
said = _("%(number)s is late") % {"number": 1}
many = ngettext("%(count)s day", "%(count)s days", 2)
other = pgettext("verb", "Order")
"""
TEMPLATE = """
{% load i18n %}<h1 title="{% trans 'Order' %}">{% translate "It's late" %} {{ _("Today") }}</h1>
{% blocktrans with name=order.name %}Hello {{ name }}{% endblocktrans %}
{% blocktranslate trimmed count days=row.days %}
  {{ days }} day late
{% plural %}
  {{ days }} days late
{% endblocktranslate %}{% trans "May" context "month" %}
"""


@pytest.fixture
def product(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "web" / "templates").mkdir(parents=True)
    (tmp_path / "web" / "tests").mkdir()
    (tmp_path / "web" / "orders.py").write_text(SOURCE)
    (tmp_path / "web" / "templates" / "order.html").write_text(TEMPLATE)
    (tmp_path / "web" / "tests" / "test_x.py").write_text("_('not for people')")
    monkeypatch.setattr(words, "PACKAGE_DIR", tmp_path)
    monkeypatch.setattr(words, "LOCALE_DIR", tmp_path / "locale")
    return tmp_path


def translation(product: Path) -> Path:
    return product / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"


def translate_all(product: Path) -> None:
    """Every text becomes itself, its placeholders kept."""
    catalog = words._read(translation(product))
    for message in catalog:
        if message.id:
            single = message.id if isinstance(message.id, str) else message.id[1]
            message.string = single if isinstance(message.id, str) else (single,)
    from babel.messages import pofile

    with translation(product).open("wb") as output:
        pofile.write_po(output, catalog)


def test_it_collects_every_kind_of_mark(product: Path) -> None:
    found = {(message.id, message.context) for message in words.collect() if message.id}
    assert found == {
        ("Order", None),
        ("Order", "verb"),
        ("%(number)s is late", None),
        (("%(count)s day", "%(count)s days"), None),
        ("It's late", None),
        ("Today", None),
        ("Hello %(name)s", None),
        (("%(days)s day late", "%(days)s days late"), None),
        ("May", "month"),
    }


def test_collecting_again_changes_nothing(product: Path) -> None:
    words.main("update")
    before = translation(product).read_bytes()
    words.main("update")
    assert translation(product).read_bytes() == before
    assert b"POT-Creation-Date" not in before


def test_it_tells_what_is_not_translated(product: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words.main("update")
    capsys.readouterr()
    assert words.main("check") == 1
    assert capsys.readouterr().out.count("not translated") == 9


def test_a_complete_translation_passes_and_survives_an_update(product: Path) -> None:
    words.main("update")
    translate_all(product)
    words.main("update")
    assert words.main("check") == 0


@pytest.mark.parametrize(
    ("before", "after", "complaint"),
    [
        ('msgstr "It\'s late"', 'msgstr ""', "not translated"),
        ('msgid "It\'s late"', '#, fuzzy\nmsgid "It\'s late"', "fuzzy"),
        ('msgid "Today"', 'msgid "Yesterday"', "no longer used: 'Yesterday'"),
        ('msgstr "Hello %(name)s"', 'msgstr "Hello %(nom)s"', "other placeholders"),
        ('msgstr "Hello %(name)s"', 'msgstr "Hello %(name)s 90 %"', "a % alone"),
        ('msgstr "It\'s late"', 'msgstr "It\'s 5 % late"', "a % alone"),
        ('"%(days)s days late"\n\n', '"%(days)s days, 5 % late"\n\n', "a % alone"),
    ],
)
def test_it_complains(
    product: Path,
    capsys: pytest.CaptureFixture[str],
    before: str,
    after: str,
    complaint: str,
) -> None:
    words.main("update")
    translate_all(product)
    text = translation(product).read_text()
    assert before in text
    translation(product).write_text(text.replace(before, after))
    assert words.main("check") == 1
    assert complaint in capsys.readouterr().out


def test_a_percent_sign_is_let_pass_where_no_values_are_put_in_or_it_is_written_twice(
    product: Path,
) -> None:
    """A page shows a text in English if putting values into its translation fails."""
    (product / "web" / "plain.py").write_text('label = _("Share (%)")')
    more = "{% load i18n %}{% blocktrans %}{{ part }} % of it{% endblocktrans %}"
    (product / "web" / "templates" / "part.html").write_text(more)
    words.main("update")
    translate_all(product)
    text = translation(product).read_text()
    assert 'msgstr "Share (%)"' in text
    assert 'msgstr "%(part)s %% of it"' in text
    assert words.main("check") == 0


def test_it_compiles_what_is_newer(product: Path) -> None:
    words.main("update")
    translate_all(product)
    assert len(words.compile_all()) == 1
    assert words.compile_all() == []
    import gettext

    with translation(product).with_suffix(".mo").open("rb") as compiled:
        catalog = gettext.GNUTranslations(compiled)
    assert catalog.ngettext("%(count)s day", "%(count)s days", 2) == "%(count)s days"
    assert catalog.pgettext("month", "May") == "May"
