"""The followup room as a Django app."""

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    name = "gendan.followup"
    label = "followup"
