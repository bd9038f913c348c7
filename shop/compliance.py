"""The advertising-law filter: what a shop may not say, and what it says instead.

One table. A rule either replaces what it finds (a superlative is toned down) or, where no
rewording would make the claim true (a cure, a promise), holds the whole text for the owner.
Articles are of 广告法 (2021) unless the row names another law.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from re import Pattern


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of claim; `replacement` None holds the text. `\\g<name>` may be used in it."""

    name: str
    article: str
    pattern: Pattern[str]
    replacement: str | None
    # Harmless phrases: a match that overlaps one of these is no match.
    harmless: Pattern[str] | None = None


@dataclass(frozen=True, slots=True)
class Hit:
    """One place where a rule applied; replacement None means that it holds the text."""

    name: str
    article: str
    found: str
    replacement: str | None


@dataclass(frozen=True, slots=True)
class Verdict:
    """The text as it may be said, what was replaced, and whether the owner must see it first."""

    text: str
    replaced: tuple[Hit, ...]
    held: bool
    holds: tuple[Hit, ...] = ()


def _rule(
    name: str, article: str, pattern: str, replacement: str | None, harmless: str = ""
) -> Rule:
    compiled = re.compile(harmless) if harmless else None
    return Rule(name, article, re.compile(pattern, re.IGNORECASE), replacement, compiled)


_SUPERLATIVE = "第九条第三项"
_MEDICAL = "第十七条"
_PROMISE = "第二十八条"
# 不能治疗、没有疗效 say the opposite of a claim; 遵医嘱治疗 sends people to a doctor.
_DENIED = (
    r"(?:不能|不可以?|不会|不具有?|不具备|没有|并无|并非|不是|不含|不添加|未添加|不涉及|不属于"
    r"|代替|替代|无)[^，。！？；,.!?;]{0,6}?"
    r"(?:治疗|治愈|根治|疗效|消炎|抗炎|杀菌|药用|药妆|处方|激素|医疗)"
    r"|(?:就医|医院|医生|遵医嘱)[^，。！？；,.!?;]{0,6}治疗"
    # Someone in treatment asks whether they may use it.
    r"|治疗(?:期|中|期间)|正在治疗|(?:医美|手术|激光)治疗后"
)
# 最好 as "had better": 最好先试色, 最好用温水.
_HAD_BETTER = (
    r"最好(?=先|要|是(?!的)|不要|不|别|在|早|提前|能|去|把|搭配|配|和|跟|选|拍|买(?!的)|避免|每|"
    r"晚上|早上|早晚|睡前|饭|洗|放|等|让|问|看(?:一下|看|下)|联系|用(?!的|[！!。.，,～~]|$)|再|分|"
    r"隔|做|当天|尽快|趁|还是|可以|咨询|冷藏|密封|空腹|手洗|轻柔|单独|按|根据|参考|量|给|加|留|直接|"
    r"穿(?:着|上|件|内)|平铺|阴干|一|两|三)"
)
_ORDINAL = (
    r"第一(?=次|时间|步|天|款|件|个|行|条|排|单|批|瓶|遍|道|层|眼|印象|位|期|季|年|代|章|节|页|种|场|轮|"
    r"颗|粒|口|杯|盒|包|袋|支|套|双|课|集|句|点|类|视角|反应|手|人称|大道|小时|分钟|周|月|[，,、:：])"
)

RULES: tuple[Rule, ...] = (
    _rule("最低价", "价格法第十四条第四项",
          r"(?:(?:全网|全国|历史|史上|全年|全平台|同行|行业|直播间)[^，。！？,.!?]{0,2}?)?最低"
          r"(?:价格|价|折扣|折)|(?:全网|全国|历史|史上|全年|全平台|同行|行业)最低",
          "优惠价", r"最低(?:温|消费|起订|限|气温)"),
    _rule("最便宜", _SUPERLATIVE, r"最(?:便宜|实惠|划算|省钱)", "很实惠"),
    _rule("最大", _SUPERLATIVE,
          r"(?:全国|全网|全球|世界|国内|行业|亚洲|史上|业内)[^，。！？,.!?]{0,2}?最大(?:的)?"
          r"|最大(?:的)?(?=品牌|厂家|工厂|厂商|优惠|力度|折扣|福利)", "很大的"),
    _rule("最高级", _SUPERLATIVE, r"最高(?:级|端|档|品质|规格|标准|质量|境界|水平)(?:别)?",
          "高品质"),
    _rule("最新技术", _SUPERLATIVE,
          r"最(?:新|先进|尖端|前沿)(?:的)?(?P<what>科技|技术|科学|工艺|发明|配方)",
          r"新的\g<what>"),
    _rule("最佳", _SUPERLATIVE,
          r"最(?P<what>佳|优秀|优质|优|强|牛|棒|火|先进|科学|安全|有效|流行|时尚|舒适|舒服|正宗|奢华|专业|"
          r"靠谱|齐全|实用|值得|好用|好吃|好看|好穿|好喝|好闻|漂亮|高贵|权威|受欢迎|畅销|纯净|纯正|天然|"
          r"新鲜|健康|厉害|完美)", r"很\g<what>",
          _HAD_BETTER + r"|最佳(?=赏味|食用|使用|饮用|保质)|最(?:强|佳)?大脑"),
    _rule("最好", _SUPERLATIVE, r"最好", "很好", _HAD_BETTER + r"|最好(?=吃|看|用|穿|喝|闻)"),
    _rule("第一", _SUPERLATIVE,
          r"(?P<what>(?:全国|全网|全球|世界|行业|国内|中国|亚洲|业内|同类|类目|品类|销量|销售额|口碑|好评|人气|"
          r"热销|排名|排行|榜单|市场占有率|品质)[^，。！？,.!?]{0,3}?)第一(?:名|位)?",
          r"\g<what>靠前", _ORDINAL),
    _rule("第一", _SUPERLATIVE, r"第一(?=品牌|名牌|大牌)", "知名"),
    _rule("第一", _SUPERLATIVE, r"第一(?:名|家)?", "前列", _ORDINAL),
    _rule("第一", _SUPERLATIVE, r"(?<![a-z])(?:no\.?\s?1|top\s?1)(?![\d.])", "人气"),
    _rule("顶级", _SUPERLATIVE,
          r"顶级|顶尖|顶流|极品|绝版|绝品|至尊|之王|王牌|史无前例|前无古人|独一无二|无与伦比",
          "优质"),
    _rule("唯一", _SUPERLATIVE,
          r"(?:全国|全网|全球|世界|国内|行业|独家)唯一|唯一(?=正品|授权|品牌|有效)", "正规"),
    _rule("国家级", _SUPERLATIVE, r"国家级|世界级|宇宙级|全球级|国际级|最高级别", None),
    _rule("国家机关", "第九条第二项",
          r"国家(?:机关|领导人|队)?(?:专供|特供|推荐|指定|免检)|(?:国宴|军队|军区|人民大会堂|机关|领导人)"
          r"(?:专用|专供|特供)|央视(?:推荐|上榜)|质量免检|驰名商标", None),
    _rule("药妆", "化妆品监督管理条例第四十三条",
          r"药妆(?:品)?|医学护肤品?|药用化妆品", "护肤品", _DENIED),
    _rule("医疗用语", _MEDICAL, r"(?:抗炎|消炎)(?:镇痛)?", "舒缓", _DENIED),
    _rule("治疗功能", _MEDICAL,
          r"治疗|治愈|根治|治好|包治|医治|药到病除|疗效|(?:降|稳)(?:血压|血糖|血脂|三高)|抗癌|防癌|抗肿瘤|"
          r"抗病毒|增强免疫力|提高免疫力|(?:祛|去|除|治)(?:湿疹|痤疮|皮炎|脚气|灰指甲|癣)|活血化瘀|排毒|"
          r"消除?(?:妊娠纹|疤痕)|祛疤|脱敏治|抗过敏|处方级|医用级|医疗级|丰胸|溶脂|燃脂|刷脂|"
          r"(?:治|防治|预防)(?:感冒|癌症|糖尿病|高血压|失眠|脱发|鼻炎|关节炎|颈椎病)",
          None, _DENIED),
    _rule("绝对化承诺", _PROMISE,
          r"(?:100\s?[%％]|百分百|百分之百|绝对|保证|包|一定|肯定)(?:能)?"
          r"(?:有效|见效|安全|瘦|美白|祛斑|祛痘|不过敏|不反弹|不伤|成功|无害|变白|长高)(?!到|送|收|运|抵)|"
          r"(?:无任何|零|无|没有任何)副作用|零风险|无效退款|立竿见影|一[用抹喷擦]就?(?:白|好|瘦|灵)|"
          r"永(?:久|远)(?:有效|美白|脱毛|不反弹|不脱发|不复发|不长)|绝不反弹|永不(?:反弹|复发)|"
          r"(?:三|3|七|7|十|10|\d+)天(?:就)?(?:见效|变白|美白|瘦\d*)", None,
          r"(?:不能|不|无法|没法|没有|没办法|不敢)(?:保证|一定|肯定|绝对)[^，。！？,.!?]{0,6}|"
          r"不一定[^，。！？,.!?]{0,4}"),
    _rule("万能", _PROMISE,
          r"包治百病|万能(?:膏|药|精华)|神药|神效|奇效|特效(?!妆)|祖传秘方", None),
)  # fmt: skip


def check(text: str) -> Verdict:
    """Apply every rule; where two meet, the one that begins first (then the longer) applies."""
    replaced: list[Hit] = []
    holds: list[Hit] = []
    parts: list[str] = []
    end = 0
    for match, rule in _matches(text):
        if match.start() < end:
            continue
        if rule.replacement is None:
            holds.append(Hit(rule.name, rule.article, match[0], None))
            said = match[0]
        else:
            said = match.expand(rule.replacement)
            replaced.append(Hit(rule.name, rule.article, match[0], said))
        parts += text[end : match.start()], said
        end = match.end()
    return Verdict("".join(parts) + text[end:], tuple(replaced), bool(holds), tuple(holds))


def _matches(text: str) -> list[tuple[re.Match[str], Rule]]:
    found = [(match, rule) for rule in RULES for match in _claims(rule, text)]
    return sorted(found, key=lambda pair: (pair[0].start(), -pair[0].end()))


def _claims(rule: Rule, text: str) -> Iterator[re.Match[str]]:
    harmless = [m.span() for m in rule.harmless.finditer(text)] if rule.harmless else []
    for match in rule.pattern.finditer(text):
        if not any(start < match.end() and match.start() < end for start, end in harmless):
            yield match
