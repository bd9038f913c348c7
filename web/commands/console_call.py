"""Calling the running web as the owner: this machine's secrets make the link that lets one in."""

from __future__ import annotations

from typing import Any

import aiohttp

from web.commands.failure import CommandFailed
from web.commands.installation import Installation
from web.door import Door

TIMEOUT = aiohttp.ClientTimeout(total=300, connect=3)


class NotRunning(Exception):
    """No web answers at the address of the settings."""


async def call(here: Installation, method: str, path: str, body: Any = None) -> dict[str, Any]:
    """One call of /console/api. Raises NotRunning, CommandFailed with the refusal's message."""
    url = f"http://{here.settings.host}:{here.settings.port}"
    door = Door(here.secrets.session_key, here.settings.var / "web" / "console.json")
    # The cookie of an address, not of a name, is kept only when asked for.
    jar = aiohttp.CookieJar(unsafe=True)
    try:
        async with aiohttp.ClientSession(cookie_jar=jar, timeout=TIMEOUT) as session:
            params = {"token": door.link_token()}
            async with session.get(f"{url}/console/enter", params=params) as entered:
                if entered.status != 200:
                    raise NotRunning(f"{url} is not this installation")
            async with session.request(method, f"{url}/console/api/{path}", json=body) as answer:
                told: dict[str, Any] = await answer.json()
    except (aiohttp.ClientConnectionError, aiohttp.ContentTypeError) as error:
        raise NotRunning(str(error)) from error
    if answer.status >= 400:
        raise CommandFailed(_refusal(told))
    return told


def _refusal(told: dict[str, Any]) -> str:
    error = told.get("error") or {}
    lines = [str(error.get("message") or "refused")]
    lines += [f"  「{row['text']}」应为{row['target']}" for row in error.get("broken") or ()]
    return "\n".join(lines)
