from __future__ import annotations

from shop import catalogue
from shop.catalogue import Product, Variant
from shop.proactive_settings import SWITCH
from tests.web.rooms.proactive.stage import Stage


def second_product(stage: Stage) -> None:
    with stage.database.begin() as session:
        catalogue.upsert(
            session, Product(sku="B2", title="牛仔裤", price_fen=12900, stock=7, link_no=5)
        )


async def test_the_product_that_comes_on_air_gets_its_card(stage: Stage) -> None:
    stage.turn_on(SWITCH)
    stage.put_on_air("A1")
    assert await stage.tick() is None  # not before it has stayed for a moment
    stage.later(seconds=6)
    with stage.overlay.listening() as listener:
        message = await stage.announcer.tick()
        shown = listener._queue.get_nowait()
    assert message is not None
    assert shown is not None
    assert shown["kind"] == SWITCH
    words, card = shown["blocks"]
    assert words == {"type": "text", "text": "现在讲3号链接："}
    assert card == {
        "type": "product_card", "sku": "A1", "title": "加绒卫衣", "price_fen": 9900,
        "list_price_fen": 15900, "link_no": 3, "stock": 50, "reason": "材质：纯棉",
    }  # fmt: skip
    stage.later(minutes=1)
    assert await stage.tick() is None


async def test_flipping_through_products_shows_only_the_last(stage: Stage) -> None:
    second_product(stage)
    stage.turn_on(SWITCH)
    for sku in ("A1", "B2", "A1", "B2"):
        stage.put_on_air(sku)
        stage.later(seconds=3)
        assert await stage.tick() is None
    stage.later(seconds=3)
    assert "牛仔裤" in (await stage.tick() or "")


async def test_the_same_card_is_not_shown_twice_within_the_window(stage: Stage) -> None:
    second_product(stage)
    stage.turn_on(SWITCH, gap_seconds=5)
    said = []
    for sku in ("A1", "B2", "A1"):
        stage.put_on_air(sku)
        stage.later(seconds=31)
        said.append(await stage.tick())
    assert [bool(text) for text in said] == [True, True, False]
    stage.put_on_air("B2")
    stage.put_on_air("A1")
    stage.later(minutes=4, seconds=30)
    assert await stage.tick() is None  # too late for a card: the host is in the middle of it


async def test_the_same_product_put_on_air_again_is_no_change(stage: Stage) -> None:
    stage.turn_on(SWITCH)
    stage.put_on_air("A1")
    stage.later(seconds=10)
    assert await stage.tick()
    stage.put_on_air("A1")
    stage.later(minutes=10)
    assert await stage.tick() is None


async def test_what_cannot_be_bought_is_not_advertised(stage: Stage) -> None:
    stage.turn_on(SWITCH)
    for known, code in (
        ({"stock": 0}, "sold_out"),
        ({"stock": 5, "status": "off"}, "off_sale"),
        ({"status": "on", "price_fen": 0}, "no_price"),
    ):
        stage.product(**known)
        stage.put_on_air(None)
        stage.put_on_air("A1")
        stage.later(seconds=10)
        assert await stage.tick() is None
        assert await stage.tick() is None
        assert [stage.log()[0].reason, stage.log()[0].state] == [code, "held"]
    assert len(stage.log()) == 3


async def test_stock_is_that_of_the_variants(stage: Stage) -> None:
    stage.product(
        variants=(Variant("黑 M", "黑", "M", 9900, 2), Variant("黑 L", "黑", "L", 9900, 1))
    )
    stage.turn_on(SWITCH, "{库存}件")
    stage.put_on_air("A1")
    stage.later(seconds=10)
    assert (await stage.tick() or "").startswith("3件")


async def test_a_restart_does_not_show_the_card_again(stage: Stage) -> None:
    stage.turn_on(SWITCH)
    stage.put_on_air("A1")
    stage.later(seconds=10)
    assert await stage.tick()
    stage.restart()
    stage.later(seconds=20)
    assert await stage.tick() is None


async def test_a_forbidden_title_is_put_right_or_held(stage: Stage) -> None:
    stage.product(title="全网最好的卫衣")
    stage.turn_on(SWITCH)
    stage.put_on_air("A1")
    stage.later(seconds=10)
    assert "很好" in (await stage.tick() or "")
    stage.product(title="国家级卫衣")
    stage.put_on_air(None)
    stage.put_on_air("A1")
    stage.later(seconds=30)
    assert await stage.tick() is None
    assert stage.log()[0].reason == "compliance:国家级"
