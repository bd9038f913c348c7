"""Triage with a memory: a busy room says the same few hundred things over and over."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence

from web.rooms.triage.model import Judgement, TriageModel

_REMEMBERED = 20_000


class Sorter:
    """Judges batches; remembers by normalised text. Used by one thread at a time."""

    def __init__(self, model: TriageModel, remembered: int = _REMEMBERED) -> None:
        self._model = model
        self._remembered = remembered
        self._known: OrderedDict[str, Judgement] = OrderedDict()

    def judge(self, texts: Sequence[str], keys: Sequence[str]) -> list[Judgement]:
        """One judgement a text; `keys` are the texts in normal form."""
        # A question mark is trimmed away by normalising, and yet tells a question.
        marked = [key + ("?" if "?" in text or "？" in text else "")
                  for key, text in zip(keys, texts, strict=True)]  # fmt: skip
        found = {key: known for key in marked if (known := self._recall(key)) is not None}
        new = {key: text for key, text in zip(marked, texts, strict=True) if key not in found}
        for key, judgement in zip(new, self._model.judge(list(new.values())), strict=True):
            found[key] = self._known[key] = judgement
        while len(self._known) > self._remembered:
            self._known.popitem(last=False)
        return [found[key] for key in marked]

    def _recall(self, key: str) -> Judgement | None:
        if key in self._known:
            self._known.move_to_end(key)
        return self._known.get(key)
