"""Where an order is. Always private: who bought what is nobody else's business."""

from __future__ import annotations

from datetime import timedelta, timezone

from actions.answer import Answer, say
from actions.blocks import text
from actions.case import Case
from shop import orders
from shop.orders import Order

SHANGHAI = timezone(timedelta(hours=8))
ROOM_HINT = "订单信息只发给您本人，请点主播头像私信报订单号～"

STATUS = {
    "created": "还没有付款，付款后就安排发货",
    "paid": "已付款，正在排队打包",
    "packed": "已打包好，等快递来取",
    "shipped": "已发出",
    "delivered": "已签收",
    "refunding": "退款正在处理",
    "refunded": "已退款",
    "cancelled": "已取消",
}


def order_status(case: Case) -> Answer | None:
    """The order named by its number, else the viewer's newest; None when there is none."""
    number = case.question.value("order_no")
    order = _named(case, str(number)) if number else _newest(case)
    if order is None and not number:
        return say(ROOM_HINT, "order") if case.question.in_room else None
    words = (
        _words(order, case.question.viewer)
        if order
        else f"没有查到尾号{str(number)[-4:]}的订单，麻烦核对一下订单号～"
    )
    private = say(words, "order", private=True)
    if case.question.in_room:
        private = Answer((text(ROOM_HINT), *private.blocks), "order")
    return private.remember(order_no=None)


def has_orders(case: Case) -> bool:
    """Whether this viewer's own orders are known, so that no number need be asked."""
    return _newest(case) is not None


def _newest(case: Case) -> Order | None:
    found = orders.of_viewer(case.session, case.question.viewer, 1)
    return found[0] if found else None


def _named(case: Case, number: str) -> Order | None:
    """By full number; by its last digits only among the viewer's own orders."""
    exact = orders.by_id(case.session, number)
    if exact is not None:
        return exact
    own = orders.of_viewer(case.session, case.question.viewer)
    return next(
        (order for order in own if len(number) >= 4 and order.order_id.endswith(number)), None
    )


def _words(order: Order, viewer: str) -> str:
    day = order.ts.astimezone(SHANGHAI).strftime("%m月%d日")
    words = f"{day}的订单（尾号{order.order_id[-4:]}）{STATUS[order.status]}"
    # Whoever knows the number may know how far it is; the parcel itself is the buyer's own.
    if order.viewer == viewer and order.status in ("shipped", "delivered") and order.tracking_no:
        words += f"，{order.carrier}单号{order.tracking_no}"
    return words + "～"
