"""The verbs of the sourcing room."""

from gendan.sourcing.services.prices import SourcePriceRow, save_source_prices
from gendan.sourcing.services.profile import (
    NothingToOverlook,
    QualificationRow,
    SupplierContractRow,
    file_supplier_document,
    overlook_qualification,
    save_qualifications,
    save_supplier_contracts,
    warn_of_expiring,
)
from gendan.sourcing.services.scores import (
    ServiceScoreRow,
    save_buying_assumptions,
    save_score_weights,
    save_service_scores,
)
from gendan.sourcing.services.sources import (
    ClosingRow,
    SourceRow,
    save_sources,
    save_supplier_closings,
)

__all__ = [
    "ClosingRow",
    "NothingToOverlook",
    "QualificationRow",
    "ServiceScoreRow",
    "SourcePriceRow",
    "SourceRow",
    "SupplierContractRow",
    "file_supplier_document",
    "overlook_qualification",
    "save_buying_assumptions",
    "save_qualifications",
    "save_score_weights",
    "save_service_scores",
    "save_source_prices",
    "save_sources",
    "save_supplier_closings",
    "save_supplier_contracts",
    "warn_of_expiring",
]
