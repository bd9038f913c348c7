"""Which pieces of a multilingual vocabulary a Chinese shop needs.

Three quarters of the 250,000 pieces are words of scripts and languages that no
comment here uses. Dropping a piece never loses text: the tokenizer falls back to
shorter pieces, and every single character of the kept scripts stays.
"""

from __future__ import annotations

from collections.abc import Collection

METASPACE = "▁"
SPECIALS = frozenset({"<s>", "<pad>", "</s>", "<unk>", "<mask>"})

# First and last code point of what stays: Latin with its accents, punctuation and
# symbols, kana, Han with its extensions and compatibility forms, full width, emoji.
KEPT_RANGES = (
    (0x0020, 0x024F),
    (0x2000, 0x2BFF),
    (0x2E80, 0x312F),
    (0x3190, 0x4DBF),
    (0x4E00, 0x9FFF),
    (0xF900, 0xFAFF),
    (0xFE00, 0xFE4F),
    (0xFF00, 0xFFEF),
    (0x1F000, 0x1FAFF),
    (0x20000, 0x3134F),
)
LAST_LATIN = 0x024F


def _kept_script(character: str) -> bool:
    code = ord(character)
    return any(first <= code <= last for first, last in KEPT_RANGES)


def _is_latin_word(text: str) -> bool:
    return any(character.isalpha() and ord(character) <= LAST_LATIN for character in text)


def keep_piece(piece: str, latin_words: Collection[str]) -> bool:
    """Whether one piece stays; Latin words stay only when `latin_words` has them."""
    if piece in SPECIALS:
        return True
    text = piece.replace(METASPACE, "")
    if not all(_kept_script(character) for character in text):
        return False
    # Single letters always stay, so that any Latin word can still be spelt.
    return len(text) <= 1 or not _is_latin_word(text) or piece in latin_words


def kept_ids(pieces: Collection[str], latin_words: Collection[str]) -> list[int]:
    """Indexes of the pieces that stay, in their old order."""
    return [index for index, piece in enumerate(pieces) if keep_piece(piece, latin_words)]
