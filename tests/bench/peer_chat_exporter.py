"""chat-exporter 3.1.0 on the same messages, in a process and a virtual environment of its own.

    python peer_chat_exporter.py CONVERSATION.json OUT.html

It is a script, never imported: Threadlink does not depend on it. For every line on standard input
it makes the page once more and prints the seconds of processor time from ready discord.py messages to HTML; at the
end of input it has written the page to OUT.html.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time
from pathlib import Path
from typing import Any

import chat_exporter
import discord


def _channel(told: dict[str, Any]) -> discord.TextChannel:
    """The channel of the conversation, in a server whose members and roles are known."""
    client = discord.Client(intents=discord.Intents.all())
    everyone = {"id": told["guild"], "name": "@everyone"}
    role = {"id": told["role"], "name": "moderators"}
    roles = [
        {"color": 0, "colors": {"primary_color": 0}, "permissions": "0", "position": place, **one}
        for place, one in enumerate((everyone, role))
    ]
    members = [
        {"user": user, "roles": [], "joined_at": "2026-01-01T00:00:00+00:00", "flags": 0}
        for user in told["users"]
    ]
    channel = {
        "id": told["channel"],
        "type": 0,
        "name": "general",
        "position": 0,
        "permission_overwrites": [],
    }
    guild: Any = {
        "id": told["guild"],
        "name": "Acme",
        "roles": roles,
        "members": members,
        "channels": [channel],
    }
    made = discord.Guild(data=guild, state=client._connection)
    client._connection._add_guild(made)
    found = made.get_channel(int(told["channel"]))
    assert isinstance(found, discord.TextChannel)
    return found


async def _export(channel: discord.TextChannel, payloads: list[dict[str, Any]]) -> tuple[float, str]:
    # It changes the messages that it is given, and wants the newest first.
    state = channel._state
    messages = [discord.Message(state=state, channel=channel, data=one) for one in reversed(payloads)]
    start = time.process_time()
    page = await chat_exporter.raw_export(channel, messages, raise_exceptions=True)
    return time.process_time() - start, page


async def main() -> None:
    source, target = map(Path, sys.argv[1:])
    told = json.loads(source.read_text("utf-8"))
    channel = _channel(told)
    page = ""
    for _ in sys.stdin:
        seconds, page = await _export(channel, told["messages"])
        print(seconds, flush=True)
    target.write_text(page, "utf-8")


if __name__ == "__main__":
    asyncio.run(main())
