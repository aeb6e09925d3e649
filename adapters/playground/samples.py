"""What a new playground begins with: people, channels, and threads worth reading.

The threads are TOML files in `samples/`. A thread there has `channel`, `title`, `days_ago` and
`messages`; a message has `by` and `at` (HH:MM; an earlier one than before is the next day) and what it
says: `text` in composer Markdown, `edited`, `deleted`, `system`, `id` and `reply`, `reactions`,
`files` with `alt`, `card`, `poll`, `forward`.
"""

from __future__ import annotations

import base64
import secrets
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from adapters.playground import incident, pictures
from adapters.playground.parse import parse_line, parse_text
from adapters.playground.parse_inline import find_emoji
from adapters.playground.records import APP, Channel, Names, Person, Post, answer_to
from bot.model import (
    Attachment,
    Forward,
    LinkCard,
    Message,
    MessageKind,
    Participant,
    ParticipantKind,
    Poll,
    PollOption,
    Reaction,
)
from bot.richtext.nodes import Text

if TYPE_CHECKING:
    from adapters.playground.chat import Chat

_FOLDER = Path(__file__).parent / "samples"


def _person(key: str, name: str, handle: str, *, live: bool = False, moderator: bool = False) -> Person:
    aliases = (handle, f"{handle}@example.org")
    return Person(Participant(key, name, aliases=aliases), handle, live=live, moderator=moderator)


def _app(key: str, name: str, handle: str) -> Person:
    return Person(Participant(key, name, ParticipantKind.BOT, aliases=(handle,)), handle)


PEOPLE = (
    _person("U01QANA7", "Ana Moreno", "ana", live=True),
    _person("U02JNS4W", "Jonas Weber", "jonas", live=True),
    _person("U03MEI9T", "Mei Tanaka", "mei", live=True, moderator=True),
    _app("U09SAGEX", "Sage", "sage"),
    _app(APP, "Threadlink", "threadlink"),
)
_IDS = {person.handle: person.id for person in PEOPLE}
CHANNELS = (
    Channel("C01GENERAL", "general", "What concerns all of us"),
    Channel("C02ENGINEER", "engineering", "How it works, and why it doesn't"),
    Channel("C03DESIGN", "design", "How it looks and feels"),
    Channel("C04INCIDENTS", "incidents", "One thread for each evening that went wrong"),
    Channel("C05BOOKCLUB", "book-club", "Thursdays, with biscuits"),
    Channel("C06LANGUAGES", "languages", "Any language, any script"),
    Channel("C07LEADS", "leads", "Private: Ana and Mei", frozenset({_IDS["ana"], _IDS["mei"]})),
)
_CHANNEL_IDS = {channel.name: channel.id for channel in CHANNELS}


async def seed(chat: Chat) -> None:
    """Fills a new chat."""
    await chat.add_people(PEOPLE)
    for channel in CHANNELS:
        await chat.add_channel(channel)
    made_up = _made_up_secrets()
    threads = [tomllib.loads(path.read_text("utf-8")) for path in sorted(_FOLDER.glob("*.toml"))]
    for raw in [*threads, _incident()]:
        await _seed_thread(chat, raw, made_up)


def _made_up_secrets() -> Mapping[str, str]:
    """What looks like secrets, made anew for each playground so that none stands in a file."""
    token = base64.b32encode(secrets.token_bytes(23)).decode()[:36]
    return {
        "{token}": f"gh{'p'}_{token}",
        "{database}": f"postgres://importer:{secrets.token_hex(8)}@staging.example.org/app",
    }


async def _seed_thread(chat: Chat, raw: Mapping[str, Any], made_up: Mapping[str, str]) -> None:
    starter = _IDS[raw["messages"][0]["by"]]
    thread = await chat.start_thread(_CHANNEL_IDS[raw["channel"]], raw["title"], starter)
    day = chat.now().replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=raw["days_ago"])
    reader = _Reader(chat.names(), made_up, day, {})
    posts = []
    for number, entry in enumerate(raw["messages"]):
        names = entry.get("files", ())
        files = [(await chat.add_file(name, _file_bytes(name), thread.id)).id for name in names]
        attachments = tuple(
            Attachment(file, entry.get("alt", "") if i == 0 else "") for i, file in enumerate(files)
        )
        posts.append(reader.post(thread.id, str(number), entry, attachments))
    await chat.fill_thread(thread.id, posts)


def _file_bytes(name: str) -> bytes:
    return pictures.draw(name) if name.endswith(".png") else (_FOLDER / "files" / name).read_bytes()


@dataclass
class _Reader:
    """Reads one thread's messages in order; remembers the time and what can be replied to."""

    names: Names
    made_up: Mapping[str, str]
    now: datetime
    labelled: dict[str, Message]

    def post(
        self, thread: str, number: str, entry: Mapping[str, Any], attachments: tuple[Attachment, ...]
    ) -> Post:
        self.now = self._at(entry["at"])
        if entry.get("deleted"):
            return Post(thread, Message(number, _IDS[entry["by"]], self.now, MessageKind.DELETED))
        source = entry.get("text", "").strip("\n")
        for placeholder, value in self.made_up.items():
            source = source.replace(placeholder, value)
        message = Message(
            number,
            _IDS[entry["by"]],
            self.now,
            kind=MessageKind.SYSTEM if entry.get("system") else MessageKind.NORMAL,
            body=parse_text(source, self.names),
            edited_at=self._at(entry["edited"]) if "edited" in entry else None,
            reply_to=answer_to(self.labelled[entry["reply"]]) if "reply" in entry else None,
            attachments=attachments,
            reactions=tuple(_reaction(name, people) for name, people in entry.get("reactions", {}).items()),
            **self._extras(entry),
        )
        if "id" in entry:
            self.labelled[entry["id"]] = message
        return Post(thread, message, source=source)

    def _at(self, clock: str) -> datetime:
        moment = datetime.combine(self.now.date(), time.fromisoformat(clock), self.now.tzinfo)
        return moment if moment >= self.now else moment + timedelta(days=1)

    def _extras(self, entry: Mapping[str, Any]) -> dict[str, Any]:
        extras: dict[str, Any] = {}
        if card := entry.get("card"):
            body = parse_text(card["text"], self.names)
            extras["cards"] = (
                LinkCard((Text(card["title"]),), card["url"], card["site"], body=body, color="#3c6fb4"),
            )
        if poll := entry.get("poll"):
            options = tuple(
                PollOption(parse_line(text, self.names), n) for text, n in poll["options"].items()
            )
            extras["poll"] = Poll(
                parse_line(poll["question"], self.names), options, closed=poll.get("closed", False)
            )
        if forward := entry.get("forward"):
            sent = self.now - timedelta(days=7, hours=2)
            extras["forwards"] = (Forward(parse_text(forward, self.names), sent_at=sent),)
        return extras


def _reaction(name: str, people: list[str]) -> Reaction:
    known = find_emoji(name)
    assert known is not None, name
    return Reaction(known, len(people), tuple(_IDS[person] for person in people))


def _incident() -> Mapping[str, Any]:
    messages = []
    for line in incident.lines():
        at = f"{18 + line.minute // 60:02}:{line.minute % 60:02}"
        reactions: dict[str, list[str]] = {}
        for name, person in line.reactions:
            reactions.setdefault(name, []).append(person)
        messages.append({"by": line.by, "at": at, "text": line.text, "reactions": reactions})
    return {
        "channel": "incidents",
        "title": "Incident 42: checkout fails for some customers",
        "days_ago": 7,
        "messages": messages,
    }
