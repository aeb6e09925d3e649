"""A shared page becomes a living thread: in order, once, pinging nobody, until it is revoked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest

from adapters.playground.platform import PlaygroundPlatform
from adapters.playground.records import PLATFORM, Role
from bot.cli.world import World, open_world
from bot.model import ContinuationState, Names
from bot.platforms import NotAllowed, RateLimited, Unavailable
from bot.richtext.plain import plain
from bot.sharing import Refused
from bot.store import continuations


async def replayed(town, thread):
    posts = await town.chat.posts(thread.thread, after=0, until=town.chat.now(), limit=1000)
    return [post for post in posts if post.role is Role.TURN]


async def texts(town, thread):
    return [plain(post.message.body) for post in await replayed(town, thread)]


async def longest(town):
    return await town.thread("mei", index=-1)


async def test_a_short_conversation_is_replayed_whole_and_in_order(town):
    done = await town.publish("ana", await town.thread("ana", index=2), names=Names.REAL)
    started = await town.world.continuing.continue_share(
        town.actor("jonas"), town.channel("general"), done.url
    )
    await town.world.continuing.settle()
    said = "\n".join(await texts(town, started.thread))
    original = [
        plain(m.body)
        async for chunk in _chunks(town, done.share)
        for m in chunk
        if m.kind == "normal" and m.body
    ]
    positions = [said.find(text.split("\n")[0]) for text in original]
    assert all(position >= 0 for position in positions)
    assert positions == sorted(positions)
    state = await town.world.store.read(lambda tx: continuations.get(tx, started.continuation.id))
    assert (state.state, state.done) == (ContinuationState.DONE, state.total)


async def _chunks(town, share):
    async for chunk in town.sharing.chunks(share.id, share.revision):
        yield chunk


async def test_a_long_conversation_is_replayed_by_its_last_turns_unless_all_are_asked_for(town):
    done = await town.publish("mei", await longest(town))
    assert done.share.header.message_count > 100
    place, mei = town.channel("general"), town.actor("mei")
    short = await town.world.continuing.continue_share(mei, place, done.url)
    few = await town.world.continuing.continue_share(mei, place, done.url, turns=3)
    whole = await town.world.continuing.continue_share(mei, place, done.url, turns=10**6)
    await town.world.continuing.settle()
    assert len(await replayed(town, short.thread)) == 50
    assert len(await replayed(town, few.thread)) == 3
    everything = await texts(town, whole.thread)
    assert everything[-50:] == await texts(town, short.thread)
    assert len(everything) == whole.continuation.total > 50


async def test_nobody_is_pinged_by_a_replay(town):
    done = await town.publish("ana", await town.thread("ana", index=3), names=Names.REAL)
    before = {handle: await town.chat.unread(town.actor(handle).user) for handle in ("ana", "jonas", "mei")}
    await town.world.continuing.continue_share(town.actor("ana"), town.channel("general"), done.url)
    await town.world.continuing.settle()
    assert before == {handle: await town.chat.unread(town.actor(handle).user) for handle in before}


async def test_the_page_counts_continuations_and_only_its_owner_learns_where(town):
    done = await town.publish("ana", await town.thread())
    await town.world.continuing.continue_share(town.actor("jonas"), town.channel("general"), done.url)
    await town.world.continuing.settle()
    share = await town.sharing.share(done.share.id)
    assert share.continued == 1
    assert len(await town.sharing.whereabouts(share, town.actor("ana"))) == 1
    assert await town.sharing.whereabouts(share, town.actor("jonas")) == []


async def test_the_same_delivery_starts_one_thread(town):
    done = await town.publish("ana", await town.thread())
    ask = lambda: town.world.continuing.continue_share(  # noqa: E731
        town.actor("ana"), town.channel("general"), done.url, delivery="d1"
    )
    first, again = await ask(), await ask()
    assert first.thread == again.thread


@asynccontextmanager
async def restarted(town) -> AsyncIterator[World]:
    """The process starts anew on the same data."""
    async with open_world(town.world.settings, {PLATFORM: town.platform}) as world:
        yield world
        await world.continuing.close()


async def test_a_replay_cut_off_at_any_turn_resumes_without_a_lost_or_doubled_turn(town, monkeypatch):
    done = await town.publish("mei", await longest(town))
    real = PlaygroundPlatform.post_turn
    left = 0

    async def dying(self, thread, turn, open_blob):
        """The process dies before the platform answers; every second time the post was made."""
        nonlocal left
        left -= 1
        if left < 0:
            raise RuntimeError("killed before posting")
        if left == 0:
            await real(self, thread, turn, open_blob)
            raise RuntimeError("killed after posting")
        return await real(self, thread, turn, open_blob)

    monkeypatch.setattr(PlaygroundPlatform, "post_turn", dying)
    left = 4
    started = await town.world.continuing.continue_share(
        town.actor("mei"), town.channel("general"), done.url, turns=30
    )
    await town.world.continuing.settle()
    for round_ in range(40):
        left = 1 + round_ % 5
        async with restarted(town) as world:
            if not await world.continuing.resume():
                break
            await world.continuing.settle()
    made = await texts(town, started.thread)
    monkeypatch.setattr(PlaygroundPlatform, "post_turn", real)
    clean = await town.world.continuing.continue_share(
        town.actor("mei"), town.channel("general"), done.url, turns=30
    )
    await town.world.continuing.settle()
    assert len(made) == 30
    assert made == await texts(town, clean.thread)


async def test_an_answer_that_got_lost_doubles_nothing(town, monkeypatch):
    done = await town.publish("ana", await town.thread("ana", index=2))
    real = PlaygroundPlatform.post_turn
    lost = iter([True, False] * 100)

    async def mumbling(self, thread, turn, open_blob):
        posted = await real(self, thread, turn, open_blob)
        if next(lost):
            raise Unavailable("the answer was lost")
        return posted

    monkeypatch.setattr(PlaygroundPlatform, "post_turn", mumbling)
    monkeypatch.setattr("bot.posting.PATIENCE", 0)
    started = await town.world.continuing.continue_share(town.actor("ana"), town.channel("general"), done.url)
    await town.world.continuing.settle()
    assert len(await replayed(town, started.thread)) == started.continuation.total


async def test_a_revoke_stops_the_replay_after_its_current_turn_and_says_so(town, monkeypatch):
    done = await town.publish("mei", await longest(town))
    real = PlaygroundPlatform.post_turn
    posted = 0

    async def revoking(self, thread, turn, open_blob):
        nonlocal posted
        posted += 1
        if posted == 5:
            await town.sharing.revoke(done.url, town.actor("mei"))
        return await real(self, thread, turn, open_blob)

    monkeypatch.setattr(PlaygroundPlatform, "post_turn", revoking)
    started = await town.world.continuing.continue_share(
        town.actor("mei"), town.channel("general"), done.url, turns=20
    )
    await town.world.continuing.settle()
    assert len(await replayed(town, started.thread)) == 5
    posts = await town.chat.posts(started.thread.thread, after=0, until=town.chat.now(), limit=1000)
    [notice] = [plain(p.message.body) for p in posts if p.role is Role.NOTICE]
    assert "15 turns will not follow" in notice


class Failing:
    """Lets some turns through; then every turn raises, until it is told to stop."""

    def __init__(self, monkeypatch, error, after: int) -> None:
        self.error, self.left = error, after
        real = PlaygroundPlatform.post_turn

        async def post_turn(platform, thread, turn, open_blob):
            if self.error and self.left <= 0:
                raise self.error
            self.left -= 1
            return await real(platform, thread, turn, open_blob)

        monkeypatch.setattr(PlaygroundPlatform, "post_turn", post_turn)
        monkeypatch.setattr("bot.posting.PATIENCE", 0)


async def head_of(town, thread):
    posts = await town.chat.posts(thread.thread, after=0, until=town.chat.now(), limit=1000)
    return next(plain(post.message.body) for post in posts if post.role is Role.HEAD)


@pytest.mark.parametrize("error", [Unavailable("no answer"), RateLimited("slow down", 0)])
async def test_a_replay_outlasts_a_platform_that_is_away_for_long(town, monkeypatch, error):
    done = await town.publish("mei", await longest(town))
    failing = Failing(monkeypatch, error, after=5)
    continuing = town.world.continuing
    started = await continuing.continue_share(town.actor("mei"), town.channel("general"), done.url, turns=20)
    await continuing.settle()
    assert len(await replayed(town, started.thread)) == 5
    failing.error = None
    assert await continuing.resume() == 1
    await continuing.settle()
    assert len(await replayed(town, started.thread)) == 20
    assert await continuing.resume() == 0


async def test_a_replay_that_may_not_go_on_ends_and_tells_whoever_asked_for_it(town, monkeypatch):
    done = await town.publish("mei", await longest(town))
    Failing(monkeypatch, NotAllowed("I may not post there any more."), after=5)
    jonas = town.actor("jonas")
    started = await town.world.continuing.continue_share(jonas, town.channel("general"), done.url, turns=20)
    await town.world.continuing.settle()
    [notice] = town.chat.events.notices(jonas.user)
    assert "5 of 20 turns" in plain(notice.reply.body)
    assert "I may not post there any more." in plain(notice.reply.body)
    assert "Copying ended after 5 of 20 turns" in await head_of(town, started.thread)
    assert await town.world.continuing.resume() == 0


async def test_a_platform_that_stays_away_for_a_day_is_waited_for_no_more(town, monkeypatch):
    done = await town.publish("mei", await longest(town))
    Failing(monkeypatch, Unavailable("no answer"), after=5)
    await town.world.continuing.continue_share(town.actor("mei"), town.channel("general"), done.url, turns=20)
    await town.world.continuing.settle()
    town.later(timedelta(days=1, minutes=1))
    assert await town.world.continuing.resume() == 1
    await town.world.continuing.settle()
    assert await town.world.continuing.resume() == 0
    assert len(town.chat.events.notices(town.actor("mei").user)) == 1


async def test_revoking_leaves_a_finished_continuation_alone(town):
    done = await town.publish("ana", await town.thread())
    started = await town.world.continuing.continue_share(
        town.actor("jonas"), town.channel("general"), done.url
    )
    await town.world.continuing.settle()
    before = await texts(town, started.thread)
    await town.sharing.revoke(done.url, town.actor("ana"))
    await town.world.outbox.drain()
    assert await texts(town, started.thread) == before
    assert before


async def test_a_continued_thread_is_shared_again_with_the_original_people(town):
    done = await town.publish("ana", await town.thread("ana", index=2), names=Names.REAL)
    started = await town.world.continuing.continue_share(
        town.actor("jonas"), town.channel("general"), done.url
    )
    await town.world.continuing.settle()
    again = await town.publish("jonas", started.thread, names=Names.REAL)
    people = lambda share: {p.name for p in share.header.participants}  # noqa: E731
    assert people(again.share) == people(done.share)
    assert not [name for name in people(again.share) if "shared" in name]


@pytest.mark.parametrize(
    ("link", "says"),
    [
        ("nonsense", "not a share link"),
        ("https://elsewhere.example/share/" + "a" * 24, "belongs to elsewhere.example"),
        ("http://localhost:8080/share/short", "not complete"),
        ("http://localhost:8080/share/" + "a" * 24, "don't know that link"),
        ("a" * 24, "don't know that link"),
    ],
)
async def test_a_link_that_is_none_is_refused_kindly(town, link, says):
    with pytest.raises(Refused, match=says):
        await town.world.continuing.continue_share(town.actor("ana"), town.channel("general"), link)


async def test_a_revoked_link_cannot_be_continued(town):
    done = await town.publish("ana", await town.thread())
    await town.sharing.revoke(done.url, town.actor("ana"))
    with pytest.raises(Refused, match="revoked"):
        await town.world.continuing.continue_share(town.actor("ana"), town.channel("general"), done.url)
