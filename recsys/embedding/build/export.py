"""A sentence-transformers model as one ONNX graph, pooling and length 1 included."""

from __future__ import annotations

import warnings
from pathlib import Path
from typing import Any

import torch
from sentence_transformers import SentenceTransformer

# ReduceMax takes its axes as an input since 18, and the quantiser writes it so.
OPSET = 18


class _SentenceVectors(torch.nn.Module):
    """The whole pipeline from piece ids to unit vectors."""

    def __init__(self, model: SentenceTransformer) -> None:
        super().__init__()
        self.model = model

    def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
        features = {"input_ids": input_ids, "attention_mask": attention_mask}
        vectors: torch.Tensor = self.model(features)["sentence_embedding"]
        # Models without a Normalize module get it here; for the others it changes nothing.
        return torch.nn.functional.normalize(vectors, dim=-1)


def open_model(source: str) -> SentenceTransformer:
    """A model for export, by folder or hub name.

    Eager attention exports to plain products, which onnxruntime runs faster than
    the masked form that torch's fused attention becomes.
    """
    options: dict[str, Any] = {
        "device": "cpu",
        # A folder is complete in itself; without this, loading it still asks the hub.
        "local_files_only": Path(source).is_dir(),
    }
    attention = {"attn_implementation": "eager"}
    try:
        return SentenceTransformer(source, model_kwargs=attention, **options)
    except ValueError:  # an architecture with one attention only
        return SentenceTransformer(source, **options)


def export(model: SentenceTransformer, target: Path) -> None:
    """Write the float32 ONNX graph: input_ids, attention_mask → vector."""
    ids = torch.full((2, 7), 5, dtype=torch.long)
    mask = torch.ones_like(ids)
    mask[1, 5:] = 0
    with torch.no_grad(), warnings.catch_warnings():
        # The tracer warns of every Python branch that it fixes; the check against
        # the reference is what shows whether one mattered.
        warnings.simplefilter("ignore")
        torch.onnx.export(
            _SentenceVectors(model).eval(),
            (ids, mask),
            str(target),
            # The newer exporter takes five times as long and its graph runs slower.
            dynamo=False,
            input_names=["input_ids", "attention_mask"],
            output_names=["vector"],
            dynamic_axes={
                "input_ids": {0: "texts", 1: "tokens"},
                "attention_mask": {0: "texts", 1: "tokens"},
                "vector": {0: "texts"},
            },
            opset_version=OPSET,
        )
