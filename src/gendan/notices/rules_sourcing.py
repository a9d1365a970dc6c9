"""The rules of suppliers: who hears that a document of theirs ends, and what is overlooked."""

from django.utils.translation import gettext_lazy as _

from gendan.notices.rules_purchasing import PURCHASING
from gendan.notices.shipped import NOW, Shipped

SOURCING = (
    Shipped(
        fact="QualificationExpiring",
        title=_("Supplier's document ends"),
        know=("role:buyer",),
        channels=NOW,
        merges=False,
    ),
    Shipped(
        fact="QualificationOverlooked",
        title=_("Expired document overlooked"),
        know=("role:buyer", "role:manager"),
        importance="low",
        merges=False,
    ),
    *PURCHASING,
)
