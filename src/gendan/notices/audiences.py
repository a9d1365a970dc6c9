"""Who is meant by the words of a rule, for one entry of the journal."""

from collections.abc import Callable, Collection, Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from gendan.changes.models import Acknowledgement
from gendan.contracts.models import CreditOrder
from gendan.followup.models import Question
from gendan.followup.queries import orders_of_demands, proposer_of
from gendan.followup.supplies import merchandisers_hit
from gendan.kernel.models import Entry, Mail, User
from gendan.orders.models import Order, TeamMember
from gendan.planning.tracing import lines_of_work_orders

# Person → values that belong to them alone (the role as which somebody is asked to review).
People = dict[int, dict[str, Any]]
_named: dict[str, tuple[Any, Callable[[Entry], People]]] = {}


def audience(
    key: str, title: Any
) -> Callable[[Callable[[Entry], People]], Callable[[Entry], People]]:
    """Register who "named:key" means: `@audience("proposer", _("who proposed the date"))`."""

    def register(function: Callable[[Entry], People]) -> Callable[[Entry], People]:
        _named[key] = (title, function)
        return function

    return register


def people_of(words: Iterable[str], entry: Entry) -> People:
    """The people whom these words of a rule mean: at most a query for each word."""
    found: People = {}
    for word in words:
        for person, more in _meant(word, entry).items():
            found.setdefault(person, more)
    return found


def words_of(word: str) -> str:
    """An audience in the reader's language."""
    kind, _sep, name = word.partition(":")
    if kind == "named" and name in _named:
        return str(_named[name][0])
    if kind == "role":
        return str(_(name))
    return str(_WORDS.get(word) or _WORDS.get(kind, word))


def orders_of(entry: Entry) -> list[int]:
    """The orders a fact is about."""
    data = entry.data
    if data.get("order_id"):
        return [int(data["order_id"])]
    return [int(pk) for pk in data.get("order_ids") or []]


_WORDS: dict[str, Any] = {
    "merchandiser": _("the order's merchandiser"),
    "team": _("the order's team"),
    "person": _("the people concerned"),
    "role_in": _("the department whose move it is"),
}


def _meant(word: str, entry: Entry) -> People:
    kind, _sep, name = word.partition(":")
    if kind == "role":
        return _plain(_with_roles([name]))
    if kind == "role_in":
        role = entry.data.get(name)
        return _plain(_with_roles([role])) if role else {}
    if kind == "person":
        value = entry.data.get(name)
        return _plain(value if isinstance(value, list) else [value] if value else [])
    if kind == "named":
        return _named[name][1](entry) if name in _named else {}
    return _plain(_of_orders(kind, orders_of(entry)))


def _of_orders(kind: str, order_ids: Collection[int]) -> Iterable[int]:
    if not order_ids:
        return []
    if kind == "team":
        return TeamMember.objects.filter(order__in=order_ids).values_list("user_id", flat=True)
    return merchandisers(order_ids)


def merchandisers(order_ids: Collection[int]) -> list[int]:
    """Who looks after these orders."""
    rows = Order.objects.filter(pk__in=order_ids, merchandiser__isnull=False)
    return [pk for pk in rows.values_list("merchandiser_id", flat=True) if pk is not None]


def _with_roles(roles: Collection[str]) -> list[int]:
    return list(User.objects.filter(groups__name__in=roles).values_list("pk", flat=True))


def _plain(people: Iterable[int]) -> People:
    return {int(person): {} for person in people}


@audience("proposer", _("who proposed the date"))
def _proposer(entry: Entry) -> People:
    return _plain(proposer_of(entry.data["revision_id"]))


@audience("question_owner", _("who asked the question"))
def _question_owner(entry: Entry) -> People:
    rows = Question.objects.filter(pk=entry.data["question_id"], owner__isnull=False)
    owners = [pk for pk in rows.values_list("owner_id", flat=True) if pk is not None]
    return _plain(owners or merchandisers(orders_of(entry)))


@audience("reviewers", _("the reviewers, by role"))
def _reviewers(entry: Entry) -> People:
    roles = {one["role"] for one in entry.data.get("reviews", []) if one.get("role")}
    rows = User.objects.filter(groups__name__in=roles).order_by("pk", "groups__name")
    found: People = {}
    for person, role in rows.values_list("pk", "groups__name"):
        found.setdefault(person, {"role": role})
    return found


@audience("merchandisers_of_demands", _("the merchandisers of the orders that need it"))
def _merchandisers_of_demands(entry: Entry) -> People:
    return _plain(merchandisers(orders_of_demands(entry.data.get("demands") or [])))


@audience("merchandisers_hit_by_supply", _("the merchandisers of the orders that move"))
def _merchandisers_hit_by_supply(entry: Entry) -> People:
    demands, moved = entry.data.get("demands") or [], entry.data.get("moved") or {}
    return _plain(merchandisers_hit(demands, moved) if moved else [])


@audience("merchandisers_of_goods", _("the merchandisers of the orders it is for"))
def _merchandisers_of_goods(entry: Entry) -> People:
    return _plain(merchandisers(orders_of_demands(entry.data.get("demands") or [])))


@audience("merchandisers_of_work", _("the merchandisers of the orders it is made for"))
def _merchandisers_of_work(entry: Entry) -> People:
    work_order_id = int(entry.data["work_order_id"])
    served = lines_of_work_orders([work_order_id]).get(work_order_id, set())
    demands = {*(entry.data.get("demands") or []), *served}
    return _plain(merchandisers(orders_of_demands(demands)))


@audience("purchase_approvers", _("who may approve so much"))
def _purchase_approvers(entry: Entry) -> People:
    return _plain(_with_roles(entry.data.get("roles") or []))


@audience("letter_followers", _("the merchandisers of its orders"))
def _letter_followers(entry: Entry) -> People:
    letter = CreditOrder.objects.filter(letter=entry.data["letter_id"])
    return _plain(merchandisers(list(letter.values_list("order_id", flat=True))))


@audience("escalated_to", _("the role of the escalation"))
def _escalated_to(entry: Entry) -> People:
    late = set(entry.data.get("user_ids") or [])
    return _plain(person for person in _with_roles([entry.data["role"]]) if person not in late)


@audience("change_concerned", _("everybody whom the change concerns"))
def _change_concerned(entry: Entry) -> People:
    rows = Acknowledgement.objects.filter(change=entry.data["change_id"], at__isnull=True)
    wanted = list(rows.values_list("person_id", "role"))
    people = {person for person, _role in wanted if person is not None}
    return _plain(people | set(_with_roles([role for _person, role in wanted if role])))


@audience("named_there", _("whose it is"))
def _named_there(entry: Entry) -> People:
    names = [one.partition(":") for one in entry.about]
    return _plain(int(pk) for kind, _sep, pk in names if kind == "kernel.user" and pk.isdigit())


@audience("mail_writer", _("who wrote the mail"))
def _mail_writer(entry: Entry) -> People:
    rows = Mail.objects.filter(pk=entry.data["mail_id"], by__isnull=False)
    return _plain(pk for pk in rows.values_list("by_id", flat=True) if pk is not None)
