"""The limits that hold for every kind, and what stands above them all: the viewers' answers."""

from __future__ import annotations

import asyncio

from shop.proactive_settings import DIGEST, LIMITS, LOW_STOCK, SCRIPTS, SWITCH, WELCOME
from tests.web.rooms.proactive.stage import Stage
from web.rooms.board import Board, Notice
from web.rooms.grouping import Question


def notice(number: int) -> Notice:
    return Notice(number, Question(f"q{number}", None), "答", [], ["小美"], 1, 0.0)


async def test_a_fresh_room_says_nothing_by_itself(stage: Stage) -> None:
    stage.product(stock=1)
    stage.put_on_air("A1")
    stage.script("好", every_minutes=1)
    for _ in range(120):
        stage.write("甲", "乙", "丙", "丁")
        assert await stage.tick() is None
        stage.later(seconds=30)
    assert stage.log() == []


async def test_the_master_switch_stops_everything(stage: Stage) -> None:
    stage.turn_on(SCRIPTS)
    stage.script("好", every_minutes=1)
    stage.turn_off(LIMITS)
    stage.write("a")
    assert await stage.tick() is None
    stage.turn_on(LIMITS)
    assert await stage.tick() == "好"


async def test_so_many_a_minute_whatever_the_kinds(stage: Stage) -> None:
    stage.turn_on(LIMITS, per_minute=2, repeat_minutes=1)
    stage.turn_on(SCRIPTS, gap_seconds=5)
    for number in range(6):
        stage.script(f"第{number}条", every_minutes=60)
    said = []
    for _ in range(120):
        stage.write("a")
        said.append(await stage.tick() is not None)
        stage.later(seconds=1)
    assert sum(said) == 4
    assert all(sum(said[at : at + 60]) <= 2 for at in range(120))


async def test_so_many_a_show(stage: Stage) -> None:
    stage.turn_on(SCRIPTS, per_show=3)
    stage.script("第{开播分钟}分钟", every_minutes=1, most=100)
    said = 0
    for _ in range(20):
        stage.write("a")
        said += await stage.tick() is not None
        stage.later(minutes=1)
    assert said == 3


async def test_quiet_while_nobody_writes(stage: Stage) -> None:
    stage.turn_on(LIMITS, quiet_minutes=5)
    stage.turn_on(SCRIPTS)
    stage.script("第{开播分钟}分钟", every_minutes=4, most=100)
    stage.write("a")
    said = []
    for _ in range(20):
        said.append(await stage.tick())
        stage.later(minutes=1)
    assert [text for text in said if text] == ["第0分钟", "第4分钟"]
    stage.write("a")
    assert await stage.tick() == "第20分钟"


async def test_quiet_can_be_turned_off(stage: Stage) -> None:
    stage.turn_on(LIMITS, quiet_minutes=0)
    stage.turn_on(SCRIPTS)
    stage.script("第{开播分钟}分钟", every_minutes=30)
    stage.write("a")
    assert await stage.tick() == "第0分钟"
    stage.later(minutes=31)
    assert await stage.tick() == "第31分钟"


async def test_before_the_show_nothing_is_said(stage: Stage) -> None:
    stage.turn_on(SCRIPTS)
    stage.script("好", every_minutes=1)
    assert await stage.tick() is None
    preview = await stage.announcer.preview(SCRIPTS, "好")
    assert "还没有开播" in preview.why
    await stage.announcer.begin_show()
    assert await stage.tick() == "好"


async def test_the_same_words_are_not_repeated_within_the_window(stage: Stage) -> None:
    stage.turn_on(LIMITS, repeat_minutes=5)
    stage.turn_on(SCRIPTS, gap_seconds=5)
    stage.script("好", every_minutes=2)
    stage.script("好", every_minutes=2)
    said = []
    for minute in range(12):
        stage.write("a")
        if await stage.tick():
            said.append(minute)
        stage.later(minutes=1)
    assert said == [0, 5, 10]


async def test_answers_go_first(stage: Stage) -> None:
    stage.turn_on(SCRIPTS)
    stage.script("好", every_minutes=1)
    stage.write("a")
    stage.board.post(notice(1))
    assert await stage.tick() is None
    stage.board.show_next()
    assert await stage.tick() == "好"


async def test_messages_and_answers_share_the_room_s_rate(stage: Stage) -> None:
    now = 0.0
    stage.board = Board(stage.overlay, 1.0, lambda: None, lambda: now)
    stage.restart()
    stage.turn_on(LIMITS, per_minute=20, repeat_minutes=1)
    stage.turn_on(SCRIPTS, gap_seconds=5)
    stage.script("第{开播分钟}分钟", every_minutes=1, most=500)
    for number in (1, 2):
        stage.board.post(notice(number))
        stage.board.show_next()
    stage.write("a")
    assert await stage.tick() is None
    now = 1.0
    assert await stage.tick() == "第0分钟"
    stage.board.post(notice(3))
    assert stage.board.show_next() is None
    now = 2.0
    assert stage.board.show_next() is not None


async def test_two_engines_on_one_room_say_it_once(stage: Stage) -> None:
    stage.turn_on(SCRIPTS)
    stage.turn_on(LOW_STOCK)
    stage.turn_on(SWITCH)
    stage.product(stock=2)
    stage.put_on_air("A1")
    stage.script("好", every_minutes=10)
    others = [stage.another() for _ in range(3)]
    for _ in range(30):
        await asyncio.gather(*(one.tick() for one in (stage.announcer, *others)))
        stage.later(seconds=10)
        for one in others:
            one._shows.alive(stage.now)
        stage.write("a")
    said = [message.kind for message in stage.log() if message.state == "said"]
    assert sorted(said) == sorted([LOW_STOCK, SCRIPTS, SWITCH])


async def test_a_fault_of_the_database_says_nothing_and_the_next_tick_does(stage: Stage) -> None:
    stage.turn_on(SCRIPTS)
    stage.script("好", every_minutes=10)
    stage.write("a")
    await stage.announcer.preview(SCRIPTS, "好")  # settings are read
    record = stage.announcer._record

    def locked(*_: object) -> None:
        raise OSError("disk full")

    stage.announcer._record = locked  # type: ignore[method-assign, assignment]
    task = asyncio.create_task(stage.announcer.run())
    await asyncio.sleep(0.3)
    assert not task.done()
    stage.announcer._record = record  # type: ignore[method-assign]
    await asyncio.sleep(1.2)
    task.cancel()
    assert [message.text for message in stage.log()] == ["好"]


async def test_a_page_that_opens_now_is_told_what_was_said(stage: Stage) -> None:
    stage.turn_on(SCRIPTS)
    stage.script("好", every_minutes=10)
    stage.write("a")
    await stage.tick()
    assert [message["type"] for message in stage.board.recall()] == ["say"]


async def test_a_preview_says_what_and_why_not(stage: Stage) -> None:
    stage.put_on_air("A1")
    for kind in (SWITCH, LOW_STOCK, WELCOME, DIGEST):
        preview = await stage.announcer.preview(kind)
        assert preview.why
        assert (preview.said is not None) == (kind in (SWITCH, LOW_STOCK))
    stage.turn_on(LOW_STOCK)
    preview = await stage.announcer.preview(LOW_STOCK)
    assert preview.why == "还有 50 件，高于 10 件"
    assert preview.said is not None
    assert preview.said.kept == "加绒卫衣只剩50件了，想要的抓紧"
    assert stage.log() == []


async def test_the_owner_s_button_says_what_is_true_at_once(stage: Stage) -> None:
    stage.put_on_air("A1")
    said = await stage.announcer.say_now(LOW_STOCK)
    assert not isinstance(said, str)
    assert said.text == "加绒卫衣只剩50件了，想要的抓紧"
    stage.product(stock=0)
    assert await stage.announcer.say_now(LOW_STOCK) == "已经卖完，不催单"
    stage.board.post(notice(1))
    stage.product(stock=3)
    assert await stage.announcer.say_now(LOW_STOCK) == "正在回答观众的提问，请过一会儿再点"
