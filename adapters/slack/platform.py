"""The port `Platform`, for Slack: its Web API as the core sees it."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager
from datetime import datetime
from typing import Any, Protocol

from adapters.slack import words
from adapters.slack.access import Access, Place
from adapters.slack.ahead import ahead
from adapters.slack.asking import Asking
from adapters.slack.capturing import Capturing
from adapters.slack.clients import Identity
from adapters.slack.copying import Copying
from adapters.slack.directory import Directory
from adapters.slack.downloads import Downloads, Hosts
from adapters.slack.errors import Spot
from adapters.slack.identity import (
    PLATFORM,
    Permalink,
    enterprise_of,
    parse_permalink,
    team_of,
    thread_ref,
)
from adapters.slack.pacing import Pacing
from adapters.slack.parse_raw import string
from adapters.slack.patience import Patience
from adapters.slack.posted import Posted
from adapters.slack.posting import Posting
from adapters.slack.reading import Reading
from adapters.slack.render import Post, head_post
from adapters.slack.render_card import card_blocks, card_words
from adapters.slack.saying import Saying
from adapters.slack.uploads import Uploads
from bot.model import Actor, ChannelRef, PostRef, Snapshot, ThreadRef
from bot.platforms import (
    NotAllowed,
    OpenBlob,
    PastedLink,
    Progress,
    ReplayedBy,
    ThreadNotFound,
    Turn,
)
from bot.reply import Card, Reply, ThreadHead
from bot.richtext.nodes import Body
from bot.richtext.plain import plain

_ENTERPRISE = ".enterprise.slack.com"
_REMEMBERED = 10_000


class Live(Protocol):
    """The interactions that are going on: where a person can be answered without a message."""

    async def tell(self, actor: Actor, reply: Reply) -> bool:
        """Shows `reply` to the person where they look just now; False where that is not possible (any more)."""
        ...


class DrawReply(Protocol):
    """Draws a reply as the blocks of a direct message."""

    def __call__(self, reply: Reply) -> Sequence[dict[str, Any]]: ...


class SlackPlatform:
    """A `Platform` that `CanEditPosts` and `CanUnfurl`, for all workspaces that `asking.clients` has tokens of.

    `live` and `draw` come from the side that talks with people. `patience` tells of slow captures. `now` tells time
    in seconds that never go back, `clock` that of the wall, since 1970.
    """

    name = PLATFORM
    label = words.LABEL

    def __init__(
        self,
        asking: Asking,
        live: Live,
        draw: DrawReply,
        *,
        patience: Patience | None = None,
        now: Callable[[], float] = time.monotonic,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.clients = asking.clients
        config = self.clients.config
        self.terms = words.terms_of(config.command_prefix)
        self.patience = patience or Patience()
        self._asking = asking
        self._live = live
        self._draw = draw
        self._names: dict[ChannelRef, str] = {}
        hosts = Hosts(config.api_url)
        self._access = Access(config, asking)
        self._reading = Reading(asking, self.patience)
        self._directory = Directory(asking, hosts, now=now)
        self._capturing = Capturing(self._directory, hosts)
        self._downloads = Downloads(asking, hosts)
        posted = Posted(asking, self._reading, clock=clock)
        self._saying = Saying(asking, Pacing(now=now, sleep=asking.sleep))
        self._posting = Posting(self._saying, posted)
        self._copying = Copying(self._saying, posted, Uploads(asking, hosts, posted))

    async def find_thread(self, actor: Actor, link: Permalink) -> ThreadRef:
        """The thread that a message's address leads to; of a message outside any thread, that message alone.

        Raises ThreadNotFound where it leads to another workspace, or to what the person may not read.
        """
        identity = await self.clients.identity_of(actor.workspace)
        if not _leads_to(link, identity):
            raise ThreadNotFound(words.OTHER_WORKSPACE)
        ref = thread_ref(actor.workspace, link.channel, link.root)
        if link.thread:
            return ref
        await self._access.shared_from(actor, ref.place)
        found = await self._asking.read(
            actor.workspace, lambda web: web.chat_getPermalink(channel=link.channel, message_ts=link.ts)
        )
        known = parse_permalink(string(found, "permalink"))
        return thread_ref(actor.workspace, link.channel, known.root if known else link.ts)

    async def capture(
        self, actor: Actor, thread: ThreadRef, *, until: datetime, replayed_by: ReplayedBy, progress: Progress
    ) -> Snapshot:
        """See `Platform.capture`. Where Slack gives only a few messages a minute it takes as long as that takes;
        `patience` has an estimate then, before the first wait.
        """
        place = await self._access.shared_from(actor, thread.place)
        await self._access.enter(place)
        self._know(place)
        ours = await self.clients.identity_of(thread.workspace)
        async with ahead(self._directory, thread.workspace, ours.bot) as early:
            with self.patience.watching(thread):
                where = Spot(place.name, ours.handle)
                raws = await self._reading.thread(thread, where, progress, seen=early.take)
            return await self._capturing.snapshot(raws, place, ours, early, replayed_by, until=until)

    async def may_read(self, actor: Actor, thread: ThreadRef) -> bool:
        return await self._access.may_read(actor, thread.place)

    async def may_moderate(self, actor: Actor, place: ChannelRef) -> bool:
        return await self._access.may_moderate(actor, place)

    def open_file(self, locator: str) -> AbstractAsyncContextManager[AsyncIterator[bytes]]:
        return self._downloads.open(locator)

    async def post_card(self, thread: ThreadRef, card: Card, key: str) -> PostRef:
        return await self._posting.card(thread, card, key, await self._spot(thread.place))

    async def edit_card(self, post: PostRef, card: Card) -> None:
        drawn = Post(card_blocks(card), card_words(card))
        await self._saying.edit(post.thread, post.post, drawn, await self._spot(post.thread.place))

    async def start_thread(self, actor: Actor, place: ChannelRef, head: ThreadHead) -> ThreadRef:
        """See `Platform.start_thread`. In a channel that the person may read; joins a public one where it may."""
        try:
            where = await self._access.read_by(actor, place)
        except ThreadNotFound:
            raise NotAllowed(words.NO_CHANNEL_FOR_YOU) from None
        await self._access.enter(where)
        self._know(where)
        return await self._posting.head(place, head, await self._spot(place))

    async def edit_head(self, thread: ThreadRef, head: ThreadHead) -> None:
        spot = await self._spot(thread.place)
        await self._saying.edit(thread, thread.thread, head_post(head), spot)

    async def post_turn(self, thread: ThreadRef, turn: Turn, open_blob: OpenBlob) -> Sequence[str]:
        return await self._copying.turn(thread, turn, open_blob, await self._spot(thread.place))

    async def find_turn(self, thread: ThreadRef, turn: Turn) -> Sequence[str] | None:
        return await self._copying.find_turn(thread, turn, await self._spot(thread.place))

    async def post_notice(self, thread: ThreadRef, body: Body, key: str) -> None:
        await self._posting.notice(thread, body, key, await self._spot(thread.place))

    async def notify(self, actor: Actor, reply: Reply) -> None:
        """See `Platform.notify`. A direct message needs no permission of its own: it goes to the app's own tab."""
        if await self._live.tell(actor, reply):
            return
        if actor.platform != PLATFORM:
            raise NotAllowed(words.NO_DIRECT)
        drawn = Post(self._draw(reply), plain(reply.body) or reply.title)
        await self._saying.direct(actor, drawn)

    async def unfurl(self, pasted: PastedLink, card: Card) -> None:
        await self._posting.unfurl(pasted, card)

    def _know(self, place: Place) -> None:
        """Remembers what a channel is called, for sentences about it."""
        if len(self._names) >= _REMEMBERED:
            del self._names[next(iter(self._names))]
        self._names[ChannelRef(PLATFORM, place.workspace, place.id)] = place.name

    async def _spot(self, place: ChannelRef) -> Spot:
        return await self._asking.spot(place.workspace, self._names.get(place, ""))


def _leads_to(link: Permalink, identity: Identity) -> bool:
    """Whether an address is one of that workspace, or of the enterprise that it belongs to."""
    if link.team:
        return link.team == team_of(identity.workspace)
    of_enterprise = bool(enterprise_of(identity.workspace)) and link.host.endswith(_ENTERPRISE)
    return link.host == identity.host or of_enterprise
