"""The client of Rasa's gateway channel: what it sends, and the names of what goes wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.web.stand_in import SECRETS, RasaStandIn
from web.gateway import AssistantFailed, AssistantUnavailable, Gateway, GatewayReply
from web.rasa_pool.spec import free_port


@pytest.fixture
async def gateway(rasa: RasaStandIn) -> AsyncIterator[Gateway]:
    made = Gateway(
        lambda: f"http://127.0.0.1:{rasa.port}", SECRETS.shared_secret, message_timeout=0.3
    )
    await made.open()
    yield made
    await made.close()


async def test_message_sends_what_the_contract_says(gateway: Gateway, rasa: RasaStandIn) -> None:
    parse = {"intent": {"name": "ask_price", "confidence": 0.9}}
    reply = await gateway.message("room.v", "多少钱", {"viewer": "v"}, parse)
    assert reply == GatewayReply(
        [{"type": "text", "text": "答：多少钱"}],
        {"intent": "ask_price", "confidence": 0.9, "source": "product"},
    )
    assert rasa.asked == [
        {"sender": "room.v", "text": "多少钱", "metadata": {"viewer": "v"}, "parse": parse}
    ]


async def test_parse_returns_the_parse(gateway: Gateway, rasa: RasaStandIn) -> None:
    assert (await gateway.parse("多少钱"))["intent"]["name"] == "ask_price"
    assert rasa.asked == [{"text": "多少钱", "metadata": {}}]
    rasa.body = {"text": "no intent in it"}
    with pytest.raises(AssistantFailed):
        await gateway.parse("多少钱")


async def test_a_slow_rasa_is_unavailable(gateway: Gateway, rasa: RasaStandIn) -> None:
    rasa.delay = 2
    with pytest.raises(AssistantUnavailable, match=r"0\.3 s"):
        await gateway.message("api.v", "多少钱", {})


async def test_a_wrong_secret_is_a_failure_not_a_reply(rasa: RasaStandIn) -> None:
    gateway = Gateway(lambda: f"http://127.0.0.1:{rasa.port}", "wrong")
    await gateway.open()
    with pytest.raises(AssistantFailed, match="401"):
        await gateway.message("api.v", "多少钱", {})
    await gateway.close()


async def test_nobody_there_is_unavailable_and_so_is_an_unopened_client() -> None:
    gateway = Gateway(lambda: "http://127.0.0.1:1", "s")
    with pytest.raises(AssistantUnavailable):
        await gateway.health()
    await gateway.open()
    with pytest.raises(AssistantUnavailable, match="reached"):
        await gateway.health()
    await gateway.close()


async def test_health_is_asked_once_a_second_and_a_failure_is_not_remembered(
    gateway: Gateway, rasa: RasaStandIn
) -> None:
    rasa.status, rasa.body = 503, {"error": {"code": "no_model", "message": "loading"}}
    with pytest.raises(AssistantUnavailable, match="loading"):
        await gateway.health()
    rasa.status, rasa.body = 200, None
    assert (await gateway.health()).model == "m1"
    rasa.status, rasa.body = 503, {}
    assert (await gateway.health()).model == "m1"


async def test_what_was_never_sent_is_asked_of_the_one_that_serves_now(rasa: RasaStandIn) -> None:
    dead = free_port()
    ports = iter([dead, rasa.port])
    gateway = Gateway(lambda: f"http://127.0.0.1:{next(ports)}", SECRETS.shared_secret)
    await gateway.open()
    assert (await gateway.message("widget.v", "在吗", {})).replies[0]["text"] == "答：在吗"
    await gateway.close()
    assert len(rasa.asked) == 1


async def test_what_may_have_been_heard_is_not_said_twice(
    gateway: Gateway, rasa: RasaStandIn
) -> None:
    rasa.delay = 1.0
    with pytest.raises(AssistantUnavailable):
        await gateway.message("widget.v", "在吗", {})
    assert len(rasa.asked) == 1
