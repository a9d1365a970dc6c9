"""Addresses: people at /, programs at /api/v1, Django's admin (users and groups only) at /admin."""

from django.contrib import admin
from django.urls import include, path

from gendan.api.root import api
from gendan.web.front import sign_in_for_admin

handler500 = "gendan.web.front.broken"

urlpatterns = [
    # One way in, with its locks and second factors.
    path("admin/login/", sign_in_for_admin),
    path("admin/", admin.site.urls),
    path("api/v1/", api.urls),
    path("", include("gendan.web.urls")),
]
