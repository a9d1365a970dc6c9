"""What must always be true of the mailroom."""

from django.db.models import Q

from gendan.mailroom.models import Mailbox, MailMessage


def check() -> list[str]:
    """Sentences about what does not hold; an empty list means that all is right."""
    wrong: list[str] = []
    states = MailMessage.State
    for message in MailMessage.objects.filter(state=states.TAKEN, incoming=None):
        wrong.append(f"mail {message.pk} is said to be in the intake and is not")
    for message in MailMessage.objects.filter(state=states.ATTACHED, about=[]):
        wrong.append(f"mail {message.pk} is attached to nothing")
    unsaid = Q(state__in=[states.PARKED, states.IGNORED], problem="")
    for message in MailMessage.objects.filter(unsaid):
        wrong.append(f"mail {message.pk} is {message.state} without a reason")
    for message in MailMessage.objects.filter(file=None, is_whole=True):
        wrong.append(f"mail {message.pk} has lost its original")
    for mailbox in Mailbox.objects.filter(removed_at__isnull=False).exclude(sealed=""):
        wrong.append(f"mailbox {mailbox.pk} was removed and its secret is still there")
    return wrong
