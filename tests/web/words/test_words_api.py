"""The owner's words over the API: in force at once, never overwritten silently, owner only."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from shop import words
from shop.word_draft import WordDraft
from tests.web.learning.conftest import call
from tests.web.stand_in import Client
from web.keys import DATABASE
from web.rooms import wording
from web.words.following import GLANCE

ADVERT = {"kind": "advert", "word": "清仓代购", "sounds": True}


async def tried(client: Client, text: str) -> dict[str, Any]:
    status, told = await call(client, "POST", "words/check", {"text": text})
    assert status == 200
    return dict(told)


async def test_a_word_is_in_force_before_the_answer_to_its_saving(owner: Client) -> None:
    assert (await tried(owner, "清仓代购来了"))["comment"] is None
    status, made = await call(owner, "POST", "words", ADVERT)
    assert (status, made["version"], made["enabled"]) == (201, 1, True)
    found = (await tried(owner, "青苍 代够来了吗"))["comment"]
    assert (found["reason"], found["how"], found["own"]) == ("advert", "同音", True)
    off = {**made, "enabled": False}
    status, changed = await call(owner, "PUT", f"words/{made['pk']}", off)
    assert (status, changed["version"]) == (200, 2)
    assert (await tried(owner, "清仓代购来了"))["comment"] is None
    listed = (await call(owner, "GET", "words"))[1]
    assert [word["word"] for word in listed["words"]] == ["清仓代购"]
    assert min(listed["shipped"].values()) > 20
    assert (await call(owner, "DELETE", f"words/{made['pk']}", {"version": 2}))[0] == 200
    assert (await call(owner, "GET", "words"))[1]["words"] == []


async def test_what_another_process_saves_is_in_force_within_a_second(client: Client) -> None:
    def save() -> None:
        with client.app[DATABASE].begin() as session:
            words.create(session, WordDraft("forbidden", "清仓", "特卖"))

    await asyncio.to_thread(save)
    for _ in range(100):
        if wording.current().book.rules[-1].name == "":
            break
        await asyncio.sleep(GLANCE / 10)
    assert wording.current().book.rules[-1].replacement == "特卖"


async def test_a_shipped_word_is_let_pass_and_a_sentence_tells_its_rules(owner: Client) -> None:
    told = await tried(owner, "全网最低价，能治疗失眠，加微信领券")
    assert told["comment"]["reason"] == "contact"
    assert told["said"]["held"]
    assert [hit["rule"] for hit in told["said"]["hits"]] == ["治疗功能", "最低价"]
    for word in ("全网最低价", "加微信"):
        status, _ = await call(owner, "POST", "words", {"kind": "allowed", "word": word})
        assert status == 201
    told = await tried(owner, "全网最低价，加微信领券")
    assert told == {
        "comment": None,
        "said": {"text": "全网最低价，加微信领券", "held": False, "hits": []},
    }


async def test_the_second_of_two_tabs_is_told_and_a_twin_refused(owner: Client) -> None:
    made = (await call(owner, "POST", "words", ADVERT))[1]
    path = f"words/{made['pk']}"
    assert (await call(owner, "PUT", path, {**made, "note": "一"}))[0] == 200
    status, told = await call(owner, "PUT", path, {**made, "note": "二"})
    assert (status, told["error"]["code"]) == (409, "changed_meanwhile")
    assert told["error"]["current"]["note"] == "一"
    assert (await call(owner, "DELETE", path, {"version": 1}))[0] == 409
    status, told = await call(owner, "POST", "words", ADVERT)
    assert (status, told["error"]["code"]) == (409, "word_there")
    assert (await call(owner, "GET", "words"))[1]["words"][0]["note"] == "一"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kind": "nonsense"}, "kind"),
        ({"kind": 3}, "kind"),
        ({"word": "好"}, "word"),
        ({"word": None}, "word"),
        ({"word": "坏" * 51}, "word"),
        ({"sounds": "yes"}, "sounds"),
        ({"enabled": 1}, "enabled"),
        ({"replacement": "好"}, "replacement"),
    ],
)
async def test_what_cannot_be_kept_names_its_field(
    owner: Client, change: dict[str, Any], field: str
) -> None:
    status, told = await call(owner, "POST", "words", {**ADVERT, **change})
    assert (status, told["error"]["code"], told["error"]["field"]) == (400, "bad_field", field)
    assert (await call(owner, "GET", "words"))[1]["words"] == []


async def test_unknown_numbers_and_endless_sentences_are_refused(owner: Client) -> None:
    for pk in ("7", "9" * 30):
        status, told = await call(owner, "PUT", f"words/{pk}", {**ADVERT, "version": 1})
        assert (status, told["error"]["code"]) == (404, "unknown_word")
    assert (await call(owner, "POST", "words/check", {"text": "长" * 2001}))[0] == 400
    assert (await call(owner, "POST", "words/check", {"text": None}))[0] == 400


async def test_strangers_and_foreign_pages_get_nothing(client: Client, owner: Client) -> None:
    headers = {"Origin": "https://evil.example"}
    response = await owner.post("/console/api/words", json=ADVERT, headers=headers)
    assert response.status == 403
    assert (await call(owner, "GET", "words"))[1]["words"] == []
    client.session.cookie_jar.clear()
    for method, path in (("GET", "words"), ("POST", "words"), ("POST", "words/check")):
        status, told = await call(client, method, path, {} if method == "POST" else None)
        assert (status, told["error"]["code"]) == (401, "not_signed_in")
    assert (await client.get("/console/words")).status == 401


async def test_the_faq_editor_is_told_what_the_law_makes_of_an_answer(owner: Client) -> None:
    body = {"phrases": ["好用吗"], "answer": "我们质量最好，简直神药"}
    told = (await call(owner, "POST", "faq/check", body))[1]["wording"]
    assert told["held"]
    assert [(hit["rule"], hit["replacement"]) for hit in told["hits"]] == [
        ("万能", None),
        ("最好", "很好"),
    ]
    plain = (await call(owner, "POST", "faq/check", {"phrases": ["好用吗"]}))[1]["wording"]
    assert plain == {"text": "", "held": False, "hits": []}
