"""The words order documents use for their fields, in Chinese and English: data, no logic.

Each entry: field, rank (0 says it outright, higher ranks are weaker), synonyms separated by "|".
Synonyms are compared without blanks and punctuation, in simplified characters and lower case;
"number", "nr", "#" all count as "no".
"""

from ..text import words

# fmt: off
VOCABULARY: tuple[tuple[str, int, str], ...] = (
    ("order_number", 0, (
            "客户采购单号|客户采购订单号|客户订单号|客户订单编号|客户po|客户po号|客户单号|"
            "customer po|customer po no|customer order no|customer purchase order no|"
            "your order no|your po no|client po|client po no|cust po|cust po no|"
            "customer order|buyer order no|buyers order no|buyer's po no|buyers reference po"
    )),
    ("order_number", 1, (
            "po number/date|bestellnummer/datum|bestell-nr|bestellung nr|bestellung|"
            "bon de commande|n° commande|n° de commande|no de commande|"
            "numéro de commande|commande n°|bon de commande n°|n° de pedido|pedido n°|"
            "委外单号|委外订单号|外协单号|加工单号|采购单号|采购订单号|采购订单编号|采购编号|"
            "采购单编号|采购单号码|订购单号|"
            "订购单编号|订货单号|订货单编号|采购合同号|采购合同编号|po|po no|po no.|po id|"
            "purchase order|purchase order no|purchase order id|our po no|our order no|"
            "our po|po reference|po ref|p/o no|purchase no|po nummer|"
            "purchase order reference|purch order no|po num"
    )),
    ("order_number", 2, (
            "订单编号|订单号|订单号码|订单单号|订单no|订单|order no|order id|order ref|"
            "order reference|order|order number|order code|sales order no|so no|our order|"
            "our reference order|our ref order no|bestellnummer|bestell no|order num|"
            "单据编号|单据号"
    )),
    ("order_number", 3, (
            "合同编号|合同号|合同号码|协议编号|合约号|contract no|contract id|contract|sc no|"
            "s/c no|sales contract no|sales confirmation no|合同no"
    )),
    ("order_number", 4, (
            "编号|单号|no|no.|document no|doc no|our ref|our reference|reference|ref|ref no|"
            "reference no|your reference|your ref|单据号码|our ref no"
    )),
    ("order_reference", 0, (
            "原订单号|原订单编号|原采购单号|原合同号|原合同编号|原单号|original order no|"
            "original order|original po|original po no|original purchase order|"
            "amended order no|referenced order|refers to order|order to cancel|"
            "cancelled order|取消订单号|变更订单号|对应订单号|关联订单号"
    )),
    ("document_number", 0, (
            "变更单号|变更编号|变更单编号|change no|change order no|amendment no|revision no|"
            "询价单号|询价编号|rfq no|rfq|inquiry no|enquiry no|送货单号|发货单号|出库单号|"
            "delivery note no|asn no|despatch advice no|入库单号|收货单号|grn no|确认单号|"
            "confirmation no|order confirmation no|acknowledgement no|cancellation no|"
            "取消单号|shipment id|shipment no|销售单号|销售订单号|销售订单编号"
    )),
    ("ignored", 0, (
            "报价单号|报价编号|quotation no|quote no|quote ref|quotation|offer no|"
            "your quotation|your offer|发票号|发票号码|invoice no|invoice|项目|项目名称|"
            "项目编号|项目号|project|project no|project name|申请单号|请购单号|"
            "requisition no|requisition|pr no|account no|customer no|customer id|客户编号|"
            "客户编码|客户代码|vendor no|vendor id|supplier no|supplier id|vendor code|"
            "supplier code|供应商编码|供应商编号|供应商代码|税号|纳税人识别号|"
            "统一社会信用代码|vat no|vat id|tax id|tax no|uid no|开户行|开户银行|银行|"
            "银行账号|账号|帐号|bank|bank account|iban|swift|bic|account|job no|job|revision|"
            "rev|version|版本|版次|page|页|页码|page no|第页|batch no|lot no|批号|serial no|"
            "s/n|gstin|duns|ein"
    )),
    ("issue_date", 0, (
            "date de commande|date de la commande|fecha de pedido|订单日期|下单日期|下单时间|"
            "订购日期|订货日期|采购日期|签订日期|签订时间|"
            "签约日期|签署日期|合同日期|开单日期|制单日期|单据日期|开立日期|发单日期|"
            "签定日期|签定时间|下单|订单创建时间|创建时间|创建日期|编制日期|制表日期|"
            "order dt|po dt|"
            "order date|po date|purchase order date|"
            "date of order|issue date|issued|issued on|date issued|date of issue|"
            "issuing date|document date|doc date|contract date|dated|order dated|ordered on|"
            "date ordered|order placed|placed on|creation date|created|created on|sc date|"
            "bestelldatum"
    )),
    ("issue_date", 1, "datum|fecha|日期|date|日期date|时间"),
    ("ignored", 0, (
            "打印日期|打印时间|print date|printed|printed on|printed at|有效期|有效期至|"
            "valid until|validity|expiry|expiry date|quotation date|报价日期|invoice date|"
            "开票日期|发票日期|payment due|payment due date|付款日期|付款期限|"
            "due date of payment|生产日期|production date|到期日|入职日期|审批日期|审核日期|"
            "last updated|sent|发送时间|送达时间|revision date|approved on|valid to|"
            "valid from|上次交期|原交期|前次交期|earliest date|date printed|报价有效期"
    )),
    ("due_date", 0, (
            "reqd by|expected|expected date|expected arrival|expected arrival date|"
            "expected receipt date|"
            "expected delivery|expected delivery date|expected receipt|date req|date reqd|"
            "promised|shipment|计划到货日期|预计入库日期|liefertermin|lieferdatum|wunschtermin|"
            "date de livraison|date de livraison souhaitée|fecha de entrega|"
            "交期|交货期|交货日期|交付日期|交付时间|交付期|约定交付日期|要求交付日期|交货日|"
            "交货时间|交货期限|要求交期|要求交货日期|要求交货期|"
            "要求到货日期|需求交期|需求日期|到货日期|到货日|到货时间|预计到货日期|预计交期|"
            "预计交货日期|期望交期|希望交期|计划交期|计划交货日期|约定交期|送货日期|到厂日期|"
            "需求到货|要求到货|货期|要货日期|要货时间|需货日期|出货期|完工日期|纳期|希望纳期|"
            "required|termin|lieferzeit|wunschlieferdatum|到货期|要求到货期|需求日|需求时间|"
            "需要日期|"
            "要求到货时间|要求到货日|送货时间|"
            "发货日期|出货日期|出货日|船期|最迟交货日期|最晚交期|最迟交期|最迟装运期|装运期|"
            "装船期|要求日期|需用日期|完成日期|delivery date|requested delivery date|"
            "requested delivery|req delivery date|required delivery date|delivery|deliver by|"
            "delivery by|due date|due|due on|required date|required by|required on|req date|"
            "reqd date|request date|requested date|need by|need by date|needed by|"
            "date needed|date required|date requested|promise date|promised date|ship date|"
            "ship by|shipping date|requested ship date|shipment date|etd|eta|ex works date|"
            "ex factory|ex factory date|ex-fty|xf date|delivery time|time of delivery|"
            "time of shipment|latest shipment date|latest ship date|arrival date|"
            "expected date|expected delivery|expected delivery date|wanted date|want date|"
            "in house date|cancel by|dock date|delivery deadline|liefertermin|lead date|"
            "delivery schedule|delivery req|required delivery|delivery due|scheduled date|"
            "confirmed date|confirmed delivery|confirmed delivery date|确认交期|回复交期|答复交期|"
            "schedule date|delv date|del date|dlv date|in dc date|crd|cargo ready date"
    )),
    ("buyer", 0, (
            "采购组织|besteller|auftraggeber|acheteur|需方|买方|购方|采购方|购货方|购货单位|"
            "订货方|订货单位|订购方|定作方|购买方|客户|"
            "订购单位|订购公司|需求单位|需求方|购买单位|进货单位|用货单位|委托单位|委托加工方|定做方|定作人|发包方|买家|买家公司|买家公司名|买家公司名称|"
            "客户名称|客户名|客户单位|采购单位|采购公司|采购商|需方单位|需方名称|买方名称|"
            "买方单位|需方单位名称|订货客户|下单客户|委托方|进口商|买受人|采购方名称|buyer|"
            "buyer name|the buyer|buyers|customer|customer name|client|client name|purchaser|"
            "sold to|sold to party|ordered by|purchasing company|purchased by|buying company|"
            "importer|buyer company|company name|the buyers|name of buyer|sold-to"
    )),
    ("buyer", 1, (
            "甲方|自|采购|开票抬头|发票抬头|抬头|"
            "bill to|invoice to|billing address|公司名称|单位名称|公司|company|from|"
            "开票单位|收票单位|发件单位|applicant|issued by"
    )),
    ("seller", 0, (
            "加工商|加工单位|加工方|承接方|承接单位|外协厂商|外协单位|受托方|承包方|卖家|卖家公司|"
            "卖家公司名|卖家公司名称|lieferant|fournisseur|proveedor|供方|卖方|销方|供应商|"
            "供应商名称|供货方|"
            "供货单位|供应方|供货商|销货单位|销售方|"
            "销售单位|供方单位|供方名称|卖方名称|卖方单位|供应单位|承揽方|厂商|厂商名称|"
            "供应厂商|供方单位名称|出卖人|承制方|销售方名称|受订方|seller|supplier|"
            "supplier name|vendor|vendor name|the seller|sellers|exporter|sold by|order to|"
            "purchase from|the sellers|beneficiary|name of seller|ordered from|supplied by"
    )),
    ("seller", 1, "乙方|to|致|messrs|manufacturer|生产厂家|制造商|收件单位|contractor"),
    ("ignored", 0, (
            "adresse de livraison|lieferadresse|lieferanschrift|ship to|ship-to|deliver to|"
            "delivery to|delivery address|shipping address|"
            "consignee|notify party|notify|收货单位|收货方|收货人|收货地址|送货地址|交货地址|"
            "交货地点|送货地点|到货地点|收货地点|交货地|交货方式|运输方式|运输方式及费用|"
            "送货方式|delivery place|place of delivery|delivery point|ship via|shipped via|"
            "ship method|shipping method|via|carrier|mode of transport|transport|forwarder|"
            "port of loading|port of discharge|pol|pod|destination|final destination|装运港|"
            "目的港|起运港|卸货港|目的地|loading port|discharge port|port of shipment|"
            "from port|to port|地址|单位地址|公司地址|address|addr|add|电话|tel|telephone|"
            "phone|phone no|mobile|手机|联系电话|传真|fax|联系人|contact|contact person|attn|"
            "attention|attn to|经办人|采购员|业务员|制单|制单人|审核|审核人|批准|批准人|"
            "法定代表人|委托代理人|签字|签名|盖章|buyer signature|signature|authorized by|"
            "authorised by|approved by|prepared by|requested by|requisitioner|buyer contact|"
            "purchasing agent|sales rep|salesperson|负责人|跟单|跟单员|业务|申请人|部门|"
            "department|dept|cost center|邮箱|电子邮箱|电子邮件|邮编|postcode|zip|city|"
            "country|website|web|网址|http|https|微信|qq|注|注意|说明|remark|remarks|note|"
            "notes|comments|special instructions|instructions|packing|包装|包装要求|包装方式|"
            "质量要求|技术要求|验收标准|唛头|shipping mark|shipping marks|marks|质量标准|"
            "违约责任|争议解决|subject|主题|抄送|cc|bcc|收件人|发件人|re|fw|fwd|message-id|"
            "签订地点|签约地点|合同签订地|place|place of signing|insurance|保险|origin|"
            "country of origin|原产国|产地|warranty|质保|质保期|documents|单据|hs code|"
            "海关编码|开户名|户名|bank name|brand|品牌|材质|material grade|颜色分类|运费承担|"
            "inspection|检验|arbitration|claims|force majeure|附件|attachment|attachments|"
            "enclosure|备注说明|其他|其它|more or less|溢短装|shipping instructions|ship mode"
    )),
    (
        "buyer_email",
        0,
        ("买方邮箱|需方邮箱|客户邮箱|buyer email|buyer e-mail|customer email|purchaser email"),
    ),
    ("seller_email", 0, "供方邮箱|卖方邮箱|供应商邮箱|supplier email|vendor email|seller email"),
    ("ignored", 0, "email|e-mail|mail|e mail"),
    ("buyer_gln", 0, "buyer gln|customer gln|buyers gln|gln buyer"),
    ("seller_gln", 0, "seller gln|supplier gln|vendor gln|gln supplier|gln seller"),
    ("currency", 0, (
            "币种|币别|货币|结算币种|交易币种|交易币别|币制|currency|currency code|curr|cur|"
            "ccy|document currency|order currency|waehrung|währung|货币单位|结算货币"
    )),
    ("incoterm", 0, (
            "价格条款|贸易条款|贸易术语|成交方式|价格术语|交货条款|国际贸易术语|incoterm|"
            "incoterms|incoterms 2020|incoterms 2010|trade terms|trade term|price terms|"
            "price term|terms of delivery|delivery terms|delivery term|shipping terms|"
            "shipping term|terms of trade|terms of price|fob|fob point|freight terms|"
            "terms of shipment"
    )),
    ("payment_terms", 0, (
            "付款方式|付款条件|付款条款|付款期|结算方式|结算条件|结算方式及期限|"
            "付款方式及期限|结算期限|支付方式|账期|货款结算|付款约定|payment terms|"
            "payment term|terms of payment|payment|payment conditions|payment method|"
            "pay terms|zahlung|zahlungsbedingung|zahlungsbedingungen|payment condition|"
            "mode of payment"
    )),
    ("payment_terms", 1, "terms|条款"),
    ("subtotal", 0, (
            "untaxed amount|sous-total|sous-total ht|total net ht|nettosumme|summe netto|"
            "gesamtnettowert|"
            "gesamtnettowert ohne mwst|zwischensumme|nettobetrag|subtotal|sub total|sub-total|"
            "net total|"
            "goods total|total excl tax|"
            "total excluding tax|total excl vat|total ex vat|total net|net amount total|"
            "total before tax|不含税合计|不含税总额|不含税总金额|未税合计|未税总额|"
            "未税金额合计|商品小计|货款小计|order subtotal|合计不含税|total net value|"
            "net order value|merchandise total"
    )),
    ("tax", 0, (
            "税金|税费|税额合计|合计税额|增值税额|增值税|sales tax|tax total|total tax|"
            "vat amount|vat total|total vat|gst|tva|umsatzsteuer|total tva|tax amount total|mwst|"
            "tax due"
    )),
    ("freight", 0, (
            "运费|freight|freight charge|shipping|shipping charge|shipping cost|"
            "shipping & handling|shipping and handling|shipping insurance|"
            "shipping & insurance|ship/ins|ship & ins|shipping/insurance|s&h|handling|"
            "handling fee|freight cost|delivery charge|"
            "delivery cost|carriage|包装费|杂费|other|other charges|保险费|postage|"
            "packing charge|surcharge|shipping fee"
    )),
    ("discount_total", 0, (
            "折扣额|优惠金额|优惠|折让|less discount|total discount|discount total|"
            "order discount|trade discount"
    )),
    ("total", 0, (
            "summe|"
            "gesamtbetrag|gesamtsumme|bruttosumme|gesamtsumme brutto|rechnungsbetrag|net à payer|"
            "total à payer|total ht|total ttc|montant total|合计|总计|总金额|"
            "合计金额|金额合计|总额|订单总额|订单金额|订单总金额|合同金额|"
            "合同总额|合同总金额|合同总价|总价款|价税合计|含税合计|含税总额|含税总金额|"
            "应付金额|应付总额|货款总额|合同价款|合计总额|总合计|共计|合计人民币|金额总计|"
            "价税总计|合计含税|本页合计|货款合计|grand total|total|totals|total amount|"
            "order total|total order value|order value|total value|amount due|total due|"
            "total price|total cost|total payable|contract value|total contract value|"
            "total sum|sum total|invoice total|total incl tax|total including tax|"
            "total incl vat|total gross|gross total|balance due|po total|net payable|"
            "total order amount|total incl gst|sum|order amount|gesamt"
    )),
    ("capitals", 0, (
            "大写金额|金额大写|合计大写|总计大写|大写|人民币大写|合计人民币大写|合计金额大写|"
            "总金额大写|价税合计大写|金额合计大写|total in words|amount in words|say|"
            "say total|say total amount|合同总金额大写|合同金额大写|总价大写|小写|"
            "total amount in words"
    )),
    ("line_no", 0, (
            "ligne|línea|序号|行号|项次|项号|序|line|line no|line item|pos|position|posnr|"
            "sr no|sr|sl no|"
            "sno|seq|seq no|ln|line num|item line|po line|order line|行项目|行|s no|pos no|"
            "项目号行|l/n"
    )),
    ("item", 0, (
            "item|artikel|项目名|article|product|material|goods|产品|商品|货物|items|物料|"
            "products"
    )),
    ("buyer_code", 0, (
            "our p/n|buyer item|buyer's item|customer p/n|"
            "cust p/n|buyer p/n|客户料号|客户物料号|客户物料编码|"
            "客户编码料号|客户产品编码|客户货号|客户型号|customer part no|customer item no|"
            "customer item|customer item code|customer code|customer material|"
            "customer material no|customer sku|buyer item no|buyer code|buyer part no|"
            "our item no|our code|our part no|our article no|our item code|our material no|"
            "buyers item no|our item|our sku|customer product code|customer part|"
            "cust part no|cust item|buyer item code|客户零件号|需方料号|buyers code|"
            "buyer article no|our ref code|本司料号|我司料号|我方料号|our product code|our no"
    )),
    ("seller_code", 0, (
            "your p/n|vendor p/n|supplier p/n|mfr p/n|mfg p/n|供应商料号|供方料号|供应商货号|"
            "厂家料号|厂商料号|供应商物料号|供应商型号|供应商编码料号|供方型号|厂家型号|"
            "原厂料号|贵司料号|贵司型号|supplier part no|supplier item no|supplier item code|"
            "supplier code no|supplier article no|supplier sku|supplier material no|"
            "vendor part no|vendor item no|vendor item|vendor sku|vendor material no|"
            "vendor code no|your item no|your code|your part no|your article no|"
            "your item code|your ref code|your item|your sku|manufacturer part no|"
            "mfr part no|mpn|mfg part no|mfr no|seller item no|seller code|sellers item no|"
            "supplier part|vendor part|vend part no|supplier product code|your product code|"
            "your no|supplier item|supplier reference|vendor reference|seller part no|"
            "vendor product no|supplier style"
    )),
    ("code", 0, (
            "存货编号|artikel-nr|artikelnummer|référence|réf|réf article|referencia|料号|"
            "物料号|物料编码|物料编号|物料代码|物料码|产品编码|产品编号|产品代码|"
            "产品货号|商品编码|商品编号|商品代码|存货编码|存货代码|品号|货号|款号|编码|代码|"
            "零件号|零部件号|件号|图号|图纸号|产品图号|料品编码|料品代码|成品编码|物品编码|"
            "货品编号|货品编码|款式编号|品番|产品号|item code|item no|item id|item number|"
            "code|part no|part|part id|part code|p/n|material no|material code|material id|"
            "product code|product no|product id|article no|article code|art no|art|sku|"
            "sku no|stock code|stock no|style|style no|catalog no|catalogue no|cat no|cat|"
            "model no|goods code|ref code|commodity code|product ref|item ref|artikelnr|"
            "artikel no|drawing no|dwg no|part/drawing no|item sku|prod code|item #|"
            "inventory id|material nbr|product sku"
    )),
    ("gtin", 0, (
            "gtin|ean|ean code|ean13|ean no|upc|upc code|barcode|bar code|条码|条形码|"
            "商品条码|国际条码|产品条码|69码|ean upc|gtin ean|barcode no|upc ean|ean gtin"
    )),
    ("description", 0, (
            "désignation|designation|libellé|beschreibung|artikelbezeichnung|descripción|品名|"
            "产品名称|"
            "款式|货品标题|商品标题|宝贝标题|商品全名|存货全名|全名|物资名称|材料名称|设备名称|"
            "配件名称|"
            "备件名称|零部件名称|工件名称|标的物|标的物名称|加工件名称|物资名称及规格|"
            "材料名称及规格|"
            "物资名称及规格型号|材料名称及规格型号|设备名称及规格型号|物料名称及规格|"
            "名称|货物名称|商品名称|物料名称|物料描述|物料说明|描述|"
            "产品描述|"
            "商品描述|货品名称|货物描述|存货名称|产品名|货名|品名及规格|品名规格|名称及规格|"
            "名称规格|产品名称及规格|产品名称规格|品名描述|物品名称|零件名称|部件名称|"
            "料品名称|标的名称|货品|内容|服务内容|品名规格型号|产品名称型号|产品名称规格型号|"
            "货物名称及规格|货物名称及规格型号|名称及型号|商品名|款名|款式名称|产品说明|"
            "货品描述|项目内容|descr|description|item description|product description|"
            "product name|item name|description of goods|goods description|commodity|"
            "commodity & specification|description of item|material description|details|"
            "article description|part description|part name|name|name of commodity|"
            "commodity name|bezeichnung|name of goods|goods & description|product details|"
            "item details|product/service|service|description & specification|short text|"
            "material text|desc|style name|descriptions|description of commodity|"
            "commodity description|description of goods and services|item & description|"
            "style description|description/specification"
    )),
    ("specification", 0, (
            "规格|规格型号|型号|型号规格|规格及型号|规格尺寸|尺寸|型号及规格|产品规格|"
            "产品型号|规格描述|规格参数|技术规格|机型|牌号|规格说明|specification|"
            "specifications|spec|specs|model|size|type|model type|spec model|dimensions|"
            "dimension|model & specification|model/spec|grade|规格要求"
    )),
    ("quantity", 0, (
            "quan|bestellmenge|bestellmenge einheit|quantité|qté|cantidad|主数量|数量|订购数量|"
            "订货数量|采购数量|"
            "订单数量|需求数量|总数量|下单数量|采购量|订购量|"
            "订货数|采购数|订购数|订单数|需求数|要货数|下单数|数量小计|数量合计|合计数量|小计数量|"
            "订单量|合同数量|购买数量|订量|数 量|本次数量|采购总数|定购数量|订购总数|"
            "要货数量|件数量|总数|qty|quantity|order qty|ordered qty|order quantity|"
            "ordered quantity|qty ordered|quantity ordered|ordered|req qty|qty req|"
            "qty required|quantity required|required qty|requested qty|total qty|"
            "total quantity|pcs|pieces|menge|po qty|purchase qty|qtty|quant|qnty|q'ty|"
            "qty pcs|total pcs|total pieces|total units|qty total|pcs total|"
            "order units|po quantity|units|units ordered|buy qty|requested quantity"
    )),
    ("unit", 0, (
            "主计量|主计量单位|unité|unidad|单位|计量单位|数量单位|采购单位uom|订购单位|uom|"
            "unit|u/m|um|unit of measure|"
            "unit of measurement|uoms|measure|me|einheit|qty unit|qty uom|order unit|"
            "计价单位|base unit|u of m|unit measure"
    )),
    ("unit_price", 0, (
            "原币单价|原币含税单价|原币无税单价|无税单价|einzelpreis|preis|prix unitaire|"
            "prix unit|prix unit ht|prix unitaire ht|pu ht|nettopreis|preis pro einheit|"
            "preis je einheit|p.u. ht|prix|"
            "precio unitario|precio|单价|含税单价|不含税单价|未税单价|"
            "含税价|不含税价|未税价|税前单价|税后单价|"
            "采购单价|订单单价|合同单价|价格|净价|含税价格|不含税价格|协议单价|结算单价|"
            "产品单价|报价|unit price|price|price each|price per unit|unit cost|u/p|rate|"
            "each|price/unit|net price|unit net price|cost|price unit net|fob price|"
            "unit rate|gross price|price ea|unit price excl tax|unit price incl tax|"
            "unit price ex vat|unit price excl vat|unit price incl vat|price excl vat|"
            "price incl vat|stückpreis|unit value|price per piece|price per pc|"
            "unit price net|net unit price|list price|unitprice|purchase price|unit fob|"
            "fob unit price|item price|单 价"
    )),
    ("price_base", 0, (
            "价格单位|计价数量|每|价格基数|定价单位|per|price unit|price per|price base|"
            "price basis|price base quantity|price qty|price quantity|pricing unit|"
            "每价格单位|priced per|base qty|price uom qty"
    )),
    ("discount", 0, (
            "折扣|折扣率|折率|优惠率|discount|disc|disc %|discount %|discount rate|disc pct|"
            "discount pct|rebate|discount percent"
    )),
    ("tax_rate", 0, (
            "taxes|tva|mwst|ust|税率|增值税率|税点|vat rate|tax rate|vat %|tax %|vat|gst rate|"
            "gst %|vat pct|"
            "tax pct|vat code|tax code|tax"
    )),
    ("tax_amount", 0, "税额|tax amount|tax amt|vat amt"),
    ("line_amount", 0, (
            "原币金额|原币价税合计|原币无税金额|无税金额|gesamtpreis|gesamt|nettowert|montant|"
            "montant ht|"
            "prix total|importe|金额|总价|小计|含税金额|不含税金额|未税金额|含税总价|"
            "不含税总价|行金额|货款金额|"
            "货款|价款|金额小计|总价格|总值|采购金额|合价|含税小计|不含税小计|amount|"
            "line total|line amount|ext price|extended price|extended|extension|ext|"
            "net value|value|net amount|ext amount|ext cost|extended cost|extended amount|"
            "line value|amt|total line|gross amount|betrag|item total|amount excl tax|"
            "amount incl tax|line net|net line total|total ex vat line|line price|"
            "total net price|row total|金 额"
    )),
    ("note", 0, "备注|附注|说明备注|行备注|line remark|line note"),
    ("other", 0, (
            "已交数量|已交|未交数量|未交|欠数|库存|库存数量|可用库存|箱数|件数|装箱数|"
            "每箱数量|毛重|净重|体积|总体积|重量|总重|单重|总重量|delivered|delivered qty|"
            "qty delivered|shipped|shipped qty|qty shipped|qty received|received|"
            "received qty|backorder|back order|backordered|bo|open qty|outstanding|"
            "outstanding qty|on hand|stock|min qty|moq|cartons|ctns|no of cartons|"
            "qty per carton|qty/ctn|pcs/ctn|pack|pack size|packing qty|inner|outer|weight|"
            "gross weight|net weight|g.w.|n.w.|gw|nw|cbm|volume|meas|measurement|color|"
            "colour|颜色|色号|色|尺码|material grade|finish|surface|材料|材质|表面处理|仓库|"
            "warehouse|收货仓库|lead time|hs|rrp|retail price|零售价|建议零售价|吊牌价|"
            "min price|last price|上次单价|历史单价|mrp|previous price|old price|原价|原单价|"
            "原数量|old qty|previous qty|photo|picture|image|图片|status|状态|hts|hs no|"
            "target price|目标价|cost centre|gl account|科目|样品数量|备品数量|free qty|"
            "赠品数量|spare qty|sample qty"
    )),
)
# fmt: on

NOT_A_QUANTITY_ZH = words(
    """
    已 未 累计 每箱 每包 装箱 库存 最小 起订 包装 实收 实发 欠 样品 备品 赠 箱 原 上次 入库 退 剩余
    可用
    发货 送货 收货 发料 来料 领料 退料 耗用
    """
)
NOT_A_QUANTITY_EN = frozenset(
    words(
        """
        shipped delivered received back backorder open outstanding per min minimum moq pack
        packed packing carton cartons ctn ctns hand stock free sample spare previous old
        cancelled inner outer available remaining case box invoiced billed prior
        """
    )
)  # fmt: skip
