"""`boxiaoer replay` against the real application over a real socket."""

from __future__ import annotations

import argparse
import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from shop import rooms
from tests.web.rooms.room_rasa import RoomRasa
from tests.web.stand_in import SECRETS, Client
from web.commands import replay as command
from web.jobs import recording
from web.jobs.recording import BadRecording, Label, OnAir, Said
from web.jobs.replay import Replay, ReplayFailed, Run, batches
from web.keys import DATABASE

START = datetime(2026, 11, 21, 12, tzinfo=UTC)


def said(number: int, text: str = "多少钱", after: float = 0.0) -> Said:
    return Said(START + timedelta(seconds=after), f"c{number}", f"u{number}", text)


def replay(
    client: Client, room: str = "demo", key: str = SECRETS.ingest_key, prefix: str = "r1-"
) -> Replay:
    return Replay(str(client.make_url("/")), key, room, speed=0, prefix=prefix)


async def test_every_comment_of_a_replay_has_its_outcome(client: Client, rasa: RoomRasa) -> None:
    entries = [
        OnAir(START, "A1"), said(1), said(2), said(3, "666666"), OnAir(START, "GONE"),
        said(4, "怎么洗"), said(5, "转一圈看看"),
    ]  # fmt: skip
    run = await replay(client).run(entries, patience=10)
    assert (run.sent, run.accepted, run.duplicates) == (5, 5, 0)
    assert (run.without_outcome, run.with_two) == (0, 0)
    assert run.unknown_skus == ["GONE"]
    table = "\n".join(command.report(run))
    for name, value in (("comments in", 5), ("answered", 2), ("merged", 1), ("handed over", 1),
                        ("  host_show", 1), ("dropped", 1), ("  chatter", 1)):  # fmt: skip
        assert f"{name:<24}{value:>10}" in table
    assert "time to answer p99" in table
    # A second run is other comments; the same ids again are duplicates with their old outcomes.
    again = await replay(client, prefix="r2-").run(entries, patience=10)
    assert (again.accepted, again.duplicates, len(again.rows)) == (5, 0, 5)
    same = await Replay(
        str(client.make_url("/")), SECRETS.ingest_key, "demo", speed=0, prefix=""
    ).run(entries, patience=10)
    assert (same.accepted, same.without_outcome) == (5, 0)


async def test_what_was_missed_is_named(client: Client, rasa: RoomRasa) -> None:
    entries = [said(1, "666666"), said(2), said(3, "你好呀多少号")]
    run = await replay(client).run(entries, patience=10)
    labels = {name: Label("question", "ask_price") for name in ("c1", "c2")}
    lines = command.missed(run.rows, labels, "r1-")
    assert [line.split()[-1] for line in lines[:3]] == ["2", "1", "0"]
    assert lines[3].split() == ["chatter", "666666"]


async def test_refusals_are_one_line_that_helps(client: Client, unused_tcp_port: int) -> None:
    for running, words in (
        (replay(client, room="no where/x"), "--create-room"),
        (replay(client, key="wrong"), "401 wrong_key"),
        (Replay(f"http://127.0.0.1:{unused_tcp_port}", "k", "demo", speed=0, prefix=""),
         "make run"),
    ):  # fmt: skip
        with pytest.raises(ReplayFailed, match=words) as failed:
            await running.run([said(1)], patience=1)
        assert "\n" not in str(failed.value)


async def test_comments_that_are_never_decided_are_reported(client: Client, rasa: RoomRasa) -> None:
    rasa.down = True
    run = await replay(client).run([said(1), said(2, "666666")], patience=0.5)
    assert (run.without_outcome, run.with_two) == (1, 0)
    assert "none answered" in "\n".join(command.report(run))


def test_batches_break_at_the_product_and_at_time() -> None:
    entries = [OnAir(START, "A"), *(said(n, after=n / 10) for n in range(8)), OnAir(START, "B")]
    assert [len(part) for part in batches(entries, speed=0)] == [1, 8, 1]
    assert [len(part) for part in batches(entries, speed=1)] == [1, 3, 3, 2, 1]
    assert [len(part) for part in batches(entries, speed=10)] == [1, 8, 1]
    many = [said(n) for n in range(450)]
    assert [len(part) for part in batches(many, speed=0)] == [200, 200, 50]


def test_noise_is_mixed_at_its_rate_and_the_same_for_one_seed() -> None:
    entries = [OnAir(START, "A"), *(said(n) for n in range(10))]
    noise = [("x", "666"), ("y", "哈哈")]
    mixed = list(recording.mixed(entries, noise, 2.5, seed=1))
    assert len(mixed) == 11 + 25
    assert mixed == list(recording.mixed(entries, noise, 2.5, seed=1))
    assert mixed != list(recording.mixed(entries, noise, 2.5, seed=2))
    ids = [entry.id for entry in mixed if isinstance(entry, Said)]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("{", "is not JSON"),
        ("7", "must be an object"),
        ('{"ts": "2026-11-21T12:05:00Z", "id": "c", "viewer": "v"}', "text is missing"),
        ('{"ts": "gestern", "id": "c", "viewer": "v", "text": "x"}', "gestern"),
        ('{"ts": "2026-11-21T12:05:00", "id": "c", "viewer": "v", "text": "x"}', "zone"),
        ('{"ts": "2026-11-21T12:05:00Z", "id": 5, "viewer": "v", "text": "x"}', "id must be"),
    ],
)
def test_a_wrong_line_is_named_by_its_number(tmp_path: Path, line: str, words: str) -> None:
    good = {"ts": "2026-11-21T12:05:00.5Z", "room": "demo", "id": "c", "viewer": "v", "text": "x"}
    file = tmp_path / "room.jsonl"
    file.write_text(f"{json.dumps(good)}\n\n{line}\n", "utf-8")
    with pytest.raises(BadRecording, match=words) as bad:
        recording.read(file)
    assert f"{file}:3:" in str(bad.value)


def test_files_that_are_none_are_refused(tmp_path: Path) -> None:
    empty, wrong, binary = tmp_path / "e", tmp_path / "w.csv", tmp_path / "b"
    empty.write_text("", "utf-8")
    wrong.write_text("a,b\n1,2\n", "utf-8")
    binary.write_bytes(b"\xff\xfe\x00\x01")
    for read, path in (
        (recording.read, empty), (recording.read, binary), (recording.read, tmp_path / "absent"),
        (recording.read_noise, wrong), (recording.read_labels, wrong),
        (recording.read_noise, empty),
    ):  # fmt: skip
        with pytest.raises(BadRecording):
            read(path)


def test_the_recorded_room_of_the_demo_shop_reads(root: Path) -> None:
    room, entries = recording.read(root / "data" / "demo_shop" / "room.jsonl")
    labels = recording.read_labels(root / "data" / "demo_shop" / "room_labels.csv")
    comments = [entry for entry in entries if isinstance(entry, Said)]
    assert room == "demo"
    assert len(comments) >= 400
    assert {comment.id for comment in comments} == set(labels)
    assert len({entry.sku for entry in entries if isinstance(entry, OnAir)}) >= 3


def test_percentiles_are_nearest_rank() -> None:
    assert [command.percentile([1, 2, 3, 4], share) for share in (50, 99, 100)] == [2, 4, 4]
    assert command.percentile([7.0], 50) == 7.0


async def test_the_command_itself(
    client: Client,
    config: Any,
    root: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    row = {
        "ts": "2026-11-21T12:05:00Z",
        "room": "other",
        "id": "c1",
        "viewer": "v",
        "text": "多少钱",
    }
    (tmp_path / "room.jsonl").write_text(json.dumps(row, ensure_ascii=False), "utf-8")
    (tmp_path / "noise.csv").write_text("room_id,user_hash,text\n1,a,666666\n", "utf-8")
    (tmp_path / "labels.csv").write_text("id,kind,intent\nc1,question,ask_price\n", "utf-8")
    (config.settings.var / "secrets.json").write_text(
        json.dumps({name: getattr(SECRETS, name) for name in SECRETS.__slots__}), "utf-8"
    )
    monkeypatch.setenv("BOXIAOER_VAR", str(config.settings.var))
    parser = argparse.ArgumentParser()
    command.arguments(parser)
    parsed = parser.parse_args(
        [str(tmp_path / "room.jsonl"), "--speed", "0", "--create-room",
         "--noise", str(tmp_path / "noise.csv"), "--noise-rate", "3",
         "--labels", str(tmp_path / "labels.csv"), "--url", str(client.make_url("/"))]
    )  # fmt: skip
    assert await asyncio.to_thread(command.run, parsed) == 0
    table = capsys.readouterr().out
    assert f"{'comments in':<24}{4:>10}" in table
    assert f"{'missed by triage':<24}{0:>10}" in table
    with client.app[DATABASE].read() as session:
        assert rooms.counts(session, "other")["accepted"] == 4


def test_a_run_knows_what_is_missing_or_double() -> None:
    rows = [{"comment": {"id": name}} for name in ("a", "a", "b")]
    run = Run(rows=rows, expected={"a", "b", "c"})
    assert (run.without_outcome, run.with_two) == (1, 1)
