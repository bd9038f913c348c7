"""What a start trains, and the report inside a model file."""

from __future__ import annotations

import io
import json
import tarfile
from pathlib import Path

import pytest

from shop import settings as shop_settings
from shop.database import Database
from tests.web.stand_in import SECRETS
from web.jobs import assistant, lessons


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project with something to train on, and nothing to train with."""
    (tmp_path / "rasa_project" / "domain").mkdir(parents=True)
    (tmp_path / "config.yml").write_text("language: zh")
    return tmp_path


@pytest.fixture
def settings(tmp_path: Path) -> shop_settings.Settings:
    return shop_settings.load({"BOXIAOER_VAR": str(tmp_path / "var")})


def served(settings: shop_settings.Settings, name: str, sources: str, by: str) -> None:
    store = assistant.versions(settings)
    store.folder.mkdir(parents=True, exist_ok=True)
    (store.folder / f"{name}.tar.gz").write_bytes(name.encode())
    store.add(name, sources, 1.0, {})
    store.publish(name, by)


def started(settings: shop_settings.Settings, root: Path) -> str:
    """The version that a start serves, or "trains" where it would train."""
    database = Database(settings.database_url)
    database.migrate()
    try:
        found, new = assistant.train(settings, SECRETS, root, database, if_needed=True)
    except FileNotFoundError as error:  # no Python of Rasa's under this root: it did begin
        return "trains" if ".venv-rasa" in str(error) else str(error)
    finally:
        database.dispose()
    assert not new
    return found.name


def test_a_start_trains_only_what_is_new(settings: shop_settings.Settings, root: Path) -> None:
    now = lessons.fingerprint(root)
    assert started(settings, root) == "trains"
    served(settings, "a-1", "before the update", assistant.SETUP)
    assert started(settings, root) == "trains"
    served(settings, "a-2", now, assistant.SETUP)
    assert started(settings, root) == "a-2"


def test_a_start_does_not_undo_that_the_owner_went_back(
    settings: shop_settings.Settings, root: Path
) -> None:
    served(settings, "a-1", "before the update", assistant.SETUP)
    served(settings, "a-2", lessons.fingerprint(root), assistant.SETUP)
    assistant.versions(settings).publish("a-1", "owner", "回滚")
    assert started(settings, root) == "a-1"
    # The next update is new again, to the owner as well.
    store = assistant.versions(settings)
    (store.folder / "versions" / "a-2.json").unlink()
    assert started(settings, root) == "trains"


def packed(path: Path, name: str, content: bytes) -> None:
    with tarfile.open(path, "w:gz") as archive:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))


def test_the_report_is_read_from_the_model_without_unpacking_it(tmp_path: Path) -> None:
    path = tmp_path / "m.tar.gz"
    inside = "components/train_KernelIntentClassifier3/intent_report.json"
    packed(path, inside, json.dumps({"accuracy": 0.9}).encode())
    assert assistant.intent_report(path) == {"accuracy": 0.9}
    whole = path.read_bytes()
    for damaged in (whole[:-30], whole[:40], whole[:60] + b"\0" * 40 + whole[100:], b"", b"x"):
        path.write_bytes(damaged)
        assert assistant.intent_report(path) == {}
    assert assistant.intent_report(tmp_path / "none.tar.gz") == {}
    packed(path, inside, b"[1]")
    assert assistant.intent_report(path) == {}
    packed(path, "components/other.json", b"{}")
    assert assistant.intent_report(path) == {}
