"""Invented companies and goods; nothing here exists."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Company:
    """Somebody who buys or sells."""

    name: str
    street: str
    city: str
    phone: str
    language: str
    currency: str
    country: str


@dataclass(frozen=True)
class Good:
    """Something that is bought, in both languages."""

    en: str
    zh: str
    spec: str
    unit_en: str
    unit_zh: str


COMPANIES = (
    Company("Larkfield Outdoor Inc.", "418 Juniper Avenue", "Boise, ID 83702", "(208) 555-0148", "en", "USD", "US"),
    Company("Tilbrook & Sons Ltd", "12 Wharf Lane", "Leeds LS1 4BR, United Kingdom", "+44 113 496 0177", "en", "GBP", "GB"),
    Company("Nordhavn Belysning A/S", "Kajgade 7", "8000 Aarhus C, Denmark", "+45 86 55 01 22", "en", "EUR", "DK"),
    Company("Gruber Werkzeugbau GmbH", "Lindenstr. 40", "70173 Stuttgart, Germany", "+49 711 5550 310", "en", "EUR", "DE"),
    Company("Sunpeak Hardware LLC", "7700 Mesa Blvd, Suite 20", "Tucson, AZ 85701", "520-555-0119", "en", "USD", "US"),
    Company("Kestrel Marine Supplies Pty Ltd", "3 Jetty Road", "Fremantle WA 6160, Australia", "+61 8 5550 1234", "en", "AUD", "AU"),
    Company("Padmini Retail Private Limited", "Plot 21, Sector 5", "Pune 411001, India", "+91 20 5550 7788", "en", "USD", "IN"),
    Company("Maison Verrier SAS", "8 rue des Tanneurs", "69002 Lyon, France", "+33 4 55 50 12 12", "en", "EUR", "FR"),
    Company("Golden Harbour Trading (HK) Limited", "Unit 1203, 88 Kwun Street", "Kowloon, Hong Kong", "+852 5550 2233", "en", "HKD", "HK"),
    Company("杭州云帆户外用品有限公司", "西湖区文一路 101 号", "浙江省杭州市", "0571-55501234", "zh", "CNY", "CN"),
    Company("深圳市锐驰电子科技有限公司", "南山区科苑路 9 号", "广东省深圳市", "0755-55508866", "zh", "CNY", "CN"),
    Company("青岛海澜机械股份有限公司", "黄岛区江山南路 66 号", "山东省青岛市", "0532-55507700", "zh", "CNY", "CN"),
    Company("苏州恒泽精密制造有限公司", "工业园区星湖街 218 号", "江苏省苏州市", "0512-55503030", "zh", "CNY", "CN"),
    Company("成都蜀雅家居集团", "高新区天府大道 1 号", "四川省成都市", "028-55509191", "zh", "CNY", "CN"),
    Company("宁波港汇进出口有限公司", "北仑区明州路 300 号", "浙江省宁波市", "0574-55506161", "zh", "USD", "CN"),
)  # fmt: skip

SELLERS = (
    Company("Yuhang Brightway Manufacturing Co., Ltd.", "No. 9 Linhai Road", "Hangzhou, China", "+86 571 5550 9000", "en", "USD", "CN"),
    Company("Dongguan Silverline Metal Products Co Ltd", "Changan Town", "Dongguan, Guangdong, China", "+86 769 5550 1818", "en", "USD", "CN"),
    Company("Taihu Precision Works", "88 Binhu Avenue", "Wuxi, China", "+86 510 5550 4444", "en", "USD", "CN"),
    Company("温州市瑞丰五金制品厂", "瓯海区工业路 5 号", "浙江省温州市", "0577-55502211", "zh", "CNY", "CN"),
    Company("东莞市银线金属制品有限公司", "长安镇振安路 77 号", "广东省东莞市", "0769-55501818", "zh", "CNY", "CN"),
    Company("无锡太湖精工有限公司", "滨湖大道 88 号", "江苏省无锡市", "0510-55504444", "zh", "CNY", "CN"),
)  # fmt: skip

GOODS = (
    Good("Stainless hex bolt M8 x 40", "不锈钢六角螺栓", "M8×40 A2-70", "pcs", "个"),
    Good("Folding camping chair, green", "折叠野营椅", "500×480×780", "pcs", "把"),
    Good("LED strip light 5 m, warm white", "LED软灯带", "5m 3000K IP65", "roll", "卷"),
    Good("Cotton tote bag, printed 2 colours", "印花棉布袋", "38×42cm 140g", "pcs", "个"),
    Good("Ceramic mug 330 ml", "陶瓷马克杯", "330ml 白", "pcs", "只"),
    Good("Brass ball valve DN20", "黄铜球阀", "DN20 PN16", "pcs", "只"),
    Good("Shipping carton 5-ply", "五层瓦楞纸箱", "400×300×250", "pcs", "个"),
    Good("USB-C cable, braided", "编织数据线", "USB-C 1.5m 60W", "pcs", "条"),
    Good("Aluminium profile 40x40", "铝型材", "4040-6m", "m", "米"),
    Good("Bearing 6204-2RS", "深沟球轴承", "6204-2RS", "pcs", "套"),
    Good("Tool set, 46 pieces", "组合工具", "46件套", "set", "套"),
    Good("Silicone spatula, red", "硅胶刮刀", "270mm", "pcs", "把"),
    Good("Compression spring 1.2 x 12 x 40", "压缩弹簧", "1.2×12×40", "pcs", "件"),
    Good("Door handle, brushed nickel", "门把手", "拉丝镍 H-210", "pair", "副"),
    Good("Polyester fleece blanket", "摇粒绒毯", "130×170cm", "pcs", "条"),
    Good("Water pump 24V DC", "直流水泵", "24V 15L/min", "pcs", "台"),
    Good("Nylon cable tie 200 mm", "尼龙扎带", "4×200", "bag", "包"),
    Good("Glass storage jar with lid", "玻璃储物罐", "1000ml", "pcs", "个"),
)
