"""The clauses a company starts with; its own go before them. To be read by its lawyer."""

# code, topic, position, applies to, English, Chinese
DEFAULT_CLAUSES: list[tuple[str, str, int, dict[str, str], str, str]] = [
    (
        "shipment", "shipment", 10, {},
        "Shipment shall be made from {port} not later than {latest_shipment}. Partial shipment is "
        "{partial}; transshipment is {transshipment}. The date of the transport document is taken as "
        "the date of shipment.",
        "货物应不迟于{latest_shipment}自{port}装运。分批装运：{partial}；转运：{transshipment}。"
        "运输单据的签发日期视为装运日期。",
    ),
    (
        "payment", "payment", 20, {},
        "Payment: {payment}. Title to the goods remains with the Seller until payment in full has been "
        "received.",
        "付款方式：{payment}。买方付清全部货款之前，货物所有权归卖方所有。",
    ),
    (
        "payment", "payment", 20, {"payment_event": "sight"},
        "Payment: {payment}. The letter of credit shall reach the Seller at least 30 days before the "
        "time of shipment, be opened by a first-class bank, remain valid for negotiation in China for 21 "
        "days after shipment, and be subject to UCP 600.",
        "付款方式：{payment}。信用证须由一流银行开立，于装运期前至少30天开到卖方，在中国议付有效期至装运后21天，"
        "并适用《跟单信用证统一惯例》（UCP600）。",
    ),
    (
        "tolerance", "tolerance", 30, {},
        "{over_percent}% more or {short_percent}% less in quantity and amount of each item is "
        "acceptable and shall be settled at the contract price.",
        "各项货物的数量与金额允许有{over_percent}%的溢装或{short_percent}%的短装，按合同价结算。",
    ),
    (
        "packing", "packing", 40, {},
        "Packing suitable for long-distance transport, protected against moisture and shock: {packing}. "
        "The Seller is liable for damage attributable to inadequate packing.",
        "包装须适合长途运输并防潮、防震：{packing}。因包装不良造成的损失由卖方承担。",
    ),
    (
        "documents", "documents", 50, {},
        "The Seller shall present the following documents: {documents}.",
        "卖方应提交下列单据：{documents}。",
    ),
    (
        "insurance", "insurance", 60, {},
        "Insurance is to be covered by the party bound to do so by {incoterm} (Incoterms 2020).",
        "保险由{incoterm}（Incoterms 2020）规定负有该义务的一方办理。",
    ),
    (
        "insurance", "insurance", 60, {"incoterm": "CIF"},
        "Insurance is to be covered by the Seller for 110% of the invoice value against All Risks, as "
        "per the Ocean Marine Cargo Clauses of the PICC or Institute Cargo Clauses (A).",
        "由卖方按发票金额的110%投保一切险，适用中国人民保险公司海洋运输货物保险条款或协会货物条款（A）。",
    ),
    (
        "inspection", "inspection", 70, {},
        "The goods shall be inspected before shipment by {inspector} at {inspection_place} according to "
        "{inspection_standard}, AQL {aql}. The inspection certificate is final as regards quality and "
        "quantity at the time of shipment, without prejudice to claims under the claims clause.",
        "货物装运前由{inspector}在{inspection_place}按{inspection_standard}检验，AQL {aql}。检验证书为装运时"
        "品质与数量的依据，但不影响买方依索赔条款提出索赔的权利。",
    ),
    (
        "penalty", "penalty", 80, {},
        "Should the Seller fail to ship in time for reasons other than force majeure, after {grace_days} "
        "days of grace the Seller shall pay a penalty of {penalty_per_day}% of the value of the goods "
        "delayed for each day, at most {penalty_most}% thereof.",
        "除不可抗力外，卖方未按期交货的，宽限{grace_days}天后，每逾期一天应按延误部分货值的{penalty_per_day}%支付"
        "违约金，累计不超过该货值的{penalty_most}%。",
    ),
    (
        "claims", "claims", 90, {},
        "Claims concerning quality or quantity shall be lodged in writing within {claims_days} days after "
        "arrival of the goods at the destination, with an inspection report or photographs as evidence.",
        "买方对品质或数量有异议的，应在货到目的地后{claims_days}天内以书面形式提出，并附检验报告或照片作为证明。",
    ),
    (
        "force_majeure", "force_majeure", 100, {},
        "Neither party is liable for delay or failure caused by events beyond its control such as war, "
        "natural disaster, epidemic, strike or acts of government. The party concerned shall inform the "
        "other within 7 days and furnish a certificate of the competent authority within 21 days.",
        "因战争、自然灾害、疫情、罢工、政府行为等不可抗力导致迟延或不能履行的，双方均不承担责任。遭受方应在7天内通知"
        "对方，并在21天内提供主管机构出具的证明。",
    ),
    (
        "arbitration", "arbitration", 110, {},
        "This document is governed by {governing_law}. Disputes that cannot be settled amicably shall be "
        "submitted to {arbitration}, whose award is final and binding on both parties.",
        "本文件适用{governing_law}。双方协商不成的争议，提交{arbitration}，仲裁裁决是终局的，对双方均有约束力。",
    ),
    (
        "language", "other", 120, {},
        "This document is made in English and Chinese; both texts are equally authentic. It takes effect "
        "when signed or accepted electronically by both parties.",
        "本文件以中英文书就，两种文本具有同等效力，自双方签署或以电子方式确认之日起生效。",
    ),
]  # fmt: skip
