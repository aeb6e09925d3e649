"""How our own posts are recognised: by message metadata, which Slack keeps with a message and shows to every app
of its workspace. So it holds nothing that does not stand in the thread anyway, and a post's key, which opens nothing.

docs.slack.dev/messaging/message-metadata
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from adapters.slack.parse_raw import Raw, flag, items, mapping, string, strings, whole
from adapters.slack.render_card import cut

CARD = "threadlink_card"
HEAD = "threadlink_head"
NOTICE = "threadlink_notice"
TURN = "threadlink_turn"

_MENTIONS_BYTES = 2000
"""Slack refuses metadata above a size that it does not tell."""

_NAME = 200


@dataclass(frozen=True, slots=True)
class Mark:
    """What a post of ours says about itself. A turn's: it is `part` of `parts`, `files` more posts with files
    follow, its author is `name` with the key `by`; `people`, `groups` and `everyone` are the names that stand
    there after an "@". A head's: `name` is the thread's title.
    """

    kind: str
    key: str
    part: int = 0
    parts: int = 1
    files: bool = False
    name: str = ""
    by: str = ""
    people: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    everyone: tuple[str, ...] = ()


def metadata(mark: Mark) -> dict[str, Any]:
    """`mark` as chat.postMessage takes it."""
    payload: dict[str, Any] = {"key": mark.key}
    if mark.kind == TURN:
        payload |= {"part": mark.part, "parts": mark.parts, "files": mark.files, "by": mark.by}
    if mark.name:
        payload["name"] = cut(mark.name, _NAME)
    left = _MENTIONS_BYTES
    for name, mentioned in (("people", mark.people), ("groups", mark.groups), ("everyone", mark.everyone)):
        kept, left = _within(mentioned, left)
        if kept:
            payload[name] = kept
    return {"event_type": mark.kind, "event_payload": payload}


def _within(names: Iterable[str], room: int) -> tuple[list[str], int]:
    kept: list[str] = []
    for name in dict.fromkeys(names):
        needed = len(json.dumps(name)) + 2
        if needed > room:
            break
        kept.append(name)
        room -= needed
    return kept, room


def mark_of(raw: Raw, bot: str) -> Mark | None:
    """The mark of a raw message that our bot with the id `bot` posted; None for any other."""
    found = mapping(raw, "metadata") if is_ours(raw, bot) else {}
    kind = string(found, "event_type")
    if kind not in (CARD, HEAD, NOTICE, TURN):
        return None
    payload = mapping(found, "event_payload")
    return Mark(
        kind,
        string(payload, "key"),
        whole(payload.get("part")) or 0,
        whole(payload.get("parts")) or 1,
        flag(payload, "files"),
        string(payload, "name"),
        string(payload, "by"),
        tuple(strings(payload, "people")),
        tuple(strings(payload, "groups")),
        tuple(strings(payload, "everyone")),
    )


def is_ours(raw: Raw, bot: str) -> bool:
    """Whether our bot posted a raw message."""
    return bool(bot) and string(raw, "bot_id") == bot


def names_of_files(raw: Raw) -> list[str]:
    """The files of a raw message by name: how posts are recognised that can carry no mark."""
    return [string(file, "name") or string(file, "title") for file in items(raw, "files")]
