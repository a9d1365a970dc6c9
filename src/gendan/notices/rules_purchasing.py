"""The rules Gendan ships about purchases: buyers hear of suppliers, merchandisers of orders hit."""

from django.utils.translation import gettext_lazy as _

from gendan.notices.shipped import NOW, Shipped

ORDER = "purchase:{purchase_order_id}"
RFQ = "rfq:{rfq_id}"

PURCHASING = (
    Shipped(
        fact="SupplierQuoted",
        title=_("Supplier quoted"),
        know=("person:buyer_id",),
        importance="low",
    ),
    Shipped(
        fact="SupplierDeclined",
        title=_("Supplier declined to quote"),
        know=("person:buyer_id",),
        importance="low",
    ),
    Shipped(
        fact="RfqClosed",
        title=_("Quotes are to be compared and decided"),
        act=("person:buyer_id",),
        acted_by=("RfqAwarded", "RfqCancelled"),
        match=RFQ,
    ),
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
    Shipped(
        fact="SupplyExceptionFound",
        title=_("Goods not as ordered"),
        know=("named:merchandisers_of_goods",),
        act=("person:owner_id",),
        acted_by=("SupplyExceptionDecided", "SupplyExceptionClosed"),
        match="supply_exception:{exception_id}",
        channels=NOW,
        escalate_hours=16,
        escalate_to="manager",
    ),
    Shipped(
        fact="SupplyExceptionDecided",
        title=_("Supply exception decided"),
        know=("named:merchandisers_of_goods",),
        importance="low",
        by_people=True,
    ),
    Shipped(
        fact="GoodsReceived",
        title=_("Delivery received"),
        know=("person:buyer_ids",),
        importance="low",
    ),
    Shipped(
        fact="GoodsCameShort",
        title=_("Less came than was ordered"),
        know=("person:buyer_ids", "named:merchandisers_of_demands"),
    ),
    Shipped(
        fact="GoodsReleased",
        title=_("Received goods released"),
        know=("person:buyer_ids",),
        importance="low",
    ),
    Shipped(
        fact="GoodsRejected",
        title=_("Received goods rejected"),
        know=("named:merchandisers_of_demands",),
        act=("person:buyer_ids",),
        acted_by=("GoodsReturned",),
        match="goods_receipt:{receipt_id}",
        channels=NOW,
        escalate_hours=16,
        escalate_to="manager",
    ),
    Shipped(
        fact="GoodsReturned",
        title=_("Goods returned to the supplier"),
        know=("named:merchandisers_of_demands",),
    ),
    Shipped(
        fact="ShipNoticeReceived",
        title=_("Goods are on their way"),
        act=("person:buyer_ids",),
        acted_by=("ShipNoticeAccepted", "ShipNoticeRefused"),
        match="ship_notice:{notice_id}",
    ),
    Shipped(
        fact="MailNotTakenAsNotice",
        title=_("Ship notice in a mail not taken"),
        know=("role:buyer",),
        importance="low",
    ),
)
