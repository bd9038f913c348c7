"""Orders, as platforms export them; viewers are hashed on the way in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import ClassVar

from sqlalchemy.orm import Session

from shop import orders
from shop.importing import cells
from shop.importing.kind import Audience, Column, Key, Kind, Values
from shop.names import ORDER_STATUSES
from shop.orders import Order
from shop.viewers import pseudonym

_STATUSES = {status: status for status in ORDER_STATUSES} | {
    "待付款": "created", "待支付": "created", "已付款": "paid", "待发货": "paid",
    "已打包": "packed", "已发货": "shipped", "待收货": "shipped", "已签收": "delivered",
    "已完成": "delivered", "交易成功": "delivered", "退款中": "refunding", "已退款": "refunded",
    "已取消": "cancelled", "已关闭": "cancelled", "交易关闭": "cancelled",
}  # fmt: skip


class Orders(Kind[Order]):
    """One product an order; an order seen again is brought up to date."""

    columns: ClassVar[Mapping[str, Column]] = {
        "order_id": Column(cells.key, required=True),
        "viewer": Column(cells.key, required=True),
        "ts": Column(cells.moment, required=True),
        "sku": Column(cells.key, required=True),
        "variant": Column(cells.text, ""),
        "quantity": Column(cells.positive, 1),
        "paid": Column(cells.money, required=True),
        "discount": Column(cells.money, 0),
        "status": Column(cells.choice(_STATUSES), required=True),
        "carrier": Column(cells.text, ""),
        "tracking_no": Column(cells.key, ""),
    }

    def __init__(self, audience: Audience) -> None:
        super().__init__(audience)
        self._skus: dict[str, tuple[int, str]] = {}

    def key(self, values: Values) -> Key:
        """The order_id."""
        return (values["order_id"],)

    def check(self, line: int, values: Values) -> tuple[str, str] | None:
        """Lines of one order under one number would overwrite each other."""
        first, sku = self._skus.setdefault(values["order_id"], (line, values["sku"]))
        if sku == values["sku"]:
            return None
        return (
            "order_id",
            f"第 {first} 行已有这个订单号，但商品是 {sku}；请改用子订单号，一单一件商品",
        )

    def load(self, session: Session, keys: Sequence[Key]) -> dict[Key, Order]:
        """By order_id."""
        return {(one,): order for one, order in orders.many(session, (k[0] for k in keys)).items()}

    def merge(self, before: Order | None, values: Values) -> Order:
        """Money columns are fen by now."""
        audience = self.audience
        names = {"paid": "paid_fen", "discount": "discount_fen"}
        known = {names.get(name, name): value for name, value in values.items()}
        known["viewer"] = pseudonym(audience.viewer_key, audience.channel, values["viewer"])
        return replace(before, **known) if before else Order(**known)

    def save(self, session: Session, records: Mapping[Key, Order]) -> None:
        """Store them."""
        orders.upsert_many(session, list(records.values()))
