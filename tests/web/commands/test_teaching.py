"""Teaching from the command line: every step that the console has."""

from __future__ import annotations

from pathlib import Path

import pytest

from recsys.embedding.location import encoder_folder
from shop import confirmed, inbox
from shop.database import Database
from web import cli
from web.learning.book import read_index

ENCODER = encoder_folder()


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An installation of its own, with an empty shop."""
    monkeypatch.setenv("BOXIAOER_VAR", str(tmp_path))
    monkeypatch.setenv("BOXIAOER_ENCODER", str(ENCODER))
    monkeypatch.delenv("BOXIAOER_DATABASE_URL", raising=False)
    return tmp_path


def shop(var: Path) -> Database:
    database = Database(f"sqlite:///{var / 'boxiaoer.db'}")
    database.migrate()
    return database


def said(capsys: pytest.CaptureFixture[str], *argv: str) -> str:
    """What a command prints; it must succeed."""
    capsys.readouterr()
    assert cli.main(argv) == 0, capsys.readouterr().err
    return capsys.readouterr().out


def phrases(var: Path) -> set[str]:
    index = read_index(var)
    return set(index.texts) if index else set()


def test_an_entry_is_added_changed_and_deleted(
    var: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    added = said(capsys, "faq", "add", "会掉色吗", "不会", "--similar", "褪色不")
    faq_id = added.split()[0]
    assert phrases(var) == {"会掉色吗", "褪色不"}
    said(capsys, "faq", "edit", faq_id, "--answer", "冷水洗不会")
    assert "冷水洗不会" in said(capsys, "faq", "list", "掉色")
    assert phrases(var) == {"会掉色吗", "褪色不"}
    said(capsys, "faq", "edit", faq_id, "--similar")
    assert phrases(var) == {"会掉色吗"}
    said(capsys, "faq", "delete", faq_id)
    assert phrases(var) == set()
    assert cli.main(["faq", "edit", faq_id, "--answer", "?"]) == 1


def test_the_inbox_is_settled(var: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = shop(var)
    with database.begin() as session:
        for text in ("能不能刻字", "能不能刻字", "停车在哪", "哈哈"):
            inbox.record(session, text, inbox.UNKNOWN, "u1")
    assert "2 × 能不能刻字" in said(capsys, "inbox")
    faq_id = said(capsys, "inbox", "answer", "能不能刻字", "可以刻名字").split()[0]
    assert phrases(var) == {"能不能刻字"}
    said(capsys, "inbox", "join", "停车在哪", faq_id)
    assert phrases(var) == {"能不能刻字", "停车在哪"}
    said(capsys, "inbox", "ignore", "哈哈")
    assert "0 open questions" in said(capsys, "inbox")
    with database.read() as session:
        assert {row.text for row in confirmed.all_confirmed(session)} == phrases(var)
    assert cli.main(["inbox", "ignore", "没有这一组"]) == 1
    database.dispose()


def test_own_intents_come_and_go(var: Path, capsys: pytest.CaptureFixture[str]) -> None:
    examples = ["能停车吗", "车放哪", "有停车场没", "停车收费不", "开车去方便不"]
    add = ("intents", "add", "停车", "--examples", *examples, "--reply", "楼下就有")
    name = said(capsys, *add).split(":")[0]
    assert name in said(capsys, "intents", "list")
    said(capsys, "intents", "delete", name)
    assert "0 own intents" in said(capsys, "intents", "list")
    assert cli.main(["intents", "add", "停车", "--examples", "一", "--reply", "有"]) == 1
    assert "examples" not in capsys.readouterr().out
