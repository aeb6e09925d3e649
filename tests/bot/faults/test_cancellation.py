"""Whoever waits for a job may go away at any of its awaits: nothing is half-done, and asking again works.

A job is cancelled at its N-th suspension, for one N after the other, in two ways: before what it
waits for has happened, and after. In the bounded form some of the Ns, in the full form all.
"""

from __future__ import annotations

import os
from collections.abc import Coroutine
from typing import Any

import pytest

from adapters.playground.records import Role
from bot.model import ContinuationState
from bot.richtext.plain import plain
from bot.sharing import Gone
from bot.store import continuations, outbox
from tests.bot.faults.cancelling import EARLY, LATE, cancelled_at, count_suspensions
from tests.bot.faults.small import SmallTown
from tests.bot.faults.whole import check_whole
from tests.bot.store.samples import drafts_of

LONG = bool(os.environ.get("THREADLINK_LONG"))
POINTS = 6
"""At so many suspensions, and in both ways, in the bounded form."""

pytestmark = pytest.mark.long


def strikes(suspensions: int) -> list[tuple[int, str]]:
    assert suspensions > POINTS
    step = 1 if LONG else suspensions / POINTS
    chosen = sorted({int(i * step) + 1 for i in range(int(suspensions / step))})
    return [(at, when) for at in chosen for when in (EARLY, LATE)]


async def strike(small: SmallTown, work: Coroutine[Any, Any, Any], at: int, when: str) -> None:
    await cancelled_at(work, at, when)
    await check_whole(small.town.world)


async def number_of_drafts(small: SmallTown) -> int:
    return len(await small.town.world.store.read(lambda tx: drafts_of(tx, small.ana)))


async def end_all(small: SmallTown) -> None:
    """No link, no draft, no file and no live card is left."""
    for draft in await small.town.world.store.read(lambda tx: drafts_of(tx, small.ana)):
        await small.sharing.cancel(draft.id, small.ana)
    await small.sharing.revoke_all(small.ana)
    await small.settle()
    assert await small.town.world.store.read(outbox.pending) == 0, "deleted text is still in the log"
    await check_whole(small.town.world)
    assert not await small.town.world.files.list()
    assert all(post.card.revoked for post in await small.posts(Role.CARD))


async def the_one_link(small: SmallTown, url: str) -> None:
    """There is just one live link, and one card that shows it."""
    await small.settle()
    [share] = await small.sharing.owned(small.ana)
    assert await small.sharing.url_of(share.id) == url
    assert [post.card.url for post in await small.posts(Role.CARD) if not post.card.revoked] == [url]


async def test_a_cancelled_capture_leaves_nothing_and_the_next_one_works(small):
    thread_snapshot = await small.town.platform.capture(
        small.ana,
        small.thread,
        until=small.town.chat.now(),
        replayed_by=small.sharing._replayed_by,
        progress=_quietly,
    )

    def prepare():
        return small.sharing.prepare_snapshot(
            small.ana, thread_snapshot, small.thread, small.town.platform.open_file
        )

    for at, when in strikes(await count_suspensions(prepare())):
        before = await number_of_drafts(small)
        await strike(small, prepare(), at, when)
        assert await number_of_drafts(small) == before
    await the_one_link(small, (await small.share()).url)


async def _quietly(_done: int, _total: int | None) -> None: ...


async def test_a_cancelled_publish_makes_one_whole_link_or_none(small):
    number = await count_suspensions(small.sharing.publish((await small.prepare()).id, small.ana))
    await end_all(small)
    for at, when in strikes(number):
        draft = await small.prepare()
        await strike(small, small.sharing.publish(draft.id, small.ana), at, when)
        assert len(await small.sharing.owned(small.ana)) <= 1
        await the_one_link(small, (await small.sharing.publish(draft.id, small.ana)).url)
        await end_all(small)


async def test_a_cancelled_update_leaves_the_old_revision_or_the_new_one(small):
    url = (await small.share()).url
    number = await count_suspensions(small.sharing.publish((await small.prepare()).id, small.ana))
    for at, when in strikes(number):
        [old] = await small.sharing.owned(small.ana)
        draft = await small.prepare()
        assert draft.updates == old.id
        await strike(small, small.sharing.publish(draft.id, small.ana), at, when)
        [now] = await small.sharing.owned(small.ana)
        assert now.revision in {old.revision, old.revision + 1}
        done = await small.sharing.publish(draft.id, small.ana)
        assert (done.url, done.share.revision) == (url, old.revision + 1)
        await the_one_link(small, url)


async def test_a_cancelled_revoke_ends_all_of_a_link_or_nothing(small):
    number = await count_suspensions(small.sharing.revoke((await small.share()).url, small.ana))
    await small.settle()
    for at, when in strikes(number):
        url = (await small.share()).url
        token = small.sharing.links.token_of(url)
        await strike(small, small.sharing.revoke(url, small.ana), at, when)
        if not isinstance(await small.sharing.standing(token), Gone):
            await the_one_link(small, url)
            await small.sharing.revoke(url, small.ana)
        assert await small.sharing.standing(token) == Gone("revoked")
        await end_all(small)


async def test_a_cancelled_continue_makes_one_whole_thread_or_none(small):
    url = (await small.share()).url
    start = small.town.world.continuing.continue_share
    number = await count_suspensions(start(small.ana, small.place, url))
    await small.settle()
    for at, when in strikes(number):
        before = await replays(small, url)
        await strike(small, start(small.ana, small.place, url), at, when)
        await small.settle()
        await start(small.ana, small.place, url)
        await small.settle()
        assert await replays(small, url) - before in {1, 2}


async def replays(small: SmallTown, url: str) -> int:
    """How many threads continue `url`; each is checked to be whole, and known."""
    share = await small.sharing.find(url)
    known = await small.town.world.store.read(lambda tx: continuations.of_share(tx, share.id))
    made = [t.id for t in await small.town.chat.threads(small.ana.user) if t.title.endswith("(continued)")]
    assert sorted(made) == sorted(one.thread.thread for one in known)
    for one in known:
        assert one.state is ContinuationState.DONE
        turns = await small.posts(Role.TURN, one.thread)
        assert [plain(post.message.body) for post in turns] == [
            "one albatross",
            "two badgers",
            "three cormorants",
        ]
        assert len(await small.posts(Role.HEAD, one.thread)) == 1
    assert share.continued == len(known)
    return len(known)


@pytest.mark.parametrize("verb", ["share", "publish"])
async def test_a_cancelled_command_can_be_given_again(small, verb):
    argument = (await small.prepare()).id if verb == "publish" else ""
    number = await count_suspensions(small.town.world.commands.handle(small.request(verb, argument, "first")))
    await end_all(small)
    for at, when in strikes(number):
        argument = (await small.prepare()).id if verb == "publish" else ""
        one, other = f"{verb}-{at}-{when}", f"{verb}-{at}-{when}-again"
        await strike(small, small.town.world.commands.handle(small.request(verb, argument, one)), at, when)
        reply = await small.ask(verb, argument, delivery=other)
        assert not reply.error
        if verb == "publish":
            await the_one_link(small, reply.actions[0].url)
        await end_all(small)
