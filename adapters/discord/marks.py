"""How our own posts are recognised in raw messages: by who posted them, and by lines that only we write. Pure.

The bot posts cards, heads, notices, answers, and copies of turns; its webhooks post copies of turns alone.
A copy is known by the ledger; whatever else is ours stands in no snapshot. Discord keeps no data of ours
with a message, and a restart must not make us forget: so nothing but the message itself is asked.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection

from adapters.discord.parse_fields import Raw, identifier, line, mapping, mappings, string
from adapters.discord.parse_people import is_webhook
from bot.phrases import shared_name

ADDED = "\u2063"
"""Invisible; begins the words of each line that we add to what a copied turn says."""

_DIGITS = "\u2061\u2062\u2063\u2064"
"""Invisible, too: two bits each."""

_OURS = re.compile(f"[{_DIGITS}]")
_KEY_BITS = 64
_NAME = re.compile(rf"\*\*{ADDED}([^\n]*)\*\*(?:\n|\Z)")
_NOTES = re.compile(rf"(?:(?:\A|\n)-# {ADDED}[^\n]*)+\Z")
_COPY = shared_name("")
_ESCAPED = re.compile(rf"\\([!-/:-@\[-`{{-~])|{ADDED}")


def is_ours(raw: Raw, ids: Collection[str]) -> bool:
    """Whether we posted a raw message, by the bot or by a webhook that belongs to the application.

    `ids`: those of the application and of its bot, which older applications have different ones of.
    """
    return identifier(mapping(raw, "author")) in ids or identifier(raw, "application_id") in ids


def is_copy(raw: Raw, ids: Collection[str]) -> bool:
    """Whether a raw message is surely a copied turn: the bot's own posts may be anything."""
    return is_ours(raw, ids) and is_webhook(raw)


def name_line(name: str) -> str:
    """The first line of a copied turn that the bot posts itself. `name` is written as Discord's Markdown."""
    return f"**{ADDED}{name}**"


def note_line(text: str) -> str:
    """A line below a copied turn, such as the name of a file that was left behind; as Markdown, too."""
    return f"-# {ADDED}{text}"


def key_mark(key: str) -> str:
    """What stands unseen in a post to tell that it is the one that `key` names: nothing else of it may."""
    number = int.from_bytes(hashlib.sha256(key.encode()).digest()[: _KEY_BITS // 8])
    return "".join(_DIGITS[number >> shift & 3] for shift in range(0, _KEY_BITS, 2))


def unmarked(text: str) -> str:
    """What somebody wrote without the characters that mark what we write: whoever copied them from a post of ours
    could pass words off as ours, which no capture keeps, or a post for another one.
    """
    return _OURS.sub("", text)


def holds_mark(raw: Raw, mark: str, ids: Collection[str]) -> bool:
    """Whether a raw message is a post of ours that holds a `key_mark`, in its words or in those of its card."""
    texts = (string(raw, "content"), *(string(embed, "description") for embed in mappings(raw, "embeds")))
    return is_ours(raw, ids) and any(mark in text for text in texts)


def without_additions(content: str) -> str:
    """What a copied turn says itself."""
    return _NOTES.sub("", _NAME.sub("", content, count=1) if _NAME.match(content) else content)


def copied_name(raw: Raw, ids: Collection[str]) -> str:
    """Whose words a raw message brings, where it shows by itself that it is a copied turn; "" where not."""
    if is_copy(raw, ids):
        shown = line(mapping(raw, "author"), "username")
    else:
        above = _NAME.match(string(raw, "content")) if is_ours(raw, ids) else None
        shown = _ESCAPED.sub(r"\1", above[1]) if above else ""
    return shown.removesuffix(_COPY).strip()
