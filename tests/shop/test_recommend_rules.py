"""Rules and weights: kept with versions, refused in the owner's words, never overwritten."""

from __future__ import annotations

from dataclasses import replace

import pytest

from shop import catalogue, recommend_rules, recommend_setting
from shop.database import Database
from shop.recommend_rule_draft import RULE_KINDS, RuleDraft, RuleInvalid
from shop.recommend_rules import RuleChanged, RuleThere, UnknownRule
from shop.recommend_setting import Limit, Setting, SettingChanged, SettingInvalid, StepDraft
from tests.shop.conftest import ProductMaker

LIMITS = {"margin": Limit("毛利", 0.0, 1.0)}


@pytest.fixture
def shelf(shop_db: Database, cream: ProductMaker) -> Database:
    with shop_db.begin() as session:
        catalogue.upsert_many(session, [cream(), cream(sku="C2", brand="润")])
    return shop_db


def test_a_rule_comes_is_changed_and_goes(shelf: Database) -> None:
    with shelf.begin() as session:
        before = recommend_rules.revision(session)
        made = recommend_rules.create(session, RuleDraft("pin", " C1 ", 2, note=" 主推 "))
        assert (made.target, made.number, made.note, made.version) == ("C1", 2, "主推", 1)
        first = recommend_rules.create(session, RuleDraft("pin", "C2", 1))
        assert recommend_rules.all_rules(session) == [first, made]  # pins in their order
        edited = recommend_rules.edit(session, made.pk, RuleDraft("pin", "C1", 2, False), 1)
        assert (edited.version, edited.enabled) == (2, False)
        recommend_rules.remove(session, first.pk, 1)
        assert recommend_rules.all_rules(session) == [edited]
        assert recommend_rules.revision(session) == before + 4
        with pytest.raises(UnknownRule):
            recommend_rules.get(session, first.pk)


def test_the_second_of_two_tabs_is_told(shelf: Database) -> None:
    with shelf.begin() as session:
        made = recommend_rules.create(session, RuleDraft("hide", "C1"))
        recommend_rules.edit(session, made.pk, RuleDraft("hide", "C1", note="一"), 1)
    for call in (
        lambda s: recommend_rules.edit(s, made.pk, RuleDraft("hide", "C1", note="二"), 1),
        lambda s: recommend_rules.remove(s, made.pk, 1),
    ):
        with pytest.raises(RuleChanged) as caught, shelf.begin() as session:
            call(session)
        assert caught.value.current.note == "一"
    with pytest.raises(RuleThere), shelf.begin() as session:
        recommend_rules.create(session, RuleDraft("hide", "C1"))


@pytest.mark.parametrize(
    ("draft", "field", "said"),
    [
        (RuleDraft("nonsense"), "kind", "种类"),
        (RuleDraft("pin", "", 1), "target", "哪件商品"),
        (RuleDraft("pin", "NONE", 1), "target", "店里没有这件商品"),
        (RuleDraft("due", "没有的类目", 30), "target", "没有这个类目"),
        (RuleDraft("brand_cap", "没有", 2), "target", "没有这个品牌"),
        (RuleDraft("pin", "C1", 11), "number", "1 到 10 位之间"),
        (RuleDraft("due", "美妆", 731), "number", "0 到 730 天之间"),
        (RuleDraft("category_cap", "", 0), "number", "1 到 10 件之间"),
        (RuleDraft("price_min", "", 0), "number", "0.01 到 1000000 元之间"),
        (RuleDraft("hide", "C1", note="长" * 201), "note", "201"),
    ],
)
def test_what_cannot_be_kept_says_why(
    shelf: Database, draft: RuleDraft, field: str, said: str
) -> None:
    with pytest.raises(RuleInvalid) as caught, shelf.begin() as session:
        recommend_rules.create(session, draft)
    assert caught.value.field == field
    assert said in caught.value.reason
    with shelf.read() as session:
        assert recommend_rules.all_rules(session) == []


def test_rules_that_contradict_each_other_are_refused(shelf: Database) -> None:
    with shelf.begin() as session:
        recommend_rules.create(session, RuleDraft("pin", "C1", 1))
        recommend_rules.create(session, RuleDraft("price_min", "", 5_000))
    for draft, said in (
        (RuleDraft("hide", "C1"), "互相矛盾"),
        (RuleDraft("price_max", "", 4_999), "什么都推荐不了"),
    ):
        with pytest.raises(RuleInvalid, match=said), shelf.begin() as session:
            recommend_rules.create(session, draft)


def test_caps_for_all_need_no_target_and_every_kind_has_a_usual_number() -> None:
    assert RuleDraft("category_cap", "", 2).checked().target == ""
    for kind in RULE_KINDS.values():
        target = "" if kind.every or not kind.target else "x"
        assert RuleDraft(kind.name, target, kind.usual).checked().number == kind.usual


def test_the_setting_is_at_its_defaults_until_it_is_edited(shop_db: Database) -> None:
    draft = Setting({"margin": 0.3}, 0.4, (StepDraft(0, 3, 0.0), StepDraft(60, 5, 0.2)))
    with shop_db.begin() as session:
        assert recommend_setting.read(session) == Setting()
        kept = recommend_setting.edit(session, draft.checked(LIMITS, 10, 6), 0)
        assert kept == replace(draft, version=1)
    for version in (0, 2):
        with pytest.raises(SettingChanged) as caught, shop_db.begin() as session:
            recommend_setting.edit(session, Setting(), version)
        assert caught.value.current == kept
    with shop_db.begin() as session:
        assert recommend_setting.edit(session, Setting(), 1).version == 2


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        (Setting({"luck": 1.0}), "没有这一项"),
        (Setting({"margin": 1.1}), "「毛利」要在 0 到 1 之间"),
        (Setting({"margin": float("nan")}), "「毛利」要在"),
        (Setting(variety=-0.1), "多样性"),
        (Setting(steps=(StepDraft(1, 3, 0.0),)), "从 0 秒开始"),
        (Setting(steps=(StepDraft(0, 0, 0.0),)), "第 1 档：件数"),
        (Setting(steps=(StepDraft(0, 3, 2.0),)), "第 1 档：尝新"),
        (Setting(steps=(StepDraft(0, 3, 0.0), StepDraft(0, 4, 0.0))), "第 2 档：停留时间要比"),
        (Setting(steps=(StepDraft(0, 3, 0.0), StepDraft(10**6, 4, 0.0))), "24 小时"),
        (Setting(steps=(StepDraft(0, 3, 0.0),) * 7), "最多 6 档"),
    ],
)
def test_a_setting_that_makes_no_sense_says_so(draft: Setting, said: str) -> None:
    with pytest.raises(SettingInvalid, match=said):
        draft.checked(LIMITS, 10, 6)
