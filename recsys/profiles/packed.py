"""A portrait as bytes, for caches and tables of a million viewers; nothing is lost."""

from __future__ import annotations

import struct
from typing import Final

from recsys.profiles.items import BANDS
from recsys.profiles.portrait import Held, Portrait

_FORMAT: Final = 1
# Format, times, counts, means and their weights, bands; then how many categories, brands, items
# held and ids there are, and how many bytes of style and of names.
_HEAD: Final = struct.Struct(f"<B4d2I3d{len(BANDS)}d4H2I")
_HELD: Final = struct.Struct("<3Iq")
_SEPARATOR: Final = "\x1f"


class BadPortrait(ValueError):
    """Bytes that `pack` did not write, or wrote in another format."""


def pack(portrait: Portrait) -> bytes:
    """Little endian: head, sums, purchases, ids, style, names. About 1 kB with 384 dimensions."""
    p = portrait
    names = [_plain(name) for name in (*p.categories, *p.brands, *p.held)]
    text = _SEPARATOR.join(names).encode("utf-8", "surrogatepass")
    counts = (len(p.categories), len(p.brands), len(p.held), len(p.recent_ids))
    times = (p.as_of, p.first, p.last, p.last_purchase)
    means = (p.style_mass, p.power, p.power_mass)
    sizes = (*counts, len(p.style), len(text))
    head = _HEAD.pack(_FORMAT, *times, p.events, p.visits, *means, *p.bands, *sizes)
    sums = (*p.categories.values(), *p.brands.values())
    return b"".join(
        (
            head,
            struct.pack(f"<{len(sums)}d", *sums),
            *(_HELD.pack(*held) for held in p.held.values()),
            struct.pack(f"<{len(p.recent_ids)}Q", *p.recent_ids),
            p.style,
            text,
        )
    )


def unpack(packed: bytes) -> Portrait:
    """What `pack` was given. Raises BadPortrait."""
    try:
        return _unpack(packed)
    except (struct.error, UnicodeDecodeError, IndexError) as error:
        raise BadPortrait(f"{len(packed)} bytes that are no portrait: {error}") from error


def _unpack(packed: bytes) -> Portrait:
    form, as_of, first, last, paid, events, visits, mass, power, power_mass, *rest = (
        _HEAD.unpack_from(packed)
    )
    bands = tuple(rest[: len(BANDS)])
    categories, brands, held, ids, style, text = rest[len(BANDS) :]
    at = _HEAD.size
    needed = at + 8 * (categories + brands + ids) + _HELD.size * held + style + text
    if form != _FORMAT or len(packed) != needed:
        raise BadPortrait(f"{len(packed)} bytes of format {form}, not {needed} of {_FORMAT}")
    sums = struct.unpack_from(f"<{categories + brands}d", packed, at)
    at += 8 * len(sums)
    tills = [Held(*_HELD.unpack_from(packed, at + _HELD.size * one)) for one in range(held)]
    at += _HELD.size * held
    numbers = struct.unpack_from(f"<{ids}Q", packed, at)
    at += 8 * ids
    names = packed[at + style :].decode("utf-8", "surrogatepass").split(_SEPARATOR)
    return Portrait(
        as_of=as_of,
        first=first,
        last=last,
        last_purchase=paid,
        events=events,
        visits=visits,
        categories=dict(zip(names[:categories], sums[:categories], strict=True)),
        brands=dict(zip(names[categories:], sums[categories:], strict=False)),
        bands=bands,
        style=packed[at : at + style],
        style_mass=mass,
        power=power,
        power_mass=power_mass,
        held=dict(zip(names[categories + brands :], tills, strict=bool(held))),
        recent_ids=numbers,
    )


def _plain(name: str) -> str:
    if _SEPARATOR in name:
        raise BadPortrait(f"a name with a separator in it: {name!r}")
    return name
