"""What other pages show of the mailroom: the mail a document came by, the way to the mailboxes."""

from typing import Any

from django import template

from gendan.intake.models import Incoming
from gendan.mailroom import queries

register = template.Library()


@register.inclusion_tag("mailroom/note.html")
def mail_note(incoming: Incoming) -> dict[str, Any]:
    """Who the mail of a document claims to be from, and what it may belong to: 1 query."""
    found = queries.mail_of_incoming(incoming) if incoming.channel == "mail" else None
    return {"message": found}


@register.inclusion_tag("mailroom/hint.html", takes_context=True)
def mail_hint(context: dict[str, Any]) -> dict[str, Any]:
    """The way to the mails that came in; while no mailbox is read, the way to connect one."""
    user = context["request"].user
    return {
        "is_read": queries.has_mailbox(),
        "may_connect": user.may_do("save_mailbox"),
        "may_see": user.may_do("retry_message"),
    }
