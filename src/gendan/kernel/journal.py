"""The journal: what happened, recorded in the verb's own transaction, and who listens to it."""

import dataclasses
import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from decimal import Decimal
from typing import Any, ClassVar, TypeVar

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from psycopg.types.json import Jsonb

from gendan.kernel import clock
from gendan.kernel.models import Entry

FACTS: dict[str, type["Fact"]] = {}
LISTENERS: dict[str, Callable[["Fact", Entry], None]] = {}
# The reaction that hands a fact to the webhooks that want it (kernel/webhooks/relaying.py).
RELAY = "kernel.webhooks.relaying.relay"
_listeners_of: dict[str, list[str]] = {}
_asked_first: dict[str, Callable[[str], bool]] = {}
PRIORITIES: dict[str, int] = {}
_noted: ContextVar[list[Entry] | None] = ContextVar("noted_entries", default=None)
F = TypeVar("F", bound="Fact")

About = models.Model | str | Sequence[models.Model | str]


@dataclasses.dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened. Subclasses are frozen dataclasses with plain fields (ids, texts,
    numbers, dates, lists of them) that hold what will not be in the tables tomorrow."""

    name: ClassVar[str] = "Fact"

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.__name__ in FACTS:
            raise RuntimeError(f"two facts are called {cls.__name__}")
        cls.name = cls.__name__
        FACTS[cls.__name__] = cls

    def as_data(self) -> dict[str, Any]:
        """Plain JSON values by field name; dates and moments as ISO text, decimals as text."""
        return {field.name: _plain(getattr(self, field.name)) for field in dataclasses.fields(self)}


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal | dt.date | dt.datetime):
        return str(value) if isinstance(value, Decimal) else value.isoformat()
    if isinstance(value, dict):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(part) for part in value]
    if hasattr(value, "_proxy____cast"):  # a lazy translation has no business in a fact
        raise TypeError("facts carry no words: words are made at reading time")
    return value


def ref(about: models.Model | str) -> str:
    """How the journal names a document: "orders.order:12"."""
    return about if isinstance(about, str) else f"{about._meta.label_lower}:{about.pk}"


def refs(about: About) -> list[str]:
    """The names of one or several documents."""
    if isinstance(about, str | models.Model):
        return [ref(about)]
    return [ref(one) for one in about]


def record(fact: Fact, *, about: About, by: Any = None) -> Entry:
    """Write one entry and defer one job per listener, in the caller's transaction (2 queries)."""
    return record_many([(fact, about)], by=by)[0]


def record_many(facts: Iterable[tuple[Fact, About]], *, by: Any = None) -> list[Entry]:
    """Write several entries and their listeners' jobs: 2 queries whatever their number."""
    from gendan.kernel import reactions

    moment = clock.now()
    entries = [
        Entry(
            at=moment,
            fact=fact.name,
            by_id=by.pk if by is not None else None,
            about=refs(about),
            data=fact.as_data(),
        )
        for fact, about in facts
    ]
    wanted = _write(entries)
    noted = _noted.get()
    if noted is not None:
        noted += entries
    jobs = [(entry.pk, name) for entry in entries for name in _listening(entry.fact)]
    reactions.defer(jobs + [(entry.pk, RELAY) for entry in wanted])
    return entries


@contextmanager
def noted() -> Iterator[list[Entry]]:
    """The entries that are recorded inside, here and by nobody else."""
    entries: list[Entry] = []
    token = _noted.set(entries)
    try:
        yield entries
    finally:
        _noted.reset(token)


_WRITE = """
INSERT INTO kernel_entry (at, fact, by_id, about, data) VALUES {rows}
RETURNING id, EXISTS (
    SELECT FROM kernel_webhook AS webhook
    WHERE webhook.is_active AND (webhook.facts = '{{}}' OR kernel_entry.fact = ANY (webhook.facts))
)
"""


def _write(entries: Sequence[Entry]) -> list[Entry]:
    """Insert the entries (1 query) and return those that an active webhook wants to be told of.

    Written by hand so that the same statement answers both: recording a fact is what the product
    does most, and another question for each would be paid by everybody without a webhook.
    """
    if not entries:
        return []
    values: list[Any] = []
    for entry in entries:
        values += [entry.at, entry.fact, entry.by_id, entry.about, Jsonb(entry.data, dumps=_dumps)]
    statement = _WRITE.format(rows=", ".join(["(%s, %s, %s, %s, %s)"] * len(entries)))
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        written = cursor.fetchall()
    wanted = []
    for entry, (pk, is_wanted) in zip(entries, written, strict=True):
        entry.pk = pk
        entry._state.adding, entry._state.db = False, connection.alias
        if is_wanted:
            wanted.append(entry)
    return wanted


def _dumps(data: Any) -> str:
    return json.dumps(data, cls=DjangoJSONEncoder)


def _listening(fact: str) -> list[str]:
    """The listeners a fact has now."""
    return [
        name
        for name in _listeners_of.get(fact, ())
        if name not in _asked_first or _asked_first[name](fact)
    ]


def listens(
    *facts: type[Fact], when: Callable[[str], bool] | None = None, priority: int = 0
) -> Callable[[Callable[[Any, Entry], None]], Callable[..., None]]:
    """Register a reaction: `@listens(OrderConfirmed)` on `def start_journey_of(fact, entry)`.

    The reaction runs later, in a worker, perhaps more than once and in any order: it looks at the
    present and writes the difference. `when` says with each fact, by its name, whether there is
    anything to do (it must cost nothing); jobs with a higher `priority` do not wait for others.
    """

    def register(function: Callable[[Any, Entry], None]) -> Callable[..., None]:
        name = f"{function.__module__.removeprefix('gendan.')}.{function.__name__}"
        LISTENERS[name] = function
        PRIORITIES[name] = priority
        if when is not None:
            _asked_first[name] = when
        for fact in facts:
            _listeners_of.setdefault(fact.name, []).append(name)
        return function

    return register


def read(entry: Entry) -> Fact | None:
    """The fact of an entry as its class; None when this version no longer knows the fact.

    Values come back as in JSON (dates as ISO text); fields the class has gained are left out when
    they have a default.
    """
    kind = FACTS.get(entry.fact)
    if kind is None:
        return None
    known = {field.name for field in dataclasses.fields(kind)}
    return kind(**{key: value for key, value in entry.data.items() if key in known})


def concrete_facts() -> dict[str, type[Fact]]:
    """The facts that are recorded, by name: not those that others only inherit from."""
    return {name: kind for name, kind in FACTS.items() if not kind.__subclasses__()}


def timeline(about: models.Model | str) -> "models.QuerySet[Entry]":
    """The entries about a document, newest first."""
    return Entry.objects.filter(about__contains=[ref(about)]).select_related("by").order_by("-pk")


def is_first_of_week(entry: Entry) -> bool:
    """Whether no day of the same week has started before the one of this DayStarted entry.

    For weekly work: not asking for Monday, for on a Monday nothing may have run (1 query).
    """
    earlier = Entry.objects.filter(fact=entry.fact, pk__lt=entry.pk).order_by("-pk")
    before = earlier.values_list("data__day", flat=True).first()
    today = dt.date.fromisoformat(entry.data["day"])
    return before is None or dt.date.fromisoformat(before) < clock.monday_of(today)


@dataclasses.dataclass(frozen=True, kw_only=True)
class DayStarted(Fact):
    """A new day has begun in the company's time zone; nightly work listens to it."""

    day: str
