"""Suggestions from the real recommender and the shop as it stands at this moment."""

from __future__ import annotations

from datetime import timedelta

import pytest

from actions.desk import Desk
from actions.suggesting.policy import usual_days
from actions.suggesting.viewer import stay_of
from shop import catalogue, events, orders, recommend_rules, recommend_setting, rooms
from shop.events import Event
from shop.orders import Order
from shop.recommend_rule_draft import RuleDraft
from shop.recommend_setting import Setting, StepDraft
from tests.actions.conftest import NOW
from tests.actions.suggesting.conftest import Suggest, skus


def rule(desk: Desk, *drafts: RuleDraft) -> None:
    with desk.database.begin() as session:
        for draft in drafts:
            recommend_rules.create(session, draft)


def test_a_viewer_who_looked_at_dresses_is_shown_dresses_and_told_why(suggest: Suggest) -> None:
    found = suggest("carol")
    assert len(found.items) == 3
    first = found.items[0]
    assert first.product.category == "女装"
    assert "碎花连衣裙" in first.shown.reason
    assert first.shown.propensity == 1.0
    assert "G1" not in skus(found)  # sold out
    assert found.policy.startswith("recommender-first/r0/")


def test_what_sells_out_or_is_hidden_after_the_fit_is_not_shown(
    suggest: Suggest, desk: Desk
) -> None:
    before = skus(suggest("carol"))
    with desk.database.begin() as session:
        catalogue.put_stock(session, before[0], 0)
    rule(desk, RuleDraft("hide", before[1]))
    after = skus(suggest("carol"))
    assert len(after) == 3
    assert not set(before[:2]) & set(after)


def test_pins_come_first_and_caps_hold(suggest: Suggest, desk: Desk) -> None:
    rule(desk, RuleDraft("pin", "P1", 1), RuleDraft("category_cap", "", 1))
    found = suggest("carol")
    assert skus(found)[0] == "P1"
    categories = [one.product.category for one in found.items]
    assert len(set(categories)) == len(categories) == 3
    assert "category_cap" in {one.rule for one in found.dropped}
    assert found.policy.split("/")[1] == "r2"


def test_the_longer_the_stay_the_more(suggest: Suggest, desk: Desk) -> None:
    steps = (StepDraft(0, 1, 0.0), StepDraft(300, 4, 0.0))
    with desk.database.begin() as session:
        recommend_setting.edit(session, Setting(steps=steps), 0)
        dwell = Event("d", NOW - timedelta(minutes=1), "dan", "dwell", "C1", 280.0)
        events.record(session, [dwell])
    assert len(suggest("bob").items) == 1
    assert len(suggest("bob", stayed_s=301.0).items) == 4
    assert len(suggest("dan").items) == 4  # a minute since, and 280 s before


def test_a_visit_ends_where_nothing_happened_for_long() -> None:
    def at(minutes: float, kind: str = "view", value: float | None = None) -> Event:
        return Event(f"{minutes}", NOW - timedelta(minutes=minutes), "v", kind, "A", value)

    assert stay_of([], NOW) == 0
    assert stay_of([at(11)], NOW) == 0
    assert stay_of([at(3), at(9), at(30), at(-5)], NOW) == 9 * 60
    assert stay_of([at(3, "dwell", 60.0), at(13.5)], NOW) == 13.5 * 60
    assert stay_of([at(3, "dwell", float("inf"))], NOW) > 0


def test_what_is_used_up_comes_again_when_it_is_due_and_never_before(
    suggest: Suggest, desk: Desk
) -> None:
    with desk.database.begin() as session:
        orders.upsert_many(
            session,
            [
                Order("e1", "eve", NOW - timedelta(days=70), "S2", status="delivered"),
                Order("e2", "eve", NOW - timedelta(days=20), "C1", status="delivered"),
                Order("e3", "eve", NOW - timedelta(days=900), "W1", status="delivered"),
            ],
        )
    found = suggest("eve", k=9)
    assert "S2" in skus(found)[:3]
    (due,) = [one for one in found.items if one.product.sku == "S2"]
    assert due.shown.reason == "您上次买这款是70天前，用得差不多可以补货了"
    assert not {"C1", "W1"} & set(skus(found))
    rule(desk, RuleDraft("due", "护肤", 15))
    assert {"C1", "S2"} <= set(skus(suggest("eve", k=9)))
    assert (usual_days("护肤/面霜"), usual_days("婴儿纸尿裤"), usual_days("女装")) == (60, 21, None)


def test_where_others_read_along_nothing_personal_shows(suggest: Suggest) -> None:
    found = suggest("v4", personal=False, room="demo", k=9)
    assert {"C1", "S1", "W1"} <= set(skus(found))  # what v4 bought is no secret kept by leaving out
    assert not [one for one in found.items if "您" in one.shown.reason and "买" in one.shown.reason]
    assert suggest("v4", personal=False, k=9).moment.bought_days == {}
    assert not {"C1", "S1", "W1"} & set(skus(suggest("v4", k=9)))


def test_the_room_and_real_purchases_speak_for_what_they_are_about(
    suggest: Suggest, desk: Desk
) -> None:
    found = suggest("bob", on_air="C1", k=9)
    (cleanser,) = [one for one in found.items if one.product.sku == "S1"]
    values = {part.name: part.value for part in cleanser.shown.parts}
    assert values["together"] == pytest.approx(1.0)
    assert values["on_air"] == 1.0
    assert cleanser.shown.reason == "买过「控油保湿面霜」的顾客里，有4位也买了这款"
    assert "C1" not in skus(found)
    with desk.database.begin() as session:
        rooms.create_room(session, "demo")
        clicks = [Event(f"r{v}", NOW, v, "click", "W2", None, "demo") for v in ("a", "b")]
        events.record(session, clicks)
    hot = suggest("bob", room="demo", k=9)
    (coat,) = [one for one in hot.items if one.product.sku == "W2"]
    assert {part.name: part.value for part in coat.shown.parts}["clicks"] == 1.0
    assert hot.moment.clicks == {"W2": 2}


def test_nothing_known_nothing_sold_and_strange_input_give_a_short_list(
    suggest: Suggest, desk: Desk
) -> None:
    assert suggest("").items
    assert suggest("nobody", on_air="unknown", page_sku="unknown", stayed_s=float("nan")).items
    assert suggest("bob", k=0).items == ()
    with desk.database.begin() as session:
        for product in catalogue.all_products(session):
            catalogue.put_stock(session, product.sku, 0)
    assert suggest("carol").items == ()


def test_the_same_moment_gives_the_same_list_and_chance_is_kept_with_it(
    suggest: Suggest, desk: Desk
) -> None:
    with desk.database.begin() as session:
        recommend_setting.edit(session, Setting(steps=(StepDraft(0, 3, 1.0),)), 0)
    lists = [suggest(f"viewer{n}") for n in range(20)]
    assert len({tuple(skus(one)) for one in lists}) > 5
    assert skus(suggest("viewer3")) == skus(lists[3])
    assert all(0 < item.shown.propensity < 1 for one in lists for item in one.items)
