"""The mailroom as a Django app."""

from django.apps import AppConfig


class MailroomConfig(AppConfig):
    name = "gendan.mailroom"
    label = "mailroom"
