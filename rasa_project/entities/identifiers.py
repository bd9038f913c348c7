"""order_no and phone: long digit strings, told apart by shape and by the words before them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from rasa_project.entities.mention import Mention

_MOBILE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?(?P<v>1[3-9]\d(?P<gap>[- ]?)\d{4}(?P=gap)\d{4})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(?P<v>0\d{2,3}-\d{7,8})(?!\d)")
_NAMED = re.compile(
    r"(?:订单编号|订单号码?|订单|单号|编号)\s*(?:是|为|:|：|#|-|,|，|\s){0,3}"
    r"(?P<v>(?=[a-z0-9-]*\d{3})[a-z0-9][a-z0-9-]{3,31})"
)
_TAIL = re.compile(
    r"(?:尾号|尾数|后[三四五六3-6]位|末[三四五六3-6]位|最后[三四五六3-6]位)\s*(?:数)?\s*(?:是|为|:|：|\s)*(?P<v>\d{3,6})(?!\d)"
)
_TAIL_BEHIND = re.compile(r"(?<!\d)(?P<v>\d{4})\s*(?:结尾|那单|那个订单|的?尾号)")
_CODED = re.compile(r"(?<![a-z0-9])(?P<v>[a-z]{1,4}-?\d{6,24})(?![a-z0-9])")
_LONG = re.compile(r"(?<![\d.])(?P<v>\d{10,24})(?!\d)")
_BARE_TAIL = re.compile(r"\s*(?P<v>\d{4})\s*")

# Four digits alone that are shouts, years or numbers everyone knows.
_SHOUTS = frozenset(
    {
        "2333",
        "1314",
        "9527",
        "1688",
        "1234",
        "4321",
        "5201",
        "2024",
        "2025",
        "2026",
        "2027",
        "6699",
        "8866",
        "1212",
        "1111",
    }
)
BARE = "bare"


def find_phones(text: str) -> Iterator[Mention]:
    """Mobile and landline numbers, digits only; to be masked wherever they are shown."""
    for pattern in (_MOBILE, _LANDLINE):
        for match in pattern.finditer(text):
            yield Mention("phone", re.sub(r"[- ]", "", match["v"]), match.start(), match.end())


def find_order_numbers(text: str) -> Iterator[Mention]:
    """Order numbers and their tails, upper-case.

    Four bare digits that are the whole comment get the role "bare": they count only where
    an order number has just been asked for.
    """
    for pattern in (_NAMED, _TAIL, _TAIL_BEHIND, _CODED, _LONG):
        for match in pattern.finditer(text):
            if len(set(match["v"])) > 1:  # 88888888888 is applause
                yield Mention("order_no", match["v"].upper(), *match.span("v"))
    match = _BARE_TAIL.fullmatch(text)
    if match and match["v"] not in _SHOUTS and len(set(match["v"])) > 1:
        yield Mention("order_no", match["v"], *match.span("v"), role=BARE)
