from __future__ import annotations

from datetime import timedelta

import pytest

from shop import catalogue, coupons, policies, room_scripts
from shop.coupons import Campaign
from shop.proactive_settings import SCRIPTS
from shop.room_scripts import ScriptDraft
from tests.web.rooms.proactive.stage import Stage


async def minutes(stage: Stage, last: int, *, step: int = 1) -> list[tuple[int, str]]:
    """What is said in these minutes of the show, with somebody writing all the time."""
    said = []
    for minute in range(0, last + 1, step):
        stage.write("a")
        text = await stage.tick()
        if text is not None:
            said.append((minute, text))
        stage.later(minutes=step)
    return said


async def test_every_so_many_minutes_within_its_window_and_times(stage: Stage) -> None:
    stage.turn_on(SCRIPTS)
    stage.script("第{开播分钟}分钟", every_minutes=10, first_minute=5, last_minute=36, most=3)
    said = await minutes(stage, 60)
    assert said == [(5, "第5分钟"), (15, "第15分钟"), (25, "第25分钟")]


async def test_the_window_ends_it(stage: Stage) -> None:
    stage.turn_on(SCRIPTS)
    stage.script("好", every_minutes=10, first_minute=5, last_minute=16)
    assert [minute for minute, _ in await minutes(stage, 60)] == [5, 15]


async def test_at_a_minute_of_the_show_once(stage: Stage) -> None:
    stage.turn_on(SCRIPTS)
    stage.script("半小时啦", at_minute=30)
    assert await minutes(stage, 90) == [(30, "半小时啦")]


async def test_a_minute_that_was_missed_is_not_said_much_later(stage: Stage) -> None:
    stage.script("半小时啦", at_minute=30)
    stage.write("a")
    await stage.tick()
    stage.later(minutes=45)
    stage.turn_on(SCRIPTS)
    stage.write("a")
    assert await stage.tick() is None


async def test_the_longest_overdue_goes_first_and_one_at_a_time(stage: Stage) -> None:
    stage.turn_on(SCRIPTS, gap_seconds=5)
    stage.script("一", every_minutes=20)
    stage.script("二", every_minutes=20)
    assert [text for _, text in await minutes(stage, 3)] == ["一", "二"]


async def test_one_that_has_no_value_holds_up_no_other_and_the_owner_is_told_once(
    stage: Stage,
) -> None:
    stage.turn_on(SCRIPTS)
    held = stage.script("只要{价格}", every_minutes=10)
    stage.script("欢迎下单", every_minutes=10)
    assert await minutes(stage, 2) == [(0, "欢迎下单")]
    (note,) = [message for message in stage.log() if message.state == "held"]
    assert (note.reason, note.text) == ("missing:价格", "只要{价格}")
    stage.put_on_air("A1")
    stage.write("a")
    assert await stage.tick() == "只要99元"
    assert next(m.key for m in stage.log() if m.state == "said") == str(held.pk)


async def test_off_and_deleted_scripts_are_silent(stage: Stage) -> None:
    stage.turn_on(SCRIPTS)
    stage.script("关着", enabled=False, every_minutes=1)
    gone = stage.script("删了", every_minutes=1)
    with stage.database.begin() as session:
        room_scripts.remove(session, "demo", gone.pk, gone.version)
    assert await minutes(stage, 3) == []


async def test_a_changed_script_keeps_its_times_of_this_show(stage: Stage) -> None:
    stage.turn_on(SCRIPTS)
    made = stage.script("一", every_minutes=1, most=1)
    assert await minutes(stage, 1) == [(0, "一")]
    with stage.database.begin() as session:
        draft = ScriptDraft("二", every_minutes=1, most=1)
        room_scripts.edit(session, "demo", made.pk, draft, made.version)
    assert await minutes(stage, 3) == []


async def test_after_a_restart_the_clock_goes_on(stage: Stage) -> None:
    stage.turn_on(SCRIPTS)
    stage.script("好", every_minutes=10)
    assert len(await minutes(stage, 4)) == 1
    stage.restart()
    assert await minutes(stage, 6) == [(5, "好")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{商品}现在{价格}", "加绒卫衣现在99元"),
        ("原价{原价}，立省{立省}", "原价159元，立省60元"),
        ("{链接}还有{库存}件", "3号链接还有50件"),
        ("{卖点}[，{品牌}]", "材质：纯棉"),
        ("{运费}", "全国包邮"),
        ("用券{优惠}", "用券满99减10"),
        ("[{紧张规格}]好", "好"),
    ],
)
async def test_variables_are_the_shop_s_own_facts(stage: Stage, text: str, said: str) -> None:
    with stage.database.begin() as session:
        policies.set_policy(session, "shipping_fee", "全国包邮")
        for number, public in enumerate((True, False)):
            campaign = Campaign(
                f"C{number}", f"满99减{10 + number}", "amount", 1000, 9900, None, None,
                stage.now - timedelta(days=1), stage.now + timedelta(days=1), public=public,
            )  # fmt: skip
            coupons.upsert(session, campaign)
    stage.put_on_air("A1")
    stage.turn_on(SCRIPTS)
    stage.script(text, every_minutes=5)
    stage.write("a")
    assert await stage.tick() == said


async def test_facts_are_those_of_the_moment(stage: Stage) -> None:
    stage.put_on_air("A1")
    stage.turn_on(SCRIPTS)
    stage.script("{价格}，{库存}件", every_minutes=5)
    stage.write("a")
    assert await stage.tick() == "99元，50件"
    stage.product(price_fen=8850)
    with stage.database.begin() as session:
        catalogue.put_stock(session, "A1", 7)
    stage.later(minutes=5)
    stage.write("a")
    assert await stage.tick() == "88.5元，7件"


async def test_a_forbidden_claim_is_held_and_told(stage: Stage) -> None:
    stage.turn_on(SCRIPTS)
    stage.script("包治百病的卫衣", every_minutes=5)
    stage.script("最便宜的卫衣", every_minutes=5)
    with stage.host.listening() as listener:
        assert await minutes(stage, 2) == [(0, "很实惠的卫衣")]
        told = [listener._queue.get_nowait() for _ in range(listener._queue.qsize())]
    labels = [(m["message"]["state"], m["message"]["label"]) for m in told if m]
    assert ("held", "广告法：万能") in labels
