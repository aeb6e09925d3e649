"""Exports made in code, as Slack and DiscordChatExporter write them."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
"""A picture of one pixel (PNG)."""

ANA, BOB = "U0ANA", "U0BOB"
ROOT = "1763802000.000100"


def slack_user(key, name, **fields):
    return {
        "id": key,
        "team_id": "T01",
        "name": name.lower(),
        "deleted": False,
        "profile": {
            "real_name": name,
            "display_name": name,
            "image_72": "https://avatars.slack-edge.com/x.png",
        },
        **fields,
    }


def slack_message(ts, user, text, **fields):
    return {"type": "message", "user": user, "ts": ts, "text": text, **fields}


def slack_files(**replaced):
    """A small export as name -> JSON value: two channels, one thread over two days, one direct message."""
    files = {
        "users.json": [slack_user(ANA, "Ana"), slack_user(BOB, "Bob")],
        "channels.json": [
            {"id": "C01", "name": "general", "members": [ANA, BOB]},
            {"id": "C02", "name": "random", "members": [ANA]},
        ],
        "groups.json": [],
        "mpims.json": [],
        "dms.json": [{"id": "D01", "members": [ANA, BOB]}],
        "integration_logs.json": [{"service_type": "x"}],
        "general/2026-11-22.json": [
            slack_message(ROOT, ANA, "How do we deploy?", thread_ts=ROOT, reply_count=2),
            slack_message("1763802060.000200", BOB, "Lunch?"),
            slack_message("1763802120.000300", BOB, f"Ask <@{ANA}> in <#C02>", thread_ts=ROOT),
        ],
        "general/2026-11-23.json": [
            slack_message(
                "1763888400.000400",
                ANA,
                "Done, see above",
                thread_ts=ROOT,
                subtype="thread_broadcast",
                root=slack_message(ROOT, ANA, "How do we deploy?"),
            ),
        ],
        "general/canvas_in_the_conversation.json": {"not": "messages"},
        "random/2026-11-22.json": [slack_message("1763802000.000500", BOB, "Alone")],
        "D01/2026-11-22.json": [
            slack_message("1763802000.000600", ANA, "Hi", thread_ts="1763802000.000600"),
            slack_message("1763802001.000700", BOB, "Hello", thread_ts="1763802000.000600"),
        ],
    }
    return {**files, **{name: value for name, value in replaced.items() if value is not None}}


def write_folder(folder: Path, files):
    """Writes name -> JSON value, or bytes as they are, below `folder`."""
    for name, value in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_bytes(value))
    return folder


def write_zip(path: Path, files):
    """Writes name (or ZipInfo) -> JSON value, or bytes as they are, into a zip at `path`."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, value in files.items():
            archive.writestr(name, as_bytes(value), compress_type=zipfile.ZIP_DEFLATED)
    return path


def as_bytes(value):
    return value if isinstance(value, bytes) else json.dumps(value).encode()


def discord_author(key, name, **fields):
    return {
        "id": key,
        "name": name.lower(),
        "discriminator": "0000",
        "nickname": name,
        "color": None,
        "isBot": False,
        "roles": [],
        "avatarUrl": "https://cdn.discordapp.com/embed/avatars/0.png",
        **fields,
    }


ADA, BEN = discord_author("101", "Ada"), discord_author("102", "Ben")


def discord_message(key, author, content, **fields):
    return {
        "id": key,
        "type": "Default",
        "timestamp": f"2026-11-22T09:0{int(key) % 10}:00.000+00:00",
        "timestampEdited": None,
        "callEndedTimestamp": None,
        "isPinned": False,
        "content": content,
        "author": author,
        "attachments": [],
        "embeds": [],
        "stickers": [],
        "reactions": [],
        "mentions": [],
        "inlineEmojis": [],
        **fields,
    }


def discord_export(*messages, **channel):
    return {
        "guild": {"id": "1", "name": "Frobbers", "iconUrl": "https://cdn.discordapp.com/icons/1/x.png"},
        "channel": {
            "id": "500",
            "type": "GuildPublicThread",
            "categoryId": "400",
            "category": "help",
            "name": "How to frob",
            "topic": None,
            **channel,
        },
        "dateRange": {"after": None, "before": None},
        "exportedAt": "2026-11-23T10:00:00+00:00",
        "messages": list(messages)
        or [discord_message("1", ADA, "How?"), discord_message("2", BEN, "Like **this**")],
        "messageCount": len(messages) or 2,
    }
