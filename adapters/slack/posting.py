"""What the bot says in channels: cards, heads, turns, notices. Each once, at Slack's pace, pinging nobody."""

from __future__ import annotations

from dataclasses import dataclass, replace

from adapters.slack import words
from adapters.slack.asking import NOWHERE, Asking
from adapters.slack.errors import TOO_LARGE, Lacking, Refused, Spot
from adapters.slack.identity import parse_place, thread_ref
from adapters.slack.marks import CARD, HEAD, NOTICE, TURN, Mark, metadata
from adapters.slack.pacing import Pacing
from adapters.slack.parse_raw import string
from adapters.slack.posted import Posted, Shelf
from adapters.slack.render import Post, copy_icon, copy_name, head_post, mentioned, notice_post, turn_posts
from adapters.slack.render_card import card_blocks, card_words
from adapters.slack.uploads import Uploaded, Uploads
from bot.model import Actor, ChannelRef, FileCopy, PostRef, ThreadRef
from bot.platforms import OpenBlob, PastedLink, PostGone, ThreadNotFound, Turn, Unavailable
from bot.reply import Card, ThreadHead
from bot.richtext.nodes import Body

CUSTOMISE = "chat:write.customize"
UPLOAD = "files:write"
_GONE_PREVIEWS = frozenset({"cannot_unfurl_message", "invalid_unfurl_id"})
_NOT_YET = "cannot_unfurl_url"
"""Also for an address that is not ours to draw: then it stays so."""

_UNFURL_TRIES = 3
_UNFURL_WAIT = 1.0
_NAMELESS = frozenset({"reserved_username", "invalid_username", "missing_scope"})


@dataclass(frozen=True, slots=True)
class _Author:
    """Under which name a copy is posted; "" for the bot's own."""

    username: str = ""
    icon: str = ""


_BOT = _Author()


class Posting:
    def __init__(self, asking: Asking, pacing: Pacing, posted: Posted, uploads: Uploads) -> None:
        self._asking = asking
        self._pacing = pacing
        self._posted = posted
        self._uploads = uploads

    async def card(self, thread: ThreadRef, card: Card, key: str, spot: Spot) -> PostRef:
        post = Post(card_blocks(card), card_words(card))
        return PostRef(thread, await self._once(thread, post, Mark(CARD, key), spot))

    async def notice(self, thread: ThreadRef, body: Body, key: str, spot: Spot) -> None:
        await self._once(thread, notice_post(body), Mark(NOTICE, key), spot)

    async def _once(self, thread: ThreadRef, post: Post, mark: Mark, spot: Spot) -> str:
        """Posts unless a post with this key stands there already."""
        shelf = self._posted.shelf(thread)
        async with shelf.lock:
            if not shelf.whole and not shelf.post(mark.kind, mark.key):
                must = (mark.kind, mark.key) in shelf.unsure
                await self._posted.look_at_recent(thread, shelf, spot, must=must)
            return shelf.post(mark.kind, mark.key) or await self._note(shelf, thread, post, mark, spot)

    async def head(self, place: ChannelRef, head: ThreadHead, spot: Spot) -> ThreadRef:
        """Begins a thread, or finds the one that this head began."""
        shelf = self._posted.shelf(_thread(place, head.key))
        mark = Mark(HEAD, head.key, name=head.title)
        async with shelf.lock:
            ts = shelf.post(HEAD, head.key) or await self._posted.head(place, head.key, spot)
            if not ts:
                ts = await self._say(_thread(place, ""), head_post(head), mark, spot)
                self._posted.begun(_thread(place, ts))
            shelf.note(mark, ts)
        return _thread(place, ts)

    async def edit(self, thread: ThreadRef, ts: str, post: Post, spot: Spot) -> None:
        """Replaces a post of ours. Its mark stays: chat.update keeps the metadata where it is given none."""
        try:
            await self._update(thread, ts, post, spot)
        except Refused as refused:
            if refused.code not in TOO_LARGE:
                raise
            await self._update(thread, ts, replace(post, blocks=()), spot)

    async def direct(self, actor: Actor, post: Post) -> None:
        """A direct message to one person: to their id as the channel, which needs no permission of its own."""
        await self._say(thread_ref(actor.workspace, actor.user, ""), post, Mark(NOTICE, ""), NOWHERE)

    async def unfurl(self, pasted: PastedLink, card: Card) -> None:
        """Draws the preview of a pasted link; again, where Slack does not know yet that we were told of it."""
        for attempt in range(_UNFURL_TRIES):
            try:
                await self._unfurl(pasted, card)
            except Refused as refused:
                if refused.code in _GONE_PREVIEWS:
                    raise PostGone(words.POST_GONE) from None
                if refused.code != _NOT_YET or attempt == _UNFURL_TRIES - 1:
                    raise
                await self._asking.sleep(_UNFURL_WAIT)
            else:
                return

    async def _unfurl(self, pasted: PastedLink, card: Card) -> None:
        place = parse_place(pasted.place)
        await self._asking.read(
            pasted.workspace,
            lambda web: web.chat_unfurl(
                channel=place.channel or None,
                ts=place.ts or None,
                unfurl_id=place.unfurl_id or None,
                source=place.source or None,
                unfurls={pasted.url: {"blocks": card_blocks(card)}},
            ),
            reading=False,
        )

    async def _update(self, thread: ThreadRef, ts: str, post: Post, spot: Spot) -> None:
        await self._asking.read(
            thread.workspace,
            lambda web: web.chat_update(
                channel=thread.channel,
                ts=ts,
                text=post.short,
                blocks=list(post.blocks),
                link_names=False,
                parse="none",
            ),
            spot,
            reading=False,
        )

    async def find_turn(self, thread: ThreadRef, turn: Turn, spot: Spot) -> list[str] | None:
        """All posts of a turn where all of them stand there. Of those that do, `turn` posts none again."""
        shelf = self._posted.shelf(thread)
        async with shelf.lock:
            await self._know_all(thread, shelf, spot)
            return shelf.turn(turn.key)

    async def turn(self, thread: ThreadRef, turn: Turn, open_blob: OpenBlob, spot: Spot) -> list[str]:
        """Posts what of a turn does not stand there yet; all its posts in order."""
        shelf = self._posted.shelf(thread)
        async with shelf.lock:
            if not shelf.whole:
                await self._know_all(thread, shelf, spot)
            if found := shelf.turn(turn.key):
                return found
            identity = await self._asking.clients.identity_of(thread.workspace)
            files = await self._bring(thread, turn, open_blob, shelf, granted=identity.has(UPLOAD))
            named = identity.has(CUSTOMISE)
            try:
                said = await self._turn(thread, turn, files, shelf, spot, named=named)
            except (Lacking, Refused) as refused:
                if not named or refused.code not in _NAMELESS:
                    raise
                said = await self._turn(thread, turn, files, shelf, spot, named=False)
            return said

    async def _know_all(self, thread: ThreadRef, shelf: Shelf, spot: Spot) -> None:
        try:
            await self._posted.look_at_all(thread, shelf, spot)
        except ThreadNotFound:
            raise PostGone(words.THREAD_GONE) from None

    async def _bring(
        self, thread: ThreadRef, turn: Turn, open_blob: OpenBlob, shelf: Shelf, *, granted: bool
    ) -> _Files:
        """The attached files: uploaded, but posted nowhere yet, as far as possible."""
        known = {file.id: file for file in turn.files}
        brought: list[Uploaded] = []
        left: list[FileCopy] = []
        for attachment in turn.attachments:
            file = known.get(attachment.file)
            if file is None or shelf.files.get(turn.key):
                continue
            uploaded = None
            if granted and self._uploads.may_travel(file):
                uploaded = await self._uploads.upload(
                    thread.workspace, file, attachment.description, open_blob
                )
            if uploaded:
                brought.append(uploaded)
            else:
                left.append(file)
        return _Files(brought, left)

    async def _turn(
        self, thread: ThreadRef, turn: Turn, files: _Files, shelf: Shelf, spot: Spot, *, named: bool
    ) -> list[str]:
        author = _Author(copy_name(turn.author), copy_icon(turn.author)) if named else _BOT
        posts = turn_posts(turn, files.left, [file.name for file in files.brought], line=not named)
        follow = bool(files.brought or shelf.files.get(turn.key))
        whole = Mark(TURN, turn.key, 0, len(posts), follow, turn.author.name, turn.author.key)
        said: list[str] = []
        for part, post in enumerate(posts):
            names = mentioned(turn.body, post.words)
            mark = replace(
                whole, part=part, people=names.people, groups=names.groups, everyone=names.everyone
            )
            ts = shelf.post(TURN, turn.key, part)
            said.append(ts or await self._note(shelf, thread, post, mark, spot, author))
        if files.brought and not shelf.files.get(turn.key):
            said.append(await self._share(thread, turn.key, files.brought, said[-1], shelf, spot, author))
        return [ts for ts in said if ts]

    async def _share(
        self,
        thread: ThreadRef,
        key: str,
        files: list[Uploaded],
        behind: str,
        shelf: Shelf,
        spot: Spot,
        author: _Author,
    ) -> str:
        await self._pacing.turn(thread.workspace, thread.channel)
        try:
            ts = await self._uploads.share(
                thread, files, behind, spot, username=author.username, icon=author.icon
            )
        except Unavailable:
            shelf.whole = False
            raise
        shelf.files[key] = ts
        return ts

    async def _note(
        self, shelf: Shelf, thread: ThreadRef, post: Post, mark: Mark, spot: Spot, author: _Author = _BOT
    ) -> str:
        """Posts, and remembers it; where the answer is lost, that nothing is sure any more."""
        try:
            ts = await self._say(thread, post, mark, spot, author)
        except Unavailable:
            shelf.whole = False
            shelf.unsure.add((mark.kind, mark.key))
            raise
        shelf.note(mark, ts)
        return ts

    async def _say(
        self, thread: ThreadRef, post: Post, mark: Mark, spot: Spot, author: _Author = _BOT
    ) -> str:
        """The ts of a new post in a thread, or in its channel where it has no root. Slack's limits are not all
        told: what it finds too large is posted as text alone.
        """
        try:
            return await self._post(thread, post, mark, spot, author)
        except Refused as refused:
            if refused.code in TOO_LARGE and post.blocks:
                return await self._post(thread, replace(post, blocks=()), mark, spot, author)
            if "metadata" in refused.code:
                bare = replace(mark, people=(), groups=(), everyone=())
                return await self._post(thread, post, bare, spot, author)
            raise

    async def _post(self, thread: ThreadRef, post: Post, mark: Mark, spot: Spot, author: _Author) -> str:
        await self._pacing.turn(thread.workspace, thread.channel)
        answer = await self._asking.post(
            thread.workspace,
            lambda web: web.chat_postMessage(
                channel=thread.channel,
                thread_ts=thread.thread or None,
                text=post.text,
                blocks=list(post.blocks) or None,
                metadata=metadata(mark),
                link_names=False,
                parse="none",
                unfurl_links=False,
                unfurl_media=False,
                unfurl_app_links=False,
                username=author.username or None,
                icon_emoji=author.icon or None,
            ),
            spot,
        )
        ts = string(answer, "ts")
        if not ts:
            raise Unavailable(words.UNAVAILABLE)
        return ts


@dataclass(frozen=True, slots=True)
class _Files:
    """The files of a turn: those that Slack has now, and those that stay behind."""

    brought: list[Uploaded]
    left: list[FileCopy]


def _thread(place: ChannelRef, root: str) -> ThreadRef:
    return thread_ref(place.workspace, place.channel, root)
