"""Slang, homophones and abbreviations of the live room, written out.

Only forms whose meaning hardly ever differs are listed: this table changes what the
classifier and the FAQ search read, never what is stored or shown.
"""

from __future__ import annotations

import re

from rasa_project.language.script import simplified
from recsys.embedding.text import normalise

SLANG: dict[str, str] = {
    # price
    "多少米": "多少钱",
    "多少银子": "多少钱",
    "多少软妹币": "多少钱",
    "多少毛爷爷": "多少钱",
    "多少大洋": "多少钱",
    "几多钱": "多少钱",
    "好多钱": "多少钱",
    "几个钱": "多少钱",
    "多儿钱": "多少钱",
    "啥价": "什么价",
    "咋卖": "怎么卖",
    "dsq": "多少钱",
    "duoshaoqian": "多少钱",
    # postage
    "包油": "包邮",
    "包由": "包邮",
    "包有吗": "包邮吗",
    "保邮": "包邮",
    # how, what, where, why
    "肿么": "怎么",
    "怎莫": "怎么",
    "咋个": "怎么",
    "咋样": "怎么样",
    "咋": "怎么",
    "神马": "什么",
    "虾米": "什么",
    "什莫": "什么",
    "甚么": "什么",
    "森么": "什么",
    "啥子": "什么",
    "啥时候": "什么时候",
    "为毛": "为什么",
    "为森么": "为什么",
    "介个": "这个",
    "辣个": "那个",
    "酱紫": "这样子",
    "造吗": "知道吗",
    "不造": "不知道",
    # yes, no, very
    "木有": "没有",
    "米有": "没有",
    "冇": "没有",
    "灰常": "非常",
    "炒鸡": "超级",
    "好滴": "好的",
    "好哒": "好的",
    "好嘞": "好的",
    "木问题": "没问题",
    "可以滴": "可以的",
    # politeness
    "蟹蟹": "谢谢",
    "谢啦": "谢谢",
    "3q": "谢谢",
    "thx": "谢谢",
    "thanks": "谢谢",
    "栓q": "谢谢",
    "拜拜": "再见",
    "886": "再见",
    # people and things
    "俺": "我",
    "银家": "人家",
    "小盆友": "小朋友",
    "童鞋": "同学",
    "麻麻": "妈妈",
    "粑粑": "爸爸",
    "孩纸": "孩子",
    "妹纸": "妹子",
    "东东": "东西",
    "连接": "链接",
    "裢接": "链接",
    "练级": "链接",
    "快弟": "快递",
    "发祸": "发货",
    "退祸": "退货",
    "码数": "尺码",
    "yyds": "最好",
    "xdm": "兄弟们",
    "plmm": "漂亮妹妹",
    "bhys": "不好意思",
    "zqsg": "真情实感",
    # Taiwan and Hong Kong words that the script conversion leaves
    "宅配": "快递",
    "几时": "什么时候",
    "边度": "哪里",
    "有冇": "有没有",
    "唔系": "不是",
    "唔要": "不要",
    "係": "是",
    "嘅": "的",
    "佢": "他",
    "乜": "什么",
    "侬": "你",
    "阿拉": "我们",
    "伐": "吗",
    "恁": "你",
    "中不中": "行不行",
}

# Ordinary words around a slang character are left whole.
_KEEP = ("步伐", "砍伐", "北伐", "咋舌", "边度假")


def _pattern() -> re.Pattern[str]:
    longest_first = sorted([*SLANG, *_KEEP], key=len, reverse=True)

    def alternative(word: str) -> str:
        # A Latin abbreviation counts only as a word of its own ("886" not inside "18862").
        latin = word.isascii()
        return rf"(?<![a-z0-9]){re.escape(word)}(?![a-z0-9])" if latin else re.escape(word)

    return re.compile("|".join(map(alternative, longest_first)))


_SLANG_PATTERN = _pattern()


def plain(text: str) -> str:
    """The comment in plain simplified Chinese, for features and for similarity.

    Normalised, traditional characters converted, slang written out.
    """
    base = simplified(normalise(text))
    return _SLANG_PATTERN.sub(lambda match: SLANG.get(match[0], match[0]), base)
