"""What stands in angle brackets: mentions, emoji, commands, moments, places, addresses.

discord.com/developers: reference, message formatting. Every part is bounded, so that a "<" that
begins nothing costs next to nothing.
"""

from __future__ import annotations

import re

from adapters.discord.parse_lookup import Lookup
from bot.richtext.nodes import ChannelMention, Code, Inline, Link, Text, Timestamp

ANGLE = re.compile(
    r"<(?:"
    r"@!?(?P<person>[0-9]{1,20})"
    r"|@&(?P<role>[0-9]{1,20})"
    r"|\#(?P<channel>[0-9]{1,20})"
    r"|a?:(?P<emoji>[A-Za-z0-9_~]{1,64}:[0-9]{1,20})"
    r"|t:(?P<moment>-?[0-9]{1,13}(?::[tTdDfFsSR])?)"
    r"|/(?P<command>[^\s<>:/\x00][^<>:\n\x00]{0,99}):[0-9]{1,20}"
    r"|id:(?P<place>customize|browse|guide|linked-roles)(?::[0-9]{1,20})?"
    r"|(?P<url>[hH][tT][tT][pP][sS]?://[^\s<>\x00\x01]+)"
    r")>"
)

_PLACES = {
    "customize": "Channels & Roles",
    "browse": "Browse Channels",
    "guide": "Server Guide",
    "linked-roles": "Linked Roles",
}
_LAST_MOMENT = 8_640_000_000_000
"""The furthest moment that Discord's clients, and browsers, can show, in seconds."""


def angle_nodes(match: re.Match[str], lookup: Lookup) -> tuple[Inline, ...]:
    """The node for a match of `ANGLE`; nothing where it only looks like one, and is text."""
    kind = match.lastgroup or ""
    value: str = match[kind]
    node: Inline | None
    match kind:
        case "person":
            node = lookup.person(value)
        case "role":
            node = lookup.role(value)
        case "channel":
            node = lookup.channel(value)
        case "emoji":
            name, _, key = value.partition(":")
            node = lookup.emoji(name, key)
        case "moment":
            node = _moment(value)
        case "command":
            node = Code(f"/{value}")
        case "place":
            node = ChannelMention(_PLACES[value])
        case _:
            node = _link(value)
    return () if node is None else (node,)


def _moment(value: str) -> Timestamp | None:
    seconds, _, style = value.partition(":")
    at = int(seconds)
    return Timestamp(at, style or "f") if abs(at) <= _LAST_MOMENT else None


def _link(url: str) -> Link | None:
    try:
        return Link(url, (Text(url),))
    except ValueError:
        return None
