from __future__ import annotations

import re
from dataclasses import replace

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from actions.replies.table import REPLIES
from shop import own_intents
from shop.database import Database
from shop.own_intent_draft import ACTIONS, OwnIntentDraft, OwnIntentInvalid
from shop.own_intents import OwnIntent, OwnIntentChanged, UnknownOwnIntent

EXAMPLES = ("能带猫吗", "狗可以进店吗", "宠物能来吗", "带狗狗行吗", "猫猫能进吗")
DRAFT = OwnIntentDraft("带宠物", EXAMPLES, reply="可以带，请牵好绳子")


def test_a_new_intent_gets_a_name_that_rasa_takes(shop_db: Database) -> None:
    with shop_db.begin() as session:
        made = own_intents.create(session, replace(DRAFT, examples=(*EXAMPLES, " 能带猫吗 ", "")))
        other = own_intents.create(session, replace(DRAFT, reply="", action="action_human"))
        assert own_intents.get(session, made.name) == made
        assert own_intents.all_own(session) == sorted([made, other], key=lambda one: one.name)
    assert re.fullmatch(r"own_[a-z0-9_]{1,40}", made.name)
    assert made == OwnIntent(made.name, "带宠物", EXAMPLES, "可以带，请牵好绳子", "", 1)
    assert (other.reply, other.action) == ("", "action_human")


def test_editing_replaces_this_version_only(shop_db: Database) -> None:
    new = OwnIntentDraft("宠物", (*EXAMPLES[1:], "鸟呢"), action="action_human")
    with shop_db.begin() as session:
        made = own_intents.create(session, DRAFT)
        before = own_intents.revision(session)
        edited = own_intents.edit(session, made.name, new, 1)
        assert own_intents.revision(session) == before + 1
    assert edited == OwnIntent(made.name, "宠物", new.examples, "", "action_human", 2)
    with pytest.raises(OwnIntentChanged) as caught, shop_db.begin() as session:
        own_intents.edit(session, made.name, DRAFT, 1)
    assert caught.value.current == edited
    with pytest.raises(OwnIntentChanged), shop_db.begin() as session:
        own_intents.remove(session, made.name, 1)
    with shop_db.read() as session:
        assert own_intents.get(session, made.name) == edited


def test_a_removed_intent_is_unknown(shop_db: Database) -> None:
    with shop_db.begin() as session:
        name = own_intents.create(session, DRAFT).name
        own_intents.remove(session, name, 1)
        assert own_intents.all_own(session) == []
        with pytest.raises(UnknownOwnIntent):
            own_intents.get(session, name)
        with pytest.raises(UnknownOwnIntent):
            own_intents.edit(session, name, DRAFT, 1)
        with pytest.raises(UnknownOwnIntent):
            own_intents.remove(session, name, 1)


def test_every_action_offered_is_one_that_answers() -> None:
    assert set(ACTIONS) <= REPLIES.keys()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "带\n宠物"}, "title"),
        ({"title": "长" * 51}, "title"),
        ({"examples": EXAMPLES[:4]}, "examples"),
        ({"examples": (*EXAMPLES[:4], EXAMPLES[0])}, "examples"),
        ({"examples": tuple(f"能带猫{n}吗" for n in range(501))}, "examples"),
        ({"reply": " "}, "reply"),
        ({"action": "action_human"}, "reply"),
        ({"reply": "", "action": "action_format_disk"}, "action"),
        ({"reply": "长" * 2_001}, "reply"),
        ({"reply": "可\0以"}, "reply"),
    ],
)
def test_intents_that_cannot_be_kept_name_their_field(
    change: dict[str, object], field: str
) -> None:
    with pytest.raises(OwnIntentInvalid) as caught:
        replace(DRAFT, **change).checked()
    assert caught.value.field == field
    assert caught.value.reason


@pytest.mark.parametrize(
    "example",
    [
        "/restart", "／restart", " /greet", "买[口红](product)", "买[口红] (product)",
        '买[口红]{"entity": "product"}', '[口红][{"entity": "product"}]', "{x",
        "能带猫吗\n- intent: x",
        "一\r二", "一\x0b二", "一\x85二", "一\u2028二", "一\u2029二", "一\0二",
        "一\ufeff二", "一\ufffe二",
        "一\x1b二", "一\ud800二", "一\t二", "长" * 201,
    ],
)  # fmt: skip
def test_examples_that_would_be_more_than_text_are_refused(example: str) -> None:
    with pytest.raises(OwnIntentInvalid) as caught:
        replace(DRAFT, examples=(*EXAMPLES, example)).checked()
    assert caught.value.field == "examples"


MARKS = st.text(st.sampled_from("-:#[](){}|>&*!%@`'\"\\/ \t\n\r\x85\u2028\ufeff\0猫aN~?,"))


@given(st.lists(st.one_of(MARKS, st.text()), min_size=5, max_size=8))
def test_whatever_passes_is_one_line_of_training_text(texts: list[str]) -> None:
    passed = []
    for text in texts:
        try:
            draft = OwnIntentDraft("名", (*EXAMPLES, text), "答").checked()
        except OwnIntentInvalid:
            continue
        passed += draft.examples[len(EXAMPLES) :]
    lines = "".join(f"    - {text}\n" for text in ("头", *passed))
    head, tail = "- intent: own_x\n  examples: |\n", "- intent: next\n  examples: |\n    - 尾\n"
    first, second = yaml.safe_load(head + lines + tail)
    assert first["examples"].splitlines() == ["- 头", *(f"- {text}" for text in passed)]
    assert second == {"intent": "next", "examples": "- 尾\n"}
