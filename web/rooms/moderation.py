"""What is never worth a look nor fit to be shown: abuse and adverts, by word list.

Only words that cannot be part of a customer's complaint stand here: 什么破玩意 is a complaint,
and goes on. Matching sees the comment without blanks and separators, so that 加 V and 加-V are 加v.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

ABUSE: Final = (
    "傻逼", "傻比", "煞笔", "沙比", "sb主播", "傻b", "操你", "草你", "艹你", "日你", "你妈死",
    "死全家", "滚出直播间", "尼玛", "狗东西", "贱人", "婊子", "脑残", "弱智", "废物主播",
    "去死", "妈的智障", "他妈的", "你妈的", "mlgb", "nmsl", "cnm", "操蛋", "狗日", "杂种",
    "畜生", "骚货",
)  # fmt: skip
ADVERT: Final = (
    "加v", "加微", "加vx", "加qq", "加扣扣", "vx:", "微信号", "互关", "互粉", "互赞", "刷粉",
    "涨人气", "涨粉", "兼职日结", "日入过千", "日结", "彩票", "博彩", "彩金", "稳赚", "内幕群",
    "网赚", "刷单", "贷款", "套现", "招代理", "微商代理", "低价出", "出租粉", "代喷", "代练",
    "主页有", "看主页", "主页看", "来我直播间", "去我直播间", "走咸鱼", "走闲鱼", "私我",
    "免费小说", "赌博", "高仿a货", "约炮",
)  # fmt: skip
_LINK = re.compile(r"https?:|www\.|[a-z0-9-]+\.(?:com|cn|top|net|xyz|cc|vip|club|shop)\b")
# A shop is asked for its own account and its own wechat; only an offer of one is an advert.
_ASKED = re.compile(r"[?？吗呢]|怎么|哪里|多少")
_LISTS: Final = (("abuse", ABUSE), ("advert", ADVERT))


def found(text: str) -> str | None:
    """The reason code ("abuse", "advert") of a comment or name that must not pass; else None."""
    folded = unicodedata.normalize("NFKC", text).lower()
    if _LINK.search(folded):
        return "advert"
    packed = "".join(c for c in folded if c == ":" or unicodedata.category(c)[0] in "LN")
    for code, words in _LISTS:
        if any(word in packed for word in words):
            return None if code == "advert" and _ASKED.search(folded) else code
    return None
