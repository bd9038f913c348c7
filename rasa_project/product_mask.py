"""Comments with the products' names taken out, so that a question is compared as a question.

"羽绒服多少钱" is nearer to "羽绒服充绒量多少" than to any question about a price: the name
outweighs what is asked. With 这个 in its place only the question is left, and the product is
told apart by its sku.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rasa_project.entities.products import ProductFinder
from rasa_project.language.fold import fold

PLACEHOLDER = "这个"
_TWICE = PLACEHOLDER * 2


@dataclass(frozen=True)
class Masked:
    """A text without product names, and the products that they name."""

    text: str
    skus: frozenset[str]


def mask_products(text: str, finder: ProductFinder) -> Masked:
    """Put 这个 in the place of every product name; a text that is only a name stays as it is."""
    folded = fold(text)
    mentions = list(finder.find(folded.text))
    skus = frozenset(sku for m in mentions for sku in (m.candidates or (str(m.value),)))
    spans = [folded.span(mention.start, mention.end) for mention in mentions]
    masked = _without(text, spans)
    return Masked(masked if masked != PLACEHOLDER else text, skus)


def _without(text: str, spans: Sequence[tuple[int, int]]) -> str:
    for start, end in sorted(spans, reverse=True):
        text = text[:start] + PLACEHOLDER + text[end:]
    return text.strip().replace(_TWICE, PLACEHOLDER)
