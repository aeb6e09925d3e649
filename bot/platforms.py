"""The port: what the core asks of a chat platform, and what a platform may answer.

One `Platform` object serves all workspaces of its platform. Its abilities beyond the necessary
are Protocols of their own, asked for with isinstance. Every method may raise a `PlatformError`;
the message of each is one kind sentence for the person who asked, in the platform's own terms
("Invite me with /invite @threadlink, then try again"). Nothing else crosses the port: a library's
own exceptions are translated where they arise.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from bot.model import (
    Actor,
    Attachment,
    ChannelRef,
    FileCopy,
    LinkCard,
    Participant,
    PostRef,
    Snapshot,
    ThreadRef,
)
from bot.reply import Card, Reply, ThreadHead
from bot.richtext.nodes import Body
from bot.terms import Terms


class PlatformError(Exception):
    """Base of all that a platform may raise. `str()` of it is a sentence for the person."""


class ThreadNotFound(PlatformError):
    """There is no such thread, or the person may not know whether there is: one text for both."""


class NotAllowed(PlatformError):
    """The person or the bot lacks a right; the sentence says which and who can give it."""


class RateLimited(PlatformError):
    """The platform asks to wait `seconds` before the same call is made again."""

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.seconds = seconds


class Unavailable(PlatformError):
    """The platform did not answer or answered nonsense. Whether a post was made is not known."""


class PostGone(PlatformError):
    """The post or thread to edit or post to was deleted; there is nothing to do any more."""


Progress = Callable[[int, int | None], Awaitable[None]]
"""Called with how many messages were read so far, and of how many (None where unknown)."""

ReplayedBy = Callable[[ThreadRef, Sequence[str]], Awaitable[dict[str, tuple[Participant, ...]]]]
"""Given post ids of a thread, the original people of those that are replayed turns, by post id."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One step of a replay: consecutive messages of one author, as one post or a few.

    `key` is unique to this turn for ever: a platform that can makes posting idempotent with it.
    `author` is shown as a copy ("Ana (shared)"). `files` are those of the attachments, cards and
    emoji; `COPIED` ones are at hand through `open_blob`.
    """

    key: str
    author: Participant
    body: Body
    sent_at: datetime
    people: tuple[Participant, ...] = ()
    """The others whom it mentions: their keys stand in `body`."""
    attachments: tuple[Attachment, ...] = ()
    cards: tuple[LinkCard, ...] = ()
    files: tuple[FileCopy, ...] = ()


@dataclass(frozen=True, slots=True)
class PastedLink:
    """A share link that somebody pasted and whose preview we drew. `place` is the platform's own name of
    where that preview stands, as its adapter made it; `url` the address exactly as it was pasted.
    """

    platform: str
    workspace: str
    place: str
    url: str


OpenBlob = Callable[[str], AbstractAsyncContextManager[AsyncIterator[bytes]]]
"""Opens our copy of a file by `FileCopy.blob`, for a platform that uploads it."""


@runtime_checkable
class Platform(Protocol):
    """One chat platform, connected."""

    name: str
    """As in `ThreadRef.platform`."""

    label: str
    """As people call it, e.g. "Slack"."""

    terms: Terms
    """How its people ask for the jobs."""

    async def capture(
        self, actor: Actor, thread: ThreadRef, *, until: datetime, replayed_by: ReplayedBy, progress: Progress
    ) -> Snapshot:
        """The whole thread as `actor` may read it, without messages later than `until`.

        Captured form. The bot's own cards, previews, thread heads and progress are left out;
        posts that `replayed_by` knows carry their original people as authors. Raises
        ThreadNotFound, NotAllowed, RateLimited; never returns a part of a thread as the whole.
        """

    async def may_read(self, actor: Actor, thread: ThreadRef) -> bool:
        """Whether the person (not the bot) may read `thread` now."""

    async def may_moderate(self, actor: Actor, place: ChannelRef) -> bool:
        """Whether the person may moderate `place`, or its whole workspace (also when it is gone)."""

    def open_file(self, locator: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        """Streams a file that a captured `FileCopy` locates. Raises PlatformError on entering
        where it cannot be had; contacts the platform's own hosts only.
        """

    async def post_card(self, thread: ThreadRef, card: Card, key: str) -> PostRef:
        """Posts `card` into `thread`; with the same `key`, at most once as far as the platform
        allows. Raises NotAllowed, RateLimited, Unavailable.
        """

    async def start_thread(self, actor: Actor, place: ChannelRef, head: ThreadHead) -> ThreadRef:
        """Makes a new thread in `place` that begins with `head`. Raises NotAllowed, RateLimited,
        Unavailable. Pings nobody.
        """

    async def edit_head(self, thread: ThreadRef, head: ThreadHead) -> None:
        """Replaces what `start_thread` posted, e.g. to show progress. Raises PostGone."""

    async def post_turn(self, thread: ThreadRef, turn: Turn, open_blob: OpenBlob) -> Sequence[str]:
        """Posts one turn and returns the ids of its posts in order. Pings nobody; cuts neither code nor
        links. Raises PostGone, NotAllowed, RateLimited, Unavailable.
        """

    async def find_turn(self, thread: ThreadRef, turn: Turn) -> Sequence[str] | None:
        """Ids of the posts of `turn` if a call of `post_turn` whose answer was lost made them after all,
        else None. Asked after a crash, before anything is posted again.
        """

    async def post_notice(self, thread: ThreadRef, body: Body, key: str) -> None:
        """Says something to everyone in `thread`, e.g. that a replay was stopped."""

    async def notify(self, actor: Actor, reply: Reply) -> None:
        """Reaches one person privately: by the live interaction while it lives, else by direct
        message. Raises PlatformError where neither works.
        """


@runtime_checkable
class CanEditPosts(Protocol):
    """Cards can be edited after they were posted."""

    async def edit_card(self, post: PostRef, card: Card) -> None:
        """Replaces a card. Raises PostGone when it was deleted, which is as good as done."""


@runtime_checkable
class CanUnfurl(Protocol):
    """Links pasted by others show a preview that we draw."""

    async def unfurl(self, pasted: PastedLink, card: Card) -> None:
        """Draws or redraws the preview of a pasted link. Raises PostGone when it was deleted."""
