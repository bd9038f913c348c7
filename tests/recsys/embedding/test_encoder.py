from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from recsys.embedding import Encoder, EncoderMissing, default_encoder, encode
from recsys.embedding.build.check import shipped_sentences
from recsys.embedding.location import DEFAULT_NAME, encoder_folder

TEXTS = [
    "这件多少钱",
    "三号链接还有货吗",
    "",
    "😍😍😍",
    "🐎",
    "？？？",
    "a",
    "主播能不能讲慢一点，我妈妈也在看，她想买那个按摩仪，但是不知道高血压能不能用",
    "坏掉的半个表情\ud83d",
    "很长的弹幕" * 400,
    " " * 5000 + "尾巴",
]


def test_vectors_have_length_one(encoder: Encoder) -> None:
    vectors = encoder.encode(TEXTS)
    assert vectors.shape == (len(TEXTS), encoder.dim)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1.0, atol=1e-5)


def test_a_text_alone_and_in_company_gets_the_same_vector(encoder: Encoder) -> None:
    together = encoder.encode(TEXTS)
    alone = np.concatenate([encoder.encode([text]) for text in TEXTS])
    np.testing.assert_allclose(together, alone, atol=1e-5)


def test_same_text_same_vector(encoder: Encoder) -> None:
    texts = shipped_sentences()[:100]
    np.testing.assert_array_equal(encoder.encode(texts), encoder.encode(texts))


def test_no_texts(encoder: Encoder) -> None:
    assert encoder.encode([]).shape == (0, encoder.dim)


def test_one_string_is_refused(encoder: Encoder) -> None:
    with pytest.raises(TypeError, match="sequence of texts"):
        encoder.encode("这件多少钱")


def test_kinds_differ(encoder: Encoder) -> None:
    query = encoder.encode(["七天无理由退货"], "query")
    passage = encoder.encode(["七天无理由退货"], "passage")
    assert 0.5 < float(np.sum(query * passage)) < 0.999


@pytest.mark.parametrize(
    ("query", "alike", "unlike"),
    [
        ("这件多少钱", "什么价格呀", "几号发货"),
        ("还有货吗", "库存还剩多少件", "主播今天真好看"),
        ("什么时候发货", "今天拍今天能发吗", "敏感肌可以用吗"),
        ("不喜欢可以退吗", "支持七天无理由退货吗", "这个是什么面料的"),
        ("转人工", "我要找客服", "推荐一款裤子"),
        ("是正品吗", "会不会是假货", "发什么快递"),
    ],
)
def test_paraphrase_ranks_above_unrelated(
    encoder: Encoder, query: str, alike: str, unlike: str
) -> None:
    asked, near, far = encoder.encode([query, alike, unlike])
    assert asked @ near > asked @ far


def test_fingerprint_follows_the_files(encoder: Encoder, root: Path, tmp_path: Path) -> None:
    built = root / "var" / "encoder" / DEFAULT_NAME
    copy = tmp_path / "copy"
    shutil.copytree(built, copy, ignore=shutil.ignore_patterns("st"))
    assert Encoder.load(copy).fingerprint == encoder.fingerprint
    settings = json.loads((copy / "encoder.json").read_text(encoding="utf-8"))
    settings["prefixes"] = {"query": "", "passage": ""}
    (copy / "encoder.json").write_text(json.dumps(settings), encoding="utf-8")
    assert Encoder.load(copy).fingerprint != encoder.fingerprint


def test_missing_encoder_names_the_command(tmp_path: Path) -> None:
    with pytest.raises(EncoderMissing, match="run: make encoder"):
        Encoder.load(tmp_path)


@pytest.mark.parametrize("damaged", ["model.onnx", "tokenizer.json", "encoder.json"])
def test_damaged_encoder_names_the_command(
    encoder: Encoder, root: Path, tmp_path: Path, damaged: str
) -> None:
    copy = tmp_path / "copy"
    ignored = shutil.ignore_patterns("st")
    shutil.copytree(root / "var" / "encoder" / DEFAULT_NAME, copy, ignore=ignored)
    (copy / damaged).write_bytes((copy / damaged).read_bytes()[:60])
    with pytest.raises(EncoderMissing, match="make encoder"):
        Encoder.load(copy)


def test_default_encoder_is_loaded_once(
    encoder: Encoder, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOXIAOER_VAR", str(root / "var"))
    monkeypatch.delenv("BOXIAOER_ENCODER", raising=False)
    assert default_encoder() is default_encoder()
    np.testing.assert_array_equal(encode(["在吗"]), encoder.encode(["在吗"]))


def test_folder_follows_the_environment(tmp_path: Path) -> None:
    var = {"BOXIAOER_VAR": str(tmp_path)}
    assert encoder_folder(var) == tmp_path / "encoder" / DEFAULT_NAME
    hub = encoder_folder({**var, "BOXIAOER_ENCODER": "BAAI/bge-small-zh-v1.5"})
    assert hub == tmp_path / "encoder" / "BAAI--bge-small-zh-v1.5"
    one = encoder_folder({**var, "BOXIAOER_ENCODER": "/models/one/st"})
    two = encoder_folder({**var, "BOXIAOER_ENCODER": "/models/two/st"})
    assert one.parent == two.parent == tmp_path / "encoder"
    assert one != two


def test_runtime_needs_no_torch(encoder: Encoder, root: Path) -> None:
    code = (
        "import sys; from recsys.embedding import encode; encode(['在吗']); "
        "from recsys.embedding.phrases import PhraseIndex; "
        "heavy = {'torch', 'transformers', 'sentence_transformers', 'onnx'} & set(sys.modules); "
        "sys.exit(f'imported {heavy}' if heavy else 0)"
    )
    python = root / ".venv" / "bin" / "python"
    subprocess.run([python, "-c", code], check=True, cwd=root)


def test_both_pythons_agree(encoder: Encoder, root: Path, tmp_path: Path) -> None:
    python = root / ".venv-rasa" / "bin" / "python"
    if not python.exists():
        pytest.skip("no .venv-rasa: run `make setup`")
    code = (
        "import sys, numpy; from recsys.embedding import Encoder; "
        "from pathlib import Path; "
        "texts = Path(sys.argv[2]).read_text(encoding='utf-8').splitlines(); "
        "numpy.save(sys.argv[3], Encoder.load(sys.argv[1]).encode(texts))"
    )
    texts = shipped_sentences()[::5]
    (tmp_path / "texts").write_text("\n".join(texts), encoding="utf-8")
    folder, result = root / "var" / "encoder" / DEFAULT_NAME, tmp_path / "vectors.npy"
    subprocess.run([python, "-c", code, folder, tmp_path / "texts", result], check=True, cwd=root)
    cosines = np.sum(np.load(result) * encoder.encode(texts), axis=1)
    assert cosines.mean() > 0.999
    assert cosines.min() > 0.99
