"""The digest: what the room asked and was told in public, with the answers of now."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from shop import rooms
from shop.proactive_settings import DIGEST
from shop.rooms import Answer, Incoming, Outcome
from tests.web.rooms.proactive.stage import Stage
from tests.web.rooms.room_rasa import REPLIES, RoomRasa


@pytest.fixture
async def asked(stage: Stage) -> Stage:
    """A stage in the present: the journal stamps comments with the time of day."""
    stage.now = datetime.now(UTC)
    stage.put_on_air("A1")
    stage.write("a")
    return stage


def ask(
    stage: Stage,
    intent: str,
    *texts: str,
    sku: str | None = "A1",
    kind: str = "answered",
    public: bool = True,
) -> None:
    """Each text is asked by a viewer of its own, and all have the same answer."""
    with stage.database.begin() as session:
        stage.commented += 1
        incoming = [
            Incoming(f"{stage.commented}-{n}", f"{stage.commented}-{n}", "", text, stage.now)
            for n, text in enumerate(texts)
        ]
        comments = rooms.accept(session, "demo", incoming).rows
        answer = Answer("demo", intent, texts[0], sku, f"旧答案{intent}", (), public, stage.now)
        pk = rooms.save_answer(session, answer)
        rooms.record(session, [Outcome(c.pk, kind, "public", pk, stage.now) for c in comments])


async def test_what_most_ask_is_said_with_the_answer_of_now(asked: Stage, rasa: RoomRasa) -> None:
    ask(asked, "ask_price", "多少钱", "多少钱呀", "多少钱", "啥价")
    ask(asked, "ask_shipping_time", "几号发货", "几号发货？", "什么时候发货", sku=None)
    asked.turn_on(DIGEST)
    said = await asked.tick()
    assert said == "大家常问：\n多少钱？ 99元\n几号发货？ 答：几号发货？"
    viewers = [message["metadata"]["viewer"] for message in rasa.messages]
    assert len(set(viewers)) == 2
    assert {message["metadata"]["on_air"] for message in rasa.messages} == {"A1"}
    asked.later(minutes=9)
    asked.write("a")
    assert await asked.tick() is None


async def test_few_askers_are_no_digest(asked: Stage) -> None:
    ask(asked, "ask_price", "多少钱", "多少钱")
    asked.turn_on(DIGEST)
    assert await asked.tick() is None
    # The owner's button is content with two.
    assert not isinstance(await asked.announcer.say_now(DIGEST), str)


@pytest.mark.parametrize(
    ("intent", "texts", "known"),
    [
        ("ask_order_status", ("快递单到哪了",) * 4, {}),  # private to each viewer
        ("ask_discount", ("有券吗",) * 4, {}),
        ("complaint", ("我要投诉",) * 4, {"kind": "handed_over"}),
        ("ask_price", ("多少钱",) * 4, {"kind": "handed_over"}),
        ("ask_price", ("多少钱",) * 4, {"public": False}),
        ("ask_price", ("多少钱",) * 4, {"sku": "B2"}),  # of a product that has gone off air
        ("ask_spec", ("最好的面料吗",) * 4, {}),  # held by the advertising law
        ("ask_host_show", ("转一圈",) * 4, {}),  # the host's to show
        ("ask_price", ("多少钱 13812345678",) * 4, {}),  # somebody's own number
        ("ask_price", ("加微信多少钱，这里面最便宜的是哪一个呢你说说",) * 4, {}),
    ],
)
async def test_what_is_not_for_everybody_is_left_out(
    asked: Stage, intent: str, texts: tuple[str, ...], known: dict[str, object]
) -> None:
    ask(asked, intent, *texts, **known)  # type: ignore[arg-type]
    asked.turn_on(DIGEST)
    assert await asked.tick() is None
    assert await asked.announcer.say_now(DIGEST) == "最近没有足够多人问同一个可以公开回答的问题"


async def test_an_answer_that_is_private_now_is_left_out(
    asked: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask(asked, "ask_price", *["多少钱"] * 4)
    private = [{"type": "text", "text": "私密价", "private": True}]
    monkeypatch.setitem(REPLIES, "ask_price", [{"type": "text", "text": "问价"}, *private])
    asked.turn_on(DIGEST)
    assert await asked.tick() is None


async def test_without_rasa_there_is_none_and_the_others_go_on(
    asked: Stage, rasa: RoomRasa
) -> None:
    ask(asked, "ask_price", *["多少钱"] * 4)
    rasa.down = True
    asked.turn_on(DIGEST)
    assert await asked.tick() is None
    assert "不在线" in (await asked.announcer.preview(DIGEST)).why
    rasa.down = False
    asked.later(seconds=31)
    assert "99元" in (await asked.tick() or "")


async def test_the_online_question_is_a_variable(asked: Stage) -> None:
    ask(asked, "ask_order_status", *["快递单到哪了"] * 6)
    ask(asked, "ask_price", *["多少钱"] * 4)
    preview = await asked.announcer.preview("scripts", "大家在问{在线问题}{提问人数}人")
    assert preview.said is not None
    assert preview.said.kept == "大家在问多少钱？10人"
