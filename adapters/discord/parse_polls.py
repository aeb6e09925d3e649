"""Polls: their question, their answers and, where Discord counted them, the votes."""

from __future__ import annotations

from adapters.discord.parse_emoji import emoji_of
from adapters.discord.parse_fields import Raw, count, mapping, mappings, string
from adapters.discord.parse_lookup import Lookup
from bot.model import Poll, PollOption
from bot.richtext.nodes import Inline, Text, text_nodes


def poll(raw: Raw, lookup: Lookup) -> Poll | None:
    """The poll of a message; None where there is none.

    Without `results` the votes are unknown; with them, an answer that is not listed has none
    (discord.com/developers: resources/poll).
    """
    found = mapping(raw, "poll")
    if not found:
        return None
    results = mapping(found, "results")
    votes = {string(one, "id"): count(one, "count") for one in mappings(results, "answer_counts")}
    options = tuple(
        PollOption(
            _media(mapping(answer, "poll_media"), lookup),
            (votes.get(string(answer, "answer_id")) or 0) if results else None,
        )
        for answer in mappings(found, "answers")
    )
    return Poll(_media(mapping(found, "question"), lookup), options, results.get("is_finalized") is True)


def _media(raw: Raw, lookup: Lookup) -> tuple[Inline, ...]:
    text = text_nodes(string(raw, "text"))
    shown = emoji_of(mapping(raw, "emoji"), lookup)
    if shown is None:
        return text
    return (shown, Text(" "), *text) if text else (shown,)
