"""The forms in which a comment is searched: tricks of spelling undone, by tables, in C.

All but `text` are the same characters in the same places, so a place in one is a place in all.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from importlib.resources import files
from typing import Final

from pypinyin.pinyin_dict import pinyin_dict

# Letters that look like Latin ones, and signs that stand for 加 before a contact.
_LOOKALIKE: Final = dict(zip("νхоеасрυⅴ", "vxoeacpuv", strict=True)) | dict.fromkeys("+➕✚", "加")
_NEGATIVE_LETTERS: Final = (0x1F150, 0x1F170)  # 🅐…🅩 and 🅰…🆉, which NFKC leaves alone
_NEGATIVE_DIGITS: Final = (0x2776, 0x2780, 0x278A)  # ❶ ➀ ➊
_NUMERALS: Final = dict(
    zip("零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖幺洞拐", "00123456789123456789107", strict=True)
)
# ❤ is 心 where it completes 微信 (薇❤), and nothing elsewhere.
_HEARTS: Final = "❤♥💗💕💓💖🧡💛💚💙💜🖤🤍"
_COMPLETED: Final = re.compile(r"(?<=[微薇威维葳徽魏v])\s*♥")
# One character may fold to eighteen; no comment that is read does so all over.
_LONGEST: Final = 1500
_NO_LETTER: Final = re.compile(r"[\W_]+")
_TONES: Final = re.compile(r"[\u0300\u0301\u0304\u030c]")
_IDEOGRAPHS: Final = range(0x4E00, 0xA000)
# Each syllable is one private character: two syllables never run into a third.
_FIRST_SYLLABLE: Final = 0xE000


def _traditional() -> dict[int, str]:
    """Traditional characters in simplified ones."""
    lines = files("opencc").joinpath("dictionary", "TSCharacters.txt").read_text("utf-8")
    pairs = (line.partition("\t")[::2] for line in lines.splitlines())
    return {ord(one): other.split(" ")[0] for one, other in pairs if len(one) == 1}


def _script() -> dict[int, str]:
    """Traditional characters in simplified ones, look-alikes in plain ones."""
    table = dict(_TRADITIONAL)
    for start in _NEGATIVE_LETTERS:
        table |= {start + number: chr(ord("a") + number) for number in range(26)}
    for start in _NEGATIVE_DIGITS:
        table |= {start + number: str(number + 1) for number in range(9)}
    table[0x24FF] = "0"  # ⓿
    table |= {ord(heart): "♥" for heart in _HEARTS}
    return table | {ord(sign): plain for sign, plain in _LOOKALIKE.items()}


def _sounds() -> dict[int, str]:
    """Each character's commonest syllable, without its tone, as one private character."""
    syllables: dict[str, str] = {}
    table = {}
    for code in _IDEOGRAPHS:
        if readings := pinyin_dict.get(code):
            spelled = unicodedata.normalize("NFD", readings.split(",")[0])
            syllable = _TONES.sub("", spelled)
            table[code] = syllables.setdefault(syllable, chr(_FIRST_SYLLABLE + len(syllables)))
    return table


_TRADITIONAL: Final = _traditional()
_SCRIPT: Final = _script()
_DIGITS: Final = {ord(numeral): digit for numeral, digit in _NUMERALS.items()}


@lru_cache(maxsize=1)
def _sound_table() -> dict[int, str]:
    return _sounds()


def simplified(text: str) -> str:
    """The text in simplified characters, one for one."""
    return text.translate(_TRADITIONAL)


class Views:
    """One text, folded: `text` with its blanks and signs, the others without."""

    __slots__ = ("letters", "text")

    def __init__(self, text: str) -> None:
        self.text = text
        # Letters and digits alone: 加 V, 加-V and ➕Ⓥ are all 加v.
        self.letters = _NO_LETTER.sub("", text)

    @property
    def digits(self) -> str:
        """`letters` with 一三八 as 138."""
        return self.letters.translate(_DIGITS)

    @property
    def sounds(self) -> str:
        """`letters` with one private character for each syllable."""
        return self.letters.translate(_sound_table())


def views(text: str) -> Views:
    """The text in one case, one width and one script."""
    plain = unicodedata.normalize("NFKC", text)[:_LONGEST]
    folded = plain.lower().translate(_SCRIPT)
    return Views(_COMPLETED.sub("心", folded) if "♥" in folded else folded)
