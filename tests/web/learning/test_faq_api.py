"""The FAQ over the API: live at once, never overwritten silently, every refusal clear."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from recsys.embedding.phrases import PhraseIndex
from shop import faq_editing, inbox
from shop.faq_draft import FaqDraft
from tests.web.learning.conftest import call
from tests.web.stand_in import Client, RasaStandIn
from web.jobs import publish
from web.keys import CONFIG, DATABASE
from web.learning import checks
from web.learning.keys import BOOK

DRAFT = {"question": "会不会掉色", "answer": "不会的", "similar": ["褪色吗", "洗了掉不掉色"]}


def snapshot(client: Client) -> PhraseIndex:
    return PhraseIndex.load(Path(client.app[CONFIG].settings.var) / "snapshots" / "faq.npz")


async def made(client: Client) -> dict[str, Any]:
    status, entry = await call(client, "POST", "faq", DRAFT)
    assert status == 201, entry
    return dict(entry)


async def test_an_entry_is_in_the_snapshot_before_the_answer_to_its_saving(owner: Client) -> None:
    entry = await made(owner)
    assert list(snapshot(owner).texts) == ["会不会掉色", "褪色吗", "洗了掉不掉色"]
    changed = {**DRAFT, "similar": ["褪色吗"], "version": entry["version"]}
    status, after = await call(owner, "PUT", f"faq/entry/{entry['faq_id']}", changed)
    assert (status, after["version"]) == (200, 2)
    assert list(snapshot(owner).texts) == ["会不会掉色", "褪色吗"]
    path = f"faq/entry/{entry['faq_id']}?version=2"
    assert (await call(owner, "DELETE", path))[0] == 200
    assert len(snapshot(owner)) == 0
    assert (await call(owner, "GET", f"faq/entry/{entry['faq_id']}"))[0] == 404


async def test_the_second_of_two_tabs_is_told_and_nothing_is_lost(owner: Client) -> None:
    entry = await made(owner)
    path = f"faq/entry/{entry['faq_id']}"
    first = {**DRAFT, "answer": "第一页改的", "version": 1}
    assert (await call(owner, "PUT", path, first))[0] == 200
    status, told = await call(owner, "PUT", path, {**DRAFT, "answer": "第二页改的", "version": 1})
    assert (status, told["error"]["code"]) == (409, "changed_meanwhile")
    assert told["error"]["current"]["answer"] == "第一页改的"
    assert (await call(owner, "DELETE", f"{path}?version=1"))[0] == 409
    assert (await call(owner, "GET", path))[1]["answer"] == "第一页改的"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"answer": "  "}, "answer"),
        ({"question": ""}, "question"),
        ({"answer": 3}, "answer"),
        ({"similar": "一个"}, "similar"),
        ({"similar": ["好" * 201]}, "similar"),
        ({"valid_from": "明天"}, "valid_from"),
        ({"valid_from": "2026-12-02", "valid_to": "2026-12-01"}, "valid_to"),
    ],
)
async def test_what_cannot_be_kept_names_its_field(
    owner: Client, change: dict[str, Any], field: str
) -> None:
    status, told = await call(owner, "POST", "faq", {**DRAFT, **change})
    assert (status, told["error"]["code"]) == (400, "bad_field")
    assert told["error"]["field"] == field
    assert (await call(owner, "GET", "faq"))[1]["total"] == 0


async def test_an_unknown_product_is_refused(owner: Client) -> None:
    status, told = await call(owner, "POST", "faq", {**DRAFT, "sku": "nope"})
    assert (status, told["error"]["code"]) == (404, "unknown_sku")


async def test_days_are_days_of_the_shop(owner: Client) -> None:
    dated = {**DRAFT, "valid_from": "2026-12-01", "valid_to": "2026-12-03"}
    status, entry = await call(owner, "POST", "faq", dated)
    assert status == 201
    assert entry["valid_from"] == "2026-11-30T16:00:00+00:00"


async def test_search_finds_questions_phrasings_and_answers(owner: Client) -> None:
    await made(owner)
    for words, total in (("掉色", 1), ("褪色", 1), ("不会的", 1), ("没有这个", 0), ("%", 0)):
        assert (await call(owner, "GET", f"faq?q={words.replace('%', '%25')}"))[1]["total"] == total


async def test_conflicts_are_those_that_the_assistant_would_make(
    owner: Client, rasa: RasaStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = {"faq_id": "F9", "phrase": "掉毛吗", "score": 0.8, "sku": ""}
    near = {"candidates": [other], "threshold": 0.5, "exact": None}
    unsure = {"verdict": "unknown", "intent": "ask_spec", "intent_confidence": 0.2}
    rasa.parsed = {"intent": {"name": "faq"}, "faq": near, "gate": unsure}
    status, told = await call(owner, "POST", "faq/check", {"phrases": ["掉色吗"]})
    assert status == 200
    assert [(c["kind"], c["faq_id"]) for c in told["conflicts"]] == [("faq", "F9")]
    own = {"phrases": ["掉色吗"], "faq_id": "F9"}
    assert (await call(owner, "POST", "faq/check", own))[1]["conflicts"] == []
    sure = {"verdict": "intent", "intent": "ask_spec", "intent_confidence": 0.9}
    rasa.parsed = {"intent": {"name": "ask_spec"}, "faq": {}, "gate": sure}
    told = (await call(owner, "POST", "faq/check", {"phrases": ["掉色吗"]}))[1]
    assert told["conflicts"][0]["neighbour"] == "问参数材质"


async def test_without_the_assistant_the_faq_alone_is_compared(
    owner: Client, rasa: RasaStandIn
) -> None:
    entry = await made(owner)
    rasa.status, rasa.body = 503, {}
    told = (await call(owner, "POST", "faq/check", {"phrases": ["会不会掉色呀", "几点下播"]}))[1]
    assert [c["faq_id"] for c in told["conflicts"]] == [entry["faq_id"]]


async def test_export_comes_back_as_it_was(owner: Client) -> None:
    await made(owner)
    for name in ("csv", "xlsx"):
        file = await (await owner.get(f"/console/api/faq/export?format={name}")).read()
        response = await owner.post(f"/console/api/faq/import?name=a.{name}", data=file)
        told = await response.json()
        assert (told["rows"], told["unchanged"], told["problems"]) == (1, 1, [])
    assert (await owner.get("/console/api/faq/export?format=exe")).status == 400


async def test_bad_rows_are_told_by_line_and_good_ones_are_live(owner: Client) -> None:
    rows = "faq_id,question,similar_questions,answer\nF1,好用吗,,好用\nF2,坏的,,\n"
    response = await owner.post("/console/api/faq/import?name=a.csv", data=rows.encode())
    told = await response.json()
    assert (told["created"], told["refused"]) == (1, 1)
    assert told["problems"][0]["line"] == 3
    assert list(snapshot(owner).texts) == ["好用吗"]


@pytest.mark.parametrize(
    ("name", "raw"),
    [("a.exe", b"x"), ("a.csv", b""), ("a.xlsx", b"PK\x03\x04no"), ("a.csv", b"\0")],
)
async def test_files_that_are_none_are_refused(owner: Client, name: str, raw: bytes) -> None:
    response = await owner.post(f"/console/api/faq/import?name={name}", data=raw)
    assert response.status == 400


async def test_suggestions_are_real_comments_that_mean_the_same(owner: Client) -> None:
    entry = await made(owner)
    asked = ["这个颜色会不会掉啊", "洗几次会褪色不", "今天几点下播", "褪色吗"]
    with owner.app[DATABASE].begin() as session:
        for text in [*asked, asked[0]]:
            inbox.record(session, text, inbox.UNKNOWN, "v")
    told = (await call(owner, "POST", "faq/suggest", {"phrases": ["会不会掉色"]}))[1]
    found = {one["text"]: one["count"] for one in told["suggestions"]}
    assert found.get(asked[0]) == 2
    assert "今天几点下播" not in found
    assert not set(found) & {entry["question"], *entry["similar"]}


async def test_strangers_and_foreign_pages_get_nothing(client: Client, owner: Client) -> None:
    client.session.cookie_jar.clear()
    for method, path in (("GET", "faq"), ("POST", "faq"), ("GET", "inbox"), ("GET", "models")):
        status, told = await call(client, method, path, {} if method == "POST" else None)
        assert (status, told["error"]["code"]) == (401, "not_signed_in")
    assert (await client.get("/console/faq")).status == 401


async def test_a_foreign_page_cannot_teach_with_the_owners_cookie(owner: Client) -> None:
    headers = {"Origin": "https://evil.example"}
    response = await owner.post("/console/api/faq", json=DRAFT, headers=headers)
    assert response.status == 403
    assert (await call(owner, "GET", "faq"))[1]["total"] == 0


async def test_what_was_stored_but_not_published_is_said_so_and_heals(
    owner: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(self: PhraseIndex, path: Path) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr(PhraseIndex, "save", full)
        status, told = await call(owner, "POST", "faq", DRAFT)
    assert (status, told["error"]["code"]) == (503, "saved_not_live")
    assert (await call(owner, "GET", "faq"))[1]["total"] == 1
    await call(owner, "POST", "faq", {"question": "几点下播", "answer": "九点"})
    assert set(snapshot(owner).texts) == {"会不会掉色", "褪色吗", "洗了掉不掉色", "几点下播"}


async def test_what_the_command_line_published_is_known_here(owner: Client) -> None:
    await made(owner)
    app = owner.app
    await app[BOOK].index()
    with app[DATABASE].begin() as session:
        faq_editing.create(session, FaqDraft("几点下播", "九点"))
    publish.publish(app[DATABASE], Path(app[CONFIG].settings.var))
    index = await app[BOOK].index()
    assert index is not None
    assert "几点下播" in index.texts


async def test_deleting_asks_for_the_version_on_the_page(owner: Client) -> None:
    path = f"faq/entry/{(await made(owner))['faq_id']}"
    for version in ("", "?version=-1", "?version=x"):
        status, told = await call(owner, "DELETE", path + version)
        assert (status, told["error"]["code"]) == (400, "bad_field")


async def test_phrases_beyond_what_is_checked_are_counted(owner: Client) -> None:
    phrases = [f"第{number}种问法" for number in range(checks.MOST_PHRASES + 3)]
    status, told = await call(owner, "POST", "faq/check", {"phrases": phrases})
    assert (status, told["unchecked"]) == (200, 3)
