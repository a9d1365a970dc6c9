"""The words of orders that are lists of choices: states, channels, bases, verdicts, stages."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from gendan.partners.models import Incoterm


class OrderState(models.TextChoices):
    """Where an order stands; how far it is delivered or paid is derived, never a state."""

    DRAFT = "draft", _("draft")
    CONFIRMED = "confirmed", _("confirmed")
    CLOSED = "closed", _("closed")
    CANCELLED = "cancelled", _("cancelled")


class Channel(models.TextChoices):
    """How an order came in."""

    MAIL = "mail", _("e-mail")
    PHONE = "phone", _("phone")
    FAX = "fax", _("fax")
    CHAT = "chat", _("chat")
    SHEET = "sheet", _("spreadsheet")
    EDI = "edi", _("EDI")
    API = "api", _("API")
    PORTAL = "portal", _("customer room")
    HAND = "hand", _("entered by hand")


class Basis(models.TextChoices):
    """Which date is promised: where the seller's duty ends."""

    EX_WORKS = "ex_works", _("ex works")
    ON_BOARD = "on_board", _("on board")
    AT_DOOR = "at_door", _("at door")


BASIS_OF_INCOTERM = {
    Incoterm.EXW: Basis.EX_WORKS,
    Incoterm.FCA: Basis.EX_WORKS,
    Incoterm.FAS: Basis.ON_BOARD,
    Incoterm.FOB: Basis.ON_BOARD,
    Incoterm.CFR: Basis.ON_BOARD,
    Incoterm.CIF: Basis.ON_BOARD,
    Incoterm.CPT: Basis.ON_BOARD,
    Incoterm.CIP: Basis.ON_BOARD,
    Incoterm.DAP: Basis.AT_DOOR,
    Incoterm.DPU: Basis.AT_DOOR,
    Incoterm.DDP: Basis.AT_DOOR,
}


class Verdict(models.TextChoices):
    """What a check says."""

    GREEN = "green", _("in order")
    AMBER = "amber", _("look at it")
    RED = "red", _("does not hold")


class Stage(models.TextChoices):
    """The steps of an order that a hold can keep back."""

    CONFIRM = "confirm", _("confirming")
    BUY = "buy", _("buying")
    PRODUCE = "produce", _("producing")
    SHIP = "ship", _("shipping")
