"""`boxiaoer words`: what the page does, from the command line."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.web.commands.test_teaching import said, shop, var
from web import cli
from web.rooms import wording
from web.words.following import Follower

__all__ = ["var"]


def test_words_come_are_tried_and_go(var: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "as a comment: passes" in said(capsys, "words", "check", "清仓代购")
    said(capsys, "words", "add", "advert", "清仓代购", "--sounds", "--note", "老来")
    said(capsys, "words", "add", "forbidden", "清仓", "--replacement", "特卖")
    listed = said(capsys, "words", "list")
    assert "advert  清仓代购 (sounds)  老来" in listed
    assert "forbidden  清仓 → 特卖" in listed
    told = said(capsys, "words", "check", "青苍代购，今天清仓，能治疗失眠")
    assert "dropped (advert: 广告, 同音「清仓代购」" in told
    assert "as an answer: held" in told
    assert "第十七条「治疗功能」: 治疗" in told
    assert "as an answer: said as 今天特卖" in said(capsys, "words", "check", "今天清仓")
    said(capsys, "words", "delete", "清仓")
    assert "as an answer: passes" in said(capsys, "words", "check", "今天清仓")


def test_what_cannot_be_done_is_one_line(var: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said(capsys, "words", "add", "allowed", "顶级")
    said(capsys, "words", "add", "abuse", "顶级")
    capsys.readouterr()
    for argv in (
        ("add", "abuse", "好"),
        ("add", "allowed", "顶级"),
        ("delete", "没有的"),
        ("delete", "顶级"),
    ):
        assert cli.main(["words", *argv]) == 1
        assert capsys.readouterr().err.count("\n") == 1
    said(capsys, "words", "delete", "顶级", "--kind", "abuse")


async def test_a_running_web_takes_it_up(var: Path, capsys: pytest.CaptureFixture[str]) -> None:
    database = shop(var)
    follower = Follower(database)
    await follower.refresh()
    before = wording.current()
    await follower.refresh()
    assert wording.current() is before
    said(capsys, "words", "add", "abuse", "坏蛋主播")
    await follower.refresh()
    assert wording.current().moderator.code("坏蛋主播") == "abuse"
    wording.use(wording.Wording())
    database.dispose()
