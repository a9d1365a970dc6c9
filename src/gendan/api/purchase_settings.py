"""API operations about how suppliers' orders are approved and which steps suppliers report."""

from typing import Any

from django.http import HttpRequest
from ninja import Field, Query, Router, Schema

from gendan.api.paging import Page, Paging, page_of
from gendan.api.rows import Rows, SavedOut, asker, asker_who_may, saved
from gendan.purchasing import queries, services

router = Router(tags=["purchasing"])


class StepsIn(Schema):
    """The steps of a family, a supplier, or both."""

    family: str = Field("", max_length=40)
    supplier: str = Field("", max_length=40)
    steps: list[services.StepRow] = Field([], max_length=50)


class LimitsIn(Schema):
    """Limits by role."""

    rows: Rows[services.LimitRow]


class LimitsOut(Schema):
    """Limits by role as they are saved; a role that is not named approves nothing."""

    rows: list[services.LimitRow]


class StepOfKindOut(Schema):
    """A step suppliers report, of the items of a family, of a supplier, or both (codes)."""

    id: int
    family: str
    supplier: str
    position: int
    name_en: str
    name_zh: str
    days_before: int

    @staticmethod
    def resolve_family(one: Any) -> str:
        """Its code; empty: of every family."""
        return one.family.code if one.family else ""

    @staticmethod
    def resolve_supplier(one: Any) -> str:
        """Its code; empty: of every supplier."""
        return one.supplier.code if one.supplier else ""


@router.get("/purchase-steps", response=Page[StepOfKindOut], operation_id="list_purchase_steps")
def list_purchase_steps(request: HttpRequest, paging: Query[Paging]) -> Any:
    """The steps suppliers report, of every family and supplier."""
    return page_of(queries.templates_for(asker(request)), paging, "pk")


@router.put("/purchase-steps", response=SavedOut, operation_id="save_purchase_steps")
def save_purchase_steps(request: HttpRequest, given: StepsIn) -> Any:
    """The steps suppliers report; these replace the former ones."""
    return saved(
        services.save_purchase_steps(
            family=given.family, supplier=given.supplier, steps=given.steps, by=asker(request)
        )
    )


@router.get("/approval-limits", response=LimitsOut, operation_id="get_approval_limits")
def get_approval_limits(request: HttpRequest) -> Any:
    """Up to which amount each role approves purchase orders; no amount: any."""
    asker_who_may(request, "save_approval_limits")
    rows = queries.limit_rows()
    return {"rows": [{"role": role, "amount": most} for role, most in rows if most != ""]}


@router.put("/approval-limits", response=SavedOut, operation_id="save_approval_limits")
def save_approval_limits(request: HttpRequest, given: LimitsIn) -> Any:
    """Up to which amount each role approves purchase orders; no amount: any."""
    return saved(services.save_approval_limits(rows=given.rows, by=asker(request)))
