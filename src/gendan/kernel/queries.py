"""Questions about the kernel's own tables: tokens, saved views, the journal, files, numbers."""

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from gendan.kernel import clock, numbering
from gendan.kernel.models import ApiToken, Attachment, Entry, NumberPattern, SavedView, User


def tokens_of(user: User) -> "QuerySet[ApiToken]":
    """A user's own keys for programs, the newest first."""
    return ApiToken.objects.filter(user=user).order_by("-pk")


def token_by_digest(digest: str) -> ApiToken | None:
    """The living key with this digest, with its user."""
    return (
        ApiToken.objects.select_related("user")
        .filter(digest=digest, revoked_at__isnull=True, user__is_active=True)
        .exclude(expires_at__lte=clock.now())
        .first()
    )


def tokens_in_use() -> "QuerySet[ApiToken]":
    """Everybody's keys for programs, for those who audit."""
    return ApiToken.objects.select_related("user")


def views_of(user: User, page: str = "") -> "QuerySet[SavedView]":
    """A user's saved views, of one list page or of all."""
    views = SavedView.objects.filter(user=user).order_by("page", "name")
    return views.filter(page=page) if page else views


def entries(*, fact: str = "", by_id: int | None = None, about: str = "") -> "QuerySet[Entry]":
    """The journal, for those who audit: everything, or by fact, person and document."""
    found = Entry.objects.select_related("by")
    if fact:
        found = found.filter(fact=fact)
    if by_id is not None:
        found = found.filter(by_id=by_id)
    if about:
        found = found.filter(about__contains=[about])
    return found


def entries_saying(entries: "QuerySet[Entry]", text: str) -> "QuerySet[Entry]":
    """Of these entries those whose values contain a text (read through: narrow them first)."""
    said = Cast("data", TextField())
    return entries.annotate(said=said).filter(Q(said__icontains=text) | Q(fact__icontains=text))


def everybody() -> "QuerySet[User]":
    """All accounts, also of those who have left: for choosing whose deeds are looked at."""
    return User.objects.order_by("name", "username")


def attachment(attachment_id: int) -> Attachment | None:
    """One file on a document; whether it may be read is asked of the document."""
    return Attachment.objects.select_related("file").filter(pk=attachment_id).first()


def number_patterns() -> dict[str, str]:
    """The pattern in force for each kind of document."""
    kept = dict(NumberPattern.objects.values_list("key", "pattern"))
    return {key: kept.get(key, default) for key, default in numbering.DEFAULTS.items()}


def people_who_sign_in() -> "QuerySet[User]":
    """Our own people with an account, by name: for choosing who follows, checks or is mentioned."""
    return User.objects.filter(is_active=True, is_outside=False).order_by("name", "username")
