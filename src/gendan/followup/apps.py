"""The followup room as a Django app."""

from django.apps import AppConfig


class FollowupConfig(AppConfig):
    name = "gendan.followup"
    label = "followup"

    def ready(self) -> None:
        from gendan.followup import approvals as ours
        from gendan.planning import approvals

        approvals.register(expected=ours.expected, lived=ours.lived, awaited=ours.awaited)
