"""From a question that was not answered to an entry that answers it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from shop import confirmed, inbox, rooms
from shop.rooms import Comment
from tests.web.learning.conftest import call
from tests.web.stand_in import Client, RasaStandIn
from web.keys import DATABASE
from web.learning.keys import RECORDER
from web.learning.recorder import reason_of
from web.rooms.ledger import Decided, Decision, HostItem, Ledger


async def ask(client: Client, text: str) -> dict[str, Any]:
    response = await client.post("/api/chat", json={"text": text})
    assert response.status == 200
    await client.app[RECORDER].settle()
    return dict(await response.json())


def questions(client: Client) -> list[inbox.Question]:
    with client.app[DATABASE].read() as session:
        return inbox.open_questions(session)


HANDED = {"source": "handoff", "intent": "ask_spec"}
UNKNOWN = {"source": "handoff", "intent": "nlu_fallback"}
UNSURE = {"source": "product", "intent": "ask_price", "confidence": 0.3}


@pytest.mark.parametrize(
    ("meta", "reason"),
    [
        (HANDED, "handed_over"),
        (UNKNOWN, "unknown"),
        (UNSURE, "low_confidence"),
        ({**UNSURE, "source": "smalltalk"}, None),
        ({**UNSURE, "source": "rule"}, None),
        ({**UNSURE, "confidence": 0.9}, None),
    ],
)
def test_what_belongs_into_the_inbox(meta: dict[str, Any], reason: str | None) -> None:
    assert reason_of(meta) == reason


async def test_unanswered_questions_arrive_in_groups_with_the_nearest_entry(
    owner: Client, rasa: RasaStandIn
) -> None:
    entry = {"question": "几点下播", "answer": "十点"}
    assert (await call(owner, "POST", "faq", entry))[0] == 201
    rasa.meta = UNKNOWN
    for text in ("会掉色吗", "会掉色吗？", "这个掉不掉色", "直播到什么时候结束"):
        await ask(owner, text)
    status, read = await call(owner, "GET", "inbox")
    assert (status, read["open"]) == (200, 4)
    first, second = read["groups"]
    assert (first["count"], set(first["texts"])) == (3, {"会掉色吗", "会掉色吗？", "这个掉不掉色"})
    assert second["matches"][0]["question"] == "几点下播"


async def test_an_answer_closes_its_questions_and_is_confirmed(
    owner: Client, rasa: RasaStandIn
) -> None:
    rasa.meta = UNKNOWN
    await ask(owner, "会掉色吗")
    group = (await call(owner, "GET", "inbox"))[1]["groups"][0]
    body = {"pks": group["pks"], "question": "会掉色吗", "answer": "不会", "similar": []}
    status, entry = await call(owner, "POST", "inbox/answer", body)
    assert status == 201
    assert (await call(owner, "GET", "inbox"))[1]["groups"] == []
    with owner.app[DATABASE].read() as session:
        (row,) = confirmed.all_confirmed(session)
    assert (row.text, row.kind, row.target) == ("会掉色吗", "faq", entry["faq_id"])


async def test_joining_adds_phrasings_to_the_entry_of_that_version(
    owner: Client, rasa: RasaStandIn
) -> None:
    entry = (await call(owner, "POST", "faq", {"question": "几点下播", "answer": "十点"}))[1]
    rasa.meta = UNKNOWN
    await ask(owner, "播到几时")
    pks = (await call(owner, "GET", "inbox"))[1]["groups"][0]["pks"]
    body = {"pks": pks, "faq_id": entry["faq_id"], "version": 7, "phrases": ["播到几时"]}
    assert (await call(owner, "POST", "inbox/join", body))[0] == 409
    assert len(questions(owner)) == 1
    status, joined = await call(owner, "POST", "inbox/join", {**body, "version": 1})
    assert (status, joined["similar"]) == (200, ["播到几时"])
    assert questions(owner) == []


async def test_ignoring_learns_nothing(owner: Client, rasa: RasaStandIn) -> None:
    rasa.meta = UNKNOWN
    await ask(owner, "哈哈哈哈")
    pks = [question.pk for question in questions(owner)]
    assert (await call(owner, "POST", "inbox/ignore", {"pks": pks}))[1] == {"closed": 1}
    assert (await call(owner, "POST", "inbox/ignore", {"pks": pks}))[1] == {"closed": 0}
    assert (await call(owner, "GET", "faq"))[1]["total"] == 0


@pytest.mark.parametrize("pks", [None, [], "1", [1.5], [-1], ["1"]])
async def test_numbers_that_are_none_are_refused(owner: Client, pks: Any) -> None:
    assert (await call(owner, "POST", "inbox/ignore", {"pks": pks}))[0] == 400


async def test_a_vote_against_a_reply_brings_its_entry_to_be_corrected(
    owner: Client, rasa: RasaStandIn
) -> None:
    entry = (await call(owner, "POST", "faq", {"question": "几点下播", "answer": "九点"}))[1]
    rasa.meta = {"source": "faq", "faq_id": entry["faq_id"]}
    turn = (await ask(owner, "播到几点"))["meta"]["turn"]
    vote = {"turn": turn, "up": False}
    for counted in (True, False):
        response = await owner.post("/api/feedback", json=vote)
        assert await response.json() == {"counted": counted}
    await owner.app[RECORDER].settle()
    (group,) = (await call(owner, "GET", "inbox"))[1]["groups"]
    assert (group["wrong_faq_id"], group["reasons"]) == (entry["faq_id"], {"thumbs_down": 1})
    body = {**entry, "answer": "十点", "pks": group["pks"]}
    assert (await call(owner, "PUT", f"faq/entry/{entry['faq_id']}", body))[0] == 200
    assert questions(owner) == []


@pytest.mark.parametrize("text", ["这个到底会不会掉色啊" * 30, "😀👍🏻" * 90])
async def test_long_questions_can_be_rated_too(
    client: Client, rasa: RasaStandIn, text: str
) -> None:
    turn = (await ask(client, f"问{text}"))["meta"]["turn"]
    response = await client.post("/api/feedback", json={"turn": turn, "up": False})
    assert response.status == 200
    await client.app[RECORDER].settle()
    assert questions(client)[0].text.startswith("问")


async def test_phrasings_that_nobody_asked_are_not_confirmed(
    owner: Client, rasa: RasaStandIn
) -> None:
    rasa.meta = UNKNOWN
    await ask(owner, "会掉色吗")
    pks = [question.pk for question in questions(owner)]
    body = {"pks": pks, "question": "会掉色吗", "answer": "不会", "similar": ["自己编的问法"]}
    assert (await call(owner, "POST", "inbox/answer", body))[0] == 201
    with owner.app[DATABASE].read() as session:
        assert [row.text for row in confirmed.all_confirmed(session)] == ["会掉色吗"]


@pytest.mark.parametrize("turn", ["", "x.y", "令牌", None, 3])
async def test_a_forged_vote_is_refused(client: Client, turn: Any) -> None:
    response = await client.post("/api/feedback", json={"turn": turn, "up": False})
    assert response.status == 400
    assert questions(client) == []


async def test_what_the_room_hands_to_the_host_is_in_the_inbox_once_a_comment(
    client: Client,
) -> None:
    with client.app[DATABASE].begin() as session:
        now = datetime.now(UTC)
        incoming = [rooms.Incoming(f"c{n}", f"u{n}", "", f"会掉色吗{n}", now) for n in range(2)]
        rooms.accept(session, "demo", incoming)
        comments: list[Comment] = rooms.pending(session, "demo")
    ledger = Ledger(client.app[DATABASE], "demo")
    outcomes = tuple(Decided(comment, "handed_over", "unclear") for comment in comments)
    item = HostItem("u0", "nlu_fallback", "会掉色吗0", None, "unknown_question")
    decision = Decision(outcomes, item=item)
    for decided in (2, 0):  # written again, it changes nothing
        assert ledger._write([decision])[0].decided == decided
    found = questions(client)
    assert sorted(q.text for q in found) == ["会掉色吗0", "会掉色吗1"]
    assert {(q.room, q.reason) for q in found} == {("demo", "unknown")}
