"""What is dropped at a glance, and what must never be: measured on every training comment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from web.rooms.moderation import Moderator, Term, moderator
from web.rooms.moderation.folding import views
from web.rooms.moderation.words import ABUSE, ADVERT, CONTACT, INNOCENT, SOUNDING

SHIPPED = Moderator()
_ANNOTATED = re.compile(r"\[([^\]]*)\](?:\([^)]*\)|\{[^}]*\})")


def comments(root: Path) -> Iterator[tuple[str, str]]:
    """Every training comment with its intent."""
    for path in sorted((root / "data" / "nlu").glob("*.yml")):
        for part in yaml.safe_load(path.read_text("utf-8"))["nlu"]:
            for line in part["examples"].splitlines():
                yield part["intent"], _ANNOTATED.sub(r"\1", line.removeprefix("- ").strip())


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("傻 逼", "abuse"), ("傻-逼主播", "abuse"), ("草.泥.马", "abuse"), ("CNM", "abuse"),
        ("操N妈", None), ("曹尼玛", "abuse"), ("艹妳妈", "abuse"), ("日妳媽", "abuse"),
        ("互 粉", "advert"), ("進我主頁", "advert"), ("刷单日结三百", "advert"),
        ("加 V 领红包", "contact"), ("加薇 有惊喜", "contact"), ("薇❤abc8866", "contact"),
        ("➕v信同号", "contact"), ("威信号 abc12345", "contact"), ("+V：haoyun_xx", "contact"),
        ("＋Ⓥ信", "contact"), ("加🆅x8866", "contact"), ("家伟鑫领券", "contact"),
        ("ｖx：p２７７１８", "contact"), ("V X abc 1234", "contact"),
        ("微信:abcde12345", "contact"),
        ("qq：1 2 3 4 5 6 7 8", "contact"), ("扣扣一二三四五六七八", "contact"),
        ("群号 77812093", "contact"), ("加賴 tw5566", "contact"), ("加q 23847711", "contact"),
        ("联系我领福利一三八零零零零一二三四", "contact"), ("收旧手机 138 0000 1234", "contact"),
        ("回收手机❶❸❽⓿0001234", "contact"), ("ＷＷＷ.xx88.top", "contact"),
        ("www点xx便宜点com", "contact"), ("http://t.cn/xx", "contact"),
        ("t.cn/xx8 验证", "contact"),
        ("加老师微信abc888领资料好吗", "contact"),
    ],
)  # fmt: skip
def test_tricks_of_spelling_are_seen_through(text: str, code: str | None) -> None:
    assert SHIPPED.code(text) == code


@pytest.mark.parametrize(
    "text",
    [
        # A viewer's own numbers
        "13800001234", "我电话13900001111", "订单号 20240611887766", "单号SF1234567890",
        "收货电话 13800001234 王小明", "客服联系我13800001234", "电话写错了 改成13900001111",
        "手机号后四位2219", "身高165体重110", "165 55kg 穿什么码", "160+50", "YT8830217745 这个件",
        "发票发我 abc@163.com", "抬头发票 邮箱123456@qq.com", "20250612那一单",
        # The shop is asked for its own account
        "可以加微信吗?", "你们微信多少", "加个客服微信方便聊", "给我个售后的微信", "管家微信推一个",
        "要加微信才能买?", "加微信就别了 有事这儿讲",
        # Words inside other words
        "加v领的有吗", "加VIP有优惠", "UMP9加Victor呀", "过生日,你们给不给", "节假日你们发货吗",
        "跟安热沙比肤感如何", "价位信得过吗", "加微辣", "叠加扣完多少", "QQ音乐能连吗",
        "vx2000型号有吗",
        "晚上8点cc霜", "3.5cm.的", "代练习册",
        # Complaints and small talk
        "什么破玩意 退钱", "你们什么破态度", "奶白拍了S 赌一把", "等我中彩票", "私我链接",
        "", "？？", "❤❤❤",
    ],
)  # fmt: skip
def test_a_customer_goes_on(text: str) -> None:
    assert SHIPPED.find(text) is None


def test_no_shop_question_is_dropped_and_adverts_are(root: Path) -> None:
    said = list(comments(root))
    wrong = [text for intent, text in said if intent != "spam" and SHIPPED.code(text)]
    assert not wrong
    adverts = [text for intent, text in said if intent == "spam"]
    # The rest of them says nothing that a list could know; triage takes most of it.
    assert sum(SHIPPED.code(text) is not None for text in adverts) > 0.25 * len(adverts)


def test_abuse_in_a_question_is_still_abuse_and_an_offer_no_question() -> None:
    assert SHIPPED.code("傻逼主播多少钱") == "abuse"
    assert SHIPPED.code("加微信abc12345吗") == "contact"
    found = SHIPPED.find("傻逼加微信abc12345")
    assert found is not None
    assert found.kind == "abuse"


def test_names_are_judged_harder_than_comments() -> None:
    for name in ("小鹿", "用户8372619283712", "一二三四五六七八九", "爱吃鱼de猫", "90后宝妈"):
        assert SHIPPED.fit_name(name), name
    for name in ("加微信领券吗", "13800001234", "一三八零零零零一二三四", "QQ12345678", "傻 逼",
                 "www.xx.top", "1234567"):  # fmt: skip
        assert not SHIPPED.fit_name(name), name


def test_the_owners_words_drop_and_the_owner_lets_pass() -> None:
    own = Moderator(
        [Term("advert", "清仓代购", own=True), Term("abuse", "坏蛋主播", sounds=True, own=True)],
        ["加微信", "myshop.com", "傻狗", "400 800 1234"],
    )
    found = own.find("清 仓-代购有吗？")
    assert found is not None
    assert (found.kind, found.own) == ("advert", True)
    assert own.code("怀旦主波") == "abuse"
    assert own.code("怀旦 猪波") == "abuse"
    assert own.code("怀念主播") is None
    for text in ("加微信领券", "看 myshop.com", "这只傻狗"):
        assert own.code(text) is None, text
        assert SHIPPED.code(text) is not None
    assert own.code("傻狗和傻逼") == "abuse"
    assert own.code("myshop.com 加vx12345") == "contact"
    assert own.code("看 myshop.com 或 othershop.com") == "contact"


def test_an_exception_excuses_only_what_it_is_said_in() -> None:
    own = Moderator((), ["加vxx是品牌", "傻狗牌"])
    assert own.code("加vxx是品牌") is None
    assert own.code("加vx12345领券") == "contact"
    assert own.code("傻狗") == "abuse"
    assert own.code("傻狗牌，傻狗") == "abuse"


def test_all_views_of_a_text_have_its_characters_in_the_same_places() -> None:
    for text in ("加 Ｖ❤薇♥，一三八", "繁體字與①②", "𠀀😀a\u200db", "\ud800x", "İß"):
        seen = views(text)
        assert len(seen.letters) == len(seen.digits) == len(seen.sounds)
    every = "".join(map(chr, [*range(0xD800), *range(0xE000, 0x30000)]))
    for start in range(0, len(every), 50):
        seen = views(every[start : start + 50])
        assert len(seen.letters) == len(seen.digits) == len(seen.sounds)


def test_lists_hold_nothing_in_vain(monkeypatch: pytest.MonkeyPatch) -> None:
    listed = [*ABUSE, *ADVERT, *CONTACT]
    assert len(set(listed)) == len(listed)
    assert {*listed, "操你妈", "日你妈"} >= SOUNDING
    assert all(len(views(word).letters) > 1 for word in listed)
    assert not [word for word in INNOCENT if not SHIPPED.fit_name(word)]
    monkeypatch.setattr(moderator, "INNOCENT", ())
    assert not [word for word in INNOCENT if Moderator().fit_name(word)]


def test_an_attack_on_the_processor_is_read_only_so_far() -> None:
    assert SHIPPED.code("a" * 100_000) is None
    assert SHIPPED.code("一" * 100_000 + "傻逼") is None
    assert SHIPPED.code("傻逼" * 50_000) == "abuse"
    assert SHIPPED.code("日你们" * 50_000) is None
    assert SHIPPED.code("ﷺ" * 20 + "傻逼") == "abuse"
