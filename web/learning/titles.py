"""What the intents are called towards the owner."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

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


# Of the actions that an own intent may lead to: those that are not named after an intent.
_ACTIONS: Mapping[str, str] = {
    "action_shipping": "问发货快递",
    "action_buy": "要下单",
    "action_smalltalk": "闲聊",
}


def title_of(intent: str, own: Mapping[str, str] = MappingProxyType({})) -> str:
    """The Chinese title of an intent; `own` are titles by name of the owner's own ones."""
    return TITLES.get(intent) or own.get(intent, intent)


def action_title(action: str) -> str:
    """What an action answers, in Chinese."""
    name = action.removeprefix("action_")
    return _ACTIONS.get(action) or TITLES.get(f"ask_{name}") or title_of(name)
