"""The facts the sourcing room publishes."""

import datetime as dt
from dataclasses import dataclass

from gendan.kernel.journal import Fact
from gendan.kernel.row_facts import RowsSaved


@dataclass(frozen=True, kw_only=True)
class SourcesSaved(RowsSaved):
    """The approved list was changed; `codes` are the items."""


@dataclass(frozen=True, kw_only=True)
class SourcePricesSaved(RowsSaved):
    """Suppliers' prices were changed; `codes` are the items."""


@dataclass(frozen=True, kw_only=True)
class ClosingsSaved(RowsSaved):
    """Days on which suppliers do not work were changed; `codes` are the suppliers."""


@dataclass(frozen=True, kw_only=True)
class QualificationsSaved(RowsSaved):
    """Suppliers' documents were changed; `codes` are the suppliers."""


@dataclass(frozen=True, kw_only=True)
class SupplierContractsSaved(RowsSaved):
    """Contracts with suppliers were changed; `codes` are the suppliers."""


@dataclass(frozen=True, kw_only=True)
class SupplierDocumentFiled(Fact):
    """The file of a qualification or of a contract was put there; `kind` tells which of them."""

    supplier_id: int
    kind: str
    document_id: int
    file_name: str


@dataclass(frozen=True, kw_only=True)
class QualificationExpiring(Fact):
    """A supplier's document is valid for `days` more days (0: today is the last; -1: it ended)."""

    supplier_id: int
    supplier: str
    qualification_id: int
    kind: str
    number: str
    expires_on: dt.date
    days: int
    is_required: bool


@dataclass(frozen=True, kw_only=True)
class QualificationOverlooked(Fact):
    """A manager allowed to buy although a document has expired, until a day."""

    supplier_id: int
    qualification_id: int
    until_on: dt.date
    reason: str


@dataclass(frozen=True, kw_only=True)
class ServiceScoresSaved(RowsSaved):
    """Buyers said how well suppliers served us; `codes` are the suppliers."""


@dataclass(frozen=True, kw_only=True)
class ScoreWeightsChanged(Fact):
    """The parts of the scorecard count differently from now on."""

    weights: dict[str, int]
    reason: str


@dataclass(frozen=True, kw_only=True)
class BuyingAssumptionsChanged(Fact):
    """The comparison of total costs assumes something else from now on."""

    assumptions: dict[str, str]
    reason: str
