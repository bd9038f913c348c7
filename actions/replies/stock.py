"""What is left, by colour and size."""

from __future__ import annotations

from actions import host
from actions.answer import Answer, say
from actions.blocks import product_card
from actions.case import Case
from actions.which_product import call
from shop.catalogue import Product, Variant

FEW = 10


def stock(case: Case) -> Answer | None:
    """Whether the product, or the asked colour and size of it, can be bought now."""
    product = case.product
    if product is None:
        return None
    if product.status != "on":
        return say(f"{call(product)}已经下架啦，暂时买不到～", "stock")
    wanted = wanted_variants(product, *_asked(case))
    if wanted is None:
        return _no_such_variant(case, product)
    left = pieces_left(product, wanted)
    label = _label(case)
    if left <= 0:
        return _sold_out(product, label)
    amount = f"还剩{left}件，喜欢要抓紧哦" if left <= FEW else "有货，放心拍"
    gone = [] if label else [v.variant for v in product.variants if v.stock <= 0]
    note = f"（{'、'.join(gone[:4])}已经没有了）" if gone else ""
    return say(f"{call(product)}{label}{amount}{note}～", "stock").plus(product_card(product))


def restock(case: Case) -> Answer | None:
    """When it comes back: answered only by what is in stock; the date is the host's to tell."""
    product = case.product
    if product is None:
        return None
    wanted = wanted_variants(product, *_asked(case))
    if product.status == "on" and wanted is not None and pieces_left(product, wanted) > 0:
        return say(f"{call(product)}{_label(case)}现在就有货，可以直接拍～", "stock")
    return host.hand_over_unknown(case, "restock")


def wanted_variants(
    product: Product, color: str | None, size: str | None
) -> tuple[Variant, ...] | None:
    """The variants of that colour and size; None when the product has no such thing."""
    if not product.variants or not (color or size):
        return product.variants
    found = tuple(
        v
        for v in product.variants
        if (not color or _alike(color, v.color) or _alike(color, v.variant))
        and (not size or size.upper() == v.size.upper())
    )
    return found or None


def _alike(asked: str, offered: str) -> bool:
    # 黑 and 黑色 mean one colour; 米 must not match 玉米, so only the suffix is dropped.
    return bool(offered) and (asked.removesuffix("色") in offered or offered in asked)


def _asked(case: Case) -> tuple[str | None, str | None]:
    # Only what this comment says: a size that the viewer named for a dress an hour ago
    # would otherwise narrow a question about shoes.
    colors, sizes = case.question.values("color"), case.question.values("size")
    return (colors[0] if colors else None), (sizes[0] if sizes else None)


def _label(case: Case) -> str:
    color, size = _asked(case)
    return (color or "") + (f"{size}码" if size else "")


def pieces_left(product: Product, wanted: tuple[Variant, ...]) -> int:
    """How many can be bought of these variants; of the product itself, where it has none."""
    return sum(v.stock for v in wanted) if wanted else product.stock


def _sold_out(product: Product, label: str) -> Answer:
    others = [v.variant for v in product.variants if v.stock > 0]
    if label and others:
        return say(f"{call(product)}{label}卖完啦，还有{'、'.join(others[:4])}可以选～", "stock")
    return say(f"{call(product)}{label}已经卖完啦～", "stock")


def _no_such_variant(case: Case, product: Product) -> Answer:
    offered = "、".join(dict.fromkeys(v.variant for v in product.variants if v.stock > 0))
    rest = f"，现在有{offered}" if offered else ""
    return say(f"{call(product)}没有{_label(case)}{rest}～", "stock")
