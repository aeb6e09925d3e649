"""What the raw messages of a thread tell by themselves, before anything is looked up. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from adapters.discord.copies import without_ours
from adapters.discord.marks import is_ours
from adapters.discord.parse import (
    Guesses,
    Needs,
    author_key,
    avatar_file,
    is_webhook,
    parse_noting,
    participant,
)
from adapters.discord.parse_fields import Raw, identifier, mapping, mappings, whole
from adapters.discord.parse_system import NORMAL_TYPES
from bot.model import FileCopy, Message, Participant

ANSWERED = "referenced_message"

_CONTENT = ("content", "embeds", "attachments", "components", "poll", "sticker_items", "message_snapshots")
"""What a message has at least one of; all but stickers is hidden without Message Content."""


class Said(NamedTuple):
    """A message. `message`: as it is parsed with nothing looked up, for as long as its `guesses` hold; `needs`:
    what is to be looked up for it.
    """

    raw: Raw
    message: Message
    needs: Needs
    guesses: Guesses
    original: Participant | None = None
    """Of a copied turn, who said it first."""
    answers: Participant | None = None
    """Who said first what it answers, where that is a copied turn."""


@dataclass(frozen=True, slots=True)
class Ours:
    """A post of ours, or an answer to one (`answered`): whether and how it belongs into the snapshot is known
    only with who said it first.
    """

    raw: Raw
    posts: tuple[Raw, ...]
    """The posts of ours: itself, what it answers, or both."""


def read(raw: Raw, ids: Collection[str]) -> Said | Ours:
    """What a raw message tells. `ids`: ours, as in `marks.is_ours`."""
    posts = tuple([one for one in (raw, mapping(raw, ANSWERED)) if one and is_ours(one, ids)])
    return Ours(raw, posts) if posts else Said(raw, *parse_noting(raw))


def said(
    told: Iterable[Said | Ours], known: Mapping[str, Sequence[Participant]], ids: Collection[str]
) -> list[Said]:
    """The messages that belong into the snapshot. `known`: who said first what copied turns bring, by the ids of
    the posts.
    """
    found = (one if isinstance(one, Said) else _copied(one.raw, known, ids) for one in told)
    return [one for one in found if one is not None]


def _copied(raw: Raw, known: Mapping[str, Sequence[Participant]], ids: Collection[str]) -> Said | None:
    """None for what of our own is no copy. An answer to that is no answer to anything in the snapshot."""
    originals = known.get(identifier(raw), ())
    if not originals and is_ours(raw, ids):
        return None
    answered = mapping(raw, ANSWERED)
    answers = known.get(identifier(answered), ()) if answered else ()
    if answers:
        raw = {**raw, ANSWERED: without_ours(answered)}
    elif answered and is_ours(answered, ids):
        raw = {key: value for key, value in raw.items() if key not in (ANSWERED, "message_reference")}
    raw = without_ours(raw) if originals else raw
    message, needs, guesses = parse_noting(raw)
    if originals or answers:  # our own bot, which posts copies for others, is nobody to look up
        needs = replace(needs, people=needs.people - frozenset(ids))
    return Said(raw, message, needs, guesses, *(one[0] if one else None for one in (originals, answers)))


def content_seen(told: Iterable[Said | Ours]) -> tuple[bool, bool]:
    """Whether some person's message has content, where there are any by people; and whether every message has."""
    raws = [one.raw for one in told if whole(one.raw, "type") in NORMAL_TYPES]
    hollow = [raw for raw in raws if not any(map(raw.get, _CONTENT))]
    if not hollow:
        return True, True
    people = sum(map(_is_human, raws))
    return not people or people > sum(map(_is_human, hollow)), False


def _is_human(raw: Raw) -> bool:
    author = mapping(raw, "author")
    return author.get("bot") is not True and author.get("system") is not True and not is_webhook(raw)


@dataclass(frozen=True, slots=True)
class Cast:
    """Everyone of whom messages tell by themselves, by their keys."""

    authors: dict[str, Raw]
    """The last message by each, of those that were written or answered."""
    mentioned: dict[str, Raw]
    """Users."""

    def users(self) -> dict[str, Raw]:
        """All of them whom Discord knows as users, by id."""
        written = {key: mapping(raw, "author") for key, raw in self.authors.items() if not is_webhook(raw)}
        return {key: user for key, user in {**self.mentioned, **written}.items() if identifier(user)}

    def people(self) -> dict[str, Participant]:
        """The authors as their messages show them, by key."""
        shown = map(participant, self.authors.values())
        return {person.key: person for person in shown if person}

    def pictures(self) -> list[FileCopy]:
        """Of `people`."""
        return [picture for raw in self.authors.values() if (picture := avatar_file(raw))]


def cast_of(messages: Iterable[Said]) -> Cast:
    """Copies tell nothing of the people whose words they bring."""
    cast = Cast({}, {})
    for one in messages:
        raws = [mapping(one.raw, ANSWERED)] if one.answers is None and one.raw.get(ANSWERED) else []
        for raw in raws if one.original else (*raws, one.raw):
            cast.authors[author_key(raw)] = raw
            if raw.get("mentions") or raw.get("message_snapshots"):
                forwarded = (mapping(part, "message") for part in mappings(raw, "message_snapshots"))
                users = (user for part in (raw, *forwarded) for user in mappings(part, "mentions"))
                cast.mentioned.update((identifier(user), user) for user in users)
    return cast
