"""The pages of the catalog beside each other."""

from django.utils.translation import gettext_lazy as _

TABS = (
    ("items", _("Items")),
    ("families", _("Families")),
    ("price_lists", _("Price lists")),
    ("calendars", _("Calendars")),
    ("work_centers", _("Work centres")),
    ("learning_curves", _("Learning curves")),
    ("alternates", _("Substitutes")),
    ("units", _("Units")),
    ("conversions", _("Conversions")),
    ("exchange_rates", _("Exchange rates")),
)
