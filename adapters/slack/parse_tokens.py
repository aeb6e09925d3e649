"""What Slack writes between angle brackets: mentions, channels, dates, links.

Slack escapes every other < and >, so brackets are read before anything else is.
docs.slack.dev/messaging/formatting-message-text, "Advanced formatting".
"""

from __future__ import annotations

import re

from adapters.slack.parse_dates import date_nodes
from adapters.slack.parse_inline import broadcast, plain_nodes, unescape
from adapters.slack.parse_lookup import Lookup
from bot.richtext.nodes import Inline, Text, make_link, text_nodes

TOKEN = re.compile(r"<([^<>]+)>")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]{0,30}:\S")
_ADDRESS = re.compile(r"\S+\.\S+")
_OLD_USER = re.compile(r"[UW][A-Z0-9]{3,20}")
_REACH = frozenset({"here", "channel", "everyone"})
_DATE_PARTS = 4


def token_nodes(content: str, label: tuple[Inline, ...], lookup: Lookup) -> tuple[Inline, ...] | None:
    """The nodes for `content`, the text between < and > as Slack sent it; None where it is no token.

    `label`: what stands behind the first |, already read.
    """
    head, _, tail = content.partition("|")
    match head[:1]:
        case "@":
            return (lookup.person(head[1:], unescape(tail)),)
        case "#":
            return (lookup.channel(head[1:], unescape(tail)),)
        case "!":
            return _special(head[1:], tail, lookup)
    if _OLD_USER.fullmatch(head) and tail.startswith("@"):
        return (lookup.person(head, unescape(tail)),)
    if _SCHEME.match(head) or (label and _ADDRESS.fullmatch(head)):
        return _link(unescape(head), label)
    return None


def _link(url: str, label: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """A link; an e-mail or telephone address without label shows without its scheme."""
    if not label and url.lower().startswith(("mailto:", "tel:")):
        label = text_nodes(url.partition(":")[2])
    return make_link(url, label)


def _special(command: str, tail: str, lookup: Lookup) -> tuple[Inline, ...]:
    name, *arguments = command.split("^")
    if name == "subteam" and arguments:
        return (lookup.group(arguments[0], unescape(tail)),)
    if name == "date" and arguments:
        at, template, url = (*map(unescape, arguments), "", "")[: _DATE_PARTS - 1]
        return date_nodes(at, template, url, unescape(tail))
    if name in _REACH:
        return (broadcast(name),)
    return plain_nodes(tail, lookup) or (Text(unescape(name)),)
