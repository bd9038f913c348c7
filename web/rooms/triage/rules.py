"""Comments that triage always lets pass, whatever its model thinks, and some it never does."""

from __future__ import annotations

import re

_NUMBER = r"(?:\d{1,3}|[一二两三四五六七八九十]{1,3})"
# 3号链接, 二号多少钱, 链接5; 3号 alone may be a size or a date, and is still worth a look.
_LINK = re.compile(rf"{_NUMBER}\s*号|[链链]接\s*{_NUMBER}|{_NUMBER}\s*[号#]?\s*链接")
# 165 110, 160/50kg, 1米72 140斤, 身高165: height and weight in any order of writing.
_BODY = re.compile(
    r"(?<!\d)1[3-9]\d(?:cm|厘米)?[\s,，/、.]*(?:身高|体重)?\s*\d{2,3}(?!\d)"
    r"|(?<!\d)\d{2,3}(?:\.\d)?\s*(?:斤|kg|公斤|千克)|(?<!\d)1[3-9]\d\s*(?:cm|厘米|高)"
    r"|[1一]\s*米\s*[3-9三四五六七八九]|身高|体重"
)
_ASKS = re.compile(
    r"[?？]|[吗嘛么呢不没]\s*$|多少|怎么|咋|啥|什么|哪|几|能不能|可不可以|有没有|是不是|会不会"
)
_SHOP = re.compile(
    r"价|钱|优惠|券|折|便宜|贵|包邮|邮费|运费|发货|快递|物流|到货|补货|库存|有货|现货|尺码|码数|[smlx]+码|"
    r"[大小中均几]码|颜色|色号|款|材质|面料|成分|保质期|生产日期|产地|克重|容量|尺寸|退|换|售后|质保|保修|正品|"
    r"真假|发票|链接|下单|怎么买|怎么拍|赠品|送什么|送不送|订单|单号|客服|人工|推荐|适合|区别|洗|孕妇|宝宝能|"
    r"敏感肌|油皮|干皮|过敏|上身|试穿|试用|转一圈|细节|用法|怎么用|怎么吃|开播|几点播"
)
# 666, 哈哈哈, 233, 17171717: a handful of characters over and over says nothing.
_HOLLOW = re.compile(r"^(.{1,3}?)\1{2,}.{0,2}$")
_ONES = re.compile(r"^(?:扣|打)?\s*([1１2２3３])\1*$")


def always_pass(text: str) -> bool:
    """Link numbers, bodies, and whatever asks with a word of the shop in it."""
    lowered = text.lower()
    if _LINK.search(lowered) or _BODY.search(lowered):
        return not _hollow(lowered)
    return bool(_ASKS.search(lowered) and _SHOP.search(lowered))


def never_pass(essence: str) -> str | None:
    """The class of a text that no model need look at; None for all others."""
    if _ONES.match(essence):
        return "buying"
    return "chatter" if _hollow(essence) else None


def _hollow(text: str) -> bool:
    # 价格价格价格 is somebody in a hurry, not somebody laughing.
    return bool(_HOLLOW.match(text)) and not _SHOP.search(text)
