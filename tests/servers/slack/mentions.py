"""Whom a message notifies."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from tests.servers.slack.state import Workspace

_TOKEN = re.compile(r"<(?:@([UW][A-Z0-9]+)|!(here|channel|everyone)|!subteam\^(S[A-Z0-9]+))(?:\|[^<>]*)?>")
_AT_NAME = re.compile(r"(?<![\w&<])@([\w.-]+)")
_SILENT_KEYS = frozenset(
    ("url", "value", "block_id", "action_id", "metadata", "username", "image_url", "icons", "bot_profile")
)
RANGES = ("here", "channel", "everyone")


def whom_it_pings(raw: dict[str, Any], workspace: Workspace, *, link_names: bool) -> list[str]:
    """User ids, usergroup ids and here/channel/everyone, each once.

    Attachments count too, although Slack seems not to notify for them: a mention that is shown is one too many.
    """
    shown = [raw.get(key) for key in ("text", "blocks", "attachments")]
    named = list(_named(raw.get("text") or "", workspace)) if link_names else []
    return list(dict.fromkeys([*(whom for node in shown for whom in _found(node)), *named]))


def _found(node: Any) -> Iterator[str]:
    match node:
        case str():
            yield from (next(filter(None, match.groups())) for match in _TOKEN.finditer(node))
        case {"type": "plain_text" | "text" | "link" | "raw_text"}:
            # Not marked up: what looks like a token there is just text.
            return
        case {"type": "user", "user_id": str(user)}:
            yield user
        case {"type": "usergroup", "usergroup_id": str(group)}:
            yield group
        case {"type": "broadcast", "range": str(reach)}:
            yield reach
        case dict():
            for key, value in node.items():
                if key not in _SILENT_KEYS:
                    yield from _found(value)
        case list():
            for child in node:
                yield from _found(child)


def _named(text: str, workspace: Workspace) -> Iterator[str]:
    """What link_names and parse=full make of "@name"."""
    handles = {user.handle: user.id for user in workspace.users.values()}
    handles |= {group.handle: group.id for group in workspace.usergroups.values()}
    handles |= {reach: reach for reach in RANGES}
    for match in _AT_NAME.finditer(text):
        if whom := handles.get(match[1].rstrip(".-")):
            yield whom
