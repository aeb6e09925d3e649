"""What the golden cases' `.discord` and `.discordjson` sources mean, in one small server."""

from __future__ import annotations

import json

from adapters.discord.parse import Found, parse
from bot.model import Message, Participant
from bot.richtext.nodes import Body

FOUND = Found(
    people={"101": Participant("101", "Ana"), "102": Participant("102", "Ben")},
    channels={"201": "general"},
    roles={"301": "moderators"},
)


def message(**fields) -> dict[str, object]:
    """A raw message by Ana with `fields` over the usual ones."""
    return {
        "id": "1045178587575242772",
        "type": 0,
        "content": "",
        "author": {"id": "101", "username": "ana", "global_name": "Ana"},
        "timestamp": "2026-11-02T10:20:30.000000+00:00",
        "edited_timestamp": None,
        "attachments": [],
        "embeds": [],
        "mentions": [],
        "pinned": False,
        "flags": 0,
        **fields,
    }


def read(**fields) -> Message:
    """`message(**fields)`, parsed."""
    return parse(message(**fields), FOUND)


def text_body(source: str) -> Body:
    return read(content=source).body


def message_body(source: str) -> Body:
    return read(**json.loads(source)).body
