"""The titles and phrases that tell what kind of document it is: data, no logic."""

TITLES: tuple[tuple[str, str], ...] = (
    (
        "not_an_order",
        (
            r"形式发票|商业发票|增值税.{0,4}发票|发\s*票|对\s*账\s*单|报\s*价\s*单|付款通知|"
            r"催款|收\s*据|装箱单|简历|会议纪要|请柬|\b(?:pro[\s-]?forma(?: invoice)?|"
            r"commercial invoice|tax invoice|invoice|quotation|statement of account|"
            r"account statement|remittance advice|trade confirmation|transaction confirmation|"
            r"credit note|debit note|"
            r"packing list|newsletter|payment reminder|price list|catalogue|receipt|"
            r"angebot|rechnung|devis|facture|payment advice|bank statement|curriculum vitae|"
            r"offer letter)\b"
        ),
    ),
    (
        "order_cancellation",
        (
            r"(?:采购订单|采购单|订单|合同)\s*(?:取消|撤销|作废)|(?:取消|撤销|"
            r"作废)\s*(?:采购|本|该|此)?\s*(?:订单|采购单|合同|通知)|"
            r"\b(?:order cancell?ation|cancell?ation (?:of|notice|order|request)|"
            r"cancel(?:led|ling)?\s+(?:this|the|our|your|purchase|entire|"
            r"whole)?\s*(?:purchase\s+)?(?:order|po|p\.o\.)|"
            r"please cancel\b(?!\s+(?:the\s+)?(?:line|item|pos|row)).{0,40}\b(?:order|po)|"
            r"po cancell?ation|"
            r"purchase order cancell?ation)\b"
        ),
    ),
    (
        "order_change",
        (
            r"(?:采购订单|采购单|订单|合同)\s*(?:变更|更改|修改|修订)|(?:变更|更改|修改|"
            r"修订)\s*(?:通知单|单|订单|采购订单|采购单|合同|通知)|改单|补充协议|"
            r"(?:数量|单价|交期|交货期|型号|规格)[^，,。;；]{0,16}(?:改为|改成|变更为|调整为|更改为)|"
            r"\b(?:(?:purchase )?order (?:change|amendment|revision|modification)|"
            r"change order|po (?:change|amendment|revision)|amend(?:ed|ment)(?: to)?(?: the|"
            r" our)? (?:purchase )?(?:order|po|contract)|revised (?:purchase )?(?:order|po)|"
            r"cancel(?:led)?\s+(?:the\s+)?(?:lines?|items?|pos(?:ition)?s?)\s+\d|"
            r"(?:change|amend|increase|reduce|decrease|correct)\s+(?:the\s+)?(?:line|item|pos(?:ition)?|"
            r"quantity|qty|delivery date|ship date)\b(?=.{0,40}\b(?:to|from|by)\b)|"
            r"amendment (?:to|of|no)|change (?:to|of|request for) (?:the |"
            r"our )?(?:purchase )?(?:order|po))\b"
        ),
    ),
    (
        "order_response",
        (
            r"订单\s*(?:确认|回复|回执|答复)(?:书|函|单)?|(?:确认|回复)订单|(?:销售|成交|"
            r"售货)确认书|接单确认|\b(?:auftragsbestätigung|confirmation de commande|"
            r"accusé de réception de commande|"
            r"order (?:confirmation|acknowledge?ment|response|"
            r"acceptance)|acknowledge?ment of (?:your )?order|sales order (?:confirmation|"
            r"acknowledge?ment)|confirmation of (?:your )?order|po (?:acknowledge?ment|"
            r"confirmation)|we (?:hereby )?(?:confirm|acknowledge|"
            r"accept) (?:receipt of )?your (?:purchase )?(?:order|po))\b"
        ),
    ),
    (
        "despatch_advice",
        (
            r"送\s*货\s*单(?![位价])|发\s*货\s*单(?![位价])|发货通知|出\s*库\s*单(?![位价])|"
            r"交货单(?![位价])|发货清单|"
            r"\b(?:lieferschein|bon de livraison|bordereau de livraison|delivery note|"
            r"des?patch (?:advice|note)|dispatch (?:advice|note)|"
            r"delivery advice|advice of (?:despatch|dispatch))\b"
        ),
    ),
    (
        "ship_notice",
        (
            r"装运通知|装船通知|\b(?:advance(?:d)? ship(?:ping|ment)? not(?:ice|ification)|"
            r"ship(?:ping|ment)? (?:notice|advice|notification)|asn)\b"
        ),
    ),
    (
        "receiving_advice",
        (
            r"收\s*货\s*单(?![位价])|入\s*库\s*单(?![位价])|收货确认|收货通知|验收单|"
            r"\b(?:goods receipt(?: note)?|receiving (?:advice|report)|receipt advice|grn|"
            r"goods received note)\b"
        ),
    ),
    (
        "request_for_quotation",
        (
            r"询\s*价\s*(?:单|函|书|通知)?|请(?:贵司|贵公司|尽快)?报价|求购信息|"
            r"\b(?:request for (?:a )?(?:quotation|quote|proposal|price)|rfq|"
            r"price (?:inquiry|enquiry)|inquiry|enquiry|"
            r"please (?:send us your (?:best )?)?quote|quotation request|"
            r"(?:your )?best price for)\b"
        ),
    ),
    (
        "order",
        (
            r"采\s*购\s*(?:订\s*单|单|合\s*同|计划单)|订\s*购\s*(?:单|合同)|订\s*货\s*(?:单|"
            r"合同)|销\s*售\s*(?:订\s*单|合\s*同)|购\s*销\s*合\s*同|买卖合同|供货合同|"
            r"加工合同|定购单|订\s*单|外协加工单|委外加工单|\b(?:purchase orders?|"
            r"purchase contract|sales contract|sales order|order form|order sheet|"
            r"bestellung|bon de commande|blanket order|work order|service order|standing order|"
            r"p\.?o\.?(?=\s*(?:#|no\b|"
            r"number|\d|[-:：]))|p\.o\.|order)\b"
        ),
    ),
)
