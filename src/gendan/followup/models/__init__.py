"""Tables of the follow-up, by what they are for; everything is imported from here."""

from gendan.followup.models.core import (
    OUTSIDE_PARTIES,
    DelayReason,
    Evidence,
    GoodsBy,
    Health,
    Journey,
    JourneyQuerySet,
    JourneyStage,
    Milestone,
    Party,
    Revision,
    StepOfJourney,
    Template,
    TemplateStep,
    Travel,
    Wait,
)
from gendan.followup.models.extensions import Extension
from gendan.followup.models.handovers import Handover, HandoverItem
from gendan.followup.models.questions import AnswerWay, Question

__all__ = [
    "OUTSIDE_PARTIES",
    "AnswerWay",
    "DelayReason",
    "Evidence",
    "Extension",
    "GoodsBy",
    "Handover",
    "HandoverItem",
    "Health",
    "Journey",
    "JourneyQuerySet",
    "JourneyStage",
    "Milestone",
    "Party",
    "Question",
    "Revision",
    "StepOfJourney",
    "Template",
    "TemplateStep",
    "Travel",
    "Wait",
]
