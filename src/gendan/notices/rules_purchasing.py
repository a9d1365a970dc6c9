"""The rules Gendan ships about purchases: buyers hear of suppliers, merchandisers of orders hit."""

from django.utils.translation import gettext_lazy as _

from gendan.notices.shipped import NOW, Shipped

ORDER = "purchase:{purchase_order_id}"

PURCHASING = (
    Shipped(
        fact="PurchaseOrderSubmitted",
        title=_("Purchase order waits for approval"),
        act=("named:purchase_approvers",),
        acted_by=("PurchaseOrderApproved", "PurchaseOrderRefused", "PurchaseOrderCancelled"),
        match=ORDER,
        channels=NOW,
        escalate_hours=8,
        escalate_to="manager",
    ),
    Shipped(
        fact="PurchaseOrderApproved",
        title=_("Purchase order approved"),
        know=("person:buyer_id",),
        importance="low",
        by_people=True,
    ),
    Shipped(
        fact="PurchaseOrderRefused",
        title=_("Purchase order refused"),
        act=("person:buyer_id",),
        acted_by=("PurchaseOrderEdited", "PurchaseOrderCancelled", "PurchaseOrderSubmitted"),
        match=ORDER,
    ),
    Shipped(
        fact="SupplierConfirmed",
        title=_("Supplier confirmed"),
        know=("person:buyer_id",),
        importance="low",
    ),
    Shipped(
        fact="SupplierCountered",
        title=_("Supplier proposes another day or quantity"),
        know=("named:merchandisers_hit_by_supply",),
        act=("person:buyer_id",),
        acted_by=("CounterDecided", "PurchaseOrderSent", "PurchaseOrderCancelled"),
        match=ORDER,
        channels=NOW,
        escalate_hours=16,
        escalate_to="manager",
        merges=False,
    ),
    Shipped(
        fact="SupplierReported",
        title=_("Supplier reported a step"),
        know=("person:buyer_id",),
        importance="low",
        is_active=False,
    ),
)
