"""The demo shop holds together: files, references, size charts, the room, hidden tastes."""

from __future__ import annotations

import csv
import importlib.util
import json
import re
import sys
from collections import Counter
from datetime import datetime
from functools import cache
from itertools import pairwise
from pathlib import Path
from types import ModuleType

import numpy as np
import pandas as pd
import pytest
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from shop.database import Database
from shop.importing import import_file
from shop.policies import POLICIES

DEMO = Path(__file__).parents[2] / "data" / "demo_shop"
BUYING = {"buy_intent"}
CHATTER = {"greet", "thanks", "goodbye", "affirm", "deny", "chitchat", "out_of_scope"}
CONTRACT_INTENTS = {
    "ask_price", "ask_discount", "ask_stock", "ask_restock", "ask_size", "ask_spec", "ask_usage",
    "ask_suitability", "ask_shipping_time", "ask_shipping_fee", "ask_courier", "ask_return",
    "ask_authenticity", "ask_warranty", "ask_how_to_buy", "ask_link", "ask_gift", "ask_compare",
    "ask_recommend", "ask_order_status", "ask_invoice", "ask_live_schedule", "ask_host_show",
    "buy_intent", "complaint", "ask_human", "greet", "thanks", "goodbye", "affirm", "deny",
    "inform", "chitchat", "spam", "out_of_scope", "faq",
}  # fmt: skip


def rows(name: str) -> list[dict[str, str]]:
    with (DEMO / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def room_lines() -> list[dict[str, str]]:
    text = (DEMO / "room.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def products() -> dict[str, dict[str, str]]:
    return {row["sku"]: row for row in rows("products.csv")}


@cache
def behaviour() -> ModuleType:
    spec = importlib.util.spec_from_file_location("demo_behaviour", DEMO / "behaviour.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


@cache
def generated() -> tuple[pd.DataFrame, pd.DataFrame]:
    frames: tuple[pd.DataFrame, pd.DataFrame] = behaviour().generate()
    return frames


# ---------------------------------------------------------------- catalogue


def test_the_catalogue_is_large_and_unambiguous() -> None:
    table = rows("products.csv")
    assert len(table) >= 70
    assert len({row["sku"] for row in table}) == len(table)
    assert len({row["title"] for row in table}) == len(table)
    assert len({row["category"] for row in table}) >= 6
    assert all(re.fullmatch(r"[A-Z]{3}-\d{3}", row["sku"]) for row in table)
    assert 3 <= sum(row["status"] == "off" for row in table) <= 4
    assert any(row["stock"] == "0" and row["status"] == "on" for row in table)


def test_link_numbers_run_from_one_without_a_gap() -> None:
    linked = [row for row in rows("products.csv") if row["link_no"]]
    assert len(linked) >= 30
    assert sorted(int(row["link_no"]) for row in linked) == list(range(1, len(linked) + 1))
    assert all(row["status"] == "on" for row in linked)


def test_an_alias_means_one_product() -> None:
    aliases = Counter(a for row in rows("products.csv") for a in row["aliases"].split("|"))
    assert "" not in aliases
    assert [alias for alias, count in aliases.items() if count > 1] == []


def test_nothing_is_sold_below_cost_or_above_its_list_price() -> None:
    for row in rows("products.csv"):
        assert float(row["cost"]) < float(row["price"]), row["sku"]
        assert not row["list_price"] or float(row["list_price"]) > float(row["price"]), row["sku"]


def test_some_facts_are_held_and_some_are_not() -> None:
    table = rows("products.csv")
    for attribute in ("材质", "成分", "用法", "洗护", "质保", "赠品", "保质期"):
        known = sum(bool(row[attribute]) for row in table)
        assert 5 <= known < len(table), attribute


def test_variants_add_up_to_the_stock_of_their_product() -> None:
    shop, stock = products(), Counter[str]()
    for row in rows("variants.csv"):
        stock[row["sku"]] += int(row["stock"])
        assert float(row["price"]) > float(shop[row["sku"]]["cost"]), row
    assert {sku: int(shop[sku]["stock"]) for sku in stock} == dict(stock)
    keys = [(row["sku"], row["variant"]) for row in rows("variants.csv")]
    assert len(set(keys)) == len(keys)
    sold_out = {row["sku"] for row in rows("variants.csv") if row["stock"] == "0"}
    assert any(stock[sku] > 0 for sku in sold_out)


def test_the_importers_refuse_no_row(tmp_path: Path) -> None:
    database = Database(f"sqlite:///{tmp_path / 'shop.db'}")
    database.migrate()
    kinds = {"products": "products", "variants": "variants", "size_charts": "sizes", "faq": "faq"}
    for kind, name in kinds.items():
        report = import_file(database, kind, DEMO / f"{name}.csv", viewer_key="k" * 32)
        assert report.errors == ()
        assert report.loaded == len(rows(f"{name}.csv"))
    database.dispose()


# ---------------------------------------------------------------- size charts


def chart(sku: str) -> list[tuple[str, float, float, float, float]]:
    return [
        (
            row["size"],
            float(row["height_min"]),
            float(row["height_max"]),
            float(row["weight_min"]),
            float(row["weight_max"]),
        )
        for row in rows("sizes.csv")
        if row["sku"] == sku
    ]


@pytest.mark.parametrize("sku", sorted({row["sku"] for row in rows("sizes.csv")}))
def test_a_size_chart_covers_bodies_and_does_not_overlap(sku: str) -> None:
    sizes = chart(sku)
    assert min(s[1] for s in sizes) <= 150
    assert max(s[2] for s in sizes) >= 180
    assert min(s[3] for s in sizes) <= 40
    assert max(s[4] for s in sizes) >= 80
    for before, after in pairwise(sizes):
        # Heavier and taller with every size; no weight belongs to two, none falls between.
        assert 0 < after[3] - before[4] < 0.2, (before, after)
        assert after[1] >= before[1]
        assert after[2] >= before[2]
    worn = {row["size"] for row in rows("variants.csv") if row["sku"] == sku}
    assert not worn or worn == {s[0] for s in sizes}


@pytest.mark.parametrize("sku", [sku for sku in products() if sku.startswith("DRS")])
def test_165_cm_and_55_kg_is_one_size_of_every_dress(sku: str) -> None:
    fitting = [s[0] for s in chart(sku) if s[1] <= 165 <= s[2] and s[3] <= 55 <= s[4]]
    assert len(fitting) == 1


# ---------------------------------------------------------------- questions, policies, campaigns


def test_faqs_have_their_own_words() -> None:
    table = rows("faq.csv")
    assert len(table) >= 70
    assert len({row["faq_id"] for row in table}) == len(table)
    phrases = [p for row in table for p in (row["question"], *row["similar_questions"].split("|"))]
    assert len(set(phrases)) == len(phrases)
    for row in table:
        assert 3 <= len(row["similar_questions"].split("|")) <= 6, row["faq_id"]
        assert len(row["answer"]) >= 15, row["faq_id"]


def test_faqs_point_at_products_that_are_on_sale() -> None:
    shop = products()
    named = [row["sku"] for row in rows("faq.csv") if row["sku"]]
    assert len(named) >= 20
    assert all(shop[sku]["status"] == "on" for sku in named)


def test_some_faqs_are_dated_and_one_is_over() -> None:
    dated = [row for row in rows("faq.csv") if row["valid_to"]]
    assert len(dated) >= 3
    assert all(moment(row["valid_from"]) < moment(row["valid_to"]) for row in dated)
    assert any(moment(row["valid_to"]) < moment("2026-11-22T00:00:00Z") for row in dated)


def test_the_policies_are_all_there() -> None:
    table = {row["name"]: row["value"] for row in rows("policies.csv")}
    assert set(table) == set(POLICIES)
    assert all(table.values())
    assert table["shop_name"] == "小满好物"


def test_no_campaign_sells_its_product_below_the_floor() -> None:
    shop, table = products(), rows("campaigns.csv")
    assert len({row["campaign_id"] for row in table}) == len(table) >= 4
    assert sum(row["ends_at"] >= "2030" for row in table) >= 4
    for row in table:
        assert 0 < float(row["amount"]) < float(row["threshold"])
        assert moment(row["starts_at"]) < moment(row["ends_at"])
        assert not row["category"] or row["category"] in {p["category"] for p in shop.values()}
        if row["sku"]:
            left = float(shop[row["sku"]]["price"]) - float(row["amount"])
            margin = 1 - float(shop[row["sku"]]["cost"]) / left
            assert margin >= float(row["margin_floor"]), row["campaign_id"]


# ---------------------------------------------------------------- the room


def test_the_room_log_is_a_show() -> None:
    lines = room_lines()
    comments = [line for line in lines if "id" in line]
    shop = products()
    assert len(comments) >= 450
    assert len({line["viewer"] for line in comments}) >= 180
    aired = [line["on_air"] for line in lines if "on_air" in line]
    assert len(set(aired)) >= 4
    assert all(shop[sku]["status"] == "on" and shop[sku]["link_no"] for sku in aired)
    assert "on_air" in lines[0]
    times = [moment(line["ts"]) for line in lines]
    assert all(a < b for a, b in pairwise(times))
    assert 20 <= (times[-1] - times[0]).total_seconds() / 60 <= 30
    assert [line["id"] for line in comments] == [f"c{n:04d}" for n in range(1, len(comments) + 1)]


def test_most_comments_are_written_once_only() -> None:
    texts = Counter(line["text"] for line in room_lines() if "id" in line)
    assert len(texts) / texts.total() > 0.9


def test_the_labels_cover_the_log() -> None:
    labels = rows("room_labels.csv")
    assert [r["id"] for r in labels] == [line["id"] for line in room_lines() if "id" in line]
    assert {row["intent"] for row in labels} <= CONTRACT_INTENTS
    for row in labels:
        intent = row["intent"]
        kind = "buying" if intent in BUYING else "chatter" if intent in CHATTER else "question"
        assert row["kind"] == ("spam" if intent == "spam" else kind), row
    kinds = Counter(row["kind"] for row in labels)
    assert min(kinds[k] for k in ("question", "buying", "chatter", "spam")) >= 15


def test_orders_asked_about_in_the_room_belong_to_who_asks() -> None:
    _, orders = generated()
    owner = dict(zip(orders["order_id"], orders["viewer"], strict=True))
    asked = [
        (found.group(), line["viewer"])
        for line in room_lines()
        if (found := re.search(r"MX\d{10}", line.get("text", "")))
    ]
    assert len(asked) >= 2
    assert all(owner[order] == viewer for order, viewer in asked)


def test_shoppers_in_the_room_have_a_history() -> None:
    events, _ = generated()
    known = set(events["viewer"])
    spam = {row["id"] for row in rows("room_labels.csv") if row["kind"] == "spam"}
    shoppers = {line["viewer"] for line in room_lines() if "id" in line and line["id"] not in spam}
    assert shoppers <= known


# ---------------------------------------------------------------- behaviour


def test_behaviour_has_the_stated_size_and_columns() -> None:
    events, orders = generated()
    module = behaviour()
    assert list(events.columns) == module.EVENT_COLUMNS
    assert list(orders.columns) == module.ORDER_COLUMNS
    assert 60_000 <= len(events) <= 125_000
    assert events["viewer"].nunique() >= 1500
    assert events["event_id"].is_unique
    assert events["ts"].is_monotonic_increasing
    assert events["ts"].max() < pd.Timestamp(module.END, tz="Asia/Shanghai")
    skus = set(products())
    assert set(events["sku"]) - {""} <= skus
    assert set(orders["sku"]) <= skus


def test_the_same_seed_gives_the_same_shop() -> None:
    module = behaviour()
    small = {"days": 6, "viewers": 80}
    first, again, other = (module.generate(s, **small) for s in (3, 3, 4))
    pd.testing.assert_frame_equal(first[0], again[0])
    pd.testing.assert_frame_equal(first[1], again[1])
    assert not first[0].equals(other[0])


def test_orders_are_in_every_state_and_parcels_have_numbers() -> None:
    _, orders = generated()
    assert orders["order_id"].is_unique
    assert {"paid", "packed", "shipped", "delivered", "refunding", "refunded", "cancelled"} <= set(
        orders["status"]
    )
    sent = orders["status"].isin(["shipped", "delivered", "refunding", "refunded"])
    assert (orders.loc[sent, "tracking_no"] != "").all()
    assert orders.loc[sent, "tracking_no"].is_unique
    assert (orders.loc[~sent, "tracking_no"] == "").all()
    variants = {(row["sku"], row["variant"]) for row in rows("variants.csv")}
    chosen = set(zip(orders["sku"], orders["variant"], strict=True))
    assert {pair for pair in chosen if pair[1]} <= variants


def test_every_payment_has_its_order() -> None:
    events, orders = generated()
    paid = orders[orders["paid"] > 0]
    pays = events[events["event"] == "pay"]
    assert Counter(zip(paid["viewer"], paid["sku"], strict=True)) == Counter(
        zip(pays["viewer"], pays["sku"], strict=True)
    )
    assert paid.duplicated(["viewer", "sku"]).mean() > 0.08  # what is used up is bought again


def test_next_weeks_buyers_can_be_ranked_but_not_read_off() -> None:
    events, _ = generated()
    cut = events["ts"].max() - pd.Timedelta(days=7)
    past, future = events[events["ts"] < cut], events[events["ts"] >= cut]
    windows = [
        past[past["ts"] >= cut - pd.Timedelta(days=days)]
        .pivot_table(index="viewer", columns="event", values="ts", aggfunc="count")
        .add_suffix(f"_{days}")
        for days in (7, 30)
    ]
    counts = np.log1p(pd.concat(windows, axis=1).reindex(past["viewer"].unique()).fillna(0.0))
    bought = counts.index.isin(future.loc[future["event"] == "pay", "viewer"])
    model = make_pipeline(StandardScaler(), LogisticRegression(C=0.3, max_iter=1000))
    score = cross_val_predict(model, counts, bought, cv=5, method="predict_proba")[:, 1]
    assert 0.78 <= roc_auc_score(bought, score) <= 0.92


def test_the_next_click_follows_taste_and_not_fame_alone() -> None:
    events, _ = generated()
    category = {sku: row["category"] for sku, row in products().items()}
    clicks = events[events["event"] == "click"]
    walks = [list(g) for _, g in clicks.groupby("viewer")["sku"] if len(g) >= 3]
    fame = Counter(sku for walk in walks for sku in walk[:-1])
    top = {sku for sku, _ in fame.most_common(10)}
    by_fame = np.mean([walk[-1] in top for walk in walks])
    ranked = [sku for sku, _ in fame.most_common()]
    best = {
        name: set([sku for sku in ranked if category[sku] == name][:10])
        for name in set(category.values())
    }
    by_taste = np.mean([walk[-1] in best[category[walk[-2]]] for walk in walks])
    assert by_taste > 1.3 * by_fame


def test_thrifty_viewers_do_not_decide_everything() -> None:
    events, orders = generated()
    used = orders["discount"] > 0
    assert 0.03 <= used.mean() <= 0.3
    claimed = set(events.loc[events["event"] == "coupon_claim", "viewer"])
    assert set(orders.loc[used, "viewer"]) <= claimed
