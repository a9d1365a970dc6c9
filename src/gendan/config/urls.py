"""Addresses: people at /, programs at /api/v1, Django's admin (users and groups only) at /admin."""

from django.contrib import admin
from django.urls import include, path
from django.views.generic import RedirectView

from gendan.api.root import api

urlpatterns = [
    # One way in, with its locks and second factors.
    path("admin/login/", RedirectView.as_view(pattern_name="login", query_string=True)),
    path("admin/", admin.site.urls),
    path("api/v1/", api.urls),
    path("", include("gendan.web.urls")),
]
