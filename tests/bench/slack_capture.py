"""Captures one thread again and again, in turns with slack_sdk's own paging; prints what each takes as JSON,
and how long a last capture held the event loop.

Run by `tests.bench.slack`, which tells where Slack is. Both ask for pages of the same size and keep what they read;
each capture begins without anything that an earlier one has looked up.
"""

from __future__ import annotations

import json
import secrets
import sys
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import aiohttp
import uvloop
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.config import SlackConfig
from adapters.slack.connection import open_slack
from adapters.slack.reading import PAGE
from bot.cli.collector import collecting_when_quiet
from bot.model import Actor, ThreadRef
from tests.bench.in_turns import in_turns, no_progress, nothing_replayed
from tests.bench.lateness import ticking


async def paged(given: Mapping[str, Any]) -> int:
    messages: dict[str, Any] = {}  # the parent comes again on every page
    cursor = None
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(given["token"], base_url=given["api_url"], session=session)
        while True:
            page: Any = await client.conversations_replies(
                channel=given["channel"], ts=given["ts"], limit=PAGE, cursor=cursor, include_all_metadata=True
            )
            messages.update((message["ts"], message) for message in page["messages"])
            cursor = (page.get("response_metadata") or {}).get("next_cursor")
            if not cursor:
                return len(messages)


async def captured(given: Mapping[str, Any]) -> int:
    config = SlackConfig(
        base_url="https://threads.example.org",
        bot_token=given["token"],
        signing_secret=secrets.token_hex(16),
        api_url=given["api_url"],
    )
    actor = Actor("slack", given["workspace"], given["user"])
    thread = ThreadRef("slack", given["workspace"], given["channel"], given["ts"])
    async with open_slack(config) as slack:
        await slack.listen()
        snapshot = await slack.platform.capture(
            actor, thread, until=datetime.now(UTC), replayed_by=nothing_replayed, progress=no_progress
        )
    return len(snapshot.messages)


async def measured(given: Mapping[str, Any]) -> dict[str, Any]:
    """See `in_turns`; and as `held`, the milliseconds for which nobody else got a turn of the event loop at most."""
    found = await in_turns(given, paged, captured)
    async with collecting_when_quiet(), ticking() as lateness:
        await captured(given)
    return {**found, "held": lateness.held}


if __name__ == "__main__":
    print(json.dumps(uvloop.run(measured(json.load(sys.stdin)))))
