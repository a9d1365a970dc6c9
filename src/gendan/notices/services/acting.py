"""Proof of acting: a fact about the same document, one's own word, or the order's end."""

import datetime as dt
from collections.abc import Collection, Sequence

from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import clock, journal
from gendan.kernel.errors import Invalid, NotThere
from gendan.kernel.models import Entry, User
from gendan.kernel.service import service, title_of
from gendan.notices import hours
from gendan.notices.events import NoticesFinished
from gendan.notices.models import ActedHow, Notice
from gendan.notices.rules import Rule, acted_on_by, rule_of
from gendan.notices.rules_data import ENDS
from gendan.notices.words import title_of as fact_title

MOST_NOTICES = 1000


class ProvedOtherwise(Invalid):
    """One's word is not enough: a fact proves this act."""


def take_note(entry: Entry) -> None:
    """Close what this entry proves: duties about the same document, or of an order that ended."""
    proofs = [(rule, rule.subject(entry.data)) for rule in acted_on_by(entry.fact)]
    asked = Q(pk__in=[])
    for rule, subject in proofs:
        mine = Q(fact=rule.fact, subject=subject)
        asked |= mine & Q(user=entry.by_id) if _is_own(rule, entry) else mine
    order_id = entry.data.get("order_id")
    if entry.fact in ENDS and order_id:
        asked |= Q(order=order_id)
    if not asked.children:
        return
    open_duties = Notice.objects.filter(asked, must_act=True, acted_at__isnull=True)
    open_duties = open_duties.filter(entry__lt=entry.pk).select_related("entry")
    rows = list(open_duties.select_for_update(of=("self",)))
    subjects = {subject for _rule, subject in proofs}
    # What is one line on the page is one thing to do.
    merged = Notice.objects.filter(
        head__in=[row.pk for row in rows], must_act=True, acted_at__isnull=True
    ).exclude(pk__in=[row.pk for row in rows])
    rows += merged.select_related("entry").select_for_update(of=("self",))
    subjects |= {row.subject for row in rows if row.head_id}
    ended = {row.pk for row in rows if row.subject not in subjects}
    _close(rows, entry, ended)


def look_ahead(rule: Rule, entry: Entry, made: Sequence[Notice]) -> None:
    """What was done before we came to tell of it is not asked for (facts come in any order)."""
    duties = [notice for notice in made if notice.must_act]
    if not duties:
        return
    later = Entry.objects.filter(pk__gt=entry.pk, about__overlap=entry.about)
    for proof in later.filter(fact__in=[*rule.acted_by, *ENDS]).order_by("pk")[:50]:
        for notice in duties:
            is_proof = proof.fact in rule.acted_by and _same(rule, proof, notice)
            if notice.acted_at is None and (is_proof or proof.fact in ENDS):
                _mark(notice, proof, ActedHow.ENDED if not is_proof else None, 0)


def _is_own(rule: Rule, proof: Entry) -> bool:
    """Whether a proof counts for its doer alone; once nobody is left it counts for all."""
    return rule.is_each and proof.by_id is not None and proof.data.get("left") != 0


def _same(rule: Rule, proof: Entry, notice: Notice) -> bool:
    if _is_own(rule, proof) and proof.by_id != notice.user_id:
        return False
    return rule.subject(proof.data) == notice.subject


def _close(rows: Collection[Notice], entry: Entry, ended: Collection[int]) -> None:
    if not rows:
        return
    working = hours.working_hours()
    now = clock.now()
    for row in rows:
        minutes = hours.minutes_between(row.entry.at, now, working)
        _mark(row, entry, ActedHow.ENDED if row.pk in ended else None, minutes)
        if row.user_id == entry.by_id and row.read_at is None:
            row.read_at, row.read_minutes = now, minutes  # who has done it knows it
    fields = ["acted_at", "acted_minutes", "acted_how", "acted_entry", "due_at", "mail_at"]
    Notice.objects.bulk_update(rows, [*fields, "read_at", "read_minutes"])
    _close_escalations({row.entry_id for row in rows}, entry, now)


def _mark(row: Notice, entry: Entry, how: str | None, minutes: int) -> None:
    row.acted_at, row.acted_entry, row.acted_minutes = clock.now(), entry, minutes
    is_own = row.user_id == entry.by_id
    row.acted_how = how or (ActedHow.FACT if is_own else ActedHow.COLLEAGUE)
    row.due_at = row.mail_at = None


def _close_escalations(entry_ids: Collection[int], entry: Entry, now: dt.datetime) -> None:
    """Where nobody is late any more, nobody needs to look after it."""
    late = set(
        Notice.objects.filter(entry__in=entry_ids, must_act=True, acted_at__isnull=True)
        .order_by()
        .values_list("entry_id", flat=True)
    )
    subjects = [f"entry:{pk}" for pk in set(entry_ids) - late]
    raised = Notice.objects.filter(subject__in=subjects, fact="NoticeEscalated", acted_at=None)
    rows = list(raised.filter(must_act=True).select_related("entry"))
    working = hours.working_hours() if rows else None
    for row in rows:
        _mark(row, entry, None, hours.minutes_between(row.entry.at, now, working))
    Notice.objects.bulk_update(
        rows, ["acted_at", "acted_minutes", "acted_how", "acted_entry", "due_at", "mail_at"]
    )


@service(gettext_lazy("Done"))
def finish_notices(*, notice_ids: Collection[int], by: User) -> int:
    """I have done what these notices ask for; returns how many were open.

    Refused where a fact proves the act: then the act itself is to be done.
    """
    wanted = set(notice_ids)
    mine = Notice.objects.select_for_update(of=("self",)).select_related("entry").filter(user=by)
    rows = list(mine.filter(Q(pk__in=wanted) | Q(head__in=wanted)).order_by("pk")[:MOST_NOTICES])
    if not wanted or not wanted <= {row.pk for row in rows}:
        raise NotThere(_("There is no such notice of yours."))
    open_rows = [row for row in rows if row.is_to_act]
    for row in open_rows:
        if not row.is_by_hand and row.pk in wanted:
            raise ProvedOtherwise(_sentence(row), field="notice")
    open_rows = [row for row in open_rows if row.is_by_hand]
    if open_rows:
        entry = journal.record(
            NoticesFinished(entries=[row.entry_id for row in open_rows]), about=by, by=by
        )
        _close(open_rows, entry, ())
        Notice.objects.filter(pk__in=[row.pk for row in open_rows]).update(acted_how=ActedHow.HAND)
    return len(open_rows)


def _sentence(row: Notice) -> str:
    rule = rule_of(row.fact)
    proofs = ", ".join(fact_title(fact) for fact in rule.acted_by) if rule else ""
    return _("“%(fact)s” is not done by saying so; it is done by one of these: %(proofs)s.") % {
        "fact": fact_title(row.fact),
        "proofs": proofs or title_of("finish_notices"),
    }
