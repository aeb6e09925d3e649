"""What a person asked -> which job -> Reply.

The adapters hand in a `Request` and draw the `Reply`. Every wish, typed or pressed, is a verb:
`share`, `continue`, `shares` as typed by people; `publish`, `choose`, `mask`, `cancel`, `revoke`,
`revoke_all` as sent by the actions of earlier replies; `ask` and `keep` where a platform has no way of its
own to ask before an action.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

import structlog

from bot import wording
from bot.continuing import Continuing
from bot.model import Actor, ChannelRef, Share, ThreadRef
from bot.platforms import PastedLink, PlatformError, Progress
from bot.preview import chosen, preview_reply
from bot.questions import question
from bot.reply import Action, Card, Item, Reply
from bot.sharing import DraftGone, Refused, Sharing
from bot.store import claims
from bot.store.address import StoreError
from bot.terms import TERMS, Terms

log = structlog.get_logger(__name__)

_DEAD_CLAIM = timedelta(minutes=10)
"""A claim older than this that never finished belonged to a process that died."""

ALREADY = wording.said("I have that already and am on it.")
"""What the second delivery of a wish is told. Where both share one place for the answer, it is left unsaid."""

_EVERYTHING = 1_000_000
_PLACES = 5


async def _no_progress(_done: int, _total: int | None) -> None: ...


@dataclass(frozen=True, slots=True)
class Help:
    """One command, for autocompletion and help texts."""

    command: str
    usage: str
    summary: str


HELP = (
    Help("share", "[title]", "Make a read-only page of this thread; you see a preview first"),
    Help("continue", "<link> [number of turns, or all]", "Continue a shared thread in a new thread here"),
    Help("shares", "[here | revoke <link> | revoke all]", "List your links, or revoke them"),
)


@dataclass(frozen=True, slots=True)
class Request:
    """One wish of one person. `place` and `thread`: where it was said, as far as known. `values`: the
    reply's fields by name. `delivery`: the platform's id of this event or click, "" where none.
    """

    actor: Actor
    verb: str
    argument: str = ""
    place: ChannelRef | None = None
    thread: ThreadRef | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    delivery: str = ""
    progress: Progress = _no_progress
    asked_at: datetime | None = None
    """When it was asked, by the platform's clock: a capture ends there. None: when it is handled."""


class Commands:
    def __init__(self, sharing: Sharing, continuing: Continuing) -> None:
        self.sharing = sharing
        self.continuing = continuing
        self._verbs: Mapping[str, Callable[[Request], Awaitable[Reply]]] = {
            "share": self._share,
            "continue": self._continue,
            "shares": self._shares,
            "publish": self._publish,
            "choose": self._choose,
            "mask": self._mask,
            "cancel": self._cancel,
            "revoke": self._revoke,
            "revoke_all": self._revoke_all,
            "ask": self._ask,
            "keep": self._keep,
        }

    async def handle(self, request: Request) -> Reply:
        """Does what was asked, once per delivery, and says what came of it. Never raises for
        anything a person or platform can cause.
        """
        verb = self._verbs.get(request.verb)
        if verb is None:
            known = ", ".join(f"/{one.command}" for one in HELP)
            return wording.said(f"I don't know /{request.verb[:40]}. I know {known}.", error=True)
        try:
            if request.delivery and not await self._claim(request.delivery):
                return ALREADY
            reply = await verb(request)
        except (Refused, PlatformError) as refused:
            reply = wording.said(str(refused), error=True)
        except Exception:
            log.exception("command.failed", verb=request.verb, platform=request.actor.platform)
            reply = wording.said("Something went wrong on my side. Please try again.", error=True)
        if request.delivery:
            await self._finish(request.delivery)
        return reply

    async def pasted(self, pasted: PastedLink) -> Card | None:
        """What the preview of a pasted link shows, None for a link that is none of ours. A live link's
        preview is remembered, and redrawn when the link is updated or ends.
        """
        return await self.sharing.pasted(pasted)

    async def workspace_left(self, platform: str, workspace: str) -> int:
        """A workspace is gone for good: its shares end. Returns how many."""
        return await self.sharing.end_workspace(platform, workspace)

    def _terms(self, request: Request) -> Terms:
        platform = self.sharing.platforms.get(request.actor.platform)
        return platform.terms if platform else TERMS

    async def _finish(self, delivery: str) -> None:
        try:
            await self.sharing.store.write(lambda tx: claims.finish(tx, delivery))
        except StoreError:
            log.exception("command.not_finished")  # what was done is done, and is told all the same

    async def _claim(self, delivery: str) -> bool:
        now = self.sharing.clock()
        return await self.sharing.store.write(lambda tx: claims.claim(tx, delivery, now, now - _DEAD_CLAIM))

    async def _share(self, request: Request) -> Reply:
        if request.thread is None:
            raise Refused(self._terms(request).how_to_share)
        draft = await self.sharing.prepare(
            request.actor,
            request.thread,
            title=request.argument,
            progress=request.progress,
            until=request.asked_at,
        )
        if request.values:
            return await self._choose(replace(request, argument=draft.id))
        return await preview_reply(self.sharing, draft)

    async def _choose(self, request: Request) -> Reply:
        await self._keep_values(request)
        draft = await self.sharing.draft(request.argument, request.actor)
        return await preview_reply(self.sharing, draft)

    async def _keep_values(self, request: Request) -> None:
        link = request.values.get("link")
        await self.sharing.change(
            request.argument,
            request.actor,
            lambda choices: chosen(choices, request.values),
            update=None if link is None else link == "update",
        )

    async def _mask(self, request: Request) -> Reply:
        await self._keep_values(request)
        draft = await self.sharing.draft(request.argument, request.actor)
        found = await self.sharing.review_of(draft)
        masked = {finding.id for finding in found.open}
        draft = await self.sharing.change(
            draft.id, request.actor, lambda choices: replace(choices, masked=choices.masked | masked)
        )
        return await preview_reply(self.sharing, draft, "Masked. Read on, then publish.")

    async def _publish(self, request: Request) -> Reply:
        with suppress(DraftGone):  # published by an earlier delivery, perhaps: publishing again tells
            await self._keep_values(request)
        done = await self.sharing.publish(request.argument, request.actor)
        return wording.published(done.url, card_posted=done.card_posted, updated=done.updated)

    async def _cancel(self, request: Request) -> Reply:
        await self.sharing.cancel(request.argument, request.actor)
        return wording.said("Cancelled. Nothing was published, and nothing of it is kept.", done=True)

    async def _continue(self, request: Request) -> Reply:
        link, _, number = request.argument.strip().partition(" ")
        if not link:
            raise Refused(
                f"Say which link: {self._terms(request).continue_}, then the address of a shared page."
            )
        if request.place is None:
            raise Refused(self._terms(request).how_to_continue)
        started = await self.continuing.continue_share(
            request.actor, request.place, link, turns=_turns(number.strip()), delivery=request.delivery
        )
        run = started.continuation
        return wording.continued(started.share.header.title, run.total - run.first, started.thread)

    async def _shares(self, request: Request) -> Reply:
        word, _, rest = request.argument.strip().partition(" ")
        match word.lower(), rest.strip():
            case "", _:
                return await self._list(request)
            case "here", _:
                return await self._here(request)
            case "revoke", "all":
                return await self._ask_revoke_all(request)
            case "revoke", link if link:
                return await self._revoke(replace(request, argument=link))
            case _:
                terms = self._terms(request)
                raise Refused(
                    f"I understand {terms.shares}, {terms.here}, {terms.revoke} and {terms.revoke_all}."
                )

    async def _list(self, request: Request) -> Reply:
        owned = await self.sharing.owned(request.actor)
        if not owned:
            return wording.said(f"You have no live links. {self._terms(request).how_to_share}")
        return Reply(
            title="Your live link" if len(owned) == 1 else f"Your {len(owned)} live links",
            items=tuple([await self._item(share, request.actor) for share in owned]),
            actions=(wording.revoke_all_action(len(owned)),) if len(owned) > 1 else (),
        )

    async def _here(self, request: Request) -> Reply:
        if request.place is None:
            raise Refused(f"Type {self._terms(request).here} in a channel.")
        found = await self.sharing.in_channel(request.actor, request.place)
        if not found:
            return wording.said("No thread of this channel is shared at the moment.")
        items = tuple([await self._item(share, request.actor, by=True) for share in found])
        return Reply(
            title=f"{wording.count(len(found), 'live link')} of threads in this channel", items=items
        )

    async def _item(self, share: Share, actor: Actor, *, by: bool = False) -> Item:
        places = await self.sharing.whereabouts(share, actor)
        detail = wording.share_detail(share)
        if by:
            detail = f"by {share.owner.name or 'the operator'} · {detail}"
        if share.continued:
            times = "once" if share.continued == 1 else f"{share.continued} times"
            where = f": {', '.join(places[:_PLACES])}" if places else ""
            detail = f"{detail} · continued {times}{where}"
        url = await self.sharing.url_of(share.id) or ""
        opened = (Action("Open", url=url),) if url else ()
        return Item(share.header.title, detail, url, (*opened, wording.revoke_action(share)))

    async def _revoke(self, request: Request) -> Reply:
        share = await self.sharing.revoke(request.argument, request.actor)
        return wording.revoked(share.header.title)

    async def _ask_revoke_all(self, request: Request) -> Reply:
        owned = await self.sharing.owned(request.actor)
        if not owned:
            return wording.revoked_all(0)
        text = (
            f"Revoke all of your {len(owned)} live links? None of them will open for anyone after that."
            if len(owned) > 1
            else f"Revoke your only live link, “{owned[0].header.title}”? It will not open for anyone after that."
        )
        return replace(
            wording.said(text), actions=(replace(wording.revoke_all_action(len(owned)), confirm=None),)
        )

    async def _ask(self, request: Request) -> Reply:
        verb, _, argument = request.argument.partition(" ")
        return await question(self.sharing, request.actor, verb, argument)

    async def _keep(self, _request: Request) -> Reply:
        return wording.said("All right, nothing was changed.", done=True)

    async def _revoke_all(self, request: Request) -> Reply:
        return wording.revoked_all(await self.sharing.revoke_all(request.actor))


def _turns(text: str) -> int | None:
    if not text:
        return None
    if text.lower() == "all":
        return _EVERYTHING
    if text.isdecimal():
        return min(int(text[:9]), _EVERYTHING)
    raise Refused("How many turns are to be copied? Say a number, or the word all.")
