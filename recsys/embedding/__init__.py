"""The sentence encoder at run time: numpy, onnxruntime and tokenizers alone."""

from __future__ import annotations

from recsys.embedding.encoder import Encoder, EncoderMissing, default_encoder, encode

__all__ = ["Encoder", "EncoderMissing", "default_encoder", "encode"]
