"""What the owner types as a word, checked before it is stored."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass, replace

from shop.errors import InvalidField

ABUSE, ADVERT, CONTACT = "abuse", "advert", "contact"
FORBIDDEN, ALLOWED = "forbidden", "allowed"
# What drops a comment, what is kept out of everything said by the shop, and the exceptions.
DROPPING = (ABUSE, ADVERT, CONTACT)
KINDS = (*DROPPING, FORBIDDEN, ALLOWED)

# One letter or character is part of too many innocent words.
SHORTEST, LONGEST = 2, 50
MAX_NOTE = 200


class WordInvalid(InvalidField):
    """A word like this cannot be kept; `field` is that of WordDraft."""


def letters(text: str) -> str:
    """The letters and digits of a text in one case: what makes two words the same to a filter."""
    folded = unicodedata.normalize("NFKC", text).lower()
    return "".join(char for char in folded if char.isalnum())


@dataclass(frozen=True, slots=True)
class WordDraft:
    """One word as the owner wants it; the shop adds number, version and time.

    `replacement` is what a forbidden word becomes, "" holds the text; `sounds` also finds other
    characters of the same sound.
    """

    kind: str
    word: str
    replacement: str = ""
    sounds: bool = False
    enabled: bool = True
    note: str = ""

    def checked(self) -> WordDraft:
        """The draft trimmed; raises WordInvalid with the first fault."""
        if self.kind not in KINDS:
            raise WordInvalid("kind", "请选择这个词的类别")
        word = _word(_line("word", self.word, "词", LONGEST))
        replacement = _line("replacement", self.replacement, "替换成的话", LONGEST)
        if replacement and self.kind != FORBIDDEN:
            raise WordInvalid("replacement", "只有广告法用词可以写替换成什么")
        if replacement and letters(word) in letters(replacement):
            raise WordInvalid("replacement", "替换成的话里还有这个词，请换一个说法")
        if self.sounds and self.kind not in DROPPING:
            raise WordInvalid("sounds", "同音匹配只用于拦弹幕的词")
        note = _line("note", self.note, "备注", MAX_NOTE)
        return replace(self, word=word, replacement=replacement, note=note)


def _line(field: str, text: str, name: str, longest: int) -> str:
    text = text.strip()
    if len(text) > longest:
        raise WordInvalid(field, f"{name}最多 {longest} 个字，现在有 {len(text)} 个")
    if not text.isprintable():
        raise WordInvalid(field, f"{name}里不能有换行或特殊控制字符")
    return text


def _word(text: str) -> str:
    if not text:
        raise WordInvalid("word", "词不能为空")
    if len(letters(text)) < SHORTEST:
        raise WordInvalid("word", f"至少要有 {SHORTEST} 个文字、字母或数字，单个字会误伤太多")
    return text
