"""Files, replays, promised work, deliveries and small facts."""

from __future__ import annotations

import pytest
from sqlalchemy.exc import IntegrityError

from bot.model import ContinuationState, ThreadRef
from bot.store import blobs, claims, continuations, meta, outbox
from bot.store.outbox import FailedJob, Job
from tests.bot.store.samples import BOB, HOUR, NOW, make_continuation, make_draft, make_share, storing
from tests.builders import assistant, person, thread

ANA, GPT = person("Ana"), assistant("Helper")


@pytest.fixture
async def filled(store):
    await store.write(storing(make_share(), make_draft(), chunks=[]))
    return store


async def test_files_move_from_draft_to_share_one_by_one(filled):
    keys = [f"{i:032x}" for i in range(1200)]

    async def job(tx):
        for key in keys:
            await blobs.insert(tx, key, draft="d1", size=5)
        await blobs.move(tx, "d1", "s1", keys[:1100])
        await blobs.move(tx, "d9", "s1", keys)
        await blobs.delete(tx, keys[1000:1150])

    await filled.write(job)
    assert await filled.read(lambda tx: blobs.of_share(tx, "s1")) == keys[:1000]
    assert await filled.read(lambda tx: blobs.of_draft(tx, "d1")) == keys[1150:]
    assert await filled.read(blobs.all) == {*keys[:1000], *keys[1150:]}


async def test_a_file_without_its_draft_is_refused(filled):
    with pytest.raises(IntegrityError):
        await filled.write(lambda tx: blobs.insert(tx, "b1", draft="d9", size=5))


async def test_a_continuation_comes_back_as_it_was(filled):
    new = make_continuation(thread=thread("T9"), first=3, done=4, revision=2)
    await filled.write(lambda tx: continuations.insert(tx, new, "delivery"))
    assert await filled.read(lambda tx: continuations.get(tx, "c1")) == new
    assert await filled.read(lambda tx: continuations.by_delivery(tx, "delivery")) == new
    assert await filled.read(lambda tx: continuations.of_share(tx, "s1")) == [new]
    assert await filled.read(lambda tx: continuations.get(tx, "c9")) is None
    assert await filled.read(lambda tx: continuations.by_delivery(tx, "other")) is None


async def test_one_delivery_makes_one_continuation(filled):
    await filled.write(lambda tx: continuations.insert(tx, make_continuation("c1"), "delivery"))
    with pytest.raises(IntegrityError):
        await filled.write(lambda tx: continuations.insert(tx, make_continuation("c2"), "delivery"))


async def test_the_running_ones_are_resumed_the_oldest_first(filled):
    async def job(tx):
        await continuations.insert(tx, make_continuation("young", created_at=NOW + HOUR), "1")
        await continuations.insert(tx, make_continuation("old"), "2")
        await continuations.insert(tx, make_continuation("over"), "3")
        await continuations.set_state(tx, "over", ContinuationState.FAILED)
        await continuations.set_thread(tx, "old", thread("T7"))

    await filled.write(job)
    old, young = await filled.read(continuations.running)
    assert (old.id, old.thread, young.id, young.thread) == (
        "old",
        thread("T7"),
        "young",
        thread("", channel="C9"),
    )
    assert old.actor == BOB


async def test_a_turn_is_intended_until_it_is_posted(filled):
    await filled.write(lambda tx: continuations.insert(tx, make_continuation(thread=thread()), "1"))
    assert await filled.read(lambda tx: continuations.intended(tx, "c1")) is None
    await filled.write(lambda tx: continuations.intend(tx, "c1", 0))
    assert await filled.read(lambda tx: continuations.intended(tx, "c1")) == 0
    for _ in range(2):
        await filled.write(lambda tx: continuations.posted(tx, "c1", 0, ["p1", "p2"], [ANA]))
    assert await filled.read(lambda tx: continuations.intended(tx, "c1")) is None
    assert (await filled.read(lambda tx: continuations.get(tx, "c1"))).done == 1


async def test_replayed_posts_know_their_people_in_their_own_thread_only(filled):
    here, there = thread("T1"), thread("T2")

    async def job(tx):
        for continuation, place, who in (("c1", here, [ANA, GPT]), ("c2", there, [GPT])):
            await continuations.insert(tx, make_continuation(continuation), continuation)
            await continuations.set_thread(tx, continuation, place)
            await continuations.posted(tx, continuation, 0, ["p1"], who)
        await continuations.posted(tx, "c1", 1, ["p2", "p3"], [GPT])
        await continuations.posted(tx, "c1", 2, [], [GPT])

    await filled.write(job)
    many = [f"x{i}" for i in range(700)]
    found = await filled.read(lambda tx: continuations.by_posts(tx, here, ["p1", *many, "p3"]))
    assert found == {"p1": (ANA, GPT), "p3": (GPT,)}
    assert await filled.read(lambda tx: continuations.by_posts(tx, there, ["p1", "p2"])) == {"p1": (GPT,)}
    elsewhere = ThreadRef("playground", "W2", "C1", "T1")
    assert await filled.read(lambda tx: continuations.by_posts(tx, elsewhere, ["p1"])) == {}


async def test_promised_work_is_due_in_order_and_done_once(store):
    async def job(tx):
        later = await outbox.add(tx, "card", "2", NOW + HOUR)
        first = await outbox.add(tx, "card", "1", NOW)
        return first, later, await outbox.add(tx, "edit", "3", NOW)

    first, later, third = await store.write(job)
    assert await store.read(lambda tx: outbox.due(tx, NOW, 9)) == [
        Job(first, "card", "1", 0),
        Job(third, "edit", "3", 0),
    ]
    assert [j.id for j in await store.read(lambda tx: outbox.due(tx, NOW + HOUR, 2))] == [first, third]
    await store.write(lambda tx: outbox.done(tx, first))
    assert [j.id for j in await store.read(lambda tx: outbox.due(tx, NOW + HOUR, 9))] == [third, later]
    assert await store.read(outbox.pending) == 2


async def test_work_that_failed_is_due_again_until_it_is_given_up(store):
    job = await store.write(lambda tx: outbox.add(tx, "edit", "words of Ana", NOW))
    await store.write(lambda tx: outbox.retry(tx, job, NOW + HOUR, "no answer" * 1000))
    assert await store.read(lambda tx: outbox.due(tx, NOW, 9)) == []
    assert await store.read(lambda tx: outbox.due(tx, NOW + HOUR, 9)) == [Job(job, "edit", "words of Ana", 1)]
    assert await store.read(outbox.failed) == []
    await store.write(lambda tx: outbox.drop(tx, job, "gone"))
    assert await store.read(lambda tx: outbox.due(tx, NOW + 9 * HOUR, 9)) == []
    assert await store.read(outbox.pending) == 0
    assert await store.read(outbox.failed) == [FailedJob(job, "edit", 2, "gone")]


async def test_work_given_up_keeps_its_last_error(store):
    job = await store.write(lambda tx: outbox.add(tx, "edit", "", NOW))
    await store.write(lambda tx: outbox.retry(tx, job, NOW, "no answer"))
    await store.write(lambda tx: outbox.drop(tx, job))
    assert await store.read(outbox.failed) == [FailedJob(job, "edit", 1, "no answer")]


async def test_the_work_of_a_share_can_be_withdrawn(store):
    async def job(tx):
        for share in ("s1", "s1", "s2", None):
            await outbox.add(tx, "card", "", NOW, share=share)
        return await outbox.withdraw(tx, "s1")

    assert await store.write(job) == 2
    assert await store.read(outbox.pending) == 2


async def test_a_job_id_is_never_given_twice(store):
    """A late `done` of a job that was finished long ago must not hit another one."""
    old = await store.write(lambda tx: outbox.add(tx, "card", "", NOW))
    await store.write(lambda tx: outbox.done(tx, old))
    assert await store.write(lambda tx: outbox.add(tx, "card", "", NOW)) > old


async def test_a_delivery_is_claimed_once_taken_over_when_dead_and_finished_for_good(store):
    async def claim(at, takeover_before):
        return await store.write(lambda tx: claims.claim(tx, "x", at, takeover_before))

    assert await claim(NOW, NOW - HOUR) is True
    assert await claim(NOW, NOW - HOUR) is False
    assert await claim(NOW + HOUR, NOW) is False
    assert await claim(NOW + 2 * HOUR, NOW + HOUR) is True
    assert await claim(NOW + 2 * HOUR, NOW + HOUR) is False
    await store.write(lambda tx: claims.finish(tx, "x"))
    assert await claim(NOW + 9 * HOUR, NOW + 8 * HOUR) is False


async def test_old_claims_are_swept(store):
    for delivery, at in (("old", NOW), ("new", NOW + HOUR)):
        await store.write(lambda tx, d=delivery, at=at: claims.claim(tx, d, at, at))
        await store.write(lambda tx, d=delivery: claims.finish(tx, d))
    assert await store.write(lambda tx: claims.sweep(tx, NOW + HOUR)) == 1
    for delivery, forgotten in (("old", True), ("new", False)):
        again = lambda tx, d=delivery: claims.claim(tx, d, NOW + 9 * HOUR, NOW + 8 * HOUR)  # noqa: E731
        assert await store.write(again) is forgotten


async def test_small_facts_are_put_and_replaced(store):
    assert await store.read(lambda tx: meta.get(tx, "key")) is None
    for value in ("a", "b"):
        await store.write(lambda tx, value=value: meta.put(tx, "key", value))
        assert await store.read(lambda tx: meta.get(tx, "key")) == value


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        ("Zoë 🦉 \U0001f468‍👩", "Zoë 🦉 \U0001f468‍👩"),
        ("a\0b", "a�b"),
        ("a\ud83db", "a�b"),
        ("\ud83e\udd89", "🦉"),
    ],
)
async def test_any_text_of_people_can_be_kept(store, written, kept):
    await store.write(lambda tx: meta.put(tx, "key", written))
    assert await store.read(lambda tx: meta.get(tx, "key")) == kept


async def test_a_moment_without_a_time_zone_is_refused(store):
    with pytest.raises(Exception, match="time zone"):
        await store.write(lambda tx: outbox.add(tx, "card", "", NOW.replace(tzinfo=None)))
