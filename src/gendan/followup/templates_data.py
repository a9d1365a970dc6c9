"""The four kinds of journey that come with Gendan: ordinary starting values, editable on a page.

Milestones, their order and durations follow the usual practice of each trade; a company replaces
the numbers by its own history. Durations and lags are working days, those of goods on their way
calendar days.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class StepData:
    """A milestone as a person writes it: those before it by code, each with its lag in days."""

    code: str
    name_zh: str
    name_en: str
    stage: str
    owner_role: str
    waits_for: str
    duration_days: int
    after: dict[str, int] = field(default_factory=dict)
    evidence: str = "hand"
    anchor: str = ""
    gates: str = ""
    needs: str = ""
    travel: str = ""
    materials: tuple[str, ...] = ()


@dataclass(frozen=True)
class TemplateData:
    """A kind of journey with its milestones in order."""

    code: str
    kind: str
    name_zh: str
    name_en: str
    steps: tuple[StepData, ...]


S = StepData


def _begin() -> tuple[StepData, ...]:
    """Every journey begins with the order and its contract."""
    return (
        S("order_checked", "产品、价格、库存核对", "Product, price and stock checked",
          "contract", "merchandiser", "merchandiser", 1, evidence="checks_done"),
        S("order_confirmed", "订单确认", "Order confirmed",
          "contract", "merchandiser", "merchandiser", 0, evidence="order_confirmed"),
        S("contract_signed", "合同/PI签回", "Contract or PI signed by the customer",
          "contract", "merchandiser", "customer", 4, {"order_confirmed": 0},
          evidence="contract_accepted"),
        S("deposit", "定金到账（或信用证审核）", "Deposit received or L/C checked",
          "contract", "finance", "customer", 5, {"contract_signed": 0}, gates="buy"),
    )  # fmt: skip


def _ship(ready: str, booked_after: str, booking_lag: int) -> tuple[StepData, ...]:
    """Every journey ends with the goods' way, the papers, the money and the lesson."""
    return (
        S("booking", "订舱、取得S/O", "Booked, S/O received",
          "shipping", "logistics", "third_party", 3, {booked_after: booking_lag}),
        S("ex_works", "出厂", "Ex works",
          "shipping", "logistics", "logistics", 1, {ready: 0}, evidence="delivered",
          anchor="ex_works", needs="ship"),
        S("on_board", "装船", "On board",
          "shipping", "logistics", "third_party", 3, {"ex_works": 0, "booking": 0},
          anchor="on_board", travel="to_port"),
        S("documents_sent", "单据寄出/交单", "Documents sent or presented",
          "shipping", "logistics", "logistics", 5, {"on_board": 0}),
        S("arrival", "到港", "Arrived",
          "shipping", "logistics", "third_party", 25, {"on_board": 0}, travel="transit"),
        S("at_door", "送达客户", "At the customer's door",
          "shipping", "logistics", "third_party", 3, {"arrival": 0},
          anchor="at_door", travel="to_door"),
        S("balance_paid", "尾款收齐", "Balance paid",
          "money", "finance", "customer", 7, {"documents_sent": 0}),
        S("review", "复盘、结案", "Reviewed and closed",
          "review", "merchandiser", "merchandiser", 3, {"balance_paid": 0, "at_door": 0},
          evidence="order_closed"),
    )  # fmt: skip


APPAREL = TemplateData(
    "apparel", "apparel", "服装", "Apparel",
    (
        *_begin(),
        S("tech_pack", "工艺单、尺寸表核对", "Tech pack and size chart checked",
          "contract", "merchandiser", "merchandiser", 2, {"order_confirmed": 0}),
        S("lab_dips_sent", "色样寄出", "Lab dips sent",
          "samples", "merchandiser", "supplier", 5, {"tech_pack": 0}),
        S("lab_dips_approved", "色样确认", "Lab dips approved",
          "samples", "merchandiser", "customer", 4, {"lab_dips_sent": 0}),
        S("fit_sent", "试身样寄出", "Fit sample sent",
          "samples", "merchandiser", "production", 7, {"tech_pack": 0}),
        S("fit_approved", "试身样确认", "Fit sample approved",
          "samples", "merchandiser", "customer", 5, {"fit_sent": 0}),
        S("fabric_ordered", "面料下单", "Fabric ordered",
          "material", "buyer", "buyer", 1, {"lab_dips_approved": 0, "deposit": 0},
          evidence="material_expected", needs="buy"),
        S("size_set_approved", "齐码样确认", "Size set approved",
          "samples", "merchandiser", "customer", 10, {"fit_approved": 0}),
        S("fabric_in", "面料到厂", "Fabric in house",
          "material", "buyer", "supplier", 25, {"fabric_ordered": 0},
          evidence="material_received"),
        S("trims_in", "辅料到厂", "Trims in house",
          "material", "buyer", "supplier", 20, {"tech_pack": 0, "deposit": 0},
          evidence="material_received", needs="buy", materials=("TRIMS",)),
        S("fabric_inspected", "面料检验（四分制、缩水、缸差）",
          "Fabric inspected (4 points, shrinkage, shade)",
          "quality", "inspector", "inspector", 3, {"fabric_in": 0}),
        S("pp_sent", "产前样寄出", "Pre-production sample sent",
          "samples", "merchandiser", "production", 5, {"fabric_in": 0, "size_set_approved": 0}),
        S("pp_approved", "产前样确认", "Pre-production sample approved",
          "samples", "merchandiser", "customer", 4, {"pp_sent": 0}, gates="produce"),
        S("pp_meeting", "产前会", "Pre-production meeting",
          "production", "merchandiser", "production", 1, {"pp_approved": 0, "trims_in": 0}),
        S("cutting", "开裁、上线", "Cutting started, first pieces on the line",
          "production", "production", "production", 3, {"pp_meeting": 0, "fabric_inspected": 0},
          needs="produce"),
        S("inline_check", "中期检验、船头样", "In-line check, top-of-production sample",
          "quality", "inspector", "inspector", 5, {"cutting": 0}),
        S("production_end", "车缝完工", "Sewing finished",
          "production", "production", "production", 14, {"cutting": 0, "inline_check": -9}),
        S("packed", "整烫、包装完成", "Finished and packed",
          "production", "production", "production", 2, {"production_end": 0}),
        S("final_inspection", "终检（AQL）", "Final inspection (AQL)",
          "quality", "inspector", "inspector", 1, {"packed": 0}, gates="ship"),
        *_ship("final_inspection", "inline_check", 0),
    ),
)  # fmt: skip

HARDGOODS = TemplateData(
    "hardgoods", "hardgoods", "五金百货", "Hardgoods",
    (
        *_begin(),
        S("drawing", "图纸、可制造性确认", "Drawing and manufacturability frozen",
          "contract", "planner", "customer", 3, {"order_confirmed": 0}),
        S("tooling", "模具/工装就绪", "Tooling ready",
          "samples", "production", "factory", 15, {"drawing": 0, "deposit": 0}, needs="buy"),
        S("sample_sent", "确认样寄出", "Approval sample sent",
          "samples", "merchandiser", "production", 4, {"tooling": 0}),
        S("golden_sample", "封样确认", "Golden sample signed",
          "samples", "merchandiser", "customer", 5, {"sample_sent": 0}, gates="produce"),
        S("artwork", "彩盒、条码稿确认", "Artwork and barcodes approved",
          "samples", "merchandiser", "customer", 6, {"order_confirmed": 2}),
        S("material_ordered", "原料下单", "Material ordered",
          "material", "buyer", "buyer", 2, {"drawing": 0, "deposit": 0},
          evidence="material_expected", needs="buy"),
        S("packaging_ordered", "包材下单", "Packaging ordered",
          "material", "buyer", "buyer", 1, {"artwork": 0, "deposit": 0}, needs="buy",
          evidence="material_expected", materials=("PACKAGING",)),
        S("compliance", "合规检测报告", "Compliance tests passed",
          "quality", "inspector", "third_party", 8, {"golden_sample": 0}),
        S("material_in", "原料到厂", "Material in house",
          "material", "buyer", "supplier", 15, {"material_ordered": 0},
          evidence="material_received"),
        S("packaging_in", "包材到厂", "Packaging in house",
          "material", "buyer", "supplier", 12, {"packaging_ordered": 0},
          evidence="material_received", materials=("PACKAGING",)),
        S("first_article", "首件确认", "First article approved",
          "production", "inspector", "production", 2, {"golden_sample": 0, "material_in": 0},
          needs="produce"),
        S("production_start", "大货生产开始", "Bulk production started",
          "production", "production", "production", 1, {"first_article": 0}, needs="produce"),
        S("inline_check", "中期检验（20–30 %）", "In-line check (at 20–30 %)",
          "quality", "inspector", "inspector", 4, {"production_start": 0}),
        S("production_end", "大货完工", "Bulk production finished",
          "production", "production", "production", 12,
          {"production_start": 0, "inline_check": -8}),
        S("packed", "包装完成、跌落测试", "Packed, drop test passed",
          "production", "production", "production", 2, {"production_end": 0, "packaging_in": 0}),
        S("final_inspection", "终检（AQL）", "Final inspection (AQL)",
          "quality", "inspector", "inspector", 1, {"packed": 0, "compliance": 0}, gates="ship"),
        *_ship("final_inspection", "inline_check", 0),
    ),
)  # fmt: skip

ELECTRONICS = TemplateData(
    "electronics", "electronics", "电子", "Electronics",
    (
        *_begin(),
        S("bom_freeze", "版本、BOM冻结", "Revision and BOM frozen",
          "contract", "planner", "planner", 2, {"order_confirmed": 0}),
        S("bom_risk", "BOM风险评估（停产、独家）", "BOM risks reviewed (discontinued, one source)",
          "material", "buyer", "buyer", 2, {"bom_freeze": 0}),
        S("alternates", "替代料确认", "Alternates approved",
          "samples", "merchandiser", "customer", 4, {"bom_risk": 0}),
        S("long_lead_ordered", "长周期料下单", "Long-lead parts ordered",
          "material", "buyer", "buyer", 1, {"alternates": 0, "deposit": 0},
          evidence="material_expected", needs="buy"),
        S("boards_ordered", "PCB下单", "Bare boards ordered",
          "material", "buyer", "buyer", 1, {"bom_freeze": 0, "deposit": 0}, needs="buy",
          evidence="material_expected", materials=("BOARDS",)),
        S("boards_in", "PCB到厂", "Bare boards in house",
          "material", "buyer", "supplier", 8, {"boards_ordered": 0},
          evidence="material_received", materials=("BOARDS",)),
        S("parts_in", "元器件齐套", "Parts complete",
          "material", "buyer", "supplier", 25, {"long_lead_ordered": 0},
          evidence="material_received"),
        S("fixture", "钢网、治具就绪", "Stencil and test fixture ready",
          "production", "production", "factory", 10, {"bom_freeze": 0}),
        S("firmware", "固件发布", "Firmware released",
          "production", "planner", "planner", 8, {"bom_freeze": 0}),
        S("sample_sent", "工程样机寄出", "Engineering sample sent",
          "samples", "merchandiser", "production", 6, {"boards_in": 0, "firmware": 0}),
        S("sample_approved", "样机确认", "Sample approved",
          "samples", "merchandiser", "customer", 5, {"sample_sent": 0}, gates="produce"),
        S("certification", "认证样品通过", "Certification passed",
          "quality", "inspector", "third_party", 12, {"sample_approved": 0}),
        S("first_article", "SMT首件", "SMT first article",
          "production", "inspector", "production", 1,
          {"parts_in": 0, "boards_in": 0, "fixture": 0, "sample_approved": 0}, needs="produce"),
        S("assembly_start", "装配上线", "Assembly started",
          "production", "production", "production", 2, {"first_article": 0}),
        S("inline_check", "过程检验", "In-line check",
          "quality", "inspector", "inspector", 3, {"assembly_start": 0}),
        S("burn_in", "测试、老化完成", "Tested and burnt in",
          "production", "production", "production", 8,
          {"assembly_start": 0, "inline_check": -5}),
        S("packed", "包装、序列号清单", "Packed, serial list made",
          "production", "production", "production", 2, {"burn_in": 0}),
        S("final_inspection", "终检（AQL）", "Final inspection (AQL)",
          "quality", "inspector", "inspector", 1, {"packed": 0, "certification": 0},
          gates="ship"),
        *_ship("final_inspection", "inline_check", 0),
    ),
)  # fmt: skip

TRADING = TemplateData(
    "trading", "trading", "贸易（外购）", "Trading",
    (
        *_begin(),
        S("stock_reserved", "现货预留", "Goods reserved from stock",
          "material", "warehouse", "warehouse", 1, {"order_confirmed": 0},
          evidence="stock_reserved"),
        S("artwork", "唛头、包装稿确认", "Marks and artwork approved",
          "samples", "merchandiser", "customer", 4, {"order_confirmed": 1}),
        S("sample_sent", "确认样寄出", "Approval sample sent",
          "samples", "merchandiser", "supplier", 4, {"order_confirmed": 1}),
        S("sample_approved", "确认样确认", "Sample approved",
          "samples", "merchandiser", "customer", 4, {"sample_sent": 0}, gates="produce"),
        S("goods_ordered", "采购下单", "Goods ordered from the supplier",
          "material", "buyer", "buyer", 1, {"deposit": 0},
          evidence="material_expected", needs="buy"),
        S("supplier_confirmed", "供应商确认交期", "Supplier confirmed the date",
          "material", "buyer", "supplier", 2, {"goods_ordered": 0}),
        S("bulk_released", "通知供应商大货生产", "Supplier told to produce",
          "production", "buyer", "buyer", 1,
          {"supplier_confirmed": 0, "sample_approved": 0, "artwork": 0}, needs="produce"),
        S("inline_check", "中期验货", "In-line check at the supplier's",
          "quality", "inspector", "factory", 8, {"bulk_released": 0}),
        S("goods_ready", "供应商完工", "Goods ready at the supplier's",
          "production", "buyer", "supplier", 15, {"bulk_released": 0, "inline_check": -7},
          evidence="material_received"),
        S("final_inspection", "终期验货（AQL）", "Final inspection (AQL)",
          "quality", "inspector", "inspector", 2, {"goods_ready": 0}, gates="ship"),
        *_ship("final_inspection", "inline_check", 0),
    ),
)  # fmt: skip

TEMPLATES = (APPAREL, HARDGOODS, ELECTRONICS, TRADING)
