"""From a thread's raw messages to a snapshot in captured form."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import TypeVar

import discord

from adapters.discord import words
from adapters.discord.access import Access
from adapters.discord.ahead import Ahead, ahead
from adapters.discord.clients import reads_content
from adapters.discord.copies import Mentioned, named, restored, without_ours
from adapters.discord.directory import Directory, LookedUp
from adapters.discord.identity import where, whole_thread
from adapters.discord.marks import copied_name, is_ours
from adapters.discord.parse import (
    Found,
    Needs,
    author_key,
    avatar_file,
    is_webhook,
    parse,
    participant,
)
from adapters.discord.parse_fields import Raw, identifier, line, mapping, mappings, whole
from adapters.discord.parse_system import NORMAL_TYPES
from adapters.discord.reading import Reading
from adapters.discord.rest import Rest
from bot.model import (
    Actor,
    FileCopy,
    Header,
    Message,
    MessageKind,
    Participant,
    Snapshot,
    Source,
    ThreadRef,
)
from bot.platforms import NotAllowed, Progress, ReplayedBy
from bot.privacy.gathering import gathered
from bot.richtext.plain import plain

Item = TypeVar("Item")

_CHUNK = 200
_TITLE = 80
_ANSWERED = "referenced_message"
_CONTENT = ("content", "embeds", "attachments", "components", "poll", "sticker_items", "message_snapshots")
"""What a message has at least one of; all but stickers is hidden without Message Content."""


@dataclass(frozen=True, slots=True)
class _Said:
    """A message that belongs into the snapshot. `original`: of a copied turn, who said it first; `answers`: who
    said first what it answers, where that is a copied turn.
    """

    raw: Raw
    original: Participant | None = None
    answers: Participant | None = None


@dataclass(frozen=True, slots=True)
class _Noted:
    """What is to be looked up for a message. `message`: itself, where no answer to that will show in it."""

    said: _Said
    needs: Needs
    message: Message | None


class Capturing:
    """`client` has logged in."""

    def __init__(
        self, client: discord.Client, directory: Directory, access: Access, reading: Reading | None = None
    ) -> None:
        self._client = client
        self._rest = Rest(client)
        self._directory = directory
        self._access = access
        self._reading = reading or Reading(client, access)

    async def capture(
        self, actor: Actor, thread: ThreadRef, *, until: datetime, replayed_by: ReplayedBy, progress: Progress
    ) -> Snapshot:
        """See `Platform.capture`."""
        place = await self._access.readable(actor, where(thread))
        async with ahead() as early:
            raws = await self._reading.messages(place, until, progress, seen=early.take)
            await early.settle()
        await self._check_content(raws)
        ids = self._rest.ids
        known = await _originals(raws, whole_thread(thread), ids, replayed_by)
        said = await asyncio.to_thread(_all_said, raws, known, ids)
        first = [
            one for chunk in _chunks(said) for one in await asyncio.to_thread(_noting, chunk, ids, early)
        ]
        needs = _joined([one.needs for one in first])
        looked_up = await self._directory.look_up(place.guild, needs, await asyncio.to_thread(_users, said))
        people = Mentioned(person for people in known.values() for person in people)
        messages: list[Message] = []
        for chunk in _chunks(first):
            messages += await asyncio.to_thread(_parsed, chunk, looked_up.found, people)
        channel = line(place.parent, "name")
        source = Source(words.LABEL, line(place.guild, "name"), channel)
        header = Header(place.title or _first_words(messages, channel), source, until)
        return await asyncio.to_thread(_whole, messages, header, said, known, needs, looked_up)

    async def _check_content(self, raws: Sequence[Raw]) -> None:
        """Raises NotAllowed where Discord hides what people write. Its flag may have changed since the login."""
        said = [raw for raw in raws if whole(raw, "type") in NORMAL_TYPES]
        people = [raw for raw in said if _is_human(raw)]
        hidden = bool(people) and all(map(_is_hollow, people))
        asks = any(map(_is_hollow, said)) or not reads_content(self._client)
        if hidden or (asks and not await self._rest.reads_content()):
            raise NotAllowed(words.NO_CONTENT)


def _is_human(raw: Raw) -> bool:
    author = mapping(raw, "author")
    return author.get("bot") is not True and author.get("system") is not True and not is_webhook(raw)


def _is_hollow(raw: Raw) -> bool:
    return not any(map(raw.get, _CONTENT))


async def _originals(
    raws: Sequence[Raw], thread: ThreadRef, ids: Collection[str], replayed_by: ReplayedBy
) -> dict[str, tuple[Participant, ...]]:
    """The original people of the copied turns among `raws`, and among what they answer, by message id."""
    posts = [one for raw in raws for one in (raw, mapping(raw, _ANSWERED)) if is_ours(one, ids)]
    keys = list(dict.fromkeys(map(identifier, posts)))
    known = dict(await replayed_by(thread, keys)) if keys else {}
    for post in posts:
        if not known.get(identifier(post)) and (name := copied_name(post, ids)):
            known[identifier(post)] = (named(name),)
    return {key: people for key, people in known.items() if people}


def _all_said(
    raws: Sequence[Raw], known: Mapping[str, Sequence[Participant]], ids: Collection[str]
) -> list[_Said]:
    return [one for raw in raws if (one := _said(raw, known, ids))]


def _said(raw: Raw, known: Mapping[str, Sequence[Participant]], ids: Collection[str]) -> _Said | None:
    """None for what of our own is no copy. An answer to that is no answer to anything in the snapshot."""
    originals = known.get(identifier(raw), ())
    if not originals and is_ours(raw, ids):
        return None
    answered = mapping(raw, _ANSWERED)
    answers = known.get(identifier(answered), ()) if answered else ()
    if answers:
        raw = {**raw, _ANSWERED: without_ours(answered)}
    elif answered and is_ours(answered, ids):
        raw = {key: value for key, value in raw.items() if key not in (_ANSWERED, "message_reference")}
    return _Said(
        without_ours(raw) if originals else raw,
        originals[0] if originals else None,
        answers[0] if answers else None,
    )


def _users(said: Iterable[_Said]) -> dict[str, Raw]:
    """Everyone of whom the messages tell, as users, by id."""
    users: dict[str, Raw] = {}
    for raw in (raw for one in said for raw in _raws(one)):
        mentioned = [raw, *(mapping(one, "message") for one in mappings(raw, "message_snapshots"))]
        for user in (user for one in mentioned for user in mappings(one, "mentions")):
            users.setdefault(identifier(user), user)
        if not is_webhook(raw):
            users[author_key(raw)] = mapping(raw, "author")
    return {key: user for key, user in users.items() if identifier(user)}


def _raws(one: _Said) -> Iterator[Raw]:
    """The message and what it answers, where their authors are what they say."""
    if one.original is None:
        yield one.raw
    if one.answers is None and (answered := mapping(one.raw, _ANSWERED)):
        yield answered


def _pictures(said: Iterable[_Said]) -> Iterator[FileCopy]:
    for raw in (raw for one in said for raw in _raws(one)):
        if picture := avatar_file(raw):
            yield picture


def _noting(said: Sequence[_Said], ids: Collection[str], early: Ahead) -> list[_Noted]:
    return [_noted(one, ids, early) for one in said]


def _noted(one: _Said, ids: Collection[str], early: Ahead) -> _Noted:
    """Our own bot, which posts copies for others, is nobody to look up."""
    message, needs, final = early.parsed(one.raw)
    copied = one.original or one.answers
    needs = replace(needs, people=needs.people - frozenset(ids)) if copied else needs
    return _Noted(one, needs, message if final else None)


def _joined(needs: Sequence[Needs]) -> Needs:
    return Needs(
        frozenset().union(*(one.people for one in needs)),
        frozenset().union(*(one.channels for one in needs)),
        frozenset().union(*(one.roles for one in needs)),
        tuple(file for one in needs for file in one.files),
    )


def _parsed(noted: Sequence[_Noted], found: Found, people: Mentioned) -> list[Message]:
    return [_message(one.said, one.message or parse(one.said.raw, found), people) for one in noted]


def _message(one: _Said, message: Message, people: Mentioned) -> Message:
    if one.original:
        message = restored(message, one.original, people)
    if one.answers and message.reply_to:
        message = replace(message, reply_to=replace(message.reply_to, author=one.answers.key))
    return message


def _everyone(
    said: Sequence[_Said], known: Mapping[str, Sequence[Participant]], looked_up: LookedUp
) -> dict[str, Participant]:
    """By key; of whom Discord tells nothing else, what their last message tells."""
    everyone = dict(looked_up.found.people)
    for raw in (raw for one in reversed(said) for raw in _raws(one)):
        if author_key(raw) not in everyone and (person := participant(raw)):
            everyone[person.key] = person
    return everyone | {person.key: person for people in known.values() for person in reversed(people)}


def _whole(
    messages: Sequence[Message],
    header: Header,
    said: Sequence[_Said],
    known: Mapping[str, Sequence[Participant]],
    needs: Needs,
    looked_up: LookedUp,
) -> Snapshot:
    files = {file.id: file for file in (*needs.files, *_pictures(said))} | dict(looked_up.avatars)
    return gathered(messages, header, _everyone(said, known, looked_up), files, unknown=words.SOMEBODY)


def _first_words(messages: Sequence[Message], channel: str) -> str:
    """The title of a stretch of a channel."""
    for message in messages:
        words_ = " ".join(plain(message.body).split())
        if words_ and message.kind is MessageKind.NORMAL:
            return words_ if len(words_) <= _TITLE else f"{_cut(words_)}…"
    return words.stretch_title(channel)


def _cut(text: str) -> str:
    return text[:_TITLE].rpartition(" ")[0] or text[:_TITLE]


def _chunks(said: Sequence[Item]) -> Iterable[Sequence[Item]]:
    return (said[at : at + _CHUNK] for at in range(0, len(said), _CHUNK))
