"""A thread of a real export, put into the chat as a thread of the channel "imported"."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from adapters.playground import schema, words
from adapters.playground.records import Channel, Person, Post, StoredFile, Thread
from bot.codec import dump_messages, load_messages, message_to_json
from bot.model import FileCopy, FileState, Message, ReplyTo, Snapshot

if TYPE_CHECKING:
    from adapters.playground.chat import Chat

ReadFile = Callable[[str], bytes | None]
IMPORTED = Channel("C09IMPORTED", "imported", words.IMPORTED_TOPIC)


async def import_snapshot(chat: Chat, snapshot: Snapshot, read_file: ReadFile) -> Thread:
    """See `Chat.import_snapshot`. The same snapshot is imported once."""
    header = snapshot.header
    key = "import:" + hashlib.sha256((header.title + dump_messages(snapshot.messages)).encode()).hexdigest()
    await chat.add_channel(IMPORTED)
    thread = await chat.start_thread(IMPORTED.id, header.title, "", key=key)
    if thread.messages:
        return thread
    prefix = f"I{thread.id[1:]}-"
    people = {p.key: f"{prefix}{p.key}" for p in header.participants}
    await chat.add_people(
        Person(replace(p, key=people[p.key], avatar=None), handle="") for p in header.participants
    )
    files = {f.id: await _add_file(chat, thread, f, read_file) for f in header.files}
    posts = [Post(thread.id, renamed(m, people, files)) for m in snapshot.messages]
    return await chat.fill_thread(thread.id, posts)


async def _add_file(chat: Chat, thread: Thread, file: FileCopy, read_file: ReadFile) -> str:
    data = read_file(file.locator) if file.state is not FileState.MISSING else None
    if data is not None:
        return (await chat.add_file(file.name, data, thread.id)).id
    lost = replace(
        file,
        id=f"{thread.id}-{file.id}",
        state=FileState.MISSING,
        locator="",
        reason=file.reason or words.NOT_IN_EXPORT,
    )
    await chat.record_file(StoredFile(lost, thread.id))
    return lost.id


def renamed(message: Message, people: Mapping[str, str], files: Mapping[str, str]) -> Message:
    """`message` with other keys for its people and ids for its files; unknown ones stay."""
    raw = _renamed(message_to_json(message), people, files)
    for holder in (raw, raw.get("reply_to") or {}):
        if holder.get("author") is not None:
            holder["author"] = people.get(holder["author"], holder["author"])
    return load_messages(json.dumps([raw]))[0]


def _renamed(value: Any, people: Mapping[str, str], files: Mapping[str, str]) -> Any:
    if isinstance(value, list):
        return [_renamed(item, people, files) for item in value]
    if not isinstance(value, dict):
        return value
    new = {name: _renamed(item, people, files) for name, item in value.items()}
    for name in ("file", "image", "thumbnail"):
        if isinstance(new.get(name), str):
            new[name] = files.get(new[name], new[name])
    if isinstance(new.get("person"), str):
        new["person"] = people.get(new["person"], new["person"])
    if value.keys() >= {"people", "emoji"}:
        new["people"] = [people.get(person, person) for person in value["people"]]
    return new


def numbered_rows(thread_id: str, posts: Sequence[Post], *, first: int) -> Iterator[tuple[object, ...]]:
    """Rows of `posts` under the ids from `first` on; replies among them name the new ids."""
    numbers = {post.id: str(first + i) for i, post in enumerate(posts)}
    for post in posts:
        answered = post.message.reply_to
        message = post.message
        if answered:
            message = replace(message, reply_to=_renumbered(answered, numbers))
        yield (
            *schema.post_row(replace(post, thread=thread_id, message=message), None),
            int(numbers[post.id]),
        )


def _renumbered(answered: ReplyTo, numbers: Mapping[str, str]) -> ReplyTo:
    return replace(answered, message=numbers.get(answered.message or ""))
