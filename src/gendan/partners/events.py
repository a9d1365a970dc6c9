"""The facts the partners room publishes."""

from dataclasses import dataclass

from gendan.kernel.row_facts import RowsSaved


@dataclass(frozen=True, kw_only=True)
class PartnersSaved(RowsSaved):
    """Companies were made or changed."""


@dataclass(frozen=True, kw_only=True)
class ContactsSaved(RowsSaved):
    """People at companies were made, changed or removed; `codes` are the companies."""


@dataclass(frozen=True, kw_only=True)
class AddressesSaved(RowsSaved):
    """Addresses were made, changed or removed; `codes` are the companies."""


@dataclass(frozen=True, kw_only=True)
class PaymentTermsSaved(RowsSaved):
    """Payment terms were made or changed."""


@dataclass(frozen=True, kw_only=True)
class LanesSaved(RowsSaved):
    """How long goods travel has changed; `codes` are "sea DE"."""


@dataclass(frozen=True, kw_only=True)
class DebtsRecorded(RowsSaved):
    """What customers owe was written down anew; `codes` are the customers."""
