"""Models on disk: one pointer, whole files, something to go back to."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from web.jobs.versions import KEPT_CANDIDATES, KEPT_PUBLISHED, NoModel, UnknownVersion, Versions


def trained(store: Versions, name: str, content: bytes = b"model") -> None:
    store.folder.mkdir(parents=True, exist_ok=True)
    (store.folder / f"{name}.tar.gz").write_bytes(content + name.encode())
    store.add(name, "sources", 12.34, {"accuracy": 0.9})


@pytest.fixture
def store(tmp_path: Path) -> Versions:
    made = Versions(tmp_path / "assistant")
    trained(made, "a-1")
    made.publish("a-1", "setup")
    return made


def test_a_candidate_does_not_serve_until_it_is_published(store: Versions) -> None:
    trained(store, "a-2")
    assert store.current().name == "a-1"
    assert [version.name for version in store.listed()] == ["a-2", "a-1"]
    store.publish("a-2", "owner", "更准了")
    assert store.current().name == "a-2"
    last = store.get("a-2").published[-1]
    assert (last.by, last.reason) == ("owner", "更准了")


def test_going_back_is_a_publication_too(store: Versions) -> None:
    trained(store, "a-2")
    store.publish("a-2", "owner")
    store.publish("a-1", "owner", "回滚")
    assert store.current().name == "a-1"
    assert len(store.get("a-1").published) == 2


def test_a_kill_before_the_pointer_moves_leaves_the_old_model(store: Versions) -> None:
    """Publishing notes the publication first: with only that done, the old one serves."""
    trained(store, "a-2")
    pointer = (store.folder / "current.json").read_bytes()
    store.publish("a-2", "owner")
    (store.folder / "current.json").write_bytes(pointer)
    (store.folder / "current.tmp").write_text('{"na')  # half a pointer, never renamed
    assert Versions(store.folder).current().name == "a-1"


def test_a_damaged_model_is_never_served(store: Versions) -> None:
    trained(store, "a-2")
    store.publish("a-2", "owner")
    (store.folder / "a-2.tar.gz").write_bytes(b"altered")
    assert store.current().name == "a-1"
    with pytest.raises(NoModel):
        store.publish("a-2", "owner")
    (store.folder / "a-1.tar.gz").unlink()
    with pytest.raises(NoModel, match="boxiaoer train"):
        store.current()


def test_a_candidate_never_stands_in_for_a_damaged_model(store: Versions) -> None:
    trained(store, "a-2")
    (store.folder / "a-1.tar.gz").unlink()
    with pytest.raises(NoModel):
        store.current()


def test_a_damaged_pointer_falls_back_to_what_served_last(store: Versions) -> None:
    (store.folder / "current.json").write_text("{")
    assert store.current().name == "a-1"


def test_a_damaged_record_hides_only_its_own_model(store: Versions) -> None:
    trained(store, "a-2")
    (store.folder / "versions" / "a-2.json").write_text(json.dumps({"name": "a-2"}))
    assert [version.name for version in store.listed()] == ["a-1"]
    with pytest.raises(UnknownVersion):
        store.get("a-2")


def test_old_models_go_and_the_serving_one_stays(store: Versions) -> None:
    for number in range(2, 14):
        trained(store, f"a-{number:02}")
        store.publish(f"a-{number:02}", "owner")
    store.publish("a-02" if (store.folder / "a-02.tar.gz").exists() else "a-13", "owner")
    for number in range(20, 25):
        trained(store, f"b-{number}")
    listed = store.listed()
    assert sum(bool(v.published) for v in listed) == KEPT_PUBLISHED
    assert sum(not v.published for v in listed) == KEPT_CANDIDATES
    files = {path.name for path in store.folder.glob("*.tar.gz")}
    assert files == {version.file for version in listed}
    assert store.current().name in {version.name for version in listed}


def test_nothing_trained_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoModel, match="boxiaoer train"):
        Versions(tmp_path).current()
