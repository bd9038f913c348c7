"""What the intents are called towards the owner."""

from __future__ import annotations

from collections.abc import Mapping

TITLES: Mapping[str, str] = {
    "ask_price": "问价格",
    "ask_discount": "问优惠",
    "ask_stock": "问库存",
    "ask_restock": "问补货",
    "ask_size": "问尺码",
    "ask_spec": "问参数材质",
    "ask_usage": "问用法",
    "ask_suitability": "问适不适合",
    "ask_shipping_time": "问发货时间",
    "ask_shipping_fee": "问运费",
    "ask_courier": "问快递",
    "ask_return": "问退换",
    "ask_authenticity": "问真假",
    "ask_warranty": "问保修",
    "ask_how_to_buy": "问怎么买",
    "ask_link": "问链接",
    "ask_gift": "问赠品包装",
    "ask_compare": "比较商品",
    "ask_recommend": "求推荐",
    "ask_order_status": "查订单",
    "ask_invoice": "问发票",
    "ask_live_schedule": "问直播时间",
    "ask_host_show": "想看展示",
    "buy_intent": "要下单",
    "complaint": "投诉",
    "ask_human": "找人工",
    "greet": "打招呼",
    "thanks": "道谢",
    "goodbye": "告别",
    "affirm": "肯定",
    "deny": "否定",
    "inform": "报信息",
    "chitchat": "闲聊",
    "spam": "广告刷屏",
    "out_of_scope": "与店铺无关",
    "faq": "问答库",
    "nlu_fallback": "没听懂",
}


def title_of(intent: str) -> str:
    """The Chinese title of an intent; one of the owner's own keeps its name."""
    return TITLES.get(intent, intent)
