"""`gendan words`: collects the texts of the product for translation, and compiles the translations.

Done with Babel instead of the gettext programs, so that nothing needs to be installed. The files
hold neither dates nor line numbers: collecting the same texts again changes nothing.
"""

import io
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages import pofile
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo

PACKAGE_DIR = Path(__file__).resolve().parent.parent
LOCALE_DIR = PACKAGE_DIR / "locale"
# Folder of the translation → language code; English is the language of the sources.
LANGUAGES = {"zh_Hans": "zh-hans"}
LEFT_OUT = {"tests", "migrations", "assets", "locale"}
KEYWORDS = DEFAULT_KEYWORDS | {
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext_lazy": (1, 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
_VALUE = r"%(?:\(\w+\))?[sdf]"
_BARE = rf"%(?!{_VALUE.removeprefix('%')})"
HEADER = """\
# Texts of Gendan. Collected by `gendan words update`; only msgstr lines are written by hand.
"""


def main(action: str) -> int:
    """update, check or compile; returns the exit code."""
    if action == "compile":
        made = compile_all()
        sys.stdout.write(f"Compiled {len(made)} file(s).\n")
        return 0
    template = collect()
    complaints: list[str] = []
    for folder in LANGUAGES:
        path = LOCALE_DIR / folder / "LC_MESSAGES" / "django.po"
        if action == "update":
            missing = _update(path, folder, template)
            sys.stdout.write(f"{folder}: {len(template)} texts, {missing} not translated.\n")
        else:
            complaints += check(path, template)
    sys.stdout.writelines(f"{complaint}\n" for complaint in complaints)
    if action == "check" and not complaints:
        sys.stdout.write(f"All {len(template)} texts are translated.\n")
    return 1 if complaints else 0


def collect() -> Catalog:
    """Every translatable text of the Python sources and the templates, sorted."""
    found: dict[tuple[str, str | None], tuple[str | tuple[str, ...], set[str]]] = {}
    for path in sorted(_sources()):
        where = path.relative_to(PACKAGE_DIR).as_posix()
        for text, context in _texts(path):
            key = (text if isinstance(text, str) else text[0], context)
            known, places = found.setdefault(key, (text, set()))
            places.add(where)
            if isinstance(known, str) and not isinstance(text, str):
                found[key] = (text, places)  # once with a plural: the plural form says more
    catalog = Catalog(fuzzy=False)
    for (_key, context), (text, places) in sorted(found.items(), key=lambda item: str(item[0])):
        catalog.add(text, context=context, locations=[(place, 0) for place in sorted(places)])
        message = catalog.get(text, context=context)
        if message is not None:
            message.flags.discard("fuzzy")
    return catalog


def _sources() -> Iterator[Path]:
    for path in PACKAGE_DIR.rglob("*"):
        folders = set(path.relative_to(PACKAGE_DIR).parts[:-1])
        is_template = path.suffix in {".html", ".txt"} and "templates" in folders
        if (is_template or path.suffix == ".py") and not folders & LEFT_OUT:
            yield path


def _texts(path: Path) -> Iterator[tuple[str | tuple[str, ...], str | None]]:
    """(text or texts with plural, context) for each mark in one file."""
    source = path.read_text("utf-8")
    if path.suffix != ".py":
        from django.conf import settings
        from django.utils.translation.template import templatize

        if not settings.configured:
            settings.configure()
        source = templatize(source, origin=str(path))
    code = io.BytesIO(source.encode())
    for _line, text, _comments, context in extract("python", code, keywords=KEYWORDS):
        if isinstance(text, tuple):
            texts = tuple(part for part in text if part)
            if texts:
                yield (texts[0] if len(texts) == 1 else texts), context
        elif text:
            yield text, context


def check(path: Path, template: Catalog) -> list[str]:
    """What is wrong with a translation, one sentence per text."""
    name = f"{path.parent.parent.name}"
    if not path.exists():
        return [f"{name}: there is no translation; run `gendan words update`."]
    catalog = _read(path)
    complaints = []
    for message in template:
        if not message.id:
            continue
        translated = catalog.get(message.id, context=message.context)
        if translated is None:
            complaints.append(f"{name}: not collected yet: {_short(message)}")
        elif not _is_translated(translated):
            complaints.append(f"{name}: not translated: {_short(message)}")
        elif translated.fuzzy:
            complaints.append(f"{name}: fuzzy: {_short(message)}")
        elif _placeholders(translated.id) != _placeholders(translated.string):
            complaints.append(f"{name}: other placeholders than the text: {_short(message)}")
        elif _has_bare_percent(message, translated.string):
            complaints.append(f"{name}: a % alone is to be written %%: {_short(message)}")
    for message in catalog:
        if message.id and template.get(message.id, context=message.context) is None:
            complaints.append(f"{name}: no longer used: {_short(message)}")
    return complaints


def compile_all() -> list[Path]:
    """Write the .mo file of each translation that is newer than it; returns those written."""
    written = []
    for folder in LANGUAGES:
        source = LOCALE_DIR / folder / "LC_MESSAGES" / "django.po"
        target = source.with_suffix(".mo")
        if not source.exists():
            continue
        if target.exists() and target.stat().st_mtime_ns > source.stat().st_mtime_ns:
            continue
        fresh = target.with_suffix(".new")
        with fresh.open("wb") as output:
            write_mo(output, _read(source))
        fresh.replace(target)
        written.append(target)
    return written


def _update(path: Path, folder: str, template: Catalog) -> int:
    """Write the collected texts with the translations known so far; returns how many lack one."""
    catalog = Catalog(locale=folder, fuzzy=False)
    former = _read(path) if path.exists() else Catalog(locale=folder)
    missing = 0
    for message in template:
        if not message.id:
            continue
        known = former.get(message.id, context=message.context)
        string = known.string if known is not None else ""
        if isinstance(message.id, tuple) and isinstance(string, str):
            string = (string,) if string else ("",)
        elif not isinstance(message.id, tuple) and isinstance(string, tuple):
            string = string[0]
        catalog.add(message.id, string, context=message.context, locations=message.locations)
        added = catalog.get(message.id, context=message.context)
        if added is not None and known is not None and known.fuzzy:
            added.flags.add("fuzzy")
        missing += added is None or not _is_translated(added)
    output = io.BytesIO()
    pofile.write_po(
        output, catalog, width=100, sort_output=True, include_lineno=False, omit_header=True
    )
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(_header(folder).encode() + output.getvalue())
    return missing


def _header(folder: str) -> str:
    plural = Catalog(locale=folder).plural_forms
    return (
        f'{HEADER}msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        f'"Content-Transfer-Encoding: 8bit\\n"\n"Language: {folder}\\n"\n'
        f'"Plural-Forms: {plural}\\n"\n\n'
    )


def _read(path: Path) -> Catalog:
    with path.open("rb") as source:
        return pofile.read_po(source, locale=path.parent.parent.name)


def _is_translated(message: Message) -> bool:
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    return bool(strings) and all(strings)


def _placeholders(texts: object) -> set[str]:
    return {found for part in _parts(texts) for found in re.findall(r"%\(\w+\)[sdf]", part)}


def _has_bare_percent(message: Message, translation: object) -> bool:
    """Whether values are put into the text, and a % alone would prevent that: a page would show
    such a text in English without a word. Those of templates always have values put in."""
    texts = "".join(_parts(message.id))
    is_template = any(not str(place).endswith(".py") for place, _line in message.locations)
    if not is_template and "%%" not in texts and not re.search(_VALUE, texts):
        return False
    return any(re.search(_BARE, one.replace("%%", "")) for one in _parts(translation))


def _parts(texts: object) -> list[str]:
    return [str(one) for one in (texts if isinstance(texts, tuple | list) else (texts,))]


def _short(message: Message) -> str:
    text = message.id if isinstance(message.id, str) else message.id[0]
    return repr(text if len(text) <= 70 else text[:67] + "…")
