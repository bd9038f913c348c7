"""Two months of viewers for the demo shop: events and orders with tastes hidden behind them.

Why a generator: shop data of real people cannot be shipped, and random clicks would teach a
recommender nothing. Here every viewer is drawn from a mixture of personas, so there is something
to find, and every observable is a noisy shadow of it, so that finding it takes a model.

What can be learned
    * Taste. A viewer likes some categories and some styles. Half of the style of a product can be
      read in its text (``styles`` in personas.json), the other half shows only in who else looked
      at it: content and collaboration both help, neither is enough.
    * Sequence. The next product looked at tends to stay in the category of the last one or to go
      to one that completes it (``completes``); food and skin care are bought again when used up.
    * Intent. A mood to buy rises and falls over days. It lengthens dwell, brings carts and
      comments, and only then orders: past counts tell of coming orders.
    * Money. Sensitive viewers claim coupons and are moved by them; the others hardly.

Why it is not trivially separable: the mood is never seen; some viewers fill carts and never pay
(``looker``), some pay out of nowhere, some leave for good; what is on air pulls everybody away
from their taste; and each step is a coin toss. A logistic regression on plain counts ranks next
week's buyers with an AUC of about 0.8 to 0.9.

Run ``python data/demo_shop/behaviour.py --out FOLDER`` to write ``events.csv`` and ``orders.csv``.
data/ is no package: this file stands alone and is loaded by its path. Annotations are real types,
not strings, because a dataclass resolves strings through ``sys.modules``.
"""

import argparse
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

FOLDER = Path(__file__).resolve().parent
SEED = 20261122  # the orders that room.jsonl asks about come from this one
END = date(2026, 11, 22)  # the first day that is no longer generated, shop time
DAYS, VIEWERS = 60, 1700
SHOP_TIME = timezone(timedelta(hours=8))
DAY_OFF = 0  # Monday: no show, as policies.csv says
SHOW_START, SHOW_MINUTES = 20 * 60, 150
HIDDEN_STYLES = 4
COUPON, COUPON_FROM = 10.0, 99.0  # the campaign NEW10, yuan
MEAN_VISITS = 11.0  # of a viewer who stays through all the days

EVENT_COLUMNS = ["event_id", "ts", "viewer", "event", "sku", "value", "room"]
ORDER_COLUMNS = ["order_id", "viewer", "ts", "sku", "variant", "quantity", "paid", "discount"]
ORDER_COLUMNS += ["status", "carrier", "tracking_no"]
CARRIERS = (("中通快递", "ZT", 0.78), ("顺丰速运", "SF", 0.12), ("邮政快递", "YZ", 0.10))


TABLES = json.loads((FOLDER / "personas.json").read_text(encoding="utf-8"))
PERSONAS = TABLES["personas"]  # beside them: style words, what completes what, what is used up


@dataclass(frozen=True, slots=True)
class Shelf:
    """The catalogue as arrays, one row a product that is on sale."""

    skus: list[str]
    category: NDArray[np.int64]
    names: list[str]
    price: NDArray[np.float64]
    style: NDArray[np.float64]
    fame: NDArray[np.float64]
    consumed: NDArray[np.bool_]
    near: NDArray[np.float64]
    variants: list[list[tuple[str, float]]]


@dataclass(slots=True)
class Viewer:
    """One viewer: hidden traits first, then what happened so far."""

    name: str
    liking: NDArray[np.float64]
    visits_a_day: float
    warmth: float
    thrift: float
    looker: float
    first_day: int
    last_day: int
    mood: float = 0.0
    last_item: int | None = None
    follows: bool = False
    coupon_until: int = -1
    bought: set[int] = field(default_factory=set)
    due: dict[int, int] = field(default_factory=dict)


@dataclass(slots=True)
class World:
    """What visits share: shelf, dice, and what the shop would have recorded so far."""

    shelf: Shelf
    rng: np.random.Generator
    events: list[tuple[datetime, str, str, str, float, str]] = field(default_factory=list)
    orders: list[dict[str, Any]] = field(default_factory=list)


def generate(
    seed: int = SEED, end: date = END, days: int = DAYS, viewers: int = VIEWERS
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Events and orders of the ``days`` days before ``end``; the same seed gives the same frames.

    ``ts`` is a UTC timestamp; money is in yuan, without the postage; both frames are sorted by
    time and have the columns that the importers expect.
    """
    rng = np.random.default_rng(seed)
    shelf = load_shelf(rng)
    crowd = [draw_viewer(f"u{n:04d}", shelf, rng, days) for n in range(1, viewers + 1)]
    world = World(shelf, rng)
    for day in range(days):
        on_air = feature(shelf, rng)
        today = end - timedelta(days=days - day)
        for viewer in crowd:
            live_a_day(viewer, day, today, on_air, world)
    close = datetime.combine(end, time(), SHOP_TIME)
    settle(world, close)
    return frames(world, close)


def load_shelf(rng: np.random.Generator, folder: Path = FOLDER) -> Shelf:
    """Read products.csv and variants.csv; hidden styles and fame are drawn."""
    table = pd.read_csv(folder / "products.csv", dtype=str, keep_default_na=False)
    table = table[table["status"] == "on"].reset_index(drop=True)
    names = sorted(table["category"].unique())
    category = np.array([names.index(c) for c in table["category"]])
    text = table["title"] + table["description"]
    read = np.array([[any(w in t for w in words) for words in TABLES["styles"]] for t in text])
    hidden = rng.normal(0.0, 1.0, (len(table), HIDDEN_STYLES))
    used = TABLES["consumed"]
    consumed = table["category"].isin(used["categories"]) | table["sku"].isin(used["skus"])
    return Shelf(
        skus=list(table["sku"]),
        category=category,
        names=names,
        price=table["price"].to_numpy(dtype=np.float64),
        style=np.hstack([read, hidden]),
        fame=rng.permutation(1.1 * -np.log(np.arange(1, len(table) + 1) / len(table))),
        consumed=consumed.to_numpy(dtype=bool),
        near=_nearness(names, category),
        variants=_variants(folder, table),
    )


def _nearness(names: Sequence[str], category: NDArray[np.int64]) -> NDArray[np.float64]:
    """How much a look at category i invites a look at each product: [categories, products]."""
    to = TABLES["completes"]
    pull = np.array([[1.5 * (a == b) + 0.9 * (b in to[a]) for b in names] for a in names])
    return pull[:, category]


def _variants(folder: Path, table: pd.DataFrame) -> list[list[tuple[str, float]]]:
    """Name and price of each product's variants; a product without any is its own, unnamed."""
    rows = pd.read_csv(folder / "variants.csv", dtype=str, keep_default_na=False)
    rows["price"] = rows["price"].astype(float)
    found = {
        sku: list(zip(g["variant"], g["price"], strict=True)) for sku, g in rows.groupby("sku")
    }
    alone = zip(table["sku"], table["price"], strict=True)
    return [found.get(sku, [("", float(price))]) for sku, price in alone]


def draw_viewer(name: str, shelf: Shelf, rng: np.random.Generator, days: int) -> Viewer:
    """A viewer of mixed personas, who joins some day and may leave for good."""
    mix = rng.dirichlet(np.array([p["share"] for p in PERSONAS]) * 2.5)
    warmth = float(rng.normal())
    first = int(days * rng.beta(0.5, 1.6))
    last = days if rng.random() < 0.55 else first + int(rng.exponential(25.0)) + 1
    thrift = float(mix @ [p["thrift"] for p in PERSONAS])
    return Viewer(
        name=name,
        liking=_liking(mix, thrift, shelf, rng),
        visits_a_day=MEAN_VISITS / days * rng.gamma(0.7, 1 / 0.7) * math.exp(0.35 * warmth),
        warmth=warmth,
        thrift=float(np.clip(thrift + rng.normal(0.0, 0.15), 0.0, 1.0)),
        looker=float(rng.random() < 0.18),
        first_day=first,
        last_day=last,
        mood=float(rng.normal()),
    )


def _liking(
    mix: NDArray[np.float64], thrift: float, shelf: Shelf, rng: np.random.Generator
) -> NDArray[np.float64]:
    """How much one viewer likes each product, in log-odds."""
    pull = [[p["categories"].get(c, 0.1) for p in PERSONAS] for c in shelf.names]
    weight = (pull @ mix) * rng.gamma(2.0, 0.5, len(pull)) + 0.05
    taste = np.asarray(rng.normal(0.0, 0.75, shelf.style.shape[1]))
    for share, persona in zip(mix, PERSONAS, strict=True):
        taste[persona["styles"]] += 1.2 * share
    level = rng.normal(4.9 - 0.9 * thrift, 0.35)  # the log price they are at ease with
    dear = np.maximum(np.log(shelf.price) - level, 0.0)
    liking: NDArray[np.float64] = 1.2 * np.log(weight)[shelf.category] + 0.75 * shelf.style @ taste
    liking -= (0.3 + thrift) * dear
    return liking - float(np.log(np.mean(np.exp(liking))))


def feature(shelf: Shelf, rng: np.random.Generator) -> NDArray[np.float64]:
    """Tonight's six products on air: they pull everybody, whatever the taste."""
    weight = np.exp(0.5 * shelf.fame)
    chosen = rng.choice(len(weight), size=6, replace=False, p=weight / weight.sum())
    return np.where(np.isin(np.arange(len(weight)), chosen), 1.6, 0.0)


def live_a_day(
    viewer: Viewer, day: int, today: date, on_air: NDArray[np.float64], world: World
) -> None:
    """Move the mood on by a day and let the viewer come by, once, twice or not at all."""
    rng = world.rng
    viewer.mood = 0.95 * viewer.mood + 0.31 * float(rng.normal())
    if not viewer.first_day <= day <= viewer.last_day:
        return
    show = today.weekday() != DAY_OFF
    rate = viewer.visits_a_day * math.exp(0.6 * viewer.mood) * (1.1 if show else 0.5)
    rate += 0.12 * any(at <= day for at in viewer.due.values())
    visits = min(int(rng.poisson(rate)), 2)
    for _ in range(max(visits, int(day == viewer.first_day))):  # everybody comes at least once
        live = show and rng.random() < 0.72
        start = SHOW_START + rng.random() * SHOW_MINUTES if live else 480 + rng.random() * 840
        at = datetime.combine(today, time(), SHOP_TIME) + timedelta(minutes=float(start))
        visit = Visit(viewer, day, at, "demo" if live else "", world.shelf, world)
        visit.run(on_air if live else np.zeros_like(on_air))


@dataclass(slots=True)
class Visit:
    """One viewer's stay in the room or the shop front."""

    viewer: Viewer
    day: int
    at: datetime
    room: str
    shelf: Shelf
    world: World

    def run(self, on_air: NDArray[np.float64]) -> None:
        """Walk past some products, one leading to the next."""
        if not self.viewer.follows and self.toss(-2.6 + 0.4 * self.viewer.mood):
            self.viewer.follows = True
            self.note("follow")
        if self.toss(-1.2):
            self.note("coupon_view", value=COUPON)
            if self.toss(-1.6 + 3.0 * self.viewer.thrift + 0.3 * self.viewer.mood):
                self.note("coupon_claim", value=COUPON)
                self.viewer.coupon_until = self.day + 3
        seen = np.zeros(len(self.shelf.skus), dtype=bool)
        for _ in range(1 + int(self.world.rng.poisson(3.2 + 0.6 * max(self.viewer.mood, -1.0)))):
            item = self.choose(on_air, seen)
            seen[item] = True
            self.meet(item)
            self.viewer.last_item = item

    def choose(self, on_air: NDArray[np.float64], seen: NDArray[np.bool_]) -> int:
        """The next product: taste, fame, what is on air, what the last one leads to."""
        score: NDArray[np.float64] = self.viewer.liking + 0.55 * self.shelf.fame + on_air
        if self.viewer.last_item is not None:
            score = score + self.shelf.near[self.shelf.category[self.viewer.last_item]]
        for item, at in self.viewer.due.items():
            score[item] += 3.0 if at <= self.day else -1.5
        for item in self.viewer.bought - self.viewer.due.keys():
            score[item] -= 3.0  # a durable already owned
        score[seen] = -np.inf
        return int(np.argmax(score + self.world.rng.gumbel(size=len(score))))

    def meet(self, item: int) -> None:
        """View, perhaps click and dwell, perhaps like, ask, share, put in the cart, order."""
        viewer, sku = self.viewer, self.shelf.skus[item]
        match = float(np.clip(viewer.liking[item], -3.0, 2.5))
        heat = 0.55 * match + 0.6 * viewer.mood
        self.note("view", sku)
        if not self.toss(-0.9 + 0.6 * heat):
            return
        self.note("click", sku)
        self.note("dwell", sku, round(float(self.world.rng.lognormal(2.7 + 0.22 * heat, 0.6)), 1))
        for event, bias in (("like", -2.2), ("comment", -3.0), ("share", -4.6)):
            if self.toss(bias + 0.5 * heat):
                self.note(event, sku)
        if carted := self.toss(-2.3 + heat + 0.5 * viewer.warmth + 0.8 * viewer.looker):
            self.note("cart", sku)
        self.decide(item, match, carted)

    def decide(self, item: int, match: float, carted: bool) -> None:
        """Order or not: intent, price, coupon, and whether the last one is used up."""
        viewer = self.viewer
        covered = self.day <= viewer.coupon_until and self.shelf.price[item] >= COUPON_FROM
        odds = -1.0 if carted else -4.4
        odds += 0.35 * match + 0.9 * viewer.mood + 1.3 * viewer.warmth - 2.2 * viewer.looker
        odds -= 0.9 * viewer.thrift * max(math.log(self.shelf.price[item] / 80.0), 0.0)
        odds += 2.2 * viewer.thrift * covered
        odds += 1.6 * (viewer.due.get(item, 10**6) <= self.day)
        if self.toss(odds):
            self.buy(item, COUPON if covered else 0.0)

    def buy(self, item: int, discount: float) -> None:
        """Write the order down; one in fourteen is never paid."""
        viewer, sku = self.viewer, self.shelf.skus[item]
        choices = self.shelf.variants[item]  # the first ones sell better
        variant, price = choices[int(self.world.rng.beta(1.0, 1.6) * len(choices))]
        quantity = 1 + int(self.shelf.consumed[item] and self.world.rng.random() < 0.25)
        total = price * quantity - discount
        paid = bool(self.world.rng.random() < 0.93)
        self.note("order", sku, total)
        order = {"viewer": viewer.name, "ts": self.at, "sku": sku, "variant": variant}
        money = {"quantity": quantity, "paid": total if paid else 0.0, "discount": discount}
        self.world.orders.append({**order, **money})
        if not paid:
            return
        self.note("pay", sku, total)
        if discount:
            self.note("coupon_use", sku, discount)
            viewer.coupon_until = -1
        viewer.mood -= 0.2  # a wish fulfilled
        viewer.bought.add(item)
        if self.shelf.consumed[item]:
            viewer.due[item] = self.day + int(self.world.rng.gamma(5.0, 4.5)) + 3

    def note(self, event: str, sku: str = "", value: float = math.nan) -> None:
        """Record an event (value: seconds of dwell, or yuan) and let some seconds pass."""
        self.world.events.append((self.at, self.viewer.name, event, sku, value, self.room))
        self.at += timedelta(seconds=float(self.world.rng.exponential(14.0)) + 1.0)

    def toss(self, log_odds: float) -> bool:
        """A coin with these odds."""
        return bool(self.world.rng.random() < 1.0 / (1.0 + math.exp(-log_odds)))


def settle(world: World, close: datetime) -> None:
    """Give every order its number, its status at ``close`` and its parcel."""
    rng, kept = world.rng, (order for order in world.orders if order["ts"] < close)
    world.orders = sorted(kept, key=lambda order: order["ts"])
    count: dict[date, int] = {}
    for order in world.orders:
        day = order["ts"].date()
        count[day] = count.get(day, 0) + 1
        order["order_id"] = f"MX{day:%y%m%d}{count[day]:04d}"
        hours = (close - order["ts"]).total_seconds() / 3600.0
        order["status"] = _status(order["paid"] > 0, hours, rng)
        order["carrier"], order["tracking_no"] = "", ""
        if order["status"] in {"shipped", "delivered", "refunding", "refunded"}:
            order["carrier"], order["tracking_no"] = _parcel(day, len(count), count[day], rng)
        if order["status"] in {"refunding", "refunded"}:
            back = order["ts"] + timedelta(hours=min(72.0 + 48.0 * rng.random(), hours - 0.1))
            refund = (back, order["viewer"], "refund", order["sku"], order["paid"], "")
            world.events.append(refund)


def _status(paid: bool, hours: float, rng: np.random.Generator) -> str:
    """The state of an order that is so many hours old."""
    if not paid:
        return "created" if hours < 24 else "cancelled"
    if hours > 72 and rng.random() < 0.04:
        return "refunding" if hours < 24 * 8 else "refunded"
    arrives = 24.0 * (2.5 + 3.0 * rng.random())
    stages = ((10.0, "paid"), (30.0, "packed"), (30.0 + arrives, "shipped"))
    return next((name for until, name in stages if hours < until), "delivered")


def _parcel(day: date, week: int, number: int, rng: np.random.Generator) -> tuple[str, str]:
    """Carrier and tracking number; day and number of the day make it unique."""
    pick = int(rng.choice(len(CARRIERS), p=[share for _, _, share in CARRIERS]))
    name, prefix, _ = CARRIERS[pick]
    return name, f"{prefix}{day:%y%m%d}{week:02d}{number:04d}{int(rng.integers(10)):d}"


def frames(world: World, close: datetime) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The events before ``close``, numbered in order of time, and the orders."""
    rows = [e for e in sorted(world.events, key=lambda e: e[0]) if e[0] < close]
    events = pd.DataFrame(rows, columns=["ts", "viewer", "event", "sku", "value", "room"])
    events["event_id"] = [f"e{n:07d}" for n in range(1, len(events) + 1)]
    orders = pd.DataFrame(world.orders)
    for frame in (events, orders):
        frame["ts"] = pd.to_datetime(frame["ts"], utc=True).dt.floor("ms")
    return events[EVENT_COLUMNS], orders[ORDER_COLUMNS]


def main() -> None:
    """Command line: ``--out FOLDER [--seed N] [--end YYYY-MM-DD]``."""
    parser = argparse.ArgumentParser(description="写出演示店的行为和订单")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--end", type=date.fromisoformat, default=END)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)
    for frame in generate(args.seed, args.end):
        ts = frame["ts"].dt.strftime("%Y-%m-%dT%H:%M:%S.%f").str[:-3] + "Z"
        path = args.out / ("events.csv" if "event" in frame else "orders.csv")
        frame.assign(ts=ts).to_csv(path, index=False, float_format="%.2f")
        print(f"{path}：{len(frame)} 行")


if __name__ == "__main__":
    main()
