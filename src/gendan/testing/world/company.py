"""The fictional company 海川 Haichuan of Ningbo: what it sells, to whom, from whom, and its people.

Plain data; `found.py` turns it into master data through the verbs. All names are invented.
"""

from dataclasses import dataclass

COMPANY = {
    "en": "Ningbo Haichuan Manufacturing & Trading Co., Ltd.",
    "zh": "宁波海川制造贸易有限公司",
}

# (code, English, Chinese, kind, uses matrix, uses assortment, sizes)
FAMILIES = [
    ("GARMENT", "Knitted garments", "针织服装", "apparel", True, True, ["S", "M", "L", "XL"]),
    ("HARDWARE", "Hardware and tools", "五金工具", "hardgoods", False, False, []),
    ("ELECTRO", "Small electronics", "小家电与电子", "electronics", False, False, []),
    ("TRADE", "Trading goods", "贸易商品", "trading", False, False, []),
    ("MATERIAL", "Materials", "原材料", "trading", False, False, []),
]

# (style, English, Chinese, colours (English, Chinese), HS code, price USD, cost CNY, minutes)
STYLES = [
    (
        "TS101",
        "Crew-neck T-shirt",
        "圆领T恤",
        [("WHT", "white", "白色"), ("NVY", "navy", "藏青")],
        "61091000",
        3.85,
        18.2,
        9.5,
    ),
    (
        "HD205",
        "Zip hoodie",
        "拉链连帽卫衣",
        [("GRY", "grey melange", "麻灰"), ("BLK", "black", "黑色")],
        "61102000",
        11.40,
        54.0,
        31.0,
    ),
]


@dataclass(frozen=True)
class Sold:
    """A sold article: price in USD per unit, cost in CNY, run minutes per unit, what it is made of."""

    code: str
    en: str
    zh: str
    family: str
    supply: str
    unit: str
    hs_code: str
    price: float
    cost: float
    lead_days: int
    carton: int
    minutes: float
    made_of: tuple[tuple[str, float, float], ...]  # component, quantity per, scrap percent


SOLD = [
    Sold("HW-1001", "Adjustable wrench 8 in", "活动扳手8寸", "HARDWARE", "make", "pcs", "82041200",
         2.35, 10.6, 6, 60, 2.2, (("ST-45C", 0.42, 3), ("PK-BLISTER", 1, 1), ("PK-CARTON-S", 0.017, 0))),
    Sold("HW-1002", "Adjustable wrench 10 in", "活动扳手10寸", "HARDWARE", "make", "pcs", "82041200",
         3.10, 14.1, 6, 48, 2.6, (("ST-45C", 0.61, 3), ("PK-BLISTER", 1, 1), ("PK-CARTON-S", 0.021, 0))),
    Sold("HW-1010", "Screwdriver set, 12 pcs", "螺丝刀套装12件", "HARDWARE", "make", "set", "82054000",
         4.80, 22.0, 8, 24, 4.5, (("ST-CRV", 0.38, 2), ("PL-PPTPR", 0.22, 2), ("PK-CASE", 1, 0), ("PK-CARTON-S", 0.042, 0))),
    Sold("HW-1020", "Cabinet hinge, soft-close", "缓冲铰链", "HARDWARE", "make", "pcs", "83021000",
         0.62, 2.7, 5, 200, 0.8, (("ST-COIL", 0.11, 4), ("SC-M4", 4, 1), ("PK-CARTON-S", 0.005, 0))),
    Sold("HW-1021", "Drawer slide 450 mm, pair", "抽屉滑轨450mm", "HARDWARE", "make", "pair", "83024200",
         2.90, 13.2, 7, 20, 2.1, (("ST-COIL", 0.95, 4), ("BL-STEEL", 36, 1), ("PK-CARTON-S", 0.05, 0))),
    Sold("HW-1030", "Wall hook, zinc, 4-pack", "锌合金挂钩4只装", "HARDWARE", "outsource", "set", "83025000",
         1.75, 7.4, 15, 72, 1.2, (("ZN-ALLOY", 0.24, 3), ("SC-M4", 8, 1), ("PK-BLISTER", 1, 1))),
    Sold("HW-1040", "Garden trowel, stainless", "不锈钢园艺铲", "HARDWARE", "make", "pcs", "82011000",
         2.15, 9.8, 6, 48, 1.9, (("ST-SS430", 0.21, 3), ("WD-HANDLE", 1, 2), ("PK-CARTON-S", 0.021, 0))),
    Sold("HW-1050", "Padlock 50 mm, brass", "黄铜挂锁50mm", "HARDWARE", "make", "pcs", "83011000",
         3.60, 16.8, 9, 60, 3.4, (("BR-BAR", 0.31, 5), ("ST-CRV", 0.05, 2), ("PK-BLISTER", 1, 1))),
    Sold("EL-2001", "LED desk lamp, dimmable", "可调光LED台灯", "ELECTRO", "make", "pcs", "94052100",
         9.90, 47.5, 9, 12, 12.0, (("PC-LAMP", 1, 1), ("LD-2835", 36, 1), ("PL-ABS", 0.34, 3), ("PW-5V2A", 1, 0), ("PK-COLOURBOX", 1, 1))),
    Sold("EL-2002", "USB charger 20 W", "20W充电器", "ELECTRO", "make", "pcs", "85044014",
         4.25, 20.4, 8, 100, 6.5, (("PC-CHG20", 1, 1), ("PL-PC", 0.05, 3), ("TR-EE16", 1, 1), ("PK-COLOURBOX", 1, 1))),
    Sold("EL-2003", "Bluetooth speaker, 5 W", "5W蓝牙音箱", "ELECTRO", "make", "pcs", "85182200",
         8.60, 41.0, 10, 24, 11.0, (("PC-SPK5", 1, 2), ("IC-BT5", 1, 1), ("BT-18650", 1, 0), ("SP-45MM", 1, 1), ("PL-ABS", 0.18, 3), ("PK-COLOURBOX", 1, 1))),
    Sold("EL-2004", "Kitchen scale 5 kg", "厨房秤5kg", "ELECTRO", "make", "pcs", "84231000",
         5.40, 25.1, 8, 30, 7.0, (("PC-SCALE", 1, 1), ("LC-5KG", 1, 1), ("PL-ABS", 0.26, 3), ("PK-COLOURBOX", 1, 1))),
    Sold("EL-2005", "Rechargeable torch", "充电手电筒", "ELECTRO", "make", "pcs", "85131010",
         6.20, 29.2, 8, 40, 7.5, (("PC-TORCH", 1, 1), ("LD-XPG", 1, 1), ("BT-18650", 1, 0), ("AL-6061", 0.14, 4), ("PK-COLOURBOX", 1, 1))),
    Sold("EL-2006", "Mini fan, USB", "USB迷你风扇", "ELECTRO", "outsource", "pcs", "84145191",
         3.75, 17.0, 18, 48, 4.0, (("MT-130", 1, 1), ("PL-ABS", 0.15, 3), ("PK-COLOURBOX", 1, 1))),
    Sold("TR-3001", "Bamboo cutting board", "竹砧板", "TRADE", "buy", "pcs", "44191100",
         2.80, 13.5, 20, 24, 0, ()),
    Sold("TR-3002", "Ceramic mug 330 ml", "陶瓷马克杯330ml", "TRADE", "buy", "pcs", "69120010",
         1.20, 5.6, 25, 36, 0, ()),
    Sold("TR-3003", "Cotton tote bag", "棉布手提袋", "TRADE", "buy", "pcs", "42022200",
         1.05, 4.8, 15, 100, 0, ()),
    Sold("TR-3004", "Silicone baking mat", "硅胶烘焙垫", "TRADE", "buy", "pcs", "39241000",
         2.10, 9.5, 18, 60, 0, ()),
]  # fmt: skip

# (code, English, Chinese, unit, lead working days, cost CNY, lot size, safety stock, supplier)
MATERIALS = [
    ("FB-SJ180", "Single jersey 180 g, combed cotton", "精梳棉汗布180克", "kg", 18, 42.0, 25, 300, "S0001"),
    ("FB-FT280", "French terry 280 g", "毛圈卫衣布280克", "kg", 22, 48.5, 25, 300, "S0001"),
    ("FB-RIB", "Rib 1×1", "1×1罗纹", "kg", 18, 45.0, 10, 60, "S0002"),
    ("TH-40S2", "Sewing thread 40s/2", "缝纫线40s/2", "roll", 7, 3.8, 20, 100, "S0003"),
    ("ZP-YG5", "Metal zip no. 5, open end", "5号金属开尾拉链", "pcs", 14, 2.6, 100, 500, "S0004"),
    ("LB-MAIN", "Woven main label", "织唛主标", "pcs", 10, 0.16, 500, 2000, "S0005"),
    ("LB-CARE", "Care label", "洗水标", "pcs", 8, 0.06, 500, 3000, "S0005"),
    ("PB-POLY", "Poly bag", "胶袋", "pcs", 6, 0.12, 500, 3000, "S0006"),
    ("ST-45C", "Steel bar C45", "45号圆钢", "kg", 10, 5.1, 100, 800, "S0007"),
    ("ST-CRV", "Chrome-vanadium wire", "铬钒钢丝", "kg", 15, 12.4, 50, 200, "S0007"),
    ("ST-COIL", "Cold-rolled coil 1.2 mm", "冷轧卷1.2mm", "kg", 12, 5.6, 500, 2000, "S0008"),
    ("ST-SS430", "Stainless sheet 430", "430不锈钢板", "kg", 12, 11.2, 100, 300, "S0008"),
    ("BL-STEEL", "Steel ball 4 mm", "4mm钢珠", "pcs", 8, 0.01, 10000, 40000, "S0009"),
    ("SC-M4", "Screw M4×16", "M4×16螺丝", "pcs", 6, 0.03, 5000, 20000, "S0009"),
    ("ZN-ALLOY", "Zinc alloy no. 3", "3号锌合金", "kg", 9, 21.0, 50, 200, "S0010"),
    ("BR-BAR", "Brass bar H59", "H59黄铜棒", "kg", 14, 48.0, 50, 150, "S0010"),
    ("WD-HANDLE", "Ash handle", "白蜡木柄", "pcs", 16, 2.1, 100, 500, "S0011"),
    ("PL-PPTPR", "PP/TPR granules", "PP/TPR粒子", "kg", 9, 14.0, 25, 100, "S0012"),
    ("PL-ABS", "ABS granules", "ABS粒子", "kg", 9, 12.5, 25, 300, "S0012"),
    ("PL-PC", "PC granules, V-0", "阻燃PC粒子", "kg", 12, 22.0, 25, 100, "S0012"),
    ("PC-LAMP", "Lamp driver board", "台灯驱动板", "pcs", 20, 6.8, 100, 200, "S0013"),
    ("PC-CHG20", "Charger board 20 W", "20W充电板", "pcs", 20, 7.4, 100, 200, "S0013"),
    ("PC-SPK5", "Speaker main board", "音箱主板", "pcs", 22, 8.9, 100, 200, "S0013"),
    ("PC-SCALE", "Scale main board", "电子秤主板", "pcs", 20, 6.1, 100, 200, "S0014"),
    ("PC-TORCH", "Torch driver board", "手电驱动板", "pcs", 18, 3.9, 100, 200, "S0014"),
    ("IC-BT5", "Bluetooth module 5.3", "蓝牙5.3模组", "pcs", 40, 5.2, 500, 500, "S0015"),
    ("LD-2835", "LED 2835, 4000 K", "2835灯珠4000K", "pcs", 15, 0.05, 5000, 20000, "S0015"),
    ("LD-XPG", "Power LED 3 W", "3W大功率灯珠", "pcs", 25, 2.9, 500, 500, "S0015"),
    ("BT-18650", "Li-ion cell 18650, 2000 mAh", "18650锂电芯2000mAh", "pcs", 28, 7.2, 200, 600, "S0016"),
    ("SP-45MM", "Speaker driver 45 mm", "45mm喇叭", "pcs", 18, 4.3, 200, 300, "S0014"),
    ("LC-5KG", "Load cell 5 kg", "5kg称重传感器", "pcs", 20, 3.6, 200, 300, "S0014"),
    ("TR-EE16", "Transformer EE16", "EE16变压器", "pcs", 16, 1.8, 500, 500, "S0014"),
    ("PW-5V2A", "Adapter 5 V 2 A", "5V2A适配器", "pcs", 14, 6.9, 100, 200, "S0014"),
    ("MT-130", "Motor 130", "130电机", "pcs", 12, 1.9, 500, 500, "S0014"),
    ("AL-6061", "Aluminium tube 6061", "6061铝管", "kg", 12, 26.0, 50, 100, "S0010"),
    ("PK-BLISTER", "Blister card", "吸塑卡", "pcs", 8, 0.45, 500, 2000, "S0017"),
    ("PK-CASE", "Plastic case", "塑料工具盒", "pcs", 12, 4.2, 100, 300, "S0017"),
    ("PK-COLOURBOX", "Colour box", "彩盒", "pcs", 10, 1.1, 500, 1000, "S0018"),
    ("PK-CARTON-S", "Export carton, 5-ply", "五层出口纸箱", "pcs", 5, 4.6, 100, 300, "S0018"),
]  # fmt: skip

# (code, English, Chinese, minutes per day, outside): enough for what the customers below order, with
# some to spare, so that dates are a matter of weeks and a busy month shows.
WORK_CENTERS = [
    ("CUT", "Cutting room", "裁剪车间", 4800, False),
    ("SEW-1", "Sewing lines 1 to 4", "缝制一至四线", 1920, False),
    ("SEW-2", "Sewing line 2", "缝制二线", 14400, False),
    ("FIN", "Finishing and packing", "后整包装", 7200, False),
    ("FORGE", "Forging and stamping", "锻压冲压", 2880, False),
    ("MACH", "Machining", "机加工", 3840, False),
    ("ASSY-H", "Hardware assembly", "五金装配", 4320, False),
    ("MOULD", "Injection moulding", "注塑车间", 3840, False),
    ("SMT", "SMT line", "贴片线", 1440, False),
    ("ASSY-E", "Electronics assembly", "电子装配", 5760, False),
    ("TEST", "Test and ageing", "测试老化", 2880, False),
    ("OUT-ZN", "Zinc die-casting (outside)", "锌压铸外协", 1440, True),
]
# Machines, lines or teams beside each other; families of set-ups, minutes between two of them.
MACHINES = {
    "CUT": 4, "SEW-1": 4, "SEW-2": 3, "FIN": 3, "FORGE": 6, "MACH": 8, "ASSY-H": 3, "MOULD": 8,
    "SMT": 1, "ASSY-E": 4, "TEST": 3,
}  # fmt: skip
# Lines: people on each, efficiency, and the standard minutes of a minute of people's time that the
# routes share out. Their people get into a new style in four days.
LINES = {"SEW-1": (17, 65, 0.6314)}
LEARNING = ("NEW-STYLE", "New style", "新款爬坡", [45, 65, 80, 100])
SETUP_CENTERS = {"SEW-1": 30, "FORGE": 45, "MOULD": 60, "SMT": 40}
ROUTES = {  # family → work centres in order, with the share of the item's minutes
    "GARMENT": [("CUT", 0.1), ("SEW-1", 0.75), ("FIN", 0.15)],
    "HARDWARE": [("FORGE", 0.35), ("MACH", 0.35), ("ASSY-H", 0.3)],
    "ELECTRO": [("MOULD", 0.2), ("SMT", 0.15), ("ASSY-E", 0.45), ("TEST", 0.2)],
}

# (code, name, Chinese, country, language, zone, currency, terms, Incoterm, place, method, credit,
#  families, contact, e-mail)
CUSTOMERS = [
    ("C0001", "Nordvik Outdoor AS", "挪威北维户外", "NO", "en", "Europe/Oslo", "USD", "TT30BL", "FOB", "Ningbo", "sea", 200000, ("GARMENT",), "Ingrid Nordvik", "ingrid@nordvik.example"),
    ("C0002", "Halden & Sons Ltd", "英国哈尔登", "GB", "en", "Europe/London", "USD", "TT30BL", "FOB", "Ningbo", "sea", 300000, ("HARDWARE", "TRADE"), "Peter Halden", "purchasing@halden.example"),
    ("C0003", "Kranz Baumarkt GmbH", "德国克兰茨建材", "DE", "en", "Europe/Berlin", "EUR", "LCSIGHT", "CIF", "Hamburg", "sea", None, ("HARDWARE",), "Jutta Kranz", "einkauf@kranz-baumarkt.example"),
    ("C0004", "Maison Lavande SARL", "法国薰衣草家居", "FR", "en", "Europe/Paris", "EUR", "TT30BL", "CIF", "Le Havre", "sea", 150000, ("TRADE", "GARMENT"), "Claire Dumas", "claire@lavande.example"),
    ("C0005", "Prairie Supply Inc.", "美国草原供应", "US", "en", "America/Chicago", "USD", "OA60", "FOB", "Ningbo", "sea", 500000, ("HARDWARE", "ELECTRO"), "Dan Kowalski", "orders@prairiesupply.example"),
    ("C0006", "Bluebird Kids LLC", "美国蓝鸟童装", "US", "en", "America/New_York", "USD", "TT30BL", "FOB", "Ningbo", "sea", 250000, ("GARMENT",), "Rachel Stone", "rachel@bluebirdkids.example"),
    ("C0007", "Luz do Sul Comercio Ltda", "巴西南光贸易", "BR", "en", "America/Sao_Paulo", "USD", "TT100", "FOB", "Ningbo", "sea", 0, ("ELECTRO",), "Paulo Reis", "compras@luzdosul.example"),
    ("C0008", "Andes Hogar SpA", "智利安第斯家居", "CL", "en", "America/Santiago", "USD", "TT30BL", "CIF", "San Antonio", "sea", 120000, ("TRADE", "ELECTRO"), "Camila Soto", "csoto@andeshogar.example"),
    ("C0009", "Sakura Trading Co., Ltd.", "日本樱花商事", "JP", "en", "Asia/Tokyo", "USD", "TT30BL", "CIF", "Osaka", "sea", 400000, ("TRADE", "HARDWARE"), "Kenji Mori", "mori@sakura-trading.example"),
    ("C0010", "Hanbit Electronics", "韩国汉光电子", "KR", "en", "Asia/Seoul", "USD", "OA30", "FOB", "Ningbo", "air", 180000, ("ELECTRO",), "Lee Ji-woo", "jw.lee@hanbit.example"),
    ("C0011", "Emirates Home Trading LLC", "阿联酋家居贸易", "AE", "en", "Asia/Dubai", "USD", "LCSIGHT", "CFR", "Jebel Ali", "sea", None, ("TRADE", "ELECTRO"), "Omar Haddad", "omar@emhome.example"),
    ("C0012", "Kijani Stores", "肯尼亚基贾尼商店", "KE", "en", "Africa/Nairobi", "USD", "TT100", "CIF", "Mombasa", "sea", 0, ("HARDWARE", "GARMENT"), "Grace Wanjiru", "grace@kijani.example"),
    ("C0013", "Southern Cross Imports Pty", "澳洲南十字进口", "AU", "en", "Australia/Sydney", "USD", "TT30BL", "DAP", "Melbourne", "sea", 220000, ("TRADE", "GARMENT"), "Tom Ashby", "tom@scimports.example"),
    ("C0014", "上海惠家连锁超市有限公司", "上海惠家连锁超市有限公司", "CN", "zh-hans", "Asia/Shanghai", "CNY", "OA30", "DAP", "上海嘉定仓", "road", 800000, ("TRADE", "ELECTRO"), "沈丽", "shenli@huijia.example"),
    ("C0015", "杭州云栖电商有限公司", "杭州云栖电商有限公司", "CN", "zh-hans", "Asia/Shanghai", "CNY", "OA30", "DAP", "杭州萧山仓", "road", 600000, ("GARMENT", "ELECTRO"), "陆远", "luyuan@yunqi.example"),
]  # fmt: skip

# code → (English, Chinese, instalments (event, percent, days))
TERMS = {
    "TT30BL": ("30% deposit, balance against B/L copy", "30%定金，余款见提单副本", [("contract", 30, 0), ("bill_of_lading", 70, 0)]),
    "TT100": ("100% before production", "生产前付清全款", [("before_production", 100, 0)]),
    "LCSIGHT": ("L/C at sight", "即期信用证", [("sight", 100, 0)]),
    "OA30": ("Open account, 30 days after invoice", "货到票到30天", [("invoice", 100, 30)]),
    "OA60": ("Open account, 60 days after invoice", "发票后60天", [("invoice", 100, 60)]),
}  # fmt: skip

# (code, name, Chinese, contact, families of supply: only for reading)
SUPPLIERS = [
    ("S0001", "Yuyao Dingsheng Knitting", "余姚鼎盛针织厂", "胡建国"),
    ("S0002", "Shaoxing Liwen Rib", "绍兴力纹罗纹", "王芝"),
    ("S0003", "Ningbo Jinxian Thread", "宁波金线线业", "金伟"),
    ("S0004", "Yiwu Lianhe Zip", "义乌联合拉链", "楼军"),
    ("S0005", "Wenzhou Biaozhi Labels", "温州标织商标", "林建"),
    ("S0006", "Cixi Tongda Packaging", "慈溪通达包装", "岑波"),
    ("S0007", "Hangzhou Gangcheng Steel", "杭州钢城金属", "方敏"),
    ("S0008", "Wuxi Pingban Metals", "无锡平板金属", "蒋涛"),
    ("S0009", "Haiyan Biaojian Fasteners", "海盐标件紧固件", "顾平"),
    ("S0010", "Yongkang Tonglv Alloys", "永康铜铝合金", "程刚"),
    ("S0011", "Anji Muye Handles", "安吉木业", "梅林"),
    ("S0012", "Yuyao Suhua Plastics", "余姚塑化原料", "沈强"),
    ("S0013", "Shenzhen Banka Circuits", "深圳板卡电路", "黄志"),
    ("S0014", "Dongguan Yuanjian Components", "东莞元件电子", "梁辉"),
    ("S0015", "Shenzhen Xinguang Semiconductors", "深圳芯光半导体", "彭飞"),
    ("S0016", "Huizhou Dianxin Energy", "惠州电芯能源", "邓超"),
    ("S0017", "Taizhou Xisu Packaging", "台州吸塑包装", "陈坚"),
    ("S0018", "Ningbo Zhixiang Cartons", "宁波纸箱彩印", "徐明"),
    ("S0019", "Lishui Zhuyuan Bamboo", "丽水竹源工艺", "叶青"),
    ("S0020", "Dehua Taoyi Ceramics", "德化陶艺", "苏陶"),
    ("S0021", "Shaoxing Keqiao Textiles", "绍兴柯桥纺织", "俞敏"),
    ("S0022", "Ningbo Hengtai Metals", "宁波恒泰金属", "戴明"),
    ("S0023", "Suzhou Ruixin Components", "苏州瑞芯元器件", "陆晓"),
    ("S0024", "Jiaxing Baihe Packaging", "嘉兴百合包装", "沈芳"),
    ("S0025", "Beilun Precision Die-casting", "北仑精密压铸厂", "乐勇"),
    ("S0026", "Zhouxiang Small Appliances", "周巷小家电厂", "罗平"),
    ("S0027", "Kowloon Chip Distribution Ltd", "九龙芯片代理", "Alan Cheung"),
]

# Suppliers who are not of this country: code → (country, currency, language)
ABROAD = {"S0027": ("HK", "USD", "en")}

# Who makes what our own works do not, or what is only traded: item → suppliers, the best first.
GOODS_FROM = {
    "HW-1030": ("S0025",),
    "EL-2006": ("S0026",),
    "TR-3001": ("S0019",),
    "TR-3002": ("S0020",),
    "TR-3003": ("S0021", "S0006"),
    "TR-3004": ("S0012",),
}
OUTSIDE_FACTORIES = {"S0025", "S0026"}

# Who else supplies materials whose codes begin so: dearer and sooner than the first.
ALSO_FROM = {
    "FB-": "S0021", "TH-": "S0021", "ZP-": "S0024", "LB-": "S0024", "PB-": "S0024", "PK-": "S0024",
    "ST-": "S0022", "BL-": "S0022", "SC-": "S0022", "ZN-": "S0022", "BR-": "S0022", "AL-": "S0022",
    "PC-": "S0023", "IC-": "S0027", "LD-": "S0027", "SP-": "S0023", "TR-": "S0023", "PW-": "S0023",
    "BT-": "S0023", "MT-": "S0023",
}  # fmt: skip

# Customers who say from whom: (customer, item, supplier)
NOMINATED = [("C0001", "LB-MAIN", "S0005"), ("C0006", "ZP-YG5", "S0004")]

# (method, country, works to port, transit, to door) in calendar days
LANES = [
    ("sea", "NO", 1, 38, 5), ("sea", "GB", 1, 34, 4), ("sea", "DE", 1, 33, 4), ("sea", "FR", 1, 32, 4),
    ("sea", "US", 1, 26, 6), ("sea", "BR", 1, 36, 8), ("sea", "CL", 1, 34, 5), ("sea", "JP", 1, 4, 3),
    ("sea", "KR", 1, 3, 3), ("sea", "AE", 1, 22, 4), ("sea", "KE", 1, 28, 6), ("sea", "AU", 1, 18, 5),
    ("air", "NO", 1, 3, 2), ("air", "GB", 1, 3, 2), ("air", "DE", 1, 3, 2), ("air", "FR", 1, 3, 2),
    ("air", "US", 1, 3, 3), ("air", "BR", 1, 4, 4), ("air", "CL", 1, 4, 3), ("air", "JP", 1, 1, 2),
    ("air", "KR", 1, 1, 2), ("air", "AE", 1, 2, 2), ("air", "KE", 1, 3, 3), ("air", "AU", 1, 2, 2),
    ("road", "CN", 0, 2, 0), ("express", "CN", 0, 2, 0),
]  # fmt: skip
# On which days of the week ships leave for a country (0 = Monday); flights leave on any day. How many
# days before that goods are at the port, by method.
SAILINGS = {
    "NO": (2, 5), "GB": (2, 5), "DE": (2, 5), "FR": (2, 5), "US": (1, 4), "BR": (6,), "CL": (3,),
    "JP": (0, 2, 4), "KR": (1, 3, 5), "AE": (1, 5), "KE": (6,), "AU": (2, 5),
}  # fmt: skip
CUT_OFFS = {"sea": 2, "air": 1}

# CNY a kg by air or express and a m³ by sea or road, by country; kg and m³ of a full carton, by item or style.
FREIGHT = {
    "NO": (46, 640), "GB": (42, 580), "DE": (41, 560), "FR": (42, 570), "US": (48, 690),
    "BR": (62, 820), "CL": (66, 860), "JP": (18, 210), "KR": (15, 180), "AE": (33, 430),
    "KE": (52, 720), "AU": (39, 470), "CN": (8, 90),
}  # fmt: skip
CARTONS = {
    "HW-1001": (16.2, 0.022), "HW-1002": (19.0, 0.024), "HW-1010": (17.5, 0.048),
    "HW-1020": (22.5, 0.026), "HW-1021": (19.6, 0.020), "HW-1030": (19.0, 0.040),
    "HW-1040": (13.4, 0.046), "HW-1050": (20.5, 0.022), "EL-2001": (11.8, 0.094),
    "EL-2002": (8.6, 0.038), "EL-2003": (12.4, 0.052), "EL-2004": (14.5, 0.055),
    "EL-2005": (11.2, 0.034), "EL-2006": (9.8, 0.064), "TR-3001": (21.0, 0.042),
    "TR-3002": (14.8, 0.048), "TR-3003": (9.4, 0.045), "TR-3004": (12.0, 0.030),
    "TS101": (5.4, 0.032), "HD205": (15.6, 0.078),
}  # fmt: skip

# (code, English, Chinese)
DEPARTMENTS = [
    ("MER", "Merchandising", "跟单部"), ("SAL", "Sales", "业务部"), ("PLA", "Planning", "计划部"),
    ("PRO", "Production", "生产部"), ("PUR", "Purchasing", "采购部"), ("WAR", "Warehouse", "仓储部"),
    ("QUA", "Quality", "品质部"), ("LOG", "Logistics", "船务部"), ("SER", "After-sales", "售后部"),
    ("FIN", "Finance", "财务部"), ("MAN", "Management", "总经办"),
]  # fmt: skip

# (user name or "", name, role or "", department, position English-free: read in Chinese)
PEOPLE = [
    ("mei", "王美 Mei", "merchandiser", "MER", "跟单主管"),
    ("jun", "李军 Jun", "merchandiser", "MER", "跟单员"),
    ("yan", "许燕 Yan", "merchandiser", "MER", "跟单员"),
    ("hao", "郑浩 Hao", "merchandiser", "MER", "跟单员"),
    ("sun", "孙莉 Sun", "sales", "SAL", "业务经理"),
    ("kai", "何凯 Kai", "sales", "SAL", "业务员"),
    ("ping", "周平 Ping", "planner", "PLA", "计划员"),
    ("gang", "吴刚 Gang", "production", "PRO", "车间主管"),
    ("ou", "欧阳 Ou", "operator", "PRO", "缝制组长"),
    ("", "钱勇", "", "PRO", "五金组长"),
    ("", "孔芬", "", "PRO", "电子组长"),
    ("bo", "陈波 Bo", "buyer", "PUR", "采购主管"),
    ("ting", "叶婷 Ting", "buyer", "PUR", "采购员"),
    ("wen", "赵文 Wen", "warehouse", "WAR", "仓管员"),
    ("ma", "马力 Ma", "warehouse", "WAR", "叉车工"),
    ("qiu", "秋玲 Qiu", "inspector", "QUA", "质检主管"),
    ("", "汤敏", "", "QUA", "质检员"),
    ("lin", "林海 Lin", "logistics", "LOG", "船务主管"),
    ("", "范晓", "", "LOG", "单证员"),
    ("su", "苏青 Su", "service", "SER", "售后专员"),
    ("fang", "方芳 Fang", "finance", "FIN", "财务主管"),
    ("", "潘悦", "", "FIN", "出纳"),
    ("zhao", "赵总 Zhao", "manager", "MAN", "总经理"),
    ("", "邱宁", "", "MAN", "行政"),
    ("", "俞博", "", "PRO", "设备维修"),
]
