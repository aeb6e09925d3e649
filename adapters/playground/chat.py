"""The playground's chat: people, channels, threads and posts in a SQLite file of its own.

It stands where Slack or Discord stand for a real adapter, and shares nothing with the core's store.
"""

from __future__ import annotations

import asyncio
import secrets
import sqlite3
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import aiosqlite

from adapters.playground import importing, samples, schema
from adapters.playground.database import Database
from adapters.playground.events import Events, Tab
from adapters.playground.files import FileFolder
from adapters.playground.records import Channel, Names, Person, Post, StoredFile, Thread
from bot.model import FileCopy, MessageKind, Snapshot

Clock = Callable[[], datetime]

_INSERT_POST = """
INSERT INTO posts (thread, role, sent_at, message, source, speaker, card, key, id) VALUES (?,?,?,?,?,?,?,?,?)
"""
_POSTS_AFTER = "SELECT * FROM posts WHERE thread = ? AND id > ? AND sent_at <= ? ORDER BY id LIMIT ?"
_POSTS_BEFORE = "SELECT * FROM posts WHERE thread = ? AND id < ? ORDER BY id DESC LIMIT ?"


def _utc_now() -> datetime:
    return datetime.now(UTC)


class Chat:
    """Open it with `Chat.open`. Reads return records; each write is one transaction that
    cancellation cannot split, and is told to the open tabs after it was committed.
    """

    def __init__(self, database: Database, files: FileFolder, clock: Clock) -> None:
        self.events = Events()
        self.files = files
        self.now = clock
        self._db = database
        self._people: dict[str, Person] = {}
        self._channels: dict[str, Channel] = {}

    @classmethod
    async def open(cls, folder: Path, *, clock: Clock = _utc_now) -> Chat:
        """The chat kept in `folder`; a new one begins with the sample threads."""
        files = await asyncio.to_thread(FileFolder, folder / "files")
        chat = cls(await Database.open(folder / "playground.sqlite", schema.TABLES), files, clock)
        try:
            await chat._load_directory()
            if not chat._people:
                await samples.seed(chat)
        except BaseException:
            await chat.close()
            raise
        return chat

    async def close(self) -> None:
        self.events.close()
        await self._db.close()

    async def import_snapshot(self, snapshot: Snapshot, read_file: importing.ReadFile) -> Thread:
        """Puts a thread of a real export into the channel "imported". `snapshot` is in captured
        form; `read_file` gives the bytes that a `FileCopy.locator` names, or None.
        """
        return await importing.import_snapshot(self, snapshot, read_file)

    # People and places

    @property
    def people(self) -> Mapping[str, Person]:
        return self._people

    @property
    def channels(self) -> Mapping[str, Channel]:
        return self._channels

    def names(self) -> Names:
        """What @ and # words mean to somebody who types them."""
        people = {p.handle.casefold(): p.participant for p in self._people.values() if p.handle}
        return Names(people, frozenset(channel.name for channel in self._channels.values()))

    async def add_people(self, people: Iterable[Person]) -> None:
        rows = [schema.person_row(person) for person in people]
        await self._db.write(
            lambda db: db.executemany("INSERT OR IGNORE INTO people VALUES (?,?,?,?,?,?,?)", rows)
        )
        await self._load_directory()

    async def add_channel(self, channel: Channel) -> None:
        row = (*schema.channel_row(channel), len(self._channels))
        await self._db.write(lambda db: db.execute("INSERT OR IGNORE INTO channels VALUES (?,?,?,?,?)", row))
        await self._load_directory()

    async def _load_directory(self) -> None:
        people = await self._db.all("SELECT * FROM people ORDER BY rowid")
        channels = await self._db.all("SELECT * FROM channels ORDER BY position")
        self._people = {row["id"]: schema.to_person(row) for row in people}
        self._channels = {row["id"]: schema.to_channel(row) for row in channels}

    # Threads

    async def threads(self, person: str) -> list[Thread]:
        """Every thread that `person` may read, the liveliest first."""
        rows = await self._db.all(schema.SELECT_THREADS + "ORDER BY active_at DESC, t.rowid DESC")
        return [schema.to_thread(row) for row in rows if self._channels[row["channel"]].readable_by(person)]

    async def thread(self, thread_id: str) -> Thread | None:
        rows = await self._db.all(schema.SELECT_THREADS + "WHERE t.id = ?", thread_id)
        return schema.to_thread(rows[0]) if rows else None

    async def readable_thread(self, person: str, thread_id: str) -> Thread | None:
        """The thread, or None where there is none and where `person` may not read it alike."""
        thread = await self.thread(thread_id)
        return thread if thread and self._channels[thread.channel].readable_by(person) else None

    async def start_thread(self, channel: str, title: str, starter: str, *, key: str | None = None) -> Thread:
        """A new, empty thread; with a `key` that was used before, the one made then."""
        thread_id = "T" + secrets.token_hex(5).upper()

        async def insert(db: aiosqlite.Connection) -> str:
            known = await db.execute_fetchall(
                "SELECT id FROM threads WHERE key IS ? AND key IS NOT NULL", (key,)
            )
            for row in known:
                return str(row["id"])
            await db.execute(
                "INSERT INTO threads VALUES (?,?,?,?,?)", (thread_id, channel, title, starter, key)
            )
            return thread_id

        made = await self._db.write(insert)
        if made == thread_id:
            self._tell("thread", thread_id, channel, starter=starter)
        return await self._existing_thread(made)

    async def fill_thread(self, thread_id: str, posts: Sequence[Post]) -> Thread:
        """Appends `posts` at once. Their ids are local: replies among them are led to the real ones."""

        async def insert(db: aiosqlite.Connection) -> None:
            last = list(await db.execute_fetchall("SELECT seq FROM sqlite_sequence WHERE name = 'posts'"))
            rows = importing.numbered_rows(thread_id, posts, first=last[0]["seq"] + 1 if last else 1)
            await db.executemany(_INSERT_POST, rows)

        await self._db.write(insert)
        return await self._existing_thread(thread_id)

    async def _existing_thread(self, thread_id: str) -> Thread:
        thread = await self.thread(thread_id)
        assert thread is not None, "a thread that was just written"
        return thread

    async def rename_thread(self, thread_id: str, title: str) -> None:
        await self._db.write(
            lambda db: db.execute("UPDATE threads SET title = ? WHERE id = ?", (title, thread_id))
        )
        await self._tell_thread("renamed", thread_id)

    async def delete_thread(self, thread_id: str) -> None:
        """The thread, its posts and its files are no more."""
        thread = await self.thread(thread_id)
        files = await self._db.all("SELECT id FROM files WHERE thread = ?", thread_id)
        await self._db.write(lambda db: db.execute("DELETE FROM threads WHERE id = ?", (thread_id,)))
        for row in files:
            await self.files.remove(row["id"])
        if thread:
            self._tell("gone", thread_id, thread.channel)

    # Posts

    async def posts(self, thread_id: str, *, after: int, until: datetime, limit: int) -> list[Post]:
        """The first posts after the one numbered `after`, in order, without those later than `until`."""
        rows = await self._db.all(_POSTS_AFTER, thread_id, after, until.timestamp(), limit)
        return [schema.to_post(row) for row in rows]

    async def last_posts(self, thread_id: str, *, before: int, limit: int) -> list[Post]:
        """The last posts before the one numbered `before`, in order."""
        rows = await self._db.all(_POSTS_BEFORE, thread_id, before, limit)
        return [schema.to_post(row) for row in reversed(rows)]

    async def post(self, post_id: str) -> Post | None:
        rows = await self._db.all("SELECT * FROM posts WHERE id = ?", post_id)
        return schema.to_post(rows[0]) if rows else None

    async def post_by_key(self, thread_id: str, key: str) -> Post | None:
        rows = await self._db.all("SELECT * FROM posts WHERE thread = ? AND key = ?", thread_id, key)
        return schema.to_post(rows[0]) if rows else None

    async def add_post(
        self, post: Post, *, key: str | None = None, mentions: Iterable[str] = ()
    ) -> Post | None:
        """Appends `post`, whose id is given here, and marks it unread for `mentions`. With a `key`
        that was used before, the post made then. None when the thread is gone.
        """
        marks = tuple(mentions)

        async def insert(db: aiosqlite.Connection) -> str:
            known = await db.execute_fetchall(
                "SELECT id FROM posts WHERE key IS ? AND key IS NOT NULL", (key,)
            )
            for row in known:
                return str(row["id"])
            cursor = await db.execute(_INSERT_POST, (*schema.post_row(post, key), None))
            rows = [(person, post.thread, cursor.lastrowid) for person in marks]
            await db.executemany("INSERT INTO unread VALUES (?,?,?)", rows)
            return str(cursor.lastrowid)

        try:
            post_id = await self._db.write(insert)
        except sqlite3.IntegrityError:  # its foreign key: the thread
            return None
        await self._tell_thread("post", post.thread, post=post_id)
        return replace(post, message=replace(post.message, id=post_id))

    async def change_post(self, post_id: str, change: Callable[[Post], Post]) -> Post | None:
        """Puts `change(post)` in the post's place. None when it is gone or was deleted."""

        async def update(db: aiosqlite.Connection) -> Post | None:
            for row in await db.execute_fetchall("SELECT * FROM posts WHERE id = ?", (post_id,)):
                old = schema.to_post(row)
                if old.message.kind is MessageKind.DELETED:
                    return None
                new = change(old)
                values = (*schema.post_row(new, row["key"])[3:7], post_id)
                await db.execute("UPDATE posts SET message=?, source=?, speaker=?, card=? WHERE id=?", values)
                return new
            return None

        changed = await self._db.write(update)
        if changed:
            await self._tell_thread("changed", changed.thread, post=post_id)
        return changed

    # Mentions that were not looked at

    async def unread(self, person: str) -> dict[str, int]:
        """How often `person` was mentioned since looking, by thread."""
        rows = await self._db.all(
            "SELECT thread, count(*) AS n FROM unread WHERE person = ? GROUP BY thread", person
        )
        return {row["thread"]: row["n"] for row in rows}

    async def mark_read(self, person: str, thread_id: str) -> None:
        await self._db.write(
            lambda db: db.execute("DELETE FROM unread WHERE person = ? AND thread = ?", (person, thread_id))
        )

    # Files

    async def add_file(self, name: str, data: bytes, thread: str | None = None) -> FileCopy:
        copy = await self.files.add(name, data)
        await self.record_file(StoredFile(copy, thread))
        return copy

    async def record_file(self, file: StoredFile) -> None:
        row = schema.file_row(file)
        await self._db.write(
            lambda db: db.execute("INSERT OR REPLACE INTO files VALUES (?,?,?,?,?,?,?,?,?)", row)
        )

    async def file(self, file_id: str) -> StoredFile | None:
        rows = await self._db.all("SELECT * FROM files WHERE id = ?", file_id)
        return schema.to_file(rows[0]) if rows else None

    async def thread_files(self, thread_id: str) -> tuple[FileCopy, ...]:
        rows = await self._db.all("SELECT * FROM files WHERE thread = ? ORDER BY rowid", thread_id)
        return tuple(schema.to_file(row).copy for row in rows)

    # The tabs

    async def _tell_thread(self, kind: str, thread_id: str, **facts: str) -> None:
        thread = await self.thread(thread_id)
        if thread:
            self._tell(kind, thread_id, thread.channel, **facts)

    def _tell(self, kind: str, thread_id: str, channel_id: str, **facts: str) -> None:
        channel = self._channels[channel_id]

        def may_know(tab: Tab) -> bool:
            return channel.readable_by(tab.person)

        self.events.tell({"kind": kind, "thread": thread_id, "channel": channel_id, **facts}, may_know)
