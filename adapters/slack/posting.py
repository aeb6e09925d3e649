"""What the bot says in channels by itself: cards, heads of threads, notices, previews. Each once."""

from __future__ import annotations

from adapters.slack import words
from adapters.slack.errors import Refused, Spot
from adapters.slack.identity import parse_place, thread_ref
from adapters.slack.marks import CARD, HEAD, NOTICE, Mark
from adapters.slack.posted import Posted
from adapters.slack.render import Post, head_post, notice_post
from adapters.slack.render_card import card_blocks, card_words
from adapters.slack.saying import Saying
from bot.model import ChannelRef, PostRef, ThreadRef
from bot.platforms import PastedLink, PostGone
from bot.reply import Card, ThreadHead
from bot.richtext.nodes import Body

_GONE_PREVIEWS = frozenset({"cannot_unfurl_message", "invalid_unfurl_id"})
_NOT_YET = "cannot_unfurl_url"
"""Also for an address that is not ours to draw: then it stays so."""

_UNFURL_TRIES = 3
_UNFURL_WAIT = 1.0


class Posting:
    def __init__(self, saying: Saying, posted: Posted) -> None:
        self._saying = saying
        self._posted = posted

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
            return shelf.post(mark.kind, mark.key) or await self._saying.post(shelf, thread, post, mark, spot)

    async def head(self, place: ChannelRef, head: ThreadHead, spot: Spot) -> ThreadRef:
        """Begins a thread, or finds the one that this head began."""
        shelf = self._posted.shelf(_thread(place, head.key))
        mark = Mark(HEAD, head.key, name=head.title)
        async with shelf.lock:
            ts = shelf.post(HEAD, head.key) or await self._posted.head(place, head.key, spot)
            if not ts:
                ts = await self._saying.post(shelf, _thread(place, ""), head_post(head), mark, spot)
                self._posted.begun(_thread(place, ts))
            shelf.note(mark, ts)
        return _thread(place, ts)

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
                await self._saying.asking.sleep(_UNFURL_WAIT)
            else:
                return

    async def _unfurl(self, pasted: PastedLink, card: Card) -> None:
        place = parse_place(pasted.place)
        await self._saying.asking.read(
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


def _thread(place: ChannelRef, root: str) -> ThreadRef:
    return thread_ref(place.workspace, place.channel, root)
