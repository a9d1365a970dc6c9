"""The tags of every page: buttons of verbs, badges, dates, quantities, people, the timeline."""

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Any

from django import template
from django.db.models import Model
from django.forms import BoundField
from django.template.loader import get_template, render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils.html import conditional_escape, format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from gendan.kernel import clock
from gendan.kernel.models import Entry
from gendan.kernel.service import title_of
from gendan.web import words
from gendan.web.facts import plain_words
from gendan.web.sending_words import why_not_sent
from gendan.web.shell import is_allowed

register = template.Library()


@register.simple_tag
def icon(name: str, label: str = "", css: str = "") -> SafeString:
    """An icon of icons.txt; with a label it is read out, without it is decoration."""
    # Escaped before they are remembered: a text that is safe equals one that is not.
    return _drawn_icon(conditional_escape(name), conditional_escape(label), conditional_escape(css))


@lru_cache(maxsize=4096)
def _drawn_icon(name: SafeString, label: SafeString, css: SafeString) -> SafeString:
    """Remembered: a board draws hundreds, of a dozen kinds."""
    said = (
        format_html('role="img" aria-label="{}"', label)
        if label
        else SafeString('aria-hidden="true"')
    )
    return format_html(
        '<svg class="gd-icon {}" {} width="20" height="20"><use href="{}#{}"></use></svg>',
        css,
        said,
        static("vendor/icons.svg"),
        name,
    )


@register.simple_tag(takes_context=True)
def may(context: dict[str, Any], verb: str, about: Model | None = None) -> bool:
    """Whether the reader's role and the object's state allow a verb: {% may "x" order as ok %}."""
    return is_allowed(context["request"].user, verb, about)


@register.simple_tag(takes_context=True)
def verb_button(
    context: dict[str, Any],
    verb: str,
    about: Model | None = None,
    label: str = "",
    style: str = "btn-outline-secondary",
    icon: str = "",
    confirm: str = "",
    key: str = "",
    target: str = "",
    **values: Any,
) -> str:
    """A form of one button that asks a verb; nothing when role or state do not allow it.

    The address is the page named as the verb, with the object's id; further values travel hidden.
    """
    if not is_allowed(context["request"].user, verb, about):
        return ""
    return render_to_string(
        "parts/verb_button.html",
        {
            "verb": verb,
            "url": _verb_url(verb, about),
            "label": label or title_of(verb),
            "style": style,
            "icon": icon,
            "confirm": confirm,
            "key": key,
            "target": target,
            "values": _with_revision(about, values),
        },
        context["request"],
    )


@register.simple_tag(takes_context=True)
def verb_link(
    context: dict[str, Any],
    verb: str,
    about: Model | None = None,
    label: str = "",
    style: str = "btn-outline-secondary",
    icon: str = "",
    key: str = "",
) -> str:
    """A link that looks like a button to a verb's page, where more must be said first."""
    if not is_allowed(context["request"].user, verb, about):
        return ""
    return render_to_string(
        "parts/verb_link.html",
        {
            "verb": verb,
            "url": _verb_url(verb, about),
            "label": label or title_of(verb),
            "style": style,
            "icon": icon,
            "key": key,
        },
    )


@register.simple_block_tag(takes_context=True)
def verb_form(
    context: dict[str, Any],
    content: str,
    verb: str,
    about: Model | None = None,
    css: str = "",
    target: str = "",
    files: bool = False,
    confirm: str = "",
    url: str = "",
    **values: Any,
) -> str:
    """A form around inputs that asks a verb: {% verb_form "place_hold" order %}…{% endverb_form %}.

    Draws nothing when role or state do not allow the verb; a refusal appears at its end.
    """
    if not is_allowed(context["request"].user, verb, about):
        return ""
    return render_to_string(
        "parts/verb_form.html",
        {
            "verb": verb,
            "url": url or _verb_url(verb, about),
            "content": content,
            "css": css,
            "target": target,
            "files": files,
            "confirm": confirm,
            "values": _with_revision(about, values),
        },
        context["request"],
    )


@register.simple_tag
def verb_submit(
    verb: str, label: str = "", style: str = "btn-primary", icon: str = ""
) -> SafeString:
    """The button of a verb_form, with the verb's own words."""
    drawn = icon_markup(icon)
    return format_html(
        '<button type="submit" class="btn {}">{}{}</button>', style, drawn, label or title_of(verb)
    )


@register.simple_tag
def verb_title(verb: str) -> str:
    """The words of a verb, as on its button."""
    return title_of(verb)


def icon_markup(name: str) -> SafeString:
    """The icon, or nothing without a name."""
    return SafeString(icon(name)) if name else SafeString("")


def _verb_url(verb: str, about: Model | None) -> str:
    return reverse(verb, args=[about.pk] if about is not None else [])


def _with_revision(about: Model | None, values: dict[str, Any]) -> dict[str, Any]:
    revision = getattr(about, "revision", None)
    return {"revision": revision, **values} if isinstance(revision, int) else values


@register.simple_tag
def badge(about: Any, field: str = "state", label: str = "") -> SafeString:
    """The state of an object as a badge: {% badge order %}, {% badge journey "health" %}.

    A plain text is taken as a state's value or one of the meanings todo, run, done, risk, late,
    wait, off; then give the words as `label`.
    """
    if isinstance(about, Model):
        value = str(getattr(about, field))
        display = getattr(about, f"get_{field}_display", None)
        label = label or (str(display()) if display else value)
    else:
        value = str(about)
    meaning = words.meaning_of(value)
    label = label or str(getattr(about, "label", meaning.words))
    return format_html(
        '<span class="gd-badge gd-{}">{}{}</span>', meaning.key, icon_markup(meaning.icon), label
    )


@register.simple_tag
def day(
    value: dt.date | str | None, against: dt.date | None = None, empty: str = "–"
) -> SafeString:
    """A date as 12-06 (Sun), in full on hover; "+3 d" when later than `against`."""
    if isinstance(value, str):
        value = dt.date.fromisoformat(value[:10]) if value else None
    if value is None:
        return SafeString(empty)
    if isinstance(value, dt.datetime):
        value = clock.date_of(value)
    shown = format_html(
        '<time class="gd-day" datetime="{}" title="{}">{}</time>',
        value.isoformat(),
        words.full_day(value),
        words.short_day(value),
    )
    if against is None or value <= against:
        return shown
    days = (value - against).days
    late = _("+%(days)s d") % {"days": days}
    later = ngettext("%(days)s day later than %(day)s", "%(days)s days later than %(day)s", days)
    title = later % {"days": days, "day": words.short_day(against)}
    return format_html('{} <span class="gd-late-by" title="{}">{}</span>', shown, title, late)


@register.simple_tag
def moment(value: dt.datetime | None, empty: str = "–") -> SafeString:
    """A moment as 12-06 14:30 on the company's clock, in full on hover."""
    if value is None:
        return SafeString(empty)
    local = value.astimezone(clock.zone())
    return format_html(
        '<time class="gd-day" datetime="{}" title="{}">{}</time>',
        local.isoformat(timespec="seconds"),
        f"{words.full_day(local.date())} {local:%H:%M:%S}",
        words.short_moment(value),
    )


@register.simple_tag
def quantity(value: Decimal | None, unit: Any = "") -> SafeString:
    """A quantity with its unit as the reader calls it, without zeros that say nothing."""
    if value is None:
        return SafeString("–")
    called = words.unit(unit)
    return format_html(
        '<span class="gd-number">{}</span>{}',
        words.quantity(value),
        format_html(' <span class="gd-unit">{}</span>', called) if called else "",
    )


@register.filter
def document(about: str) -> SafeString:
    """A document named as the journal does, as a link to its page: {{ data.paper|document }}."""
    return words.link_of(str(about))


@register.filter(name="why_not_sent")
def why_not_sent_words(value: str) -> str:
    """Why a message could not be sent, in the reader's language."""
    return why_not_sent(str(value))


@register.filter
def unit(value: Any) -> str:
    """A unit (or the code of one) as the reader calls it: {{ item.unit|unit }}."""
    return words.unit(value)


@register.simple_tag
def money(value: Decimal | None, currency: str = "") -> SafeString:
    """An amount with its currency, in that currency's number of decimals."""
    if value is None:
        return SafeString("–")
    return format_html(
        '<span class="gd-number">{}{}</span>',
        format_html('<span class="gd-unit">{}</span> ', currency) if currency else "",
        words.amount(value, currency),
    )


@register.simple_tag
def who(user: Any) -> SafeString:
    """A person: initial and name; nobody means the system itself."""
    if user is None:
        return format_html('<span class="gd-who">{} {}</span>', icon_markup("robot"), _("Gendan"))
    name = str(user)
    return format_html(
        '<span class="gd-who"><span class="gd-initial" aria-hidden="true">{}</span>{}</span>',
        name[:1].upper(),
        name,
    )


@register.simple_tag
def field(bound: BoundField, css: str = "", hint: str = "") -> str:
    """A form's field with its label, help and errors."""
    return render_to_string("parts/field.html", {"field": bound, "css": css, "hint": hint})


@register.simple_tag(takes_context=True)
def timeline(context: dict[str, Any], entries: Iterable[Entry], about: str = "") -> str:
    """Entries of the journal, each by its template facts/<Fact>.html, else in plain words."""
    drawn = [(entry, fact_words(entry)) for entry in entries]
    return render_to_string(
        "parts/timeline.html", {"entries": drawn, "about": about}, context["request"]
    )


@register.simple_tag
def fact_words(entry: Entry) -> SafeString:
    """What an entry of the journal says, in the reader's language."""
    found = _fact_template(entry.fact)
    if found is None:
        return plain_words(entry.fact, entry.data)
    return SafeString(found.render({"entry": entry, "data": entry.data, "by": entry.by}).strip())


@lru_cache(maxsize=500)
def _fact_template(fact: str) -> Any:
    try:
        return get_template(f"facts/{fact}.html")
    except template.TemplateDoesNotExist:
        return None


@register.simple_tag(takes_context=True)
def with_query(context: dict[str, Any], **changes: Any) -> str:
    """The present address's query with some values changed; an empty value leaves one out."""
    query = context["request"].GET.copy()
    for key, value in changes.items():
        if value in (None, ""):
            query.pop(key, None)
        else:
            query[key] = str(value)
    return f"?{query.urlencode()}"


@register.simple_tag
def join_words(values: Iterable[Any], separator: str = " · ") -> SafeString:
    """Texts beside each other, the empty ones left out."""
    return format_html_join(separator, "{}", ((value,) for value in values if value))
