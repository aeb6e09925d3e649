"""A process that shares, updates, continues and revokes until it is killed at some database statement.

    python -m tests.bot.faults.victim FOLDER

reads a line `{"seed": …, "die_at": …, "live": […], "gone": […]}` for each life. A life opens what the
last one left in FOLDER, goes on with what was interrupted, checks that all of it is whole and that
nothing acknowledged was lost or undone, and works on; at statement `die_at` it is killed with
SIGKILL. It tells what it does on stdout, a JSON object a line; "acknowledged" is what a person was told.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.engine import Engine

from adapters.playground.chat import Chat
from adapters.playground.records import PLATFORM, WORKSPACE, Role
from bot.cli.world import World, open_world
from bot.model import ChannelRef, ContinuationState, ThreadRef
from bot.settings import load_settings
from bot.sharing import Gone
from bot.store import continuations, outbox
from tests.bot.faults.flaky import ForgetfulPlatform
from tests.bot.faults.small import CHANNEL, SmallTown, small_town
from tests.bot.faults.whole import check_whole
from tests.bot.jobs.conftest import Town
from tests.bot.store.samples import drafts_of

MOST_LINKS = 8
"""With more, each life would take longer than the last."""


def tell(**facts: Any) -> None:
    os.write(1, json.dumps(facts).encode() + b"\n")


@contextmanager
def dying_at(statement: int) -> Iterator[None]:
    left = statement

    def count(*_: Any) -> None:
        nonlocal left
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Engine, "before_cursor_execute", count)
    event.listen(Engine, "commit", count)
    try:
        yield
    finally:
        event.remove(Engine, "before_cursor_execute", count)
        event.remove(Engine, "commit", count)


async def live(folder: Path, order: dict[str, Any]) -> None:
    chat = await Chat.open(folder / "chat")
    platform = ForgetfulPlatform(chat)
    settings = load_settings({"THREADLINK_DATA": str(folder / "data")}, env_file=None)
    async with open_world(settings, {PLATFORM: platform}) as world:
        small = await _find_or_make_thread(Town(chat, platform, world))
        await world.continuing.resume()
        await small.settle()
        await check(small, world, order)
        tell(checked=True)
        with dying_at(order["die_at"]):
            await work(small, random.Random(order["seed"]))


async def _find_or_make_thread(town: Town) -> SmallTown:
    ana = town.actor("ana")
    birds = [t for t in await town.chat.threads(ana.user) if t.title == "Birds"]
    if not birds:
        return await small_town(town)
    return SmallTown(
        town,
        ana,
        ThreadRef(PLATFORM, WORKSPACE, CHANNEL, birds[0].id),
        ChannelRef(PLATFORM, WORKSPACE, CHANNEL),
    )


async def check(small: SmallTown, world: World, order: dict[str, Any]) -> None:
    await check_whole(world)
    assert await world.store.read(outbox.pending) == 0, "a promise was not kept"
    for url in order["live"]:
        standing = await world.sharing.standing(world.links.token_of(url))
        assert standing is not None, "an acknowledged share was lost"
        assert not isinstance(standing, Gone), "an acknowledged share was lost"
    for url in order["gone"]:
        standing = await world.sharing.standing(world.links.token_of(url))
        assert standing == Gone("revoked"), "an acknowledged revoke was undone"
    urls = [await world.sharing.url_of(share.id) for share in await world.sharing.owned(small.ana)]
    cards = [post.card for post in await small.posts(Role.CARD)]
    assert sorted(card.url for card in cards if not card.revoked) == sorted(filter(None, urls))
    for share in await world.sharing.owned(small.ana):
        for one in await world.store.read(partial(continuations.of_share, share_id=share.id)):
            await check_replay(small, one)


async def check_replay(small: SmallTown, one) -> None:
    assert one.state in {ContinuationState.DONE, ContinuationState.STOPPED}
    turns = [post.message.body for post in await small.posts(Role.TURN, one.thread)]
    assert len(set(turns)) == len(turns), "a turn was posted twice"
    assert len(await small.posts(Role.HEAD, one.thread)) == 1
    if one.state is ContinuationState.DONE:
        assert len(turns) == one.total, "a turn was lost"


async def work(small: SmallTown, dice: random.Random) -> None:
    """Never ends by itself."""
    doing = (share, share, update, revoke, continue_, give_up)
    while True:
        many = len(await small.sharing.owned(small.ana)) > MOST_LINKS
        await (revoke if many else dice.choice(doing))(small, dice)


async def share(small: SmallTown, _dice: random.Random) -> None:
    draft = await small.prepare()
    await small.sharing.choose(draft.id, small.ana, draft.choices, update=False)
    tell(acknowledged="live", url=(await small.sharing.publish(draft.id, small.ana)).url)


async def update(small: SmallTown, _dice: random.Random) -> None:
    draft = await small.prepare()
    tell(acknowledged="live", url=(await small.sharing.publish(draft.id, small.ana)).url)


async def revoke(small: SmallTown, dice: random.Random) -> None:
    if found := await small.sharing.owned(small.ana):
        url = await small.sharing.url_of(dice.choice(found).id)
        tell(begun="revoke", url=url)
        await small.sharing.revoke(url, small.ana)
        tell(acknowledged="gone", url=url)
        await small.town.world.outbox.drain()


async def continue_(small: SmallTown, dice: random.Random) -> None:
    if found := await small.sharing.owned(small.ana):
        url = await small.sharing.url_of(dice.choice(found).id)
        await small.town.world.continuing.continue_share(small.ana, small.place, url)
        await small.town.world.continuing.settle()


async def give_up(small: SmallTown, _dice: random.Random) -> None:
    await small.sharing.cancel((await small.prepare()).id, small.ana)
    for draft in await small.town.world.store.read(lambda tx: drafts_of(tx, small.ana)):
        await small.sharing.cancel(draft.id, small.ana)


def main(folder: Path) -> None:
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            try:
                asyncio.run(live(folder, json.loads(line)))
            except BaseException:  # noqa: BLE001  told, and its end never waits for a thread
                traceback.print_exc()
            os._exit(1)
        _, status = os.waitpid(child, 0)
        tell(ended=os.waitstatus_to_exitcode(status))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
