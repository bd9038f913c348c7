"""The FAQ as it is searched: exact phrases first, then questions without their product names."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timezone

import numpy as np
from numpy.typing import NDArray

from rasa_project.entities.products import ProductFinder
from rasa_project.language.slang import plain
from rasa_project.product_mask import Masked, mask_products
from recsys.embedding import Encoder
from recsys.embedding.phrases import PhraseColumns, PhraseHit, PhraseIndex
from recsys.embedding.text import normalise

Vector = NDArray[np.float32]


class MaskedVectors:
    """Masked phrases and their vectors, kept from one snapshot to the next.

    An FAQ of thousands of phrases is taken up within a second only because those that were there
    before are neither searched for product names nor encoded again.
    """

    def __init__(self, encoder: Encoder) -> None:
        self.encoder = encoder
        self._known: dict[str, Vector] = {}
        self._masks: dict[str, str] = {}
        self._finder: ProductFinder | None = None

    def masked(self, texts: Iterable[str], finder: ProductFinder) -> list[str]:
        """The texts without product names, by this lexicon."""
        wanted = list(texts)
        known = self._masks if finder is self._finder else {}
        found = {text: known.get(text) or mask_products(text, finder).text for text in wanted}
        self._masks, self._finder = found, finder
        return [found[text] for text in wanted]

    def of(self, texts: Iterable[str]) -> dict[str, Vector]:
        """The vector of each different text."""
        wanted = dict.fromkeys(texts)
        new = [text for text in wanted if text not in self._known]
        if new:
            self._known.update(zip(new, self.encoder.encode(new), strict=True))
        self._known = {text: self._known[text] for text in wanted}
        return self._known


class FaqBook:
    """A snapshot prepared for search with one lexicon."""

    def __init__(self, index: PhraseIndex, finder: ProductFinder, vectors: MaskedVectors) -> None:
        self.finder = finder
        self._original = index
        masked = vectors.masked(index.texts, finder)
        changed = [row for row, text in enumerate(masked) if text != index.texts[row]]
        found = vectors.of(masked[row] for row in changed)
        stacked = index.vectors.copy()
        for row in changed:
            stacked[row] = found[masked[row]]
        columns = {**index.columns.by_name(), "texts": tuple(masked)}
        self.index = PhraseIndex(PhraseColumns(**columns), stacked, index.encoder, index.unrelated)
        self._exact: defaultdict[str, list[int]] = defaultdict(list)
        for row, text in enumerate(index.texts):
            self._exact[normalise(text)].append(row)
        self._phrase = {
            (index.faq_ids[row], text): index.texts[row] for row, text in enumerate(masked)
        }

    def search(self, masked: Masked, vector: Vector, text: str, k: int) -> list[PhraseHit]:
        """The best k entries for a comment, the exact ones first.

        `vector` [d] is that of the masked comment. Entries of products that the comment does
        not name are left out where it names one.
        """
        exact = self._exact_hits(text)
        hits = [
            replace(hit, exact=False, phrase=self._phrase[hit.faq_id, hit.phrase])
            for hit in self.index.search(vector, masked.text, k)
        ]
        met = {hit.faq_id for hit in exact}
        rest = (hit for hit in hits if hit.faq_id not in met)
        return [hit for hit in (*exact, *rest) if _concerns(hit, masked.skus)][:k]

    def _exact_hits(self, text: str) -> list[PhraseHit]:
        """Entries whose phrase is the comment, as typed or with its slang written out."""
        rows = self._exact.get(normalise(text)) or self._exact.get(plain(text)) or []
        original = self._original
        hits = {
            original.faq_ids[row]: PhraseHit(
                original.faq_ids[row],
                original.texts[row],
                1.0,
                original.skus[row],
                True,
                original.valid_from[row],
                original.valid_to[row],
            )
            for row in rows
        }
        return list(hits.values())


def _concerns(hit: PhraseHit, skus: frozenset[str]) -> bool:
    return not skus or not hit.sku or hit.sku in skus


def is_valid(hit: PhraseHit, now: datetime) -> bool:
    """Whether the answer holds at this moment; a date that cannot be read holds nothing back."""
    begins, ends = _moment(hit.valid_from), _moment(hit.valid_to)
    return (begins is None or begins <= now) and (ends is None or now < ends)


def _moment(text: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
