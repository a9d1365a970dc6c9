"""API operations of the machine schedule: sequences, the dispatch list, operations, set-ups."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema, Status
from pydantic import Field

from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import Rows, SavedOut, asker, saved
from gendan.kernel import clock
from gendan.planning import shop_shown
from gendan.planning.models import SequencedOperation, ShopSequence
from gendan.planning.queries import centers_by_id
from gendan.planning.services import keeping, sequencing
from gendan.production import services as production
from gendan.production.queries import reports_of

router = Router(tags=["machine schedule"])
Code = Annotated[str, Field(max_length=40)]
MOST_ROWS = 5000


class SequenceIn(Schema):
    """How the shop floor is to be sequenced; `centers` empty: all work centres."""

    days: int = sequencing.USUAL_DAYS
    centers: list[Code] = Field(default_factory=list, max_length=500)
    seconds: int = sequencing.USUAL_SECONDS
    is_counted: bool = False
    seed: int = 1
    stability: int = sequencing.USUAL_STABILITY


class SequenceOut(Schema):
    """A sequence: a proposal, or the one in force."""

    id: int
    number: str
    state: str
    is_in_force: bool
    first_on: dt.date
    last_on: dt.date
    progress: int
    best: dict[str, Any]
    figures: dict[str, Any]
    failure: str
    asked_at: dt.datetime
    adopted_at: dt.datetime | None


class SequencedOut(Schema):
    """An operation in sequence; `machine` 0: outside."""

    step_id: int
    work_order_id: int
    work_order: str
    item: str
    quantity: Decimal
    operation: str
    state: str
    work_center: str
    machine: int
    place: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    minutes: int
    setup_minutes: int
    is_kept: bool
    is_begun: bool
    is_late: bool


class SequenceLateOut(Schema):
    """A work order that ends late; `reason`: time, material, kept, machine."""

    work_order_id: int
    needed_on: dt.date
    ends_at: dt.datetime
    minutes: int
    reason: str
    what: str


class PlaceOut(Schema):
    """A machine and a moment."""

    work_center: str
    machine: int
    starts_at: dt.datetime


class SequenceChangeOut(Schema):
    """An operation that is elsewhere than in the sequence that was in force."""

    step_id: int
    work_order_id: int
    was: PlaceOut | None
    now: PlaceOut | None


class LeftOutOut(Schema):
    """A work order that is not in the sequence: why, as a code, and about what."""

    work_order_id: int
    code: str
    what: str


class WholeSequenceOut(SequenceOut):
    """With its operations, what is late, what it changes, what it leaves out."""

    operations: list[SequencedOut]
    late: list[SequenceLateOut]
    changes: list[SequenceChangeOut]
    problems: list[LeftOutOut]


class KeepIn(Schema):
    """Where an operation is to stay, and from when."""

    machine: int
    starts_at: dt.datetime


class BeginIn(Schema):
    """On which machine of its work centre an operation begins."""

    machine: int = 1


class WorkStepStateOut(Schema):
    """An operation of a work order: not begun, begun (on which machine, when), done."""

    id: int
    work_order_id: int
    sequence: int
    state: str
    machine: int | None
    begun_at: dt.datetime | None
    done_at: dt.datetime | None


class ReportIn(Schema):
    """Pieces of a begun operation; `made_on` null: today. `is_done`: these were the last. `seen`:
    how many reports of it are known (null: not asked)."""

    good: Decimal = Decimal(0)
    scrap: Decimal = Decimal(0)
    made_on: dt.date | None = None
    reason: Annotated[str, Field(max_length=200)] = ""
    is_done: bool = False
    seen: int | None = None


class TakeBackIn(Schema):
    """What was wrong."""

    reason: Annotated[str, Field(max_length=200)]


class StepReportOut(Schema):
    """Pieces reported of an operation; one that takes another back has it as `undoes_id`."""

    id: int
    step_id: int
    made_on: dt.date
    good: Decimal
    scrap: Decimal
    reason: str
    undoes_id: int | None
    at: dt.datetime


class SetupTimeOut(Schema):
    """Minutes of set-up between two families at a work centre; from "": from every other."""

    id: int
    work_center_id: int
    from_family: str
    to_family: str
    minutes: int


class SetupTimesIn(Schema):
    """Set-up times to write or remove."""

    rows: Rows[keeping.SetupTimeRow]


def _row(one: SequencedOperation) -> dict[str, Any]:
    return {
        "step_id": one.step_id,
        "work_order_id": one.work_order_id,
        "work_order": one.work_order.number,
        "item": one.work_order.item.code,
        "quantity": one.work_order.quantity,
        "operation": str(one.step),
        "state": one.step.state,
        "work_center": one.work_center.code,
        "machine": one.machine,
        "place": one.place,
        "starts_at": one.starts_at,
        "ends_at": one.ends_at,
        "minutes": one.minutes,
        "setup_minutes": one.setup_minutes,
        "is_kept": one.is_kept,
        "is_begun": one.is_begun,
        "is_late": one.is_late,
    }


def _place(place: list[Any] | None, codes: dict[int, str]) -> dict[str, Any] | None:
    if place is None:
        return None
    return {"work_center": codes.get(place[0], ""), "machine": place[1], "starts_at": place[2]}


@router.get("/sequences", response=Page[SequenceOut], operation_id="list_sequences")
def list_sequences(request: HttpRequest, paging: Query[Paging]) -> Any:
    """The sequences that are kept, the newest first."""
    return page_of(shop_shown.sequences_for(asker(request)), paging)


@router.post("/sequences", response={202: SequenceOut}, operation_id="sequence_shop")
def sequence_shop(request: HttpRequest, given: SequenceIn) -> Any:
    """Have the shop floor sequenced by the worker; ask for the sequence until it is done."""
    return Status(202, sequencing.sequence_shop(**given.dict(), by=asker(request)))


@router.get("/sequences/{int:sequence_id}", response=WholeSequenceOut, operation_id="get_sequence")
def get_sequence(request: HttpRequest, sequence_id: int) -> Any:
    """One sequence with its operations by machine, what is late, and what it changes."""
    found = shop_shown.sequence_seen(sequence_id, asker(request))
    codes = centers_by_id()
    return _plain(found) | {
        "operations": [_row(one) for one in shop_shown.rows_of(found)[:MOST_ROWS]],
        "late": found.late,
        "changes": [
            one | {"was": _place(one["was"], codes), "now": _place(one["now"], codes)}
            for one in found.changes
        ],
        "problems": found.problems,
    }


def _plain(found: ShopSequence) -> dict[str, Any]:
    return {name: getattr(found, name) for name in SequenceOut.model_fields}


@router.post(
    "/sequences/{int:sequence_id}/stop", response=SequenceOut, operation_id="stop_sequence"
)
def stop_sequence(request: HttpRequest, sequence_id: int) -> Any:
    """End the search; the best so far becomes the proposal."""
    return sequencing.stop_sequence(sequence_id=sequence_id, by=asker(request))


@router.post(
    "/sequences/{int:sequence_id}/adopt", response=SequenceOut, operation_id="adopt_sequence"
)
def adopt_sequence(request: HttpRequest, sequence_id: int) -> Any:
    """Let the workshop work by a proposal."""
    return sequencing.adopt_sequence(sequence_id=sequence_id, by=asker(request))


@router.get("/dispatch-list", response=list[SequencedOut], operation_id="get_dispatch_list")
def get_dispatch_list(request: HttpRequest, day: dt.date | None = None) -> Any:
    """What runs on each machine on a day (today), in sequence, and is not done yet."""
    rows = shop_shown.on_day(shop_shown.rows_to_do(asker(request)), day or clock.today())
    return [_row(one) for one in rows[:MOST_ROWS]]


@router.post("/operations/{int:step_id}/keep", response={204: None}, operation_id="keep_operation")
def keep_operation(request: HttpRequest, step_id: int, given: KeepIn) -> Any:
    """Keep an operation on a machine, beginning at a moment, in every sequence."""
    keeping.keep_operation(step_id=step_id, **given.dict(), by=asker(request))
    return Status(204, None)


@router.post(
    "/operations/{int:step_id}/let-go", response={204: None}, operation_id="let_operation_go"
)
def let_operation_go(request: HttpRequest, step_id: int) -> Any:
    """Have an operation placed by sequences again."""
    keeping.let_operation_go(step_id=step_id, by=asker(request))
    return Status(204, None)


@router.post(
    "/operations/{int:step_id}/begin", response=WorkStepStateOut, operation_id="begin_step"
)
def begin_step(request: HttpRequest, step_id: int, given: BeginIn) -> Any:
    """An operation begins on a machine."""
    return production.begin_step(step_id=step_id, machine=given.machine, by=asker(request))


@router.post(
    "/operations/{int:step_id}/finish", response=WorkStepStateOut, operation_id="finish_step"
)
def finish_step(request: HttpRequest, step_id: int) -> Any:
    """An operation is done."""
    return production.finish_step(step_id=step_id, by=asker(request))


@router.post(
    "/operations/{int:step_id}/reopen", response=WorkStepStateOut, operation_id="reopen_step"
)
def reopen_step(request: HttpRequest, step_id: int) -> Any:
    """What was said to be begun or done is not."""
    return production.reopen_step(step_id=step_id, by=asker(request))


@router.get(
    "/operations/{int:step_id}/reports",
    response=list[StepReportOut],
    operation_id="list_step_reports",
)
def list_step_reports(request: HttpRequest, step_id: int) -> Any:
    """What was reported of an operation, the newest first."""
    return reports_of(shop_shown.step_seen(step_id, asker(request)).pk)


@router.post(
    "/operations/{int:step_id}/report", response={201: StepReportOut}, operation_id="report_step"
)
def report_step(request: HttpRequest, step_id: int, given: ReportIn) -> Any:
    """So many good pieces and so much scrap were made."""
    return Status(201, production.report_step(step_id=step_id, **given.dict(), by=asker(request)))


@router.post(
    "/operation-reports/{int:report_id}/take-back",
    response={201: StepReportOut},
    operation_id="take_back_report",
)
def take_back_report(request: HttpRequest, report_id: int, given: TakeBackIn) -> Any:
    """A report was a mistake: the answer is the report that takes it back."""
    back = production.take_back_report(report_id=report_id, reason=given.reason, by=asker(request))
    return Status(201, back)


@router.get("/setup-times", response=Page[SetupTimeOut], operation_id="list_setup_times")
def list_setup_times(request: HttpRequest, paging: Query[Paging]) -> Any:
    """Times of set-ups between families."""
    return page_of(shop_shown.setup_times_for(asker(request)), paging, "pk")


@router.post("/setup-times", response=SavedOut, operation_id="save_setup_times")
def save_setup_times(request: HttpRequest, given: SetupTimesIn) -> Any:
    """Write or remove set-up times, all or none."""
    return saved(keeping.save_setup_times(rows=given.rows, by=asker(request)))
