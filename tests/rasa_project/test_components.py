"""The components in Rasa's graph: trained, stored, loaded again; bad settings named."""

from __future__ import annotations

import json
from datetime import datetime, timedelta, timezone
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from rasa.engine.graph import ExecutionContext, GraphSchema
from rasa.engine.storage.local_model_storage import LocalModelStorage
from rasa.engine.storage.resource import Resource
from rasa.shared.exceptions import InvalidConfigException
from rasa.shared.nlu.constants import INTENT, TEXT
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData

from rasa_project.nlu.encoder_featurizer import EncoderFeaturizer
from rasa_project.nlu.faq_matcher import FaqMatcher
from rasa_project.nlu.intent_classifier import (
    INTENT_THRESHOLD,
    KernelIntentClassifier,
    NoSentenceVector,
)
from rasa_project.nlu.live_entities import LiveEntityExtractor
from rasa_project.sentence_vector import sentence_vector
from recsys.embedding import default_encoder
from recsys.embedding.phrases import PhraseIndex

COMMENTS = {
    "ask_price": ["多少钱呀", "怎么卖的", "几块钱一盒", "什么价格", "报个价呗", "贵不贵"],
    "ask_stock": ["还有货吗", "有现货没", "卖完了吗", "库存还有多少", "断货了吗", "还剩几件"],
    "chitchat": ["主播真好看", "哈哈哈哈", "今天心情不错", "你唱首歌呗", "笑死我了", "晚饭吃了没"],
}
NOW = datetime.now(timezone.utc)


def context(name: str = "node") -> ExecutionContext:
    return ExecutionContext(GraphSchema({}), node_name=name)


def featurizer() -> EncoderFeaturizer:
    return EncoderFeaturizer.create({}, None, Resource("f"), context())  # type: ignore[arg-type]


def training_data() -> TrainingData:
    data = TrainingData(
        [Message({TEXT: text, INTENT: i}) for i, texts in COMMENTS.items() for text in texts]
    )
    return featurizer().process_training_data(data)


def asked(text: str) -> Message:
    message = Message({TEXT: text})
    LiveEntityExtractor().process([message])
    return featurizer().process([message])[0]


@pytest.fixture
def storage(tmp_path_factory: pytest.TempPathFactory) -> LocalModelStorage:
    return LocalModelStorage.create(tmp_path_factory.mktemp("storage"))


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, encoder_folder: Path) -> Path:
    """A var folder without snapshots; the encoder stays the built one."""
    monkeypatch.setenv("BOXIAOER_ENCODER", str(encoder_folder / "live-e5"))
    monkeypatch.setenv("BOXIAOER_VAR", str(tmp_path))
    (tmp_path / "snapshots").mkdir()
    return tmp_path


def test_featurizer_gives_one_unit_vector_a_message(var: Path) -> None:
    messages = [Message({TEXT: "多少钱"}), Message({TEXT: ""}), Message({TEXT: "還有貨嗎"})]
    first, empty, last = map(sentence_vector, featurizer().process(messages))
    assert empty is None
    assert first is not None
    assert last is not None
    assert first.shape == (default_encoder().dim,)
    assert np.linalg.norm(first) == pytest.approx(1.0, abs=1e-3)
    np.testing.assert_allclose(last, default_encoder().encode(["还有货吗"])[0], atol=1e-4)


def test_features_are_those_any_rasa_classifier_reads(var: Path) -> None:
    message = featurizer().process([Message({TEXT: "多少钱"})])[0]
    sequence, sentence = message.get_dense_features(TEXT, [])
    assert sequence is None
    assert sentence.features.shape == (1, default_encoder().dim)


def test_classifier_survives_storing(var: Path, storage: LocalModelStorage) -> None:
    component = KernelIntentClassifier.create({}, storage, Resource("c"), context())
    component.train(training_data())
    again = KernelIntentClassifier.load({}, storage, Resource("c"), context())
    first, second = (c.process([asked("这个什么价呀")])[0] for c in (component, again))
    assert first.get(INTENT) == second.get(INTENT)
    assert first.get(INTENT)["name"] == "ask_price"
    assert sum(row["confidence"] for row in first.get("intent_ranking")) == pytest.approx(1.0)
    assert 0 < first.get(INTENT_THRESHOLD) <= 1


def test_classifier_without_the_featurizer_says_what_is_missing(
    var: Path, storage: LocalModelStorage
) -> None:
    component = KernelIntentClassifier.create({}, storage, Resource("c"), context())
    bare = TrainingData([Message({TEXT: "多少钱", INTENT: "ask_price"})])
    with pytest.raises(NoSentenceVector, match="EncoderFeaturizer"):
        component.train(bare)


@pytest.mark.parametrize(
    ("component", "config"),
    [
        (KernelIntentClassifier, {"gama": 1}),
        (KernelIntentClassifier, {"gamma": "wide"}),
        (KernelIntentClassifier, {"folds": 1}),
        (KernelIntentClassifier, {"rank": True}),
        (KernelIntentClassifier, {"meaning_weight": 0, "ngram_weight": 0}),
        (FaqMatcher, {"candidates": 0}),
        (FaqMatcher, {"noise_intents": "spam"}),
        (FaqMatcher, {"threshold": 0.5}),
        (EncoderFeaturizer, {"model": "x"}),
        (LiveEntityExtractor, {"lookup": []}),
    ],
)
def test_bad_settings_are_named(
    var: Path, storage: LocalModelStorage, component: Any, config: dict[str, Any]
) -> None:
    with pytest.raises(InvalidConfigException, match=next(iter(config))):
        component.create(config, storage, Resource("x"), context())


def phrase(text: str, faq_id: str, sku: str = "", **dates: datetime) -> SimpleNamespace:
    none: dict[str, datetime | None] = {"valid_from": None, "valid_to": None}
    return SimpleNamespace(text=text, faq_id=faq_id, sku=sku, **{**none, **dates})


def publish(var: Path, *phrases: SimpleNamespace) -> None:
    path = var / "snapshots" / "faq.npz"
    PhraseIndex.build(phrases, default_encoder()).save(path)


def trained_matcher(storage: LocalModelStorage) -> FaqMatcher:
    FaqMatcher.create({}, storage, Resource("m"), context()).train(training_data())
    return FaqMatcher.load({}, storage, Resource("m"), context())


def match(component: FaqMatcher, text: str) -> dict[str, Any]:
    found: dict[str, Any] = component.process([asked(text)])[0].get("faq")
    return found


def ids(found: dict[str, Any]) -> list[str]:
    return [candidate["faq_id"] for candidate in found["candidates"]]


def test_faq_is_found_as_soon_as_published(var: Path, storage: LocalModelStorage) -> None:
    component = trained_matcher(storage)
    nothing = match(component, "会不会掉色")
    assert (nothing["exact"], nothing["candidates"], nothing["accepted"]) == (None, [], False)
    publish(var, phrase("洗了会掉色吗", "F1"))
    assert ids(match(component, "会不会掉色"))[0] == "F1"
    exact = match(component, "洗了会掉色吗？？")
    assert (exact["exact"], exact["accepted"], exact["candidates"][0]["score"]) == ("F1", True, 1.0)
    publish(var, phrase("怎么加入会员", "F2"))
    assert match(component, "洗了会掉色吗")["exact"] is None
    (var / "snapshots" / "faq.npz").unlink()
    assert match(component, "怎么加入会员")["candidates"] == []


def test_slang_finds_the_plain_phrase_exactly(var: Path, storage: LocalModelStorage) -> None:
    publish(var, phrase("包邮吗", "F1"), phrase("肿么参加抽奖", "F2"))
    component = trained_matcher(storage)
    assert match(component, "包油吗")["exact"] == "F1"
    assert match(component, "肿么参加抽奖")["exact"] == "F2"


def test_only_what_is_valid_now_is_found(var: Path, storage: LocalModelStorage) -> None:
    day = timedelta(days=1)
    publish(
        var,
        phrase("今晚抽奖抽什么", "OVER", valid_to=NOW - day),
        phrase("今晚抽奖抽什么", "LATER", valid_from=NOW + day),
        phrase("今晚抽奖抽什么", "NOW", valid_from=NOW - day, valid_to=NOW + day),
    )
    found = match(trained_matcher(storage), "今晚抽奖抽什么")
    assert (found["exact"], ids(found)) == ("NOW", ["NOW"])


def test_what_is_asked_counts_and_not_the_products_name(
    var: Path, storage: LocalModelStorage
) -> None:
    rows = [
        {"sku": sku, "name": name, "aliases": [], "link_no": None, "category": ""}
        for sku, name in (("COAT", "羽绒服"), ("RICE", "五常大米"))
    ]
    lexicon = var / "snapshots" / "lexicon.json"
    lexicon.write_text(json.dumps({"version": "1", "products": rows}), encoding="utf-8")
    publish(
        var,
        phrase("羽绒服充绒量多少", "DOWN", "COAT"),
        phrase("羽绒服会掉毛吗", "FLUFF", "COAT"),
        phrase("五常大米会生虫吗", "BUGS", "RICE"),
    )
    component = trained_matcher(storage)
    # By the name alone these two would be as near as those that ask the same.
    price, fluff = (match(component, text) for text in ("羽绒服多少钱", "羽绒服掉不掉毛"))
    assert price["candidates"][0]["score"] < fluff["candidates"][0]["score"] - 0.1
    assert ids(match(component, "羽绒服掉不掉毛"))[0] == "FLUFF"
    assert ids(match(component, "掉不掉毛"))[0] == "FLUFF"
    assert "BUGS" not in ids(match(component, "羽绒服会生虫吗"))


def test_one_phrase_of_many_products_leaves_room_for_others(
    var: Path, storage: LocalModelStorage
) -> None:
    same = [phrase("会起球吗", f"F{n}", f"S{n}") for n in range(8)]
    publish(var, *same, phrase("容易起毛球吗", "G1"), phrase("起球了怎么办", "G2"))
    found = ids(match(trained_matcher(storage), "会不会起球"))
    assert {f"F{n}" for n in range(8)} <= set(found)
    assert {"G1", "G2"} & set(found)


@pytest.mark.parametrize("content", [b"", b"not a snapshot"])
def test_a_damaged_snapshot_leaves_the_last_good_one(
    var: Path, storage: LocalModelStorage, content: bytes
) -> None:
    publish(var, phrase("洗了会掉色吗", "F1"))
    component = trained_matcher(storage)
    assert match(component, "洗了会掉色吗")["exact"] == "F1"
    (var / "snapshots" / "faq.npz").write_bytes(content)
    assert match(component, "洗了会掉色吗")["exact"] == "F1"


def test_a_snapshot_of_another_encoder_is_not_searched(
    var: Path, storage: LocalModelStorage
) -> None:
    rows = [phrase("洗了会掉色吗", "F1")]
    index = PhraseIndex.build(rows, default_encoder())
    other = PhraseIndex(index.columns, index.vectors, "another", index.unrelated)
    other.save(var / "snapshots" / "faq.npz")
    assert match(trained_matcher(storage), "洗了会掉色吗")["candidates"] == []


def test_candidates_are_few_and_sorted(var: Path, storage: LocalModelStorage) -> None:
    texts = [
        "会掉色吗",
        "会不会褪色",
        "洗了掉色怎么办",
        "颜色掉得厉害吗",
        "掉不掉色",
        "颜色会变吗",
        "染色吗",
    ]
    publish(var, *(phrase(text, f"F{n}") for n, text in enumerate(texts)))
    scores = [c["score"] for c in match(trained_matcher(storage), "会不会掉颜色")["candidates"]]
    assert 0 < len(scores) <= 5
    assert scores == sorted(scores, reverse=True)
