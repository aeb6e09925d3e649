"""The job that turns a shared page back into a living thread, one ledgered post after another.

The ledger knows of every turn whether it was intended and whether it was posted. After a crash
the replay goes on behind the last posted turn; a turn that was intended but whose answer was lost
is looked for in the thread before it is posted again. Nothing is posted once the share is revoked.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, replace

import structlog

from bot import posting
from bot.files import FilesError
from bot.links import BadLink
from bot.model import Actor, ChannelRef, Continuation, ContinuationState, Message, Share, ThreadRef
from bot.platforms import (
    NotAllowed,
    Platform,
    PlatformError,
    PostGone,
    RateLimited,
    Turn,
    Unavailable,
)
from bot.posting import Entry
from bot.reply import ThreadHead
from bot.sharing import Gone, Refused, Sharing
from bot.store import continuations, shares
from bot.store.address import StoreError
from bot.store.locks import holding
from bot.turns import make_turns
from bot.wording import GONE_LINK, UNKNOWN_LINK, replay_failed, replay_head, replay_stopped

log = structlog.get_logger(__name__)

_PROGRESS_EVERY = 10


@dataclass(frozen=True, slots=True)
class Started:
    """A new thread whose replay goes on in the background."""

    continuation: Continuation
    thread: ThreadRef
    share: Share


class Continuing:
    def __init__(self, sharing: Sharing, *, replay_turns: int) -> None:
        """`replay_turns`: of a conversation with more messages than this, only so many of its last turns are replayed
        unless the person asks for another number.
        """
        self.sharing = sharing
        self.store = sharing.store
        self.platforms: Mapping[str, Platform] = sharing.platforms
        self.replay_turns = replay_turns
        self._running: set[asyncio.Task[None]] = set()
        self._closed = False

    async def continue_share(
        self, actor: Actor, place: ChannelRef, link: str, *, turns: int | None = None, delivery: str = ""
    ) -> Started:
        """Starts a thread in `place` that continues the share of `link` (or of that id), with its last `turns`
        turns (0 or more; None for the operator's default). Posting goes on after this returns. Raises
        Refused or the platform's own PlatformError; then there is no thread.
        """
        if earlier := await self._begun(delivery):
            return earlier
        share = await self._share(link)
        self.sharing.platform_of(place.platform)
        continuation = await self._plan(actor, place, share, turns)
        try:
            continuation = await self._begin(continuation, share, delivery)
        except asyncio.CancelledError:
            self._spawn(continuation)  # it was accepted: whether its thread was made yet is not known
            raise
        except BaseException:
            await asyncio.shield(self._set(continuation, ContinuationState.FAILED))
            raise
        self._spawn(continuation)
        return Started(continuation, continuation.thread, share)

    async def _begun(self, delivery: str) -> Started | None:
        """What the same command has already started. Raises Refused where that came to nothing."""
        found = (
            await self.store.read(lambda tx: continuations.by_delivery(tx, delivery)) if delivery else None
        )
        if found is None:
            return None
        if found.state is ContinuationState.FAILED:
            raise Refused("That did not work the first time. Please ask for it again.")
        share_id = found.share
        if share_id is None:
            raise Refused(GONE_LINK.format(reason="revoked"))
        share = await self.store.read(lambda tx: shares.get(tx, share_id))
        return Started(found, found.thread, share) if share else None

    async def _begin(self, continuation: Continuation, share: Share, delivery: str) -> Continuation:
        async with self._alone(continuation.id):  # else whoever resumes replays would start it, too
            await self.store.write(
                lambda tx: continuations.insert(tx, continuation, delivery or continuation.id)
            )
            return await self._start(continuation, share)

    async def _start(self, continuation: Continuation, share: Share) -> Continuation:
        """Makes the thread. Its head carries the continuation's key, so that doing it again after a
        crash finds the same thread as far as the platform allows.
        """
        platform = self.sharing.platform_of(continuation.thread.platform)
        head = await self._head(continuation, share)
        thread = await platform.start_thread(continuation.actor, continuation.thread.place, head)
        await self.store.write(lambda tx: continuations.set_thread(tx, continuation.id, thread))
        return replace(continuation, thread=thread)

    async def _share(self, link: str) -> Share:
        if share := await self.sharing.live_share(link):
            return share
        try:
            token = self.sharing.links.token_of(link)
        except BadLink as bad:
            raise Refused(str(bad)) from None
        standing = await self.sharing.standing(token)
        if isinstance(standing, Gone):
            raise Refused(GONE_LINK.format(reason=standing.reason))
        share = await self.sharing.share(standing.share_id) if standing else None
        if share is None:
            raise Refused(UNKNOWN_LINK)
        return share

    async def _plan(self, actor: Actor, place: ChannelRef, share: Share, wanted: int | None) -> Continuation:
        continuation_id = secrets.token_hex(16)
        total = len(await self._turns(share, continuation_id))
        short = share.header.message_count <= self.replay_turns
        count = (total if short else self.replay_turns) if wanted is None else wanted
        return Continuation(
            id=continuation_id,
            share=share.id,
            actor=actor,
            thread=ThreadRef(place.platform, place.workspace, place.channel, ""),
            state=ContinuationState.RUNNING,
            first=max(0, total - count),
            total=total,
            done=max(0, total - count),
            created_at=self.sharing.clock(),
            title=share.header.title,
            revision=share.revision,
        )

    async def _turns(self, share: Share, key: str) -> list[Turn]:
        messages: list[Message] = []
        async for chunk in self.sharing.chunks(share.id, share.revision):
            messages += chunk
        return await asyncio.to_thread(make_turns, share.header, messages, key)

    async def _head(self, continuation: Continuation, share: Share) -> ThreadHead:
        return replay_head(continuation, share, await self.sharing.url_of(share.id) or "")

    async def resume(self) -> int:
        """Goes on with every replay that was cut off, by the end of a process or by a failure; returns
        how many are not over. Those that somebody is at work on are left alone.
        """
        running = await self.store.read(continuations.running)
        for continuation in running:
            self._spawn(continuation)
        return len(running)

    def _spawn(self, continuation: Continuation) -> None:
        if self._closed:
            return  # the next start resumes it
        task = asyncio.create_task(self._replay_safely(continuation.id), name=f"replay {continuation.id}")
        self._running.add(task)
        task.add_done_callback(self._running.discard)

    async def settle(self) -> None:
        """Waits until no replay is running."""
        while self._running:
            await asyncio.wait(self._running)

    async def close(self) -> None:
        """Stops replays where they are, and begins no other; `resume` of the next start goes on."""
        self._closed = True
        for task in self._running:
            task.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)

    def _alone(self, continuation_id: str) -> AbstractAsyncContextManager[bool]:
        """Gives whether nobody else, here or in another process, is at work on that one."""
        return holding(self.store.locks, f"replay {continuation_id}")

    async def _replay_safely(self, continuation_id: str) -> None:
        """Replays until it is over, also over a pause of the database or the file store."""
        for attempt in range(posting.RETRIES):
            try:
                await self._go_on(continuation_id)
            except (StoreError, FilesError) as failed:
                log.warning("replay.paused", continuation=continuation_id, error=type(failed).__name__)
                await asyncio.sleep(posting.PATIENCE * 2**attempt)
            except Exception:
                log.exception("replay.interrupted", continuation=continuation_id)
                return
            else:
                return

    async def _go_on(self, continuation_id: str) -> None:
        async with self._alone(continuation_id) as ours:
            continuation = await self.store.read(lambda tx: continuations.get(tx, continuation_id))
            if not ours or continuation is None or continuation.state is not ContinuationState.RUNNING:
                return
            try:
                await self._replay(continuation)
            except PlatformError as failed:
                if posting.may_pass(failed, self.sharing.clock() - continuation.created_at):
                    return  # `resume` is called again and again
                log.warning("replay.failed", continuation=continuation.id, error=type(failed).__name__)
                await self._set(continuation, ContinuationState.FAILED)
                await self._tell_failure(continuation.id, failed)

    async def _replay(self, continuation: Continuation) -> None:
        platform = self.sharing.platform_of(continuation.thread.platform)
        share = await self._replayed_share(continuation)
        if not continuation.thread.thread:
            if share is None:
                await self._set(continuation, ContinuationState.STOPPED)
                return
            continuation = await self._start(continuation, share)
        thread = continuation.thread
        turns: Sequence[Turn] = await self._turns(share, continuation.id) if share else ()
        for index in range(continuation.done, continuation.total):
            if share is None or index >= len(turns) or not await self._is_live(continuation):
                await self._stop(continuation, platform, thread)
                return
            await posting.post_turn(
                platform, thread, turns[index], Entry(self.sharing, continuation.id, index)
            )
            continuation = replace(continuation, done=index + 1)
            if continuation.done % _PROGRESS_EVERY == 0:
                await self._show_progress(continuation, share, platform, thread)
        await self._set(continuation, ContinuationState.DONE)
        if share is not None:
            done = replace(continuation, state=ContinuationState.DONE)
            await self._show_progress(done, share, platform, thread)

    async def _replayed_share(self, continuation: Continuation) -> Share | None:
        """The share as it was when this replay began, or None: see `_is_live`."""
        share_id = continuation.share
        if share_id is None or not await self._is_live(continuation):
            return None
        share = await self.sharing.share(share_id)
        return share if share is not None and share.revision == continuation.revision else None

    async def _is_live(self, continuation: Continuation) -> bool:
        """Whether the share was neither revoked nor updated, and has not expired, since this replay began.
        Asked before every turn, so only of what is small.
        """
        share_id = continuation.share
        if share_id is None:
            return False
        found = await self.store.read(lambda tx: shares.standing_of(tx, share_id))
        return (
            found is not None
            and not found.is_over(self.sharing.clock())
            and found.revision == continuation.revision
        )

    async def _stop(self, continuation: Continuation, platform: Platform, thread: ThreadRef) -> None:
        rest, key = continuation.total - continuation.done, f"{continuation.id}:stopped"
        try:
            await posting.patiently(lambda: platform.post_notice(thread, replay_stopped(rest), key))
        except PlatformError as failed:
            log.info("replay.stop_not_shown", error=type(failed).__name__)
        await self._set(continuation, ContinuationState.STOPPED)

    async def _tell_failure(self, continuation_id: str, failed: PlatformError) -> None:
        """Whoever asked for the copy hears why it ends, and its head says how far it came."""
        found = await self.store.read(lambda tx: continuations.get(tx, continuation_id))
        assert found is not None  # it has just failed
        platform = self.sharing.platform_of(found.thread.platform)
        if found.thread.thread and (share := await self._replayed_share(found)):
            await self._show_progress(found, share, platform, found.thread)
        try:
            await platform.notify(found.actor, replay_failed(found, str(failed)))
        except PlatformError as silent:
            log.info("replay.failure_not_told", error=type(silent).__name__)

    async def _show_progress(
        self, continuation: Continuation, share: Share, platform: Platform, thread: ThreadRef
    ) -> None:
        try:
            await platform.edit_head(thread, await self._head(continuation, share))
        except (PostGone, NotAllowed, RateLimited, Unavailable) as failed:
            log.info("replay.progress_not_shown", error=type(failed).__name__)

    async def _set(self, continuation: Continuation, state: ContinuationState) -> None:
        await self.store.write(lambda tx: continuations.set_state(tx, continuation.id, state))
