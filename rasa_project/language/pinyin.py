"""How characters sound, without tones."""

from __future__ import annotations

import os
from functools import lru_cache

# Only single characters are looked up: without pypinyin's phrases Rasa takes 46 MB less.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")

from pypinyin import Style
from pypinyin import pinyin as _pinyin

# Sounds that many speakers, and so many input methods, do not tell apart.
_ALIKE = (("zh", "z"), ("ch", "c"), ("sh", "s"))
_ENDINGS = ("ang", "eng", "ing")


@lru_cache(maxsize=65_536)
def syllable(character: str) -> str:
    """The commonest sound of one character; anything but a Chinese character stays itself."""
    if character < "\u3400":
        return character
    sound: str = _pinyin(character, style=Style.NORMAL)[0][0]
    return sound


@lru_cache(maxsize=65_536)
def loose_syllable(character: str) -> str:
    """The sound with flat and retroflex, front and back nasals made one."""
    sound = syllable(character)
    for retroflex, flat in _ALIKE:
        if sound.startswith(retroflex):
            sound = flat + sound[2:]
    return sound[:-1] if sound.endswith(_ENDINGS) else sound
