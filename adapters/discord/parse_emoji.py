"""Emoji objects, and the reactions made of them."""

from __future__ import annotations

from emoji import EMOJI_DATA

from adapters.discord.parse_fields import Raw, count, identifier, is_snowflake, line, mapping, mappings
from adapters.discord.parse_lookup import Lookup
from bot.model import Reaction
from bot.richtext.nodes import Emoji

_DELETED = "emoji"


def emoji_of(raw: Raw, lookup: Lookup) -> Emoji | None:
    """A partial emoji object: custom with an id, else a character as `name`; None for nothing."""
    key, name = identifier(raw), line(raw, "name")
    if is_snowflake(key):
        return lookup.emoji(name or _DELETED, key)
    return Emoji(short_name(name), name) if name else None


def short_name(char: str) -> str:
    """The common short name of a standard emoji; the character itself where there is none."""
    data = EMOJI_DATA.get(char, {})
    names = data.get("alias") or [data.get("en", char)]
    return str(names[0]).strip(":")


def reactions(raw: Raw, lookup: Lookup) -> tuple[Reaction, ...]:
    """A message's reactions. `count` includes the super reactions (resources/message)."""
    found = []
    for one in mappings(raw, "reactions"):
        details = mapping(one, "count_details")
        number = count(one, "count")
        if number is None:
            number = (count(details, "normal") or 0) + (count(details, "burst") or 0)
        shown = emoji_of(mapping(one, "emoji"), lookup) or Emoji(_DELETED)
        if number:
            found.append(Reaction(shown, number))
    return tuple(found)
