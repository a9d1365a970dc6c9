"""The kinds of sheets about suppliers: approved list, prices, documents, contracts, closings."""

from gendan.exchange.kind import Kind
from gendan.sourcing import models, services

SOURCING_KINDS = (
    Kind(
        "sources",
        "Approved sources",
        "合格供应商清单",
        services.SourceRow,
        services.save_sources,
        models.Source,
        examples=(
            {
                "supplier": "S001",
                "item": "M-1",
                "status": "approved",
                "rank": 1,
                "lead_days": 10,
                "minimum": 500,
                "multiple": 100,
                "currency": "CNY",
            },
        ),
    ),
    Kind(
        "source_prices",
        "Suppliers' prices",
        "供应商价格",
        services.SourcePriceRow,
        services.save_source_prices,
        models.SourcePrice,
        paths={"supplier": "source__supplier__code", "item": "source__item__code"},
        examples=(
            {"supplier": "S001", "item": "M-1", "valid_from_on": "2026-01-01", "price": "1.35"},
            {
                "supplier": "S001",
                "item": "M-1",
                "valid_from_on": "2026-01-01",
                "from_quantity": 5000,
                "price": "1.28",
            },
        ),
    ),
    Kind(
        "qualifications",
        "Suppliers' documents",
        "供应商资质",
        services.QualificationRow,
        services.save_qualifications,
        models.Qualification,
        examples=(
            {
                "supplier": "S001",
                "kind": "quality",
                "number": "ISO-9001-123",
                "expires_on": "2027-06-30",
            },
        ),
    ),
    Kind(
        "supplier_contracts",
        "Contracts with suppliers",
        "采购合同条款",
        services.SupplierContractRow,
        services.save_supplier_contracts,
        models.SupplierContract,
        examples=(
            {
                "supplier": "S001",
                "number": "FC-2026-01",
                "valid_from_on": "2026-01-01",
                "over_percent": 3,
                "short_percent": 3,
                "penalty_percent": "0.5",
                "penalty_most_percent": 10,
            },
        ),
    ),
    Kind(
        "supplier_closings",
        "Suppliers' closing days",
        "供应商休假",
        services.ClosingRow,
        services.save_supplier_closings,
        models.SupplierClosing,
        examples=(
            {
                "supplier": "S001",
                "first_on": "2027-02-04",
                "last_on": "2027-02-20",
                "reason": "Spring Festival",
            },
        ),
    ),
    Kind(
        "service_scores",
        "Service scores",
        "服务评分",
        services.ServiceScoreRow,
        services.save_service_scores,
        models.ServiceScore,
        examples=({"supplier": "S001", "month_on": "2026-06-01", "score": 85},),
    ),
)
