"""The owner's API: any viewer's list with its reasons, rules at once, bundles, the model."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from recsys.embedding.location import encoder_folder
from shop import impressions
from tests.web.learning.conftest import call
from tests.web.stand_in import Client
from web.jobs import fit
from web.keys import CONFIG, DATABASE, DESK
from web.recommending.keys import FITTING


async def preview(client: Client, **asked: Any) -> dict[str, Any]:
    query = "&".join(f"{name}={value}" for name, value in asked.items())
    status, told = await call(client, "GET", f"recommend/preview?{query}")
    assert status == 200, told
    return dict(told)


async def test_any_viewer_is_found_and_explained(ready: Client) -> None:
    found = (await call(ready, "GET", "recommend/viewers?q=小美"))[1]["viewers"]
    assert [(one["viewer"], one["name"]) for one in found] == [("beef0001", "小美")]
    assert len((await call(ready, "GET", "recommend/viewers"))[1]["viewers"]) >= 2
    told = await preview(ready, viewer="carol")
    assert told["ready"]
    assert told["items"][0]["category"] == "女装"
    assert "小黑裙" in told["items"][0]["reason"]
    assert any("女装（100%）" in line for line in told["profile"])
    for item in told["items"]:
        assert sum(p["points"] for p in item["parts"]) == pytest.approx(item["score"], abs=1e-3)
    unknown = await preview(ready, viewer="beef0001")
    assert "还不了解" in unknown["profile"][0]
    await asyncio.to_thread(ready.app[DESK].impressions.flush)
    with ready.app[DATABASE].read() as session:
        assert impressions.of_viewer(session, "carol") == []  # looking is not showing


async def test_circumstances_change_the_list_and_are_told(ready: Client) -> None:
    choices = (await call(ready, "GET", "recommend/circumstances"))[1]
    assert choices["rooms"] == ["demo"]
    assert {"sku": "C1", "title": "控油保湿面霜", "link_no": 5} in choices["products"]
    told = await preview(ready, viewer="beef0001", room="demo")
    assert told["moment"]["on_air"] == "C1"
    assert "C1" not in [item["sku"] for item in told["items"]]
    (cleanser,) = [item for item in told["items"] if item["sku"] == "S1"]
    assert "有4位也买了这款" in cleanser["reason"]
    longer = await preview(ready, viewer="beef0001", stay=700)
    assert (longer["moment"]["k"], longer["moment"]["stay_s"]) == (5, 700)
    assert len(longer["items"]) == 5
    alone = await preview(ready, viewer="v1")
    assert {"C1", "S1"} <= {one["sku"] for one in alone["dropped"]}
    read_along = await preview(ready, viewer="v1", public=1, stay=700)
    assert {"C1", "S1"} & {item["sku"] for item in read_along["items"]}


async def test_rules_are_in_force_before_the_answer_to_their_saving(ready: Client) -> None:
    status, pin = await call(
        ready, "POST", "recommend/rules", {"kind": "pin", "target": "S2", "number": 1}
    )
    assert (status, pin["version"]) == (201, 1)
    told = await preview(ready, viewer="carol")
    assert (told["items"][0]["sku"], told["items"][0]["rules"]) == ("S2", ["您设了置顶"])
    status, _ = await call(ready, "POST", "recommend/rules", {"kind": "hide", "target": "W2"})
    assert status == 201
    told = await preview(ready, viewer="carol")
    assert "W2" not in [item["sku"] for item in told["items"]]
    assert {"sku": "W2", "title": "碎花雪纺连衣裙", "rule": "您设了不推荐这件"} in told["dropped"]
    listed = (await call(ready, "GET", "recommend/rules"))[1]
    assert [(r["kind"], r["title"]) for r in listed["rules"]] == [
        ("pin", "玻尿酸补水面膜"),
        ("hide", "碎花雪纺连衣裙"),
    ]
    off = {**pin, "enabled": False}
    assert (await call(ready, "PUT", f"recommend/rules/{pin['pk']}", off))[1]["version"] == 2
    assert not (await preview(ready, viewer="carol"))["items"][0]["rules"]
    path = f"recommend/rules/{pin['pk']}"
    status, said = await call(ready, "PUT", path, off)
    assert (status, said["error"]["code"], said["error"]["current"]["version"]) == (
        409, "changed_meanwhile", 2,
    )  # fmt: skip
    status, said = await call(ready, "POST", "recommend/rules", {"kind": "hide", "target": "W2"})
    assert (status, said["error"]["code"]) == (409, "rule_there")
    assert (await call(ready, "DELETE", path, {"version": 2}))[0] == 200
    assert (await call(ready, "DELETE", path, {"version": 2}))[1]["error"]["code"] == "unknown_rule"


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"kind": "luck"}, "kind"),
        ({"kind": "pin", "target": "none", "number": 1}, "target"),
        ({"kind": "pin", "target": "C1", "number": 99}, "number"),
        ({"kind": "pin", "target": "C1", "number": "1"}, "number"),
        ({"kind": "hide", "target": 5}, "target"),
        ({"kind": "hide", "target": "C1", "enabled": "yes"}, "enabled"),
    ],
)
async def test_a_rule_that_cannot_be_kept_names_its_field(
    ready: Client, body: dict[str, Any], field: str
) -> None:
    status, told = await call(ready, "POST", "recommend/rules", body)
    assert (status, told["error"]["code"], told["error"]["field"]) == (400, "bad_field", field)


async def test_weights_and_ladder_are_set_and_checked(ready: Client) -> None:
    setting = (await call(ready, "GET", "recommend/rules"))[1]["setting"]
    assert setting["version"] == 0
    weights = {part["name"]: part["weight"] for part in setting["parts"]}
    body = {
        "version": 0,
        "weights": {**weights, "margin": 1},
        "variety": 0.5,
        "steps": [{"from_s": 0, "k": 2, "explore": 0.5}],
    }
    status, saved = await call(ready, "PUT", "recommend/setting", body)
    assert (status, saved["version"], saved["variety"]) == (200, 1, 0.5)
    told = await preview(ready, viewer="carol")
    assert (len(told["items"]), told["moment"]["explore"]) == (2, 0.5)
    assert all(0 < item["propensity"] < 1 for item in told["items"])
    status, said = await call(ready, "PUT", "recommend/setting", body)
    assert (status, said["error"]["current"]["version"]) == (409, 1)
    for change, field in (
        ({"weights": {"margin": 2}}, "weights.margin"),
        ({"weights": {"luck": 0}}, "weights.luck"),
        ({"weights": []}, "weights"),
        ({"variety": "much"}, "variety"),
        ({"steps": [{"from_s": 5, "k": 2, "explore": 0}]}, "steps"),
        ({"steps": "none"}, "steps"),
    ):
        status, said = await call(ready, "PUT", "recommend/setting", {**body, **change})
        assert (status, said["error"]["field"]) == (400, field)


async def test_bundles_come_from_real_purchases_and_decisions_stay(ready: Client) -> None:
    (proposal,) = (await call(ready, "GET", "recommend/bundles"))[1]["bundles"]
    assert set(proposal["skus"]) == {"C1", "S1"}
    assert (proposal["both"], proposal["confidence"], proposal["state"]) == (4, 1.0, "")
    assert (proposal["sum_fen"], proposal["suggested_fen"]) == (15_800, 14_200)
    body = {"skus": ["S1", "C1"], "state": "accepted", "price_fen": 14_200}
    assert (await call(ready, "POST", "recommend/bundles", body))[0] == 200
    (kept,) = (await call(ready, "GET", "recommend/bundles"))[1]["bundles"]
    assert (kept["state"], kept["price_fen"]) == ("accepted", 14_200)
    for change, code in (
        ({"state": "maybe"}, "bad_field"),
        ({"price_fen": 0}, "bad_field"),
        ({"skus": ["C1"]}, "bad_field"),
        ({"skus": ["C1", "none"]}, "unknown_sku"),
    ):
        told = (await call(ready, "POST", "recommend/bundles", {**body, **change}))[1]
        assert told["error"]["code"] == code


async def test_a_fit_tells_its_progress_and_is_taken_up(
    ready: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOXIAOER_ENCODER", str(encoder_folder()))
    before = (await call(ready, "GET", "recommend/model"))[1]
    assert before["serving"] == before["newest"]
    assert before["serving"].startswith("recommender-")
    status, told = await call(ready, "POST", "recommend/model")
    assert (status, told["job"]["state"]) == (202, "running")
    status, told = await call(ready, "POST", "recommend/model")
    assert (status, told["error"]["code"]) == (409, "fit_running")
    state = await ready.app[FITTING].wait()
    assert (state.state, state.share, state.error) == ("done", 1.0, "")
    after = (await call(ready, "GET", "recommend/model"))[1]
    assert after["newest"] != before["newest"]
    assert "(0 newly encoded)" in after["told"]
    assert {one["name"] for one in after["fits"][:3]} == set(fit.FITS)
    for _ in range(400):
        if (await call(ready, "GET", "recommend/model"))[1]["serving"] == after["newest"]:
            break
        await asyncio.sleep(0.05)
    assert ready.app[DESK].recommender_version == after["newest"]


async def test_a_failed_fit_is_told_and_the_old_model_serves_on(
    ready: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOXIAOER_ENCODER", "/nowhere/encoder")
    serving = ready.app[DESK].recommender_version
    await call(ready, "POST", "recommend/model")
    state = await ready.app[FITTING].wait()
    assert state.state == "failed"
    assert "没有受影响" in state.error
    told = (await call(ready, "GET", "recommend/model"))[1]
    assert any(one["error"] for one in told["fits"])
    assert told["serving"] == told["newest"] == serving
    assert (await preview(ready, viewer="carol"))["items"]


async def test_strangers_get_nothing_and_bad_queries_are_named(ready: Client) -> None:
    assert (await call(ready, "GET", "recommend/preview"))[1]["error"]["field"] == "viewer"
    assert (await call(ready, "GET", "recommend/preview?viewer=v&stay=x"))[0] == 400
    assert (await call(ready, "GET", "recommend/preview?viewer=v&room=none"))[0] == 404
    response = await ready.post(
        "/console/api/recommend/rules", json={}, headers={"Origin": "https://evil.example"}
    )
    assert response.status == 403
    ready.session.cookie_jar.clear()
    for method, path in (
        ("GET", "viewers"), ("GET", "preview?viewer=v"), ("GET", "circumstances"), ("GET", "rules"),
        ("POST", "rules"), ("PUT", "rules/1"), ("DELETE", "rules/1"), ("PUT", "setting"),
        ("GET", "bundles"), ("POST", "bundles"), ("GET", "model"), ("POST", "model"),
    ):  # fmt: skip
        assert (await call(ready, method, f"recommend/{path}", {}))[0] == 401
    assert (await ready.get("/console/recommend")).status == 401


async def test_without_a_model_the_owner_is_told(owner: Client) -> None:
    told = await preview(owner, viewer="carol")
    assert (told["ready"], told["items"]) == (False, [])
    assert (await call(owner, "GET", "recommend/bundles"))[1]["bundles"] == []
    assert (await call(owner, "GET", "recommend/model"))[1]["serving"] == ""
    assert owner.app[CONFIG].settings.var.exists()
