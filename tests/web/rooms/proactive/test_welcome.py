from __future__ import annotations

from datetime import UTC, datetime

from shop import rooms
from shop.proactive_settings import WELCOME
from shop.rooms import Incoming
from tests.web.rooms.proactive.stage import Stage


async def on(stage: Stage, **numbers: int) -> None:
    stage.turn_on(WELCOME, "欢迎{新朋友}", **numbers)
    assert await stage.tick() is None


async def test_newcomers_are_welcomed_together_and_once(stage: Stage) -> None:
    await on(stage, at_least=3)
    stage.write("小美", "阿强")
    assert await stage.tick() is None
    stage.write("小美", "阿强", "丽丽", "大雄")
    assert await stage.tick() == "欢迎@小美 @阿强 等4位 "
    stage.later(minutes=3)
    stage.write("小美", "阿强", "丽丽", "大雄")
    assert await stage.tick() is None


async def test_not_more_often_than_the_owner_allows(stage: Stage) -> None:
    await on(stage, at_least=1, gap_seconds=120)
    stage.write("甲")
    assert await stage.tick()
    stage.later(seconds=119)
    stage.write("乙")
    assert await stage.tick() is None
    stage.later(seconds=1)
    assert await stage.tick() == "欢迎@乙 "


async def test_those_who_came_long_ago_are_not_welcomed(stage: Stage) -> None:
    await on(stage, at_least=2)
    stage.write("甲")
    stage.later(minutes=6)
    stage.write("乙")
    assert await stage.tick() is None


async def test_names_unfit_to_be_shown_become_numbers(stage: Stage) -> None:
    await on(stage, at_least=3, gap_seconds=5)
    stage.write("国家级治疗", "加微信vx:abc", "<img src=x>")
    said = await stage.tick()
    assert said == "欢迎@观众V-国家 @观众V-加微 等3位 "
    assert "治疗" not in said


async def test_a_name_is_no_variable(stage: Stage) -> None:
    await on(stage, at_least=1)
    stage.write("{价格}")
    assert await stage.tick() == "欢迎@{价格} "


async def test_two_names_that_make_a_claim_together_are_not_named(stage: Stage) -> None:
    await on(stage, at_least=2)
    stage.write("全网", "第一")
    said = await stage.tick() or ""
    assert "靠前" not in said


async def test_the_record_holds_no_names(stage: Stage) -> None:
    await on(stage, at_least=1)
    stage.write("小美")
    await stage.tick()
    assert [message.text for message in stage.log()] == ["欢迎1位新朋友"]


async def test_after_a_restart_those_of_this_show_are_no_newcomers(stage: Stage) -> None:
    stage.now = datetime.now(UTC)
    await on(stage, at_least=1)
    stage.write("小美")
    assert await stage.tick()
    with stage.database.begin() as session:
        rooms.accept(session, "demo", [Incoming("c1", "v-小美", "小美", "在", stage.now)])
    stage.restart()
    assert await stage.tick() is None
    stage.later(minutes=3)
    stage.write("小美")
    assert await stage.tick() is None
    stage.write("阿强")
    assert await stage.tick() == "欢迎@阿强 "


async def test_in_the_next_show_everybody_is_new(stage: Stage) -> None:
    await on(stage, at_least=1)
    stage.write("小美")
    assert await stage.tick()
    stage.later(hours=5)
    assert await stage.tick() is None
    stage.write("小美")
    assert await stage.tick() == "欢迎@小美 "


async def test_when_the_owner_begins_the_show_anew_everybody_is_new(stage: Stage) -> None:
    await on(stage, at_least=1)
    stage.write("小美")
    assert await stage.tick()
    stage.later(minutes=30)
    await stage.announcer.begin_show()
    await stage.tick()
    stage.write("小美")
    assert await stage.tick() == "欢迎@小美 "


async def test_while_it_is_off_nobody_is_remembered(stage: Stage) -> None:
    stage.write("小美")
    await stage.tick()
    await on(stage, at_least=1)
    stage.write("阿强")
    assert await stage.tick() == "欢迎@阿强 "
    stage.turn_off(WELCOME)
    await stage.tick()
    stage.write("丽丽")
    stage.turn_on(WELCOME)
    stage.later(minutes=3)
    assert await stage.tick() is None
