from __future__ import annotations

from shop.catalogue import Variant
from shop.proactive_settings import LOW_STOCK
from tests.web.rooms.proactive.stage import Stage


async def test_it_is_said_once_when_the_stock_falls_to_the_number(stage: Stage) -> None:
    stage.put_on_air("A1")
    stage.turn_on(LOW_STOCK, below=10, gap_seconds=5)
    said = []
    for stock in (50, 11, 10, 9, 3):
        stage.product(stock=stock)
        stage.later(seconds=40)
        stage.write("a")
        said.append(await stage.tick())
    assert said == [None, None, "加绒卫衣只剩10件了，想要的抓紧", None, None]


async def test_after_a_refill_it_is_said_again(stage: Stage) -> None:
    stage.put_on_air("A1")
    stage.turn_on(LOW_STOCK, below=10, gap_seconds=5)
    said = []
    for stock in (8, 30, 9):
        stage.product(stock=stock)
        stage.later(seconds=40)
        stage.write("a")
        said.append(bool(await stage.tick()))
    assert said == [True, False, True]


async def test_it_is_never_said_while_the_stock_rises(stage: Stage) -> None:
    stage.put_on_air("A1")
    stage.product(stock=0)
    stage.turn_on(LOW_STOCK, below=10)
    said = []
    for stock in (0, 3, 6, 6, 5):
        stage.product(stock=stock)
        stage.later(seconds=40)
        stage.write("a")
        said.append(bool(await stage.tick()))
    assert said == [False, False, False, False, True]


async def test_scarce_variants_are_named(stage: Stage) -> None:
    stage.product(
        variants=(
            Variant("粉色 M", "粉色", "M", 9900, 2),
            Variant("黑色 L", "黑色", "L", 9900, 1),
            Variant("白色 S", "白色", "S", 9900, 0),
            Variant("白色 L", "白色", "L", 9900, 6),
        )
    )
    stage.put_on_air("A1")
    stage.turn_on(LOW_STOCK, below=9)
    stage.write("a")
    assert (
        await stage.tick()
        == "加绒卫衣只剩9件了，想要的抓紧（黑色 L剩1件、粉色 M剩2件、白色 L剩6件）"
    )


async def test_a_restart_does_not_say_it_again(stage: Stage) -> None:
    stage.product(stock=4)
    stage.put_on_air("A1")
    stage.turn_on(LOW_STOCK, gap_seconds=5)
    stage.write("a")
    assert await stage.tick()
    stage.restart()
    stage.product(stock=3)
    stage.later(minutes=1)
    assert await stage.tick() is None


async def test_nothing_is_said_without_a_product_or_with_one_off_sale(stage: Stage) -> None:
    stage.product(stock=4, status="off")
    stage.turn_on(LOW_STOCK)
    stage.write("a")
    assert await stage.tick() is None
    stage.put_on_air("A1")
    assert await stage.tick() is None


async def test_it_is_true_at_the_moment_of_saying(stage: Stage) -> None:
    stage.product(stock=4)
    stage.put_on_air("A1")
    stage.turn_on(LOW_STOCK)
    stage.write("a")
    take_turn = stage.board.turn

    def sold_meanwhile() -> bool:
        stage.product(stock=2)
        return take_turn()

    stage.board.turn = sold_meanwhile  # type: ignore[method-assign]
    assert await stage.tick() == "加绒卫衣只剩2件了，想要的抓紧"
