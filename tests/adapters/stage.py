"""What the adapter contract is played on: the fixed conversation, a `Stage`, and what is posted."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Protocol

from bot.model import (
    Actor,
    ChannelRef,
    Message,
    MessageKind,
    Participant,
    PostRef,
    Snapshot,
    ThreadRef,
)
from bot.platforms import Platform, Turn
from bot.reply import Action, Card, Style, ThreadHead
from bot.richtext.nodes import (
    Block,
    Body,
    Bold,
    CodeBlock,
    Emoji,
    Inline,
    Link,
    Mention,
    Paragraph,
    Quote,
    Text,
)
from bot.richtext.plain import plain

ADDRESS = "https://example.org/notes"


@dataclass(frozen=True)
class Told:
    """One message of the fixed conversation. A Mention's `person` is the mentioned one's name."""

    by: str
    body: Body = ()
    file: tuple[str, bytes] | None = None
    answers: int | None = None
    edited: bool = False
    deleted: bool = False


def line(*children: str | Inline) -> Paragraph:
    return Paragraph(tuple(Text(child) if isinstance(child, str) else child for child in children))


PEOPLE = ("Ana Moreno", "Jonas Weber", "Mei Tanaka")
CONVERSATION = (
    Told("Ana Moreno", (line("Shall we look at the ", Bold((Text("numbers"),)), "?"),)),
    Told(
        "Jonas Weber",
        (line("Here: ", Link(ADDRESS, (Text(ADDRESS),))),),
        file=("numbers.csv", b"a,b\n1,2\n"),
    ),
    Told(
        "Mei Tanaka",
        (line("Thanks ", Mention("person", "Jonas Weber", "Jonas Weber"), " ", Emoji("tada", "🎉")),),
    ),
    Told("Ana Moreno", (CodeBlock("total = sum(values)\nprint(total)", "python"),), edited=True),
    Told("Jonas Weber", deleted=True),
    Told("Mei Tanaka", (Quote((line("Shall we look?"),)), line("We did.")), answers=0),
)


class Stage(Protocol):
    """A platform's server with the conversation told, and what tests do to it behind the platform's back."""

    @property
    def platform(self) -> Platform: ...
    @property
    def place(self) -> ChannelRef: ...
    @property
    def thread(self) -> ThreadRef:
        """Where `CONVERSATION` was told, by `PEOPLE`, in order."""
        ...

    @property
    def reader(self) -> Actor:
        """One of `PEOPLE`, who reads `thread`."""
        ...

    @property
    def stranger(self) -> Actor:
        """Somebody who may not read `private`."""
        ...

    @property
    def private(self) -> ThreadRef: ...
    @property
    def moderator(self) -> Actor: ...
    @property
    def losses(self) -> frozenset[str]:
        """What the platform cannot carry: "deleted", "replies", "aliases"."""
        ...

    def now(self) -> datetime: ...
    async def say(self, thread: ThreadRef, by: str, text: str) -> None: ...
    async def say_many(self, thread: ThreadRef, by: str, texts: Sequence[str]) -> None: ...
    async def edit_first(self, thread: ThreadRef, text: str) -> None: ...
    async def delete(self, post: PostRef) -> None: ...
    async def delete_thread(self, thread: ThreadRef) -> None: ...
    async def pings(self) -> int:
        """How many notifications people were sent so far."""
        ...

    async def texts(self, thread: ThreadRef) -> Sequence[str]:
        """The plain text of every post as people see it, in order."""
        ...

    async def names(self, thread: ThreadRef) -> Sequence[str]:
        """Under which name each post is shown."""
        ...

    async def close(self) -> None: ...


@dataclass
class Ledger:
    """Knows which posts are replayed turns, as the core's ledger does."""

    posts: dict[str, tuple[Participant, ...]] = field(default_factory=dict)

    async def replayed_by(
        self, _thread: ThreadRef, posts: Sequence[str]
    ) -> dict[str, tuple[Participant, ...]]:
        return {post: self.posts[post] for post in posts if post in self.posts}


@dataclass
class Counting:
    """A progress callable that remembers what it was told."""

    told: list[tuple[int, int | None]] = field(default_factory=list)

    async def __call__(self, done: int, total: int | None) -> None:
        self.told.append((done, total))


def blobs(files: Mapping[str, bytes]):
    """An `OpenBlob` over bytes at hand."""

    @asynccontextmanager
    async def open_blob(blob: str) -> AsyncIterator[AsyncIterator[bytes]]:
        async def chunks() -> AsyncIterator[bytes]:
            yield files[blob]

        yield chunks()

    return open_blob


async def capture(
    stage: Stage, thread: ThreadRef | None = None, *, ledger: Ledger | None = None, **fields
) -> Snapshot:
    return await stage.platform.capture(
        fields.get("actor", stage.reader),
        thread or stage.thread,
        until=fields.get("until", stage.now()),
        replayed_by=(ledger or Ledger()).replayed_by,
        progress=fields.get("progress", Counting()),
    )


COPIED = (line("Copied"),)


def a_turn(body: Body = COPIED, **fields) -> Turn:
    sent_at = datetime.fromisoformat("2026-11-01T10:00:00+00:00")
    return Turn("c1:0", Participant("p1", "Quiet Otter"), body, sent_at, **fields)


def a_card(title: str = "A shared thread") -> Card:
    lines = ("6 messages, 3 people", "Shared by Ana with anyone with the link")
    actions = (Action("Open", url=ADDRESS), Action("Revoke", "revoke", "s1", style=Style.DANGER))
    return Card(title, ADDRESS, lines, actions)


def a_head(key: str = "c1:head", title: str = "Numbers (continued)") -> ThreadHead:
    return ThreadHead(key, title, (line("Continued from a snapshot."),))


def text_of(snapshot: Snapshot) -> str:
    return "\n".join(plain(m.body) for m in snapshot.messages)


def by_name(body: Body, names: Mapping[str, str]) -> Body:
    """`body` with mentioned people by their name in place of the platform's key."""

    def renamed(node):
        if isinstance(node, Mention):
            return replace(node, person=names.get(node.person or "", node.name))
        children = getattr(node, "children", None)
        return node if children is None else replace(node, children=tuple(map(renamed, children)))

    return tuple(map(renamed, body))


def conversation_of(snapshot: Snapshot) -> list[tuple[str, tuple[Block, ...]]]:
    """Who said what, neighbours by one author merged, people by their names."""
    names = {p.key: p.name for p in snapshot.header.participants}
    merged: list[tuple[str, tuple[Block, ...]]] = []
    for message in _normal(snapshot):
        name, body = names[message.author or ""], by_name(message.body, names)
        if merged and merged[-1][0] == name:
            merged[-1] = (name, (*merged[-1][1], *body))
        else:
            merged.append((name, body))
    return merged


def _normal(snapshot: Snapshot) -> list[Message]:
    return [m for m in snapshot.messages if m.kind is MessageKind.NORMAL]


SHORTLY = timedelta(seconds=1)
"""The least that passes between two things that tests do."""
