"""Questions about mailboxes and the mails that came by them."""

from django.db.models import Count, Q, QuerySet

from gendan.intake.models import Incoming
from gendan.kernel.models import User
from gendan.mailroom.models import Mailbox, MailMessage

SEES_MAILBOXES = ("save_mailbox", "read_mailbox_now")


def mailboxes_for(user: User) -> "QuerySet[Mailbox]":
    """The mailboxes that are read, for those who may set them up or have them read."""
    if not any(user.may_do(verb) for verb in SEES_MAILBOXES):
        return Mailbox.objects.none()
    return Mailbox.objects.filter(removed_at=None)


def with_counts(mailboxes: "QuerySet[Mailbox]") -> "QuerySet[Mailbox]":
    """With how many mails came by each, and how many are parked."""
    parked = Q(messages__state=MailMessage.State.PARKED)
    return mailboxes.annotate(mails=Count("messages"), parked=Count("messages", filter=parked))


def messages_for(user: User) -> "QuerySet[MailMessage]":
    """The mails that came in, for those who look after the intake, the newest first."""
    found = MailMessage.objects.visible_to(user)
    if not user.may_do("retry_message"):
        return found.none()
    rows = found.select_related("mailbox", "order", "hinted_order", "incoming", "decided_by")
    return rows.order_by("-pk")


def parked_for(user: User) -> "QuerySet[MailMessage]":
    """The mails that could not be sorted and wait for somebody."""
    return messages_for(user).filter(state=MailMessage.State.PARKED)


def mail_of_incoming(incoming: Incoming) -> MailMessage | None:
    """The mail by which a document came in: who it claims to be from, and what it may belong to."""
    rows = MailMessage.objects.select_related("mailbox", "order", "hinted_order")
    return rows.filter(incoming=incoming).order_by("pk").first()


def waiting_ids() -> list[int]:
    """The mails that were taken and not sorted yet, the oldest first."""
    rows = MailMessage.objects.filter(state=MailMessage.State.WAITING).order_by("pk")
    return list(rows.values_list("pk", flat=True)[:500])


def unmarked(mailbox: Mailbox) -> "list[MailMessage]":
    """The mails that came in and still stand on the server as if they had not."""
    rows = MailMessage.objects.filter(mailbox=mailbox, is_marked=False)
    return list(rows.filter(uid_validity=mailbox.uid_validity).order_by("uid")[:500])


def has_mailbox() -> bool:
    """Whether any mailbox is read."""
    return Mailbox.objects.filter(removed_at=None, is_active=True).exists()


def active(mailbox_id: int) -> Mailbox | None:
    """A mailbox that is to be read."""
    return Mailbox.objects.filter(pk=mailbox_id, is_active=True, removed_at=None).first()


def existing(mailbox_id: int) -> Mailbox | None:
    """A mailbox that was not removed, read or not."""
    return Mailbox.objects.filter(pk=mailbox_id, removed_at=None).first()


def search_messages(rows: "QuerySet[MailMessage]", text: str) -> "QuerySet[MailMessage]":
    """By sender, subject or message id."""
    return rows.filter(
        Q(sender_name__icontains=text)
        | Q(sender_address__icontains=text)
        | Q(subject__icontains=text)
        | Q(message_id__icontains=text)
    )
