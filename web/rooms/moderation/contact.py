"""Contact details: links, labelled accounts, and telephone numbers of whoever advertises.

A viewer's own number for an order is none of these: 13800001234 alone, 我电话…, 收货电话… and
order numbers go on. The overlay never shows comments, so a number that passes is not published.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from web.rooms.moderation.folding import Views

_ENDS: Final = r"(?:com|cn|net|top|xyz|cc|vip|club|shop|site|icu|ltd|info|link)"
# An e-mail address is where an invoice goes: a name before @ and a domain after it are no link.
_LINK: Final = re.compile(
    r"https?\s*:|(?<![a-z0-9@.])www\s*[.。点]"
    rf"|(?<![@a-z0-9.-])(?=[a-z0-9-]*[a-z])[a-z0-9][a-z0-9-]*\s?[.。]\s?{_ENDS}(?![a-z0-9@])"
    r"|(?<![a-z0-9@])[a-z0-9]{1,40}\s?[.。]\s?(?:top|xyz|vip|club)(?![a-z0-9])"
    r"|[a-z]点(?:com|cn|net|vip|cc)(?![a-z])"
)
# 加v is a neckline (V领) or a rank (VIP) where these follow.
_ADD_V: Final = re.compile(
    r"加v(?!领(?:$|[吗么的款口衫毛连打内背有好不可]))(?!字|型|脸|口|形|ip|[a-z]{3,20}(?![a-z0-9]{0,20}\d))"
)
_LINKING: Final = re.compile(r"[.。点]|http")
_WRITTEN: Final = re.compile(r"[a-z]|[\d零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖幺洞拐]{5}")
_ADD_V_NAMED: Final = re.compile(r"加\W{0,3}v(?:x|信|心)?\s*[:：]")
_ADD_Q: Final = re.compile(r"加q(?![a-z弹])")
_LABELLED: Final = re.compile(
    r"(?<![a-z0-9])(?:vx|wx|weixin|v信?|tg(?:联系)?)号?(?=[a-z]{0,12}\d)"
    r"[a-z0-9]{5,20}(?![a-z0-9]|型号|款|系列)"
    r"|(?:微信|威信|薇信|维信|薇|葳)号?[是为]?(?=[a-z]{0,12}\d)[a-z0-9]{5,20}"
    r"|(?<!邮箱)(?:qq|(?<![a-z])q|扣扣|企鹅|球球)(?:群|号|群号)?[是为]?\d{5,12}(?!qqcom)"
    r"|群号\d{6,12}"
)
_MOBILE: Final = re.compile(r"(?<![a-z\d])1[3-9]\d{9}(?!\d)")
_OFFERED: Final = re.compile(
    r"加我|联系|找我|找小|找老|私我|私聊|滴我|拨|咨询|同号|详聊|带你|领[取红福]|福利|收[购二旧]|回收|"
    r"批发|上门|招[聘工代募]|代[理办开刷写练孕]|办证|低价|出售|转让|贷款|兼职|日结|货源|开锁|疏通|搬家|"
    r"加[v微薇威q扣]|[v微薇威]信|免费"
)
# What a customer says beside a number of their own.
_MINE: Final = re.compile(
    r"客服|售后|麻烦|帮我|回电|打给我|打我|我的?(?:手机|电话|号码)|收货|收件|地址|订单|单号|下单|拍[了下]|"
    r"发票|抬头|邮箱|快递|物流|尾号|后四位|会员|登记|退款|退货|换货|改成|手机号"
)
# A name is shown in public: a number of its own makes it a contact, unless the platform gave it.
_NUMBER: Final = re.compile(r"\d{7,}")
_GIVEN_NAME: Final = re.compile(r"(?:手机|抖音|微信|快手)?(?:用户|user|观众|游客|dy|bili)\d+")


def found(seen: Views) -> Iterator[str]:
    """The contact details that somebody advertises, as written."""
    text, letters = seen.text, seen.letters
    # Most comments have nothing of what a link or a number is made of.
    if _LINKING.search(text):
        yield from (hit[0] for hit in _LINK.finditer(text))
    if not _WRITTEN.search(letters):
        return
    for hit in (_ADD_V.search(letters), _ADD_V_NAMED.search(text), _ADD_Q.search(letters)):
        if hit:
            yield hit[0]
    if _MINE.search(letters):
        return
    digits = seen.digits
    yield from (hit[0] for hit in _LABELLED.finditer(digits))
    if _OFFERED.search(letters):
        yield from (hit[0] for hit in _MOBILE.finditer(digits))


def in_name(seen: Views) -> str | None:
    """The number in a viewer's name that is long enough to be a contact."""
    if _GIVEN_NAME.fullmatch(seen.letters):
        return None
    # 一二三四五六七 is a name; a whole telephone number in characters is not.
    hit = _NUMBER.search(seen.letters) or _MOBILE.search(seen.digits)
    return hit[0] if hit else None
