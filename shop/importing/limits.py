"""How much a file may hold: an owner's file is far below, a hostile one is stopped early."""

from __future__ import annotations

MAX_BYTES = 64 * 2**20
MAX_ROWS = 1_000_000
MAX_COLUMNS = 200
MAX_CELL = 20_000
# Room for the longest list of similar questions that an entry may have (shop.faq_draft).
MAX_LIST = 100_000

# An XLSX is a zip. Sheets of repeated numbers reach 1:40; bombs start in the hundreds.
MAX_UNZIPPED = 512 * 2**20
MAX_RATIO = 150
# Below this size a high ratio is harmless: a sheet of blanks compresses without end.
RATIO_FREE = 8 * 2**20
MAX_ZIP_MEMBERS = 2_000
