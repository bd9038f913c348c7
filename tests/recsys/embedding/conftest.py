"""The built encoder, and a tiny sentence-transformers model to build from."""

from __future__ import annotations

from pathlib import Path

import pytest

from recsys.embedding import Encoder
from recsys.embedding.build.__main__ import build
from recsys.embedding.location import DEFAULT_NAME, WHEEL_NAME

CHARACTERS = "主播好这个多少钱有没货大码发什么时候退三号链接"


@pytest.fixture(scope="session")
def encoder(root: Path) -> Encoder:
    """The default encoder in the project's var folder, built when it is not there."""
    folder = root / "var" / "encoder" / DEFAULT_NAME
    build(DEFAULT_NAME, folder)
    return Encoder.load(folder)


@pytest.fixture(scope="session")
def wheel_encoder(encoder: Encoder, root: Path) -> Encoder:
    """The wheel's model as it is, which the default encoder is built from."""
    return Encoder.load(root / "var" / "encoder" / WHEEL_NAME)


@pytest.fixture(scope="session")
def tiny_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A sentence-transformers folder: two-layer BERT with random weights."""
    import torch
    from sentence_transformers import SentenceTransformer
    from sentence_transformers.sentence_transformer.modules import Pooling, Transformer
    from transformers import BertConfig, BertModel, BertTokenizerFast

    torch.manual_seed(7)
    folder = tmp_path_factory.mktemp("tiny")
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *dict.fromkeys(CHARACTERS)]
    (folder / "vocab.txt").write_text("\n".join(pieces), encoding="utf-8")
    BertTokenizerFast(vocab=str(folder / "vocab.txt")).save_pretrained(folder / "bert")
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
    )
    BertModel(config).save_pretrained(folder / "bert")
    transformer = Transformer(str(folder / "bert"))
    model = SentenceTransformer(
        modules=[transformer, Pooling(32, pooling_mode="mean")], device="cpu"
    )
    model.save(str(folder / "model"), create_model_card=False)
    return folder / "model"
