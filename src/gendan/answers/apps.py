"""The answers room as a Django app."""

from django.apps import AppConfig


class AnswersConfig(AppConfig):
    name = "gendan.answers"
    label = "answers"
