"""The tables of the playground's own SQLite file, and its rows <-> records."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import asdict, replace
from datetime import UTC, datetime

from adapters.playground.records import Channel, Person, Post, Role, StoredFile, Thread
from bot.codec import dump_messages, dump_participants, load_messages, load_participants
from bot.model import FileCopy, FileState, Participant, ParticipantKind
from bot.reply import Action, Card, Confirm, Style

TABLES = """
CREATE TABLE IF NOT EXISTS people (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, kind TEXT NOT NULL, handle TEXT NOT NULL, aliases TEXT NOT NULL,
  live INTEGER NOT NULL, moderator INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS channels (
  id TEXT PRIMARY KEY, name TEXT NOT NULL, topic TEXT NOT NULL, members TEXT, position INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS threads (
  id TEXT PRIMARY KEY, channel TEXT NOT NULL REFERENCES channels, title TEXT NOT NULL, starter TEXT NOT NULL,
  key TEXT UNIQUE
);
CREATE TABLE IF NOT EXISTS posts (
  id INTEGER PRIMARY KEY AUTOINCREMENT, thread TEXT NOT NULL REFERENCES threads ON DELETE CASCADE,
  role TEXT NOT NULL, sent_at REAL NOT NULL, message TEXT NOT NULL, source TEXT NOT NULL,
  speaker TEXT, card TEXT, key TEXT UNIQUE
);
CREATE INDEX IF NOT EXISTS posts_by_thread ON posts (thread, id);
CREATE TABLE IF NOT EXISTS files (
  id TEXT PRIMARY KEY, thread TEXT REFERENCES threads ON DELETE CASCADE, name TEXT NOT NULL, state TEXT NOT NULL,
  media_type TEXT NOT NULL, size INTEGER, width INTEGER, height INTEGER, reason TEXT NOT NULL
);
CREATE TABLE IF NOT EXISTS unread (
  person TEXT NOT NULL, thread TEXT NOT NULL REFERENCES threads ON DELETE CASCADE, post INTEGER NOT NULL,
  PRIMARY KEY (person, post)
);
"""

SELECT_THREADS = """
SELECT t.id, t.channel, t.title, t.starter,
  (SELECT count(*) FROM posts p WHERE p.thread = t.id) AS posts,
  coalesce((SELECT sent_at FROM posts p WHERE p.thread = t.id ORDER BY p.id DESC LIMIT 1), 0) AS active_at
FROM threads t
"""


def person_row(person: Person) -> tuple[object, ...]:
    shown = person.participant
    aliases = json.dumps(shown.aliases)
    return (shown.key, shown.name, str(shown.kind), person.handle, aliases, person.live, person.moderator)


def to_person(row: sqlite3.Row) -> Person:
    participant = Participant(
        row["id"], row["name"], ParticipantKind(row["kind"]), aliases=tuple(json.loads(row["aliases"]))
    )
    return Person(participant, row["handle"], live=bool(row["live"]), moderator=bool(row["moderator"]))


def channel_row(channel: Channel) -> tuple[object, ...]:
    members = None if channel.members is None else json.dumps(sorted(channel.members))
    return (channel.id, channel.name, channel.topic, members)


def to_channel(row: sqlite3.Row) -> Channel:
    members = None if row["members"] is None else frozenset(json.loads(row["members"]))
    return Channel(row["id"], row["name"], row["topic"], members)


def to_thread(row: sqlite3.Row) -> Thread:
    active_at = datetime.fromtimestamp(row["active_at"], UTC)
    return Thread(row["id"], row["channel"], row["title"], row["starter"], row["posts"], active_at)


def post_row(post: Post, key: str | None) -> tuple[object, ...]:
    """Without its id, which the table or the caller gives."""
    return (
        post.thread,
        str(post.role),
        post.message.sent_at.timestamp(),
        dump_messages((post.message,)),
        post.source,
        None if post.speaker is None else dump_participants((post.speaker,)),
        None if post.card is None else json.dumps(asdict(post.card)),
        key,
    )


def to_post(row: sqlite3.Row) -> Post:
    (message,) = load_messages(row["message"])
    return Post(
        row["thread"],
        replace(message, id=str(row["id"])),
        Role(row["role"]),
        row["source"],
        load_participants(row["speaker"])[0] if row["speaker"] else None,
        _to_card(row["card"]) if row["card"] else None,
    )


def _to_card(text: str) -> Card:
    raw = json.loads(text)
    actions = tuple(
        Action(
            **{
                **action,
                "style": Style(action["style"]),
                "confirm": Confirm(**action["confirm"]) if action["confirm"] else None,
            }
        )
        for action in raw["actions"]
    )
    return Card(**{**raw, "lines": tuple(raw["lines"]), "actions": actions})


def file_row(file: StoredFile) -> tuple[object, ...]:
    copy = file.copy
    state, size = str(copy.state), (copy.size, copy.width, copy.height)
    return (copy.id, file.thread, copy.name, state, copy.media_type, *size, copy.reason)


def to_file(row: sqlite3.Row) -> StoredFile:
    copy = FileCopy(
        row["id"],
        row["name"],
        FileState(row["state"]),
        locator=row["id"],
        blob=row["id"] if row["state"] == FileState.COPIED else "",
        media_type=row["media_type"],
        size=row["size"],
        width=row["width"],
        height=row["height"],
        reason=row["reason"],
    )
    return StoredFile(copy, row["thread"])
