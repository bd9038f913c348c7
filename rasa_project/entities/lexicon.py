"""The shop's products as names to look for."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rasa_project.language.fold import fold

# How sure a way of naming a product is; candidates within two points are one mention.
EXACT, PART, PINYIN, NEAR = 100.0, 94.0, 90.0, 80.0
MIN_PART = 2
# A part shared by more products than this names a kind of goods, not a product.
MAX_SHARED = 3
MIN_NAME = 2

_SPLIT = re.compile(r"[\s,，、/|()（）【】\[\]+·\-—_:：*×]+")
# 50ml, 230克, 2支装, 升级款: ends of titles that nobody says.
_SPEC = re.compile(
    r"^(?:[\d.]+[a-z%克斤升只支片盒瓶袋条件个装寸米]*|[男女]款|升级款|新款|套装|礼盒装?|正装|同款|大码|秋冬|春秋|夏季)$"
)
_KIND = frozenset(
    {
        "套装",
        "礼盒",
        "上衣",
        "裤子",
        "衣服",
        "鞋子",
        "东西",
        "产品",
        "长款",
        "短款",
        "中长款",
        "女士",
        "男士",
    }
)


@dataclass(frozen=True)
class Product:
    """What the lexicon says about one product."""

    sku: str
    name: str
    aliases: tuple[str, ...] = ()
    link_no: int | None = None
    category: str = ""


@dataclass(frozen=True)
class Form:
    """One way of naming products: a folded text, and how sure it is of each."""

    text: str
    skus: tuple[str, ...]
    score: float


def read_products(path: Path) -> tuple[Product, ...]:
    """The products of a lexicon snapshot; raises ValueError where it is no such file."""
    content = json.loads(path.read_text(encoding="utf-8"))
    try:
        return tuple(_product(row) for row in content["products"])
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"{path.name} is no lexicon: {error!r}") from error


def _product(row: dict[str, object]) -> Product:
    link_no = row.get("link_no")
    aliases = row.get("aliases") or ()
    if not isinstance(aliases, Sequence) or isinstance(aliases, str):
        raise TypeError("aliases is no list")
    return Product(
        sku=str(row["sku"]),
        name=str(row["name"]),
        aliases=tuple(str(alias) for alias in aliases),
        link_no=int(str(link_no)) if link_no is not None else None,
        category=str(row.get("category") or ""),
    )


def forms_of(products: Iterable[Product]) -> tuple[Form, ...]:
    """Every form that names a product: its name, its aliases, the parts of its name."""
    exact: dict[str, list[str]] = {}
    parts: dict[str, list[str]] = {}
    for product in products:
        for text in (product.name, *product.aliases):
            _add(exact, squeeze(fold(text).text), product.sku, MIN_NAME)
        for text in _parts(product.name):
            _add(parts, text, product.sku, MIN_PART)
    forms = [Form(text, tuple(skus), EXACT) for text, skus in exact.items()]
    forms += [
        Form(text, tuple(skus), PART)
        for text, skus in parts.items()
        if text not in exact and len(skus) <= MAX_SHARED and text not in _KIND
    ]
    return tuple(forms)


def counts(character: str) -> bool:
    """Whether a character tells names apart: no blank, no punctuation, not 的 (宝宝的水杯)."""
    return character.isalnum() and character != "的"


def squeeze(text: str) -> str:
    """The text as names are compared."""
    return "".join(filter(counts, text))


def _add(table: dict[str, list[str]], text: str, sku: str, shortest: int) -> None:
    if len(text) >= shortest and not text.isdigit():
        skus = table.setdefault(text, [])
        if sku not in skus:
            skus.append(sku)


def _parts(name: str) -> list[str]:
    """The words of a title that are set apart, without specifications: 不透白t of 纯棉 不透白T."""
    words = (squeeze(word) for word in _SPLIT.split(fold(name).text))
    return [word for word in words if len(word) >= 3 and not _SPEC.match(word)]
