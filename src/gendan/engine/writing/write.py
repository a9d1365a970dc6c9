"""The one entrance: an answer or a despatch advice as a file of the format asked for."""

from .edifact import write_edifact_despatch, write_edifact_response
from .papers import DespatchAdvice, Format, OrderAnswer, Written
from .plain import file_name
from .ubl import write_ubl_despatch, write_ubl_response
from .x12 import write_x12_despatch, write_x12_response

_KINDS: dict[Format, tuple[str, str]] = {
    "ubl": ("xml", "application/xml"),
    "edifact": ("edi", "application/EDIFACT"),
    "x12": ("x12", "application/EDI-X12"),
}
_ANSWERS = {"ubl": write_ubl_response, "edifact": write_edifact_response, "x12": write_x12_response}
_DESPATCHES = {
    "ubl": write_ubl_despatch,
    "edifact": write_edifact_despatch,
    "x12": write_x12_despatch,
}


def write_answer(answer: OrderAnswer, format: Format) -> Written:  # noqa: A002
    """The answer to an order; raises Unwritable for a value that the format cannot hold."""
    extension, media_type = _KINDS[format]
    name = file_name("order-response", answer.number, extension)
    return Written(name, media_type, _ANSWERS[format](answer))


def write_despatch(advice: DespatchAdvice, format: Format) -> Written:  # noqa: A002
    """The advice of a despatch; raises Unwritable for a value that the format cannot hold."""
    extension, media_type = _KINDS[format]
    name = file_name("despatch-advice", advice.number, extension)
    return Written(name, media_type, _DESPATCHES[format](advice))
