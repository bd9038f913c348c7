"""The parts of the engine that need nothing else: pure functions, small clocks."""

from __future__ import annotations

import math
from datetime import UTC, datetime
from typing import Any

import pytest

from shop.rooms import Comment
from web.chat import HOPELESS
from web.rooms import ranking
from web.rooms.admission import Admission
from web.rooms.bucket import TokenBucket
from web.rooms.grouping import key_of, shown_once, understand
from web.rooms.naming import askers, display_name
from web.rooms.patience import Patience
from web.rooms.publishing import compose
from web.rooms.reasons import ADMIT, DROPPED, label

NOW = datetime(2026, 11, 23, tzinfo=UTC)


def comment(text: str = "多少钱", viewer: str = "ab12cd", name: str = "小鹿") -> Comment:
    return Comment(1, "demo", "c1", viewer, name, text, NOW, NOW)


def parsed(intent: str, *entities: tuple[str, Any], faq: Any = None) -> dict[str, Any]:
    rows = [{"entity": name, "value": value} for name, value in entities]
    return {"intent": {"name": intent}, "entities": rows, "faq": faq or {}}


@pytest.mark.parametrize(
    ("names", "count", "line"),
    [
        (["a"], 1, "@a"),
        (["a", "b"], 2, "@a @b"),
        (["a", "b", "c"], 8, "@a @b 等8人"),
        (["a", "a"], 2, "@a 等2人"),
    ],
)
def test_askers_are_named_and_counted(names: list[str], count: int, line: str) -> None:
    assert askers(names, count) == line


def test_a_name_that_may_not_be_shown_becomes_a_number() -> None:
    assert display_name(comment(name="小鹿")) == "小鹿"
    for name in ("", "加V领券", "傻逼主播", "www.xx.top", "\u202e反"):
        assert display_name(comment(name=name)) == "观众AB12"
    assert display_name(comment(name="一二三四五六七八九十一二三四")) == "一二三四五六七八九十一…"


def test_the_bucket_lets_a_burst_through_and_then_its_rate() -> None:
    bucket = TokenBucket(2.0, burst=2, now=0.0)
    assert [bucket.take(0.0) for _ in range(3)] == [True, True, False]
    assert bucket.wait(0.0) == pytest.approx(0.5)
    assert not bucket.take(0.4)
    assert bucket.take(0.5)
    assert [bucket.take(100.0) for _ in range(3)] == [True, True, False]
    assert not bucket.take(50.0)


def test_patience_counts_only_the_time_without_an_assistant() -> None:
    patience = Patience(10.0)
    assert not patience.exhausted(0.0, 1000.0)
    assert patience.failed(1000.0) == 0.25
    assert patience.failed(1000.3) == 0.5
    assert not patience.exhausted(0.0, 1009.9)
    assert patience.exhausted(0.0, 1010.0)
    assert not patience.exhausted(1005.0, 1010.0)
    patience.succeeded()
    assert not patience.exhausted(0.0, 2000.0)
    assert patience.failed(2000.0) == 0.25


def test_the_score_is_the_sum_that_its_docstring_states() -> None:
    found = ranking.parts(askers=7, propensity=0.5, waited=20, on_air=True, intent="complaint")
    assert found == {
        "askers": math.log2(8), "propensity": 1.0, "waiting": 1.0, "on_air": 1.0, "severity": 1.5,
    }  # fmt: skip
    calm = ranking.score(askers=1, propensity=0, waited=0, on_air=False, intent="ask_price")
    assert calm == 1.0
    long = ranking.parts(askers=1, propensity=2, waited=999, on_air=False, intent="x")
    assert (long["waiting"], long["propensity"]) == (3.0, 2.0)


def test_one_group_is_one_intent_product_and_slots() -> None:
    def key(parse: dict[str, Any], viewer: str = "v1", on_air: str | None = "A1") -> Any:
        return key_of(understand(parse, "text", on_air, {3: "B2"}.get), viewer)

    price = key(parsed("ask_price"))
    assert price == key(parsed("ask_price"), viewer="v2")
    assert price == key(parsed("ask_price", ("product", "A1")), on_air=None)
    assert price != key(parsed("ask_price", ("link_no", 3)))
    assert price != key(parsed("ask_price", ("size", "XL")))
    assert price != key(parsed("ask_discount"))
    body = [("height", 165), ("weight", 55.0)]
    assert key(parsed("ask_size", *body)) == key(parsed("ask_size", *reversed(body)), viewer="v2")
    assert key(parsed("ask_price"), on_air=None) != key(parsed("ask_price"), "v2", on_air=None)
    assert key(parsed("ask_courier"), on_air=None) == key(parsed("ask_courier"), "v2", on_air=None)


def test_an_faq_is_one_group_and_an_unknown_question_is_its_own() -> None:
    def key(parse: dict[str, Any], text: str) -> Any:
        return key_of(understand(parse, text, "A1", {}.get), "v1")

    f1 = parsed("faq", faq={"exact": "F1"})
    near = {"accepted": True, "candidates": [{"faq_id": "F1"}]}
    assert key(f1, "x") == key(parsed("faq", faq=near), "y")
    # An FAQ may overtake the intent's own answer: another FAQ, another question.
    fee, far = parsed("ask_shipping_fee"), parsed("ask_shipping_fee", faq=near)
    assert key(fee, "x") == key(fee, "y")
    assert key(fee, "x") != key(far, "y")
    assert key(fee, "x") == key(parsed("ask_shipping_fee", faq=near | {"accepted": False}), "y")
    assert key(parsed("nlu_fallback"), "x") != key(parsed("nlu_fallback"), "y")
    assert key(parsed("ask_spec"), "什么面料") != key(parsed("ask_spec"), "多重")


def test_personal_questions_are_answered_each_and_shown_once() -> None:
    one, other = (
        key_of(understand(parsed("ask_order_status"), "t", "A1", {}.get), viewer)
        for viewer in ("v1", "v2")
    )
    assert one != other
    assert shown_once(one.question) == shown_once(other.question)


def test_a_crowded_room_is_told_once_what_each_asks_for_themselves() -> None:
    def key(intent: str, viewer: str, **slots: str) -> Any:
        entities = [{"entity": name, "value": value} for name, value in slots.items()]
        parse = {**parsed(intent), "entities": entities}
        return key_of(understand(parse, "t", "A1", {}.get), viewer, crowded=True)

    assert key("ask_discount", "v1") == key("ask_discount", "v2")
    assert key("ask_order_status", "v1") == key("ask_order_status", "v2")
    # Half a sentence, and an order of one's own, mean something to one viewer alone.
    assert key("inform", "v1") != key("inform", "v2")
    mine = key("ask_order_status", "v1", order_no="20261111")
    assert mine != key("ask_order_status", "v2", order_no="20261111")


def test_an_entry_that_no_rule_gives_way_to_tells_no_questions_apart() -> None:
    def key(score: float, confidence: float) -> Any:
        faq = {"accepted": True, "clear_threshold": 0.97,
               "candidates": [{"faq_id": f"F{score}", "score": score, "sku": ""}]}  # fmt: skip
        parse = {**parsed("ask_shipping_fee", faq=faq)}
        parse["intent"] = {"name": "ask_shipping_fee", "confidence": confidence}
        return key_of(understand(parse, "t", "A1", {}.get), "v")

    assert key(0.9, 0.95) == key(0.8, 0.95)
    assert key(0.98, 0.95) != key(0.8, 0.95)
    assert key(0.9, 0.7) != key(0.8, 0.7)


def test_nothing_private_is_composed_for_the_room() -> None:
    found = compose(
        [
            {"type": "text", "text": "见私信"},
            {"type": "text", "text": "SF123", "private": True},
            {"type": "coupon_card", "code": "X"},
            {"type": "quick_replies", "items": []},
            {"type": "hologram", "text": "x"},
        ]
    )
    assert found.text == "见私信"
    assert found.private
    assert found.public
    only = compose([{"type": "text", "text": "SF123", "private": True}])
    assert (only.public, only.text, only.private) == (False, "", True)


def test_the_advertising_law_replaces_or_holds() -> None:
    toned = compose([{"type": "product_card", "sku": "A", "title": "最好的面霜", "price_fen": 1}])
    assert "最好" not in toned.text
    assert toned.replaced == ("最好",)
    held = compose([{"type": "text", "text": "国家级品质"}])
    assert held.held == "国家级"
    assert not held.public
    assert label("handed_over", "compliance:国家级") == "广告法：国家级"


def test_a_viewer_who_repeats_is_heard_once() -> None:
    admission = Admission(window=30)
    assert admission.refuse(comment("多少钱"), 0.0) is None
    assert admission.refuse(comment("多少钱？？"), 10.0) == "repeated"
    assert admission.refuse(comment("多少钱", viewer="x"), 10.0) is None
    assert admission.refuse(comment("多少钱"), 41.0) is None
    for text, reason in (("", "empty"), ("问" * 1001, "too_long"), ("❤❤", "wordless")):
        assert admission.refuse(comment(text), 0.0) == reason


def test_every_reason_not_to_ask_rasa_is_in_the_table() -> None:
    for kind in HOPELESS:
        assert DROPPED[kind.reason].stage == ADMIT
