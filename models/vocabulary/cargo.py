"""The goods: how they travel, what they are, how they are packed, marked and secured."""

from __future__ import annotations

from models.vocabulary.word import Word


class ShipmentMode(Word):
    """How the goods travel commercially (domain 3.1)."""

    FTL = "ftl", "整车"
    LTL = "ltl", "零担"
    CONTAINER = "container", "集装箱"
    EXPRESS = "express", "快件"


class CargoClass(Word):
    """What the goods are; decides the vehicle (R-F-01, domain 3.1)."""

    GENERAL = "general", "普通"
    OVERSIZE = "oversize", "大件"
    CHILLED = "chilled", "冷藏"
    FROZEN = "frozen", "冷冻"
    FRESH = "fresh", "鲜活"
    LIVE = "live", "活体"
    HAZMAT = "hazmat", "危险"
    VALUABLE = "valuable", "贵重"
    ELECTRONICS = "electronics", "电子精密"
    FRAGILE = "fragile", "易碎"
    BULK_SOLID = "bulk_solid", "散装"
    LIQUID_BULK = "liquid_bulk", "液体散装"
    STEEL_COIL = "steel_coil", "钢材卷钢"
    VEHICLES = "vehicles", "商品车"
    FURNITURE_MOVE = "furniture_move", "搬家"


class Packaging(Word):
    """How a cargo line is packed."""

    CARTON = "carton", "纸箱"
    PALLET = "pallet", "托盘"
    CRATE = "crate", "木箱"
    BAG = "bag", "袋装"
    DRUM = "drum", "桶装"
    BUNDLE = "bundle", "捆扎"
    CONTAINER = "container", "集装箱装"
    FLEXITANK = "flexitank", "液袋"
    BARE = "bare", "裸装"
    BULK = "bulk", "散装无包装"


class PackagingVerdict(Word):
    """Is the original packing fit for the journey (R-D-01)?"""

    ORIGINAL_FIT = "original_fit", "原包装符合"
    REINFORCED = "reinforced", "已附加包装"
    REPLACED = "replaced", "已更换包装"
    UNFIT = "unfit", "包装不合格"


class Mark(Word):
    """Handling marks on the packing (R-D-02, GB/T 191 pictograms)."""

    FRAGILE = "fragile", "易碎"
    THIS_WAY_UP = "this_way_up", "向上"
    KEEP_DRY = "keep_dry", "怕雨"
    STACK_LIMIT = "stack_limit", "堆码限制"
    TEMPERATURE = "temperature", "温度极限"
    HAZARD = "hazard", "危险品标志"
    LIFT_HERE = "lift_here", "由此吊起"
    NO_ROLL = "no_roll", "禁止翻滚"
    CENTRE_OF_GRAVITY = "centre_of_gravity", "重心"


class CargoDocument(Word):
    """Papers that travel with the goods (R-D-19)."""

    PACKING_LIST = "packing_list", "供货清单"
    FACTORY_CERTIFICATE = "factory_certificate", "出厂合格证"
    TEST_REPORT = "test_report", "检验单据"
    QUARANTINE_CERTIFICATE = "quarantine_certificate", "检疫证明"
    HAZMAT_WAYBILL = "hazmat_waybill", "危险货物运单"
    SAFETY_CARD = "safety_card", "安全卡"


class Gear(Word):
    """Securing and protection gear carried on a vehicle (R-F-06, 07, R-D-05)."""

    TARP = "tarp", "篷布"
    ROPE = "rope", "绳索"
    STEEL_CABLE = "steel_cable", "钢丝绳"
    CHAIN = "chain", "链条"
    STRAPS = "straps", "紧固带"
    CHOCKS = "chocks", "三角木"
    MESH = "mesh", "防盗铁丝网"
    FOAM = "foam", "泡沫塑料"
    SPONGE = "sponge", "海绵"
    RAIN_CLOTH = "rain_cloth", "雨布"
    DUNNAGE = "dunnage", "垫木"
    TWIST_LOCKS = "twist_locks", "旋锁"
    LOCK = "lock", "门锁"


class SecuringMeasure(Word):
    """Cover, protect, fix (R-F-08)."""

    COVER = "cover", "遮盖"
    PROTECT = "protect", "防护"
    FIX = "fix", "固定"


class OrderState(Word):
    """Life of a transport order (运输委托)."""

    OPEN = "open", "有效"
    CANCELLED = "cancelled", "已取消"


class ConsignmentState(Word):
    """Life of a consignment (运单上的一票货)."""

    BOOKED = "booked", "已下单"
    ASSIGNED = "assigned", "已派车"
    LOADED = "loaded", "已装车"
    SEALED = "sealed", "已加封"
    IN_TRANSIT = "in_transit", "运输中"
    AT_TERMINAL = "at_terminal", "到达中转站"
    ARRIVED = "arrived", "已到达"
    ACCEPTED = "accepted", "已签收"
    PARTIALLY_ACCEPTED = "partially_accepted", "部分签收"
    REFUSED = "refused", "拒收"
    CLOSED = "closed", "已结案"
    CANCELLED = "cancelled", "已取消"
