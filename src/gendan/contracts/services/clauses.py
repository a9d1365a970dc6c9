"""The clause library: writing clauses and their variants, and taking them out of use."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.contracts.events import ClauseRetired, ClausesSaved
from gendan.contracts.models import Clause, ClauseTopic, PaperKind
from gendan.contracts.papers import placeholders
from gendan.contracts.papers.default_clauses import DEFAULT_CLAUSES
from gendan.kernel import journal
from gendan.kernel.errors import Invalid, NotThere
from gendan.kernel.models import User
from gendan.kernel.row_facts import record_saved
from gendan.kernel.rows import Saved
from gendan.kernel.service import service
from gendan.orders.services.reading import read_choice, read_country, read_text
from gendan.partners.models import Incoterm, Partner, PaymentEvent

MOST_CLAUSES = 200
LONGEST = 4000
_TEXTS = ("text_en", "text_zh")


class ClauseRefused(Invalid):
    """A clause that could not be printed as it is."""


@dataclass(frozen=True)
class ClauseRow:
    """A clause, or with `clause_id` the one it becomes; `customer` is a code, "" for all."""

    code: str
    topic: str
    text_en: str
    text_zh: str
    clause_id: int | None = None
    kind: str = ""
    customer: str = ""
    country: str = ""
    incoterm: str = ""
    payment_event: str = ""
    position: int = 100


@service(gettext_lazy("Save clauses"))
def save_clauses(*, rows: Sequence[ClauseRow], by: User | None) -> list[Clause]:
    """Write clauses into the library; papers issued already keep the words they have."""
    if not rows:
        raise ClauseRefused(_("Nothing was given."))
    if len(rows) > MOST_CLAUSES:
        raise ClauseRefused(_("At most %(most)s clauses at once.") % {"most": MOST_CLAUSES})
    saved: Saved[Clause] = Saved([], [], [], [])
    for place, row in enumerate(rows):
        _save(row, f"rows.{place}.", saved)
    record_saved(
        ClausesSaved, saved, room="contracts", codes=[one.code for one in saved.touched], by=by
    )
    return saved.objects


@service(gettext_lazy("Take the clause out of use"))
def retire_clause(*, clause_id: int, by: User | None) -> Clause:
    """The clause is no longer printed; a variant that is more general takes its place."""
    clause = Clause.objects.select_for_update(of=("self",)).filter(pk=clause_id).first()
    if clause is None:
        raise NotThere(_("There is no such clause."))
    if clause.is_active:
        clause.is_active = False
        clause.save(update_fields=["is_active"])
        journal.record(
            ClauseRetired(clause_id=clause.pk, clause=clause.code), about="contracts", by=by
        )
    return clause


@service
def install_clauses() -> int:
    """The clauses a company starts with, where the library is empty; returns how many."""
    if Clause.objects.exists():
        return 0
    rows = [
        ClauseRow(
            code,
            topic,
            en,
            zh,
            position=place,
            incoterm=applies.get("incoterm", ""),
            payment_event=applies.get("payment_event", ""),
        )
        for code, topic, place, applies, en, zh in DEFAULT_CLAUSES
    ]
    return len(save_clauses(rows=rows, by=None))


def _save(row: ClauseRow, at: str, saved: Saved[Clause]) -> None:
    values = _read(row, at)
    found = None
    if row.clause_id is not None:
        found = (
            Clause.objects.select_for_update(of=("self",))
            .filter(pk=row.clause_id, is_active=True)
            .first()
        )
        if found is None:
            raise NotThere(_("There is no such clause."))
    _refuse_twice(values, row.clause_id, at)
    if found is None:
        made = Clause.objects.create(**values)
        saved.objects.append(made)
        saved.made.append(made)
        return
    saved.objects.append(found)
    changed = [name for name, value in values.items() if getattr(found, name) != value]
    if not changed:
        return
    if any(name in changed for name in _TEXTS):
        found.version += 1
    for name in changed:
        setattr(found, name, values[name])
    found.save()
    saved.changed.append(found)


def _read(row: ClauseRow, at: str) -> dict[str, object]:
    code = "_".join(read_text(row.code, 40, field=f"{at}code").lower().split())
    topic = read_choice(row.topic, ClauseTopic, field=f"{at}topic")
    if not code or not topic:
        raise ClauseRefused(
            _("A clause needs a code and a topic."), field=f"{at}{'topic' if code else 'code'}"
        )
    if type(row.position) is not int or not 0 <= row.position <= 9999:
        raise ClauseRefused(_("The position is a number up to 9999."), field=f"{at}position")
    return {
        "code": code,
        "topic": topic,
        "text_en": read_clause(row.text_en, field=f"{at}text_en"),
        "text_zh": read_clause(row.text_zh, field=f"{at}text_zh"),
        "kind": read_choice(row.kind, PaperKind, field=f"{at}kind"),
        "customer": _customer(row.customer, f"{at}customer"),
        "country": read_country(row.country, field=f"{at}country"),
        "incoterm": read_choice(row.incoterm, Incoterm, field=f"{at}incoterm"),
        "payment_event": read_choice(row.payment_event, PaymentEvent, field=f"{at}payment_event"),
        "position": row.position,
    }


def read_clause(value: str, *, field: str) -> str:
    """A clause's text in one language; refuses placeholders that nothing fills."""
    text = read_text(value, LONGEST, field=field)
    if not text:
        raise ClauseRefused(_("A clause is written in both languages."), field=field)
    unknown = placeholders.unknown_in(text)
    if unknown:
        raise ClauseRefused(
            _("Nothing fills this in a clause: %(names)s. Known are: %(known)s.")
            % {
                "names": ", ".join(
                    name if name in {"{", "}"} else f"{{{name}}}" for name in unknown[:5]
                )[:200],
                "known": ", ".join(f"{{{name}}}" for name in placeholders.PLACEHOLDERS),
            },
            field=field,
        )
    return text


def _customer(code: str, field: str) -> Partner | None:
    if not code:
        return None
    found = Partner.objects.filter(code=code, is_customer=True).first()
    if found is None:
        raise ClauseRefused(
            _("There is no customer “%(code)s”.") % {"code": code[:40]}, field=field
        )
    return found


def _refuse_twice(values: dict[str, object], clause_id: int | None, at: str) -> None:
    key = ("code", "kind", "customer", "country", "incoterm", "payment_event")
    same = Clause.objects.filter(is_active=True, **{name: values[name] for name in key})
    if same.exclude(pk=clause_id or 0).exists():
        raise ClauseRefused(
            _("This clause is there already for the same case; change that one."),
            field=f"{at}code",
        )
