"""The verbs of the follow-up, one file per family."""

from gendan.followup.services.asking import (
    answer_by_link,
    answer_question,
    ask_question,
    remind_question,
    withdraw_question,
    withdraw_questions,
)
from gendan.followup.services.extending import record_extension_answer, request_extension
from gendan.followup.services.handing import acknowledge_handover, hand_back, hand_over
from gendan.followup.services.reaching import (
    expect_milestone,
    reach_milestone,
    reopen_milestone,
    skip_milestone,
)
from gendan.followup.services.refreshing import (
    plan_by_approvals,
    refresh_by_plan,
    refresh_in_parts,
    refresh_journeys,
    refresh_part,
    refreshing_together,
)
from gendan.followup.services.revising import (
    approve_revision,
    refuse_revision,
    revise_milestone,
)
from gendan.followup.services.starting import end_journeys, start_journeys
from gendan.followup.services.templates import install_templates, retire_template, save_template
from gendan.followup.services.waiting import chase_milestone, wait_for
from gendan.followup.templates_data import StepData

__all__ = [
    "StepData",
    "acknowledge_handover",
    "answer_by_link",
    "answer_question",
    "approve_revision",
    "ask_question",
    "chase_milestone",
    "end_journeys",
    "expect_milestone",
    "hand_back",
    "hand_over",
    "install_templates",
    "plan_by_approvals",
    "reach_milestone",
    "record_extension_answer",
    "refresh_by_plan",
    "refresh_in_parts",
    "refresh_journeys",
    "refresh_part",
    "refreshing_together",
    "refuse_revision",
    "remind_question",
    "reopen_milestone",
    "request_extension",
    "retire_template",
    "revise_milestone",
    "save_template",
    "skip_milestone",
    "start_journeys",
    "wait_for",
    "withdraw_question",
    "withdraw_questions",
]
