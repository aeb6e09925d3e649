"""From a thread's raw messages to a snapshot in captured form."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import datetime

import discord

from adapters.discord import words
from adapters.discord.access import Access
from adapters.discord.ahead import ahead
from adapters.discord.clients import reads_content
from adapters.discord.copies import Mentioned, named, restored
from adapters.discord.directory import Directory
from adapters.discord.identity import where, whole_thread
from adapters.discord.marks import copied_name
from adapters.discord.parse import Found, Needs, holds, parse
from adapters.discord.parse_fields import Raw, identifier, line
from adapters.discord.reading import Reading
from adapters.discord.rest import Rest
from adapters.discord.said import Ours, Said, cast_of, content_seen, said
from bot.model import Actor, Header, Message, MessageKind, Participant, Snapshot, Source, ThreadRef
from bot.platforms import NotAllowed, Progress, ReplayedBy
from bot.privacy.gathering import gathered
from bot.richtext.plain import plain

_CHUNK = 200
_TITLE = 80


class Capturing:
    """`client` has logged in."""

    def __init__(
        self, client: discord.Client, directory: Directory, access: Access, reading: Reading
    ) -> None:
        self._client = client
        self._rest = Rest(client)
        self._directory = directory
        self._access = access
        self._reading = reading

    async def capture(
        self, actor: Actor, thread: ThreadRef, *, until: datetime, replayed_by: ReplayedBy, progress: Progress
    ) -> Snapshot:
        """See `Platform.capture`."""
        place = await self._access.readable(actor, where(thread))
        ids = self._rest.ids
        async with ahead(ids) as early:
            raws = await self._reading.messages(place, until, progress, seen=early.take)
            told = await early.told(raws)
        await self._check_content(told)
        known = await _originals(told, whole_thread(thread), ids, replayed_by)
        messages = await asyncio.to_thread(said, told, known, ids)
        cast, needs = await asyncio.to_thread(lambda: (cast_of(messages), _joined(messages)))
        looked_up = await self._directory.look_up(place.guild, needs, cast.users())
        people = Mentioned(person for people in known.values() for person in people)
        parsed: list[Message] = []
        for chunk in _chunks(messages):
            parsed += await asyncio.to_thread(_parsed, chunk, looked_up.found, people)
        channel = line(place.parent, "name")
        source = Source(words.LABEL, line(place.guild, "name"), channel)
        header = Header(place.title or _first_words(parsed, channel), source, until)
        everyone = cast.people() | dict(looked_up.found.people)
        everyone |= {person.key: person for people in known.values() for person in reversed(people)}
        files = {file.id: file for file in (*needs.files, *cast.pictures(), *looked_up.avatars.values())}
        return await asyncio.to_thread(gathered, parsed, header, everyone, files, unknown=words.SOMEBODY)

    async def _check_content(self, told: Sequence[Said | Ours]) -> None:
        """Raises NotAllowed where Discord hides what people write. Its flag may have changed since the login."""
        some, every = await asyncio.to_thread(content_seen, told)
        asks = not every or not reads_content(self._client)
        if not some or (asks and not await self._rest.reads_content()):
            raise NotAllowed(words.NO_CONTENT)


async def _originals(
    told: Sequence[Said | Ours], thread: ThreadRef, ids: Collection[str], replayed_by: ReplayedBy
) -> dict[str, tuple[Participant, ...]]:
    """The original people of the copied turns among the messages, and among what they answer, by message id."""
    posts = [post for one in told if isinstance(one, Ours) for post in one.posts]
    keys = list(dict.fromkeys(map(identifier, posts)))
    known = dict(await replayed_by(thread, keys)) if keys else {}
    unknown = [post for post in posts if not known.get(identifier(post))]
    known |= await asyncio.to_thread(_by_themselves, unknown, ids)
    return {key: people for key, people in known.items() if people}


def _by_themselves(posts: Sequence[Raw], ids: Collection[str]) -> dict[str, tuple[Participant, ...]]:
    """Whose words those of the posts bring that show it."""
    return {identifier(post): (named(name),) for post in posts if (name := copied_name(post, ids))}


def _joined(messages: Sequence[Said]) -> Needs:
    needs = [one.needs for one in messages]
    return Needs(
        frozenset().union(*(one.people for one in needs)),
        frozenset().union(*(one.channels for one in needs)),
        frozenset().union(*(one.roles for one in needs)),
        tuple(file for one in needs for file in one.files),
    )


def _parsed(messages: Sequence[Said], found: Found, people: Mentioned) -> list[Message]:
    return [_message(one, found, people) for one in messages]


def _message(one: Said, found: Found, people: Mentioned) -> Message:
    message = one.message if holds(one.guesses, found) else parse(one.raw, found)
    if one.original:
        message = restored(message, one.original, people)
    if one.answers and message.reply_to:
        message = replace(message, reply_to=replace(message.reply_to, author=one.answers.key))
    return message


def _first_words(messages: Sequence[Message], channel: str) -> str:
    """The title of a stretch of a channel."""
    for message in messages:
        words_ = " ".join(plain(message.body).split())
        if words_ and message.kind is MessageKind.NORMAL:
            return words_ if len(words_) <= _TITLE else f"{_cut(words_)}…"
    return words.stretch_title(channel)


def _cut(text: str) -> str:
    return text[:_TITLE].rpartition(" ")[0] or text[:_TITLE]


def _chunks(messages: Sequence[Said]) -> Iterable[Sequence[Said]]:
    return (messages[at : at + _CHUNK] for at in range(0, len(messages), _CHUNK))
