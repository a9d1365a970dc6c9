"""Talking about an order: comments with @mentions, files, and who follows it."""

import re
from collections import Counter
from typing import IO

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from gendan.kernel import files, journal
from gendan.kernel.errors import IllegalStep, NotThere
from gendan.kernel.models import Attachment, Entry, StoredFile, User
from gendan.kernel.service import service
from gendan.orders.events import CommentWritten, FileAttached, OrderFollowed, OrderUnfollowed
from gendan.orders.models import Order, TeamMember
from gendan.orders.services.reading import Refused, read_text

LONGEST_COMMENT = 4000


@service(gettext_lazy("Comment on the order"))
def comment_on_order(*, order_id: int, text: str, by: User) -> Entry:
    """Say something about an order; whoever is named with @ is told. A comment is a fact only."""
    order = _order_of(order_id, by)
    text = read_text(text, LONGEST_COMMENT, field="text")
    if not text:
        raise Refused(_("Write something first."), field="text")
    return journal.record(
        CommentWritten(order_id=order.pk, text=text, mentioned=mentioned_in(text)),
        about=order,
        by=by,
    )


@service(gettext_lazy("Put a file on the order"))
def attach_to_order(
    *,
    order_id: int,
    content: bytes | IO[bytes] | StoredFile,
    name: str,
    kind: str = "",
    by: User | None,
) -> Attachment:
    """Keep a file with the order: a contract, a photo, a letter of the customer."""
    order = _order_of(order_id, by)
    kind = read_text(kind, 40, field="kind")
    attachment = files.attach(content, name=name, about=order, by=by, kind=kind)
    journal.record(
        FileAttached(
            order_id=order.pk, attachment_id=attachment.pk, file_name=attachment.name, kind=kind
        ),
        about=order,
        by=by,
    )
    return attachment


@service(gettext_lazy("Follow the order"))
def follow_order(*, order_id: int, user_id: int | None = None, by: User) -> TeamMember:
    """Let somebody (oneself, unless said otherwise) hear of everything that happens to an order."""
    order = _order_of(order_id, by)
    user = _colleague(user_id, by)
    member, is_new = TeamMember.objects.get_or_create(order=order, user=user)
    if not is_new:
        raise IllegalStep(
            _("%(person)s follows %(order)s already.") % {"person": str(user), "order": str(order)}
        )
    journal.record(OrderFollowed(order_id=order.pk, user_id=user.pk), about=order, by=by)
    return member


@service(gettext_lazy("No longer follow the order"))
def unfollow_order(*, order_id: int, user_id: int | None = None, by: User) -> None:
    """Let somebody (oneself, unless said otherwise) no longer hear of an order."""
    order = _order_of(order_id, by)
    user = _colleague(user_id, by)
    if not TeamMember.objects.filter(order=order, user=user).delete()[0]:
        raise NotThere(
            _("%(person)s does not follow %(order)s.") % {"person": str(user), "order": str(order)}
        )
    journal.record(OrderUnfollowed(order_id=order.pk, user_id=user.pk), about=order, by=by)


def mentioned_in(text: str) -> list[int]:
    """The ids of our people named with @ in a text, by user name, whole name or part of a name.

    A part of a name that several people share names nobody; the longest name that fits counts.
    """
    starts = [match.end() for match in re.finditer("[@＠]", text)]
    if not starts:
        return []
    names = _names_of_people()
    longest = max((len(name) for name in names), default=0)
    found: dict[int, None] = {}
    for start in starts:
        rest = text[start : start + longest].casefold()
        for length in range(len(rest), 0, -1):
            user = names.get(rest[:length])
            if user is not None and not _goes_on(rest, length):
                found[user] = None
                break
    return list(found)


def _goes_on(text: str, length: int) -> bool:
    """Whether a Latin word continues behind a name: @meister does not name Mei."""
    return (
        length < len(text)
        and text[length].isascii()
        and text[length].isalnum()
        and text[length - 1].isascii()
    )


def _names_of_people() -> dict[str, int]:
    people = list(
        User.objects.filter(is_active=True, is_outside=False).values_list("pk", "username", "name")
    )
    parts = [(part.casefold(), pk) for pk, _username, name in people for part in name.split()]
    often = Counter(part for part, _pk in parts)
    names = {part: pk for part, pk in parts if often[part] == 1}
    names |= {name.casefold(): pk for pk, _username, name in people if name}
    return names | {username.casefold(): pk for pk, username, _name in people}


def _order_of(order_id: int, by: User | None) -> Order:
    """The order, if this user may see it: outsiders and our own people may talk about orders."""
    orders = Order.objects.all() if by is None else Order.objects.visible_to(by)
    order = orders.filter(pk=order_id).first()
    if order is None:
        raise NotThere(_("There is no such order."))
    return order


def _colleague(user_id: int | None, by: User) -> User:
    if user_id is None or user_id == by.pk:
        return by
    user = User.objects.filter(pk=user_id, is_active=True, is_outside=False).first()
    if user is None or by.is_outside:
        raise Refused(_("There is no such person here."), field="user_id")
    return user
