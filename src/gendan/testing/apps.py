"""The testing room as a Django app."""

from django.apps import AppConfig


class TestingConfig(AppConfig):
    name = "gendan.testing"
    label = "testing"
