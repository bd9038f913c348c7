"""Files into the shop: `import_file` takes CSV or XLSX of any kind in KINDS."""

from __future__ import annotations

from shop.importing.engine import KINDS, import_file
from shop.importing.report import ImportRefused, ImportReport, RowError

__all__ = ["KINDS", "ImportRefused", "ImportReport", "RowError", "import_file"]
