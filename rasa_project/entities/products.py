"""product: the shop's goods by name or alias, as written, nearly written, or as they sound."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz

from rasa_project.entities.lexicon import (
    EXACT,
    NEAR,
    PINYIN,
    Form,
    Product,
    counts,
    forms_of,
    read_products,
)
from rasa_project.entities.mention import Mention
from rasa_project.language.pinyin import loose_syllable, syllable
from rasa_project.language.words import segmenter

SAME_POINTS = 2.0
# A longer name beats a surer short one inside it: so many points is a character worth.
POINTS_PER_CHARACTER = 5.0
# One letter in five may be wrong; in four-letter names only one too many or too few.
NEAR_RATIO = 80.0
MIN_NEAR, MIN_LOOSE_SOUND, MIN_LATIN_SOUND = 4, 3, 5
MIN_SHARED = 0.6

_LATIN = re.compile(r"[a-z]+")


@dataclass(frozen=True)
class Hit:
    """A form found at squeezed[start:end]."""

    form: Form
    start: int
    end: int
    score: float

    @property
    def rank(self) -> float:
        """What decides between overlapping hits."""
        return self.score + POINTS_PER_CHARACTER * (self.end - self.start)


class ProductFinder:
    """Finds the products of one lexicon in folded comments."""

    def __init__(self, products: Iterable[Product]) -> None:
        self.products = tuple(products)
        self._forms = forms_of(self.products)
        self._by_start: dict[str, list[Form]] = defaultdict(list)
        self._by_sound: dict[str, list[Form]] = defaultdict(list)
        self._by_character: dict[str, list[int]] = defaultdict(list)
        self._by_latin: dict[str, Form] = {}
        for index, form in enumerate(self._forms):
            self._by_start[form.text[:2]].append(form)
            self._index_sound(form)
            if len(form.text) >= MIN_NEAR:
                for character in set(form.text):
                    self._by_character[character].append(index)

    def _index_sound(self, form: Form) -> None:
        if form.score < EXACT or form.text.isascii():
            return
        self._by_sound[" ".join(map(loose_syllable, form.text[:2]))].append(form)
        sound = "".join(map(syllable, form.text))
        if len(sound) >= MIN_LATIN_SOUND:
            self._by_latin.setdefault(sound, form)

    def words(self) -> list[str]:
        """Every form, for a segmenter that must not cut through one."""
        return [form.text for form in self._forms]

    def find(self, text: str) -> Iterator[Mention]:
        """One mention a place; products that are as likely there share its candidates."""
        places = [index for index, character in enumerate(text) if counts(character)]
        squeezed = "".join(text[index] for index in places)
        hits = [*self._exact(squeezed), *self._sounds(squeezed), *self._latin(squeezed)]
        hits += self._near(squeezed)
        for hit in _best(hits):
            rivals = [h for h in hits if (h.start, h.end) == (hit.start, hit.end)]
            skus = _within_points(hit, rivals)
            yield Mention(
                "product",
                skus[0],
                places[hit.start],
                places[hit.end - 1] + 1,
                candidates=skus if len(skus) > 1 else (),
            )

    def _exact(self, text: str) -> Iterator[Hit]:
        for start in range(len(text) - 1):
            for form in self._by_start.get(text[start : start + 2], ()):
                end = start + len(form.text)
                if text.startswith(form.text, start) and _whole_word(text, start, end):
                    yield Hit(form, start, end, form.score)

    def _sounds(self, text: str) -> Iterator[Hit]:
        sounds = [loose_syllable(character) for character in text]
        for start in range(len(text) - 1):
            for form in self._by_sound.get(f"{sounds[start]} {sounds[start + 1]}", ()):
                end = start + len(form.text)
                if [*map(loose_syllable, form.text)] == sounds[start:end]:
                    found = text[start:end]
                    if found != form.text and _is_slip(found, form.text):
                        yield Hit(form, start, end, PINYIN)

    def _latin(self, text: str) -> Iterator[Hit]:
        """Names typed in pinyin without choosing characters: mianmo."""
        for run in _LATIN.finditer(text):
            if len(run[0]) < MIN_LATIN_SOUND:
                continue
            for sound, form in self._by_latin.items():
                offset = run[0].find(sound)
                if offset >= 0:
                    start = run.start() + offset
                    yield Hit(form, start, start + len(sound), PINYIN)

    def _near(self, text: str) -> Iterator[Hit]:
        shared: dict[int, int] = defaultdict(int)
        for character in set(text):
            for index in self._by_character.get(character, ()):
                shared[index] += 1
        for index, count in shared.items():
            form = self._forms[index]
            if count < MIN_SHARED * len(set(form.text)) or form.text in text:
                continue
            found = fuzz.partial_ratio_alignment(form.text, text, score_cutoff=NEAR_RATIO)
            if found is not None and found.dest_end - found.dest_start >= len(form.text) - 1:
                yield Hit(form, found.dest_start, found.dest_end, NEAR + (found.score - 100) / 10)


def read_finder(path: Path) -> ProductFinder:
    """The finder of a lexicon snapshot; raises ValueError where it is none."""
    return ProductFinder(read_products(path))


def _best(hits: Iterable[Hit]) -> list[Hit]:
    """The hits that no higher-ranking one overlaps, in order of position."""
    kept: list[Hit] = []
    for hit in sorted(hits, key=lambda hit: (-hit.rank, hit.start)):
        if all(hit.end <= other.start or other.end <= hit.start for other in kept):
            kept.append(hit)
    return sorted(kept, key=lambda hit: hit.start)


def _within_points(best: Hit, rivals: Iterable[Hit]) -> tuple[str, ...]:
    skus = [
        sku
        for rival in sorted(rivals, key=lambda rival: -rival.score)
        if rival.score >= best.score - SAME_POINTS
        for sku in rival.form.skus
    ]
    return tuple(dict.fromkeys(skus))


def _whole_word(text: str, start: int, end: int) -> bool:
    """A Latin name is no part of a longer Latin word: bb is not in bbq."""
    inside_left = start > 0 and _joined(text[start - 1], text[start])
    inside_right = end < len(text) and _joined(text[end - 1], text[end])
    return not inside_left and not inside_right


def _joined(left: str, right: str) -> bool:
    return left.isascii() and right.isascii() and left.isalpha() and right.isalpha()


def _is_slip(found: str, name: str) -> bool:
    """Whether characters that sound like a name are that name mistyped.

    Two characters sound alike too often (起点, 气垫): one must be right, and the two may not
    be a word of their own. The looser the sound, the more characters have to be right
    (方不包 is no 帆布包).
    """
    same_sound = [*map(syllable, found)] == [*map(syllable, name)]
    right = sum(left == right for left, right in zip(found, name, strict=True))
    if len(name) < MIN_LOOSE_SOUND:
        return same_sound and right >= 1 and not segmenter().is_word(found)
    return right >= (1 if same_sound else 2)
