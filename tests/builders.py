"""Short ways to say what a test talks about. Every builder takes more fields by keyword.

    ana, bob = person("Ana Lima"), person("Bob")
    chat = snapshot(message("Hello", ana), message("Hi", bob), title="Greetings")

Ids count up where none is given, people are keyed by their name, and moments are a minute apart.
`message` takes plain text (blank lines part paragraphs) or a body of blocks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.model import (
    Actor,
    Attachment,
    FileCopy,
    FileState,
    Header,
    Message,
    MessageKind,
    Participant,
    ParticipantKind,
    Snapshot,
    Source,
    ThreadRef,
)
from bot.richtext.nodes import Block, Body, Inline, Paragraph, text_nodes

START = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
"""When the first message of a built snapshot was sent."""


def person(name: str, *, key: str = "", aliases: Iterable[str] = (), **fields: Any) -> Participant:
    """Someone called `name`; the key, unless given, is "U-" and the name in lower case."""
    return Participant(key or _key(name), name, aliases=tuple(aliases), **fields)


def assistant(name: str, **fields: Any) -> Participant:
    """An app that posts under its own name."""
    return person(name, kind=ParticipantKind.BOT, **fields)


def paragraph(*children: Inline | str) -> Paragraph:
    """A paragraph of nodes and of strings, which become `Text` (with breaks at line ends)."""
    nodes: list[Inline] = []
    for child in children:
        nodes.extend(text_nodes(child) if isinstance(child, str) else (child,))
    return Paragraph(tuple(nodes))


def body(text: str) -> Body:
    """`text` as paragraphs, parted at blank lines."""
    return tuple(paragraph(part) for part in text.split("\n\n")) if text else ()


def message(
    content: str | Block | Iterable[Block] = "",
    author: Participant | str | None = "U-ana",
    **fields: Any,
) -> Message:
    """A message by `author` (a participant, a key, or None). Without `id` and `sent_at`, `snapshot`
    gives it the next ones."""
    if isinstance(content, str):
        blocks = body(content)
    elif isinstance(content, Iterable):
        blocks = tuple(content)
    else:
        blocks = (content,)
    fields.setdefault("id", "")
    fields.setdefault("sent_at", START)
    key = author.key if isinstance(author, Participant) else author
    return Message(author=key, body=blocks, **fields)


def deleted(author: Participant | str | None = None, **fields: Any) -> Message:
    """The placeholder of a message that somebody deleted."""
    return message("", author, kind=MessageKind.DELETED, **fields)


def file(file_id: str, name: str = "notes.txt", **fields: Any) -> FileCopy:
    """A copied file; `state=FileState.PENDING` or `MISSING` for others."""
    fields.setdefault("state", FileState.COPIED)
    if fields["state"] is FileState.COPIED:
        fields.setdefault("blob", f"blob-{file_id}")
        fields.setdefault("size", 1234)
    return FileCopy(file_id, name, **fields)


def attach(*files: FileCopy) -> tuple[Attachment, ...]:
    """`files` as a message's attachments; put the files into the snapshot too."""
    return tuple(Attachment(f.id) for f in files)


def snapshot(
    *messages: Message,
    people: Iterable[Participant] = (),
    files: Iterable[FileCopy] = (),
    title: str = "A thread",
    **fields: Any,
) -> Snapshot:
    """A snapshot of `messages`, with the missing ids and moments filled in.

    Authors that `people` does not hold are added, named by their key: "U-ana" is "Ana".
    """
    told = tuple(_numbered(m, i) for i, m in enumerate(messages))
    known = {p.key: p for p in people}
    for m in told:
        if m.author is not None and m.author not in known:
            known[m.author] = Participant(m.author, m.author.removeprefix("U-").replace("-", " ").title())
    fields.setdefault("source", Source("Slack", "Acme", "general"))
    fields.setdefault("taken_at", START + timedelta(minutes=len(told)))
    header = Header(
        title,
        participants=tuple(known.values()),
        files=tuple(files),
        message_count=len(told),
        first_at=told[0].sent_at if told else None,
        last_at=told[-1].sent_at if told else None,
        **fields,
    )
    return Snapshot(header, told)


def conversation(lines: int = 3, **fields: Any) -> Snapshot:
    """`lines` messages between Ana, Bob and Cleo by turns."""
    people = [person("Ana"), person("Bob"), person("Cleo")]
    return snapshot(
        *(message(f"Message number {i + 1}", people[i % 3]) for i in range(lines)),
        people=people[:lines],
        **fields,
    )


def actor(name: str = "Ana", *, platform: str = "playground", workspace: str = "W1", user: str = "") -> Actor:
    return Actor(platform, workspace, user or _key(name), name)


def thread(
    name: str = "T1", *, platform: str = "playground", workspace: str = "W1", channel: str = "C1"
) -> ThreadRef:
    return ThreadRef(platform, workspace, channel, name)


def _key(name: str) -> str:
    return "U-" + re.sub(r"\W", "-", name.lower())


def _numbered(m: Message, index: int) -> Message:
    sent = START + timedelta(minutes=index) if m.sent_at is START else m.sent_at
    return replace(m, id=m.id or f"M{index + 1}", sent_at=sent)
