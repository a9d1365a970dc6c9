"""The partners room as a Django app."""

from django.apps import AppConfig


class PartnersConfig(AppConfig):
    name = "gendan.partners"
    label = "partners"
