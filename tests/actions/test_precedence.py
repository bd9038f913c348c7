"""Which answer wins, rung by rung, and which product is in question."""

from __future__ import annotations

from actions.question import Candidate
from tests.actions.conftest import Ask, words

PRODUCT_FAQ = Candidate("F1", "裙子会缩水吗", 0.9, "D1")
DATED = Candidate("F2", "春节发货吗", 0.9, "")
EXPIRED = Candidate("F3", "去年活动", 0.95, "")
GENERAL = Candidate("F4", "多久发货", 0.9, "")


def test_exact_phrase_wins_over_everything(ask: Ask) -> None:
    answer = ask("多久发货", "ask_price", on_air="D1", exact="F4", faq_hits=(DATED, PRODUCT_FAQ))
    assert (answer.source, answer.faq_id) == ("faq_exact", "F4")


def test_dated_faq_wins_over_product_faq(ask: Ask) -> None:
    answer = ask("啊", "ask_price", on_air="D1", faq_hits=(PRODUCT_FAQ, DATED))
    assert (answer.source, answer.faq_id) == ("faq_dated", "F2")


def test_an_expired_faq_is_never_given(ask: Ask) -> None:
    answer = ask("去年活动", "ask_shipping_time", exact="F3", faq_hits=(EXPIRED,))
    assert answer.source == "rule"


def test_product_faq_wins_over_facts_for_that_product_only(ask: Ask) -> None:
    assert ask("缩水不", "ask_usage", on_air="D1", faq_hits=(PRODUCT_FAQ,)).faq_id == "F1"
    assert ask("缩水不", "ask_suitability", on_air="C1", faq_hits=(PRODUCT_FAQ,)).faq_id is None


def test_own_facts_win_over_a_general_faq(ask: Ask) -> None:
    assert ask("多少钱", "ask_price", on_air="D1", faq_hits=(GENERAL,)).source == "product"


def test_general_faq_wins_over_the_rule(ask: Ask) -> None:
    assert ask("啥时发", "ask_shipping_time", faq_hits=(GENERAL,)).source == "faq"


def test_a_near_faq_does_not_go_before_the_rule_of_a_sure_intent(ask: Ask) -> None:
    """包邮吗 is all but 西藏包邮不, and a rule is never that wrong."""
    near = Candidate("F4", "多久发货", 0.95, "")
    clear = Candidate("F4", "多久发货", 0.98, "")
    asked = {"text": "啥时发", "intent": "ask_shipping_time", "confidence": 0.97, "clear": 0.97}
    assert ask(**asked, faq_hits=(near,)).source == "rule"
    assert ask(**asked, faq_hits=(clear,)).source == "faq"
    assert ask(**{**asked, "confidence": 0.7}, faq_hits=(near,)).source == "faq"


def test_a_deleted_faq_is_passed_over(ask: Ask) -> None:
    gone = Candidate("F99", "没了", 0.99, "")
    assert ask("啥时发", "ask_shipping_time", exact="F99", faq_hits=(gone,)).source == "rule"


def test_named_beats_link_beats_on_air_beats_last(ask: Ask) -> None:
    everything = {"product": "C1", "link_no": 3, "on_air": "P1", "slots": {"last_sku": "G1"}}
    assert "5号链接" in words(ask("?", "ask_price", **everything))
    del everything["product"]
    assert "3号链接" in words(ask("?", "ask_price", **everything))
    del everything["link_no"]
    assert "9号链接" in words(ask("?", "ask_price", **everything))
    del everything["on_air"]
    assert "8号链接" in words(ask("?", "ask_price", **everything))


def test_without_a_product_the_viewer_is_asked_which(ask: Ask) -> None:
    answer = ask("多少钱", "ask_price")
    assert answer.source == "form"
    assert answer.slots["pending_intent"] == "ask_price"
    assert any(block["type"] == "quick_replies" for block in answer.blocks)


def test_an_ambiguous_name_is_asked_back_unless_one_is_on_air(ask: Ask) -> None:
    rivals = ["D1", "C1"]
    assert ask("裙子多少", "ask_price", candidates=rivals).source == "form"
    assert "5号链接" in words(ask("裙子多少", "ask_price", candidates=rivals, on_air="C1"))
