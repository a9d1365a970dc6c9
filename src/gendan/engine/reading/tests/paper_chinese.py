"""Six Chinese orders on paper: ruled, bare, as a contract, wide, bilingual, on two pages."""

# ruff: noqa: E501 - a typesetter's source has lines of its own

from dataclasses import replace

from .paper_maker import Item, Maker, Order, cells, figure, table, text, typeset, undated

PARTS = (
    Item("01.02.0331", "不锈钢铰链 4寸 拉丝", "500", "6.80", "只", "2026-03-10"),
    Item("01.02.0332", "不锈钢铰链 5寸 拉丝", "300", "8.20", "只", "2026-03-10"),
    Item("02.11.0107", "抽屉滑轨 三节 450mm", "260", "23.50", "副", "2026-03-25"),
)
CAST = tuple(replace(item, code="", due="") for item in PARTS)


def ruled() -> tuple[bytes, Order]:
    """采购订单, everything ruled, tax column, amount in capitals."""
    order = Order(
        "CG20260112-03",
        "2026-01-12",
        "CNY",
        "苏州恒达家具有限公司",
        "东莞市永固五金制品有限公司",
        PARTS,
    )
    rows = [
        cells((n, i.code, i.text, i.unit, i.quantity, i.price, "13%", figure(i.amount), i.due))
        for n, i in enumerate(order.items, 1)
    ]
    body = f"""
#align(center)[#text(size: 16pt)[{order.buyer}] \\ #text(size: 14pt)[采 购 订 单]]
#grid(columns: (1fr, 1fr), [供应商：{order.seller} \\ 联系人：陈先生 \\ 电话：0769-8888 1234],
 [订单编号：{order.number} \\ 订单日期：2026年1月12日 \\ 币种：人民币])
""" + table(
        "(auto, auto, 1fr, auto, auto, auto, auto, auto, auto)",
        [
            cells(
                ("序号", "物料编码", "品名规格", "单位", "数量", "含税单价", "税率", "金额", "交期")
            ),
            *rows,
            f"table.cell(colspan: 7)[合计], [{figure(order.total)}], [],",
        ],
        "align: center + horizon, inset: 4pt,",
    )
    body += "金额大写：壹万壹仟玖佰柒拾元整 \\ 付款方式：月结30天 \\ 交货地点：苏州市吴中区 \\ 制单：李敏　审核：王强"
    return typeset(body, size="9pt"), order


def without_rulings() -> tuple[bytes, Order]:
    """Blanks inside the labels, no lines drawn."""
    order = Order(
        "PO-26-0088",
        "2026-02-03",
        "CNY",
        "杭州明远电子有限公司",
        "深圳华强连接器有限公司",
        undated(PARTS[:2]),
        "2026-02-28",
    )
    rows = [
        cells((i.code, i.text, i.quantity, i.unit, i.price, figure(i.amount))) for i in order.items
    ]
    body = f"""
#align(center)[#text(size: 15pt)[采购单]]
采购方：{order.buyer} #h(1fr) 单号：{order.number} \\
供 方：{order.seller} #h(1fr) 日 期：2026-02-03 \\
交货日期：2026-02-28 #h(1fr) 结算方式：货到30天
""" + table(
        "(30mm, 60mm, 22mm, 16mm, 22mm, 28mm)",
        [cells(("料　号", "品　名", "数　量", "单 位", "单　价", "金　额")), *rows],
        "stroke: none,",
    )
    body += f"总金额：￥{figure(order.total)}"
    return typeset(body, size="10pt"), order


def contract() -> tuple[bytes, Order]:
    """购销合同 with 供方 and 需方 beside each other and clauses below."""
    order = Order(
        "HT-2026-019",
        "2026-03-05",
        "CNY",
        "无锡太湖泵业有限公司",
        "宁波海天铸造有限公司",
        CAST,
        "2026-04-15",
    )
    rows = [
        cells((n, i.text, f"TH-{n}0", i.unit, i.quantity, i.price, figure(i.amount)))
        for n, i in enumerate(order.items, 1)
    ]
    body = f"""
#align(center)[#text(size: 16pt)[购销合同]]
#table(columns: (auto, 1fr, auto, 1fr), stroke: none, [供方：], [{order.seller}], [合同编号：], [{order.number}],
 [需方：], [{order.buyer}], [签订日期：], [2026年3月5日], [], [], [签订地点：], [无锡])
一、产品名称、型号、数量、金额、交货时间
""" + table(
        "(auto, 1fr, auto, auto, auto, auto, auto)",
        [
            cells(("序号", "产品名称", "规格型号", "单位", "数量", "单价（元）", "金额（元）")),
            *rows,
            f"table.cell(colspan: 2)[合计人民币（大写）], table.cell(colspan: 5)[壹万壹仟玖佰柒拾元整　￥{figure(order.total)}],",
        ],
    )
    body += """
二、质量要求：按国家标准执行。 \\
三、交货日期：2026年4月15日前交清。交货地点：需方仓库。 \\
四、结算方式及期限：验收合格后30日内付清。 \\
#table(columns: (1fr, 1fr), [供方（章） \\ 代表：], [需方（章） \\ 代表：])
"""
    return typeset(body, size="10pt"), order


def wide() -> tuple[bytes, Order]:
    """Landscape, many columns, merged cells for date and unit."""
    items = tuple(
        Item(f"KH-{n}00{n}", name, quantity, price, "PCS", "2026-05-06")
        for n, name, quantity, price in (
            (1, "铝合金外壳 银色", "1000", "15.6"),
            (2, "铝合金外壳 黑色", "800", "15.6"),
            (3, "端盖 左", "1800", "2.35"),
        )
    )
    order = Order(
        "DH260214",
        "2026-02-14",
        "CNY",
        "厦门宏信光电科技股份有限公司",
        "佛山南海铝业有限公司",
        items,
    )
    rows = []
    for n, i in enumerate(items, 1):
        last = f"table.cell(rowspan: 3)[{i.due}]," if n == 1 else ""
        rows.append(
            cells(
                (n, i.code, i.text, "6063-T5", i.unit, i.quantity, "0", i.price, figure(i.amount))
            )
            + last
        )
    body = f"""
#text(size: 14pt)[{order.buyer} 订购单] #h(1fr) 订购单号：{order.number}
#table(columns: (auto, 1fr, auto, 1fr, auto, 1fr), [厂商名称], [{order.seller}], [下单日期], [2026\\/02\\/14], [币别], [RMB])
""" + table(
        "(auto, auto, 1fr, auto, auto, auto, auto, auto, auto, auto)",
        [
            cells(
                (
                    "项次",
                    "料号",
                    "品名",
                    "规格",
                    "单位",
                    "订购数量",
                    "已交数量",
                    "单价",
                    "金额",
                    "交货日期",
                )
            ),
            *rows,
        ],
        "align: horizon,",
    )
    body += f"#align(right)[合计：{figure(order.total)}]"
    return typeset(body, page='paper: "a4", flipped: true, margin: 15mm'), order


def bilingual() -> tuple[bytes, Order]:
    """Labels in both languages on two lines."""
    order = Order(
        "BL-20260308",
        "2026-03-08",
        "USD",
        "Hengtong (HK) Trading Limited",
        "中山市古镇照明有限公司",
        undated(PARTS[:2]),
        "2026-04-10",
    )
    head = cells(
        (
            "序号\nNo.",
            "货号\nItem No.",
            "品名\nDescription",
            "数量\nQuantity",
            "单位\nUnit",
            "单价\nUnit Price (USD)",
            "金额\nAmount (USD)",
        )
    )
    rows = [
        cells((n, i.code, i.text, i.quantity, i.unit, i.price, figure(i.amount)))
        for n, i in enumerate(order.items, 1)
    ]
    body = f"""
#align(center)[#text(size: 15pt)[采购合同 PURCHASE CONTRACT]]
合同号 Contract No.: {order.number} #h(1fr) 日期 Date: 2026-03-08 \\
买方 The Buyer: {text(order.buyer)} \\ 卖方 The Seller: {order.seller} \\
交货期 Delivery date: 2026-04-10
""" + table("(auto, auto, 1fr, auto, auto, auto, auto)", [head, *rows])
    body += f"总金额 Total Amount: USD {figure(order.total)}"
    return typeset(body), order


def two_pages_without_repeat() -> tuple[bytes, Order]:
    """The table runs on over the page without its header."""
    items = tuple(
        Item(f"M{n:03}", f"模具配件{n}号", str(n * 3), f"{n % 9 + 1}.50", "件")
        for n in range(1, 61)
    )
    order = Order(
        "WX-0607",
        "2026-03-20",
        None,
        "常州精工模具有限公司",
        "昆山博远机械有限公司",
        items,
        "2026-04-30",
    )
    rows = [
        cells((n, i.code, i.text, i.quantity, i.unit, i.price, figure(i.amount)))
        for n, i in enumerate(items, 1)
    ]
    body = f"""
= 采购订单
订单号：{order.number}　　下单日期：2026-03-20　　要求交货日期：2026-04-30 \\
需方：{order.buyer} \\
供方：{order.seller}
""" + table(
        "(auto, auto, 1fr, auto, auto, auto, auto)",
        [cells(("序号", "编码", "名称", "数量", "单位", "单价", "金额")), *rows],
        "stroke: (x, y) => (bottom: 0.3pt + gray),",
    )
    body += f"合计 #h(1fr) {figure(order.total)}"
    return typeset(
        body, page="margin: 20mm, footer: context [#align(center)[第 #counter(page).display() 页]]"
    ), order


CHINESE: tuple[Maker, ...] = (
    ruled, without_rulings, contract, wide, bilingual, two_pages_without_repeat,
)  # fmt: skip
