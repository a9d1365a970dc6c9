"""Addresses of the pages, one module per room; a page's name is its verb's name."""

from gendan.web import (
    acceptance,
    catalog,
    changes,
    files,
    followup,
    front,
    intake,
    inventory,
    notices,
    orders,
    partners,
    planning,
    portal,
    settings,
    sheets,
    suggest,
    workforce,
)
from gendan.web.sign_in import views as sign_in_views

urlpatterns = [
    *front.urlpatterns,
    *sign_in_views.urlpatterns,
    *portal.urlpatterns,
    *files.urlpatterns,
    *suggest.urlpatterns,
    *notices.urlpatterns,
    *intake.urlpatterns,
    *orders.urlpatterns,
    *changes.urlpatterns,
    *followup.urlpatterns,
    *acceptance.urlpatterns,
    *planning.urlpatterns,
    *inventory.urlpatterns,
    *catalog.urlpatterns,
    *partners.urlpatterns,
    *workforce.urlpatterns,
    *settings.urlpatterns,
    *sheets.urlpatterns,
]
