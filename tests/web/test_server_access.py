"""The right to serve: no request that starts after a revoke has committed gets content."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.sharing import Gone
from bot.store.shares import Standing
from tests.builders import conversation
from tests.web.memory_sharing import MemorySharing
from tests.web.serving import serving
from web.access import Access
from web.cache import Grant, Grants, make_ready


@pytest.fixture(params=[True, False], ids=["ticking", "without a tick"])
def sharing(request):
    return MemorySharing(ticking=request.param)


@pytest.mark.parametrize("reason", ["revoked", "expired"])
async def test_a_revoked_link_is_gone_at_once_everywhere_even_for_who_has_its_etag(sharing, reason):
    token = sharing.publish(conversation(3))
    async with serving(sharing) as client:
        etags = {}
        for path in ("", ".md", ".json", ".png"):
            async with client.get(f"/share/{token}{path}") as answer:
                assert answer.status == 200
                etags[path] = answer.headers["ETag"]
        sharing.revoke(token, reason)
        for path, etag in etags.items():
            async with client.get(f"/share/{token}{path}", headers={"If-None-Match": etag}) as answer:
                assert answer.status == 410
                assert b"Message number" not in await answer.read()


async def test_a_link_ends_at_its_time_though_nothing_was_committed(sharing):
    token = sharing.publish(conversation(3), expires_at=datetime.now(UTC) + timedelta(seconds=30))
    now = [datetime.now(UTC).timestamp()]
    access = Access(sharing, clock=lambda: now[0])
    grant = await access.ask(token)
    assert isinstance(grant, Grant)
    assert access.known(token) is (grant if sharing.tick() else None)
    now[0] += 31
    assert access.known(token) is None


async def test_no_request_after_a_revoke_gets_content_while_many_read(sharing):
    tokens = [sharing.publish(conversation(20)) for _ in range(6)]
    revoked: set[str] = set()
    wrong: list[str] = []
    served = 0

    async def read(client, token):
        nonlocal served
        while True:
            late = token in revoked
            async with client.get(f"/share/{token}", headers={"Connection": "keep-alive"}) as answer:
                await answer.read()
            served += answer.status == 200
            if late:
                if answer.status != 410:
                    wrong.append(token)
                return

    async def revoke():
        for token in tokens:
            before = served
            while served < before + 20:
                await asyncio.sleep(0)
            sharing.revoke(token)
            revoked.add(token)

    async with serving(sharing) as client, asyncio.TaskGroup() as group:
        for token in tokens * 4:
            group.create_task(read(client, token))
        group.create_task(revoke())
    assert wrong == []


async def test_a_page_that_is_made_while_its_link_is_revoked_is_not_kept(sharing):
    token = sharing.publish(conversation(3))
    sharing.page_gate = asyncio.Event()
    async with serving(sharing) as client:
        early = asyncio.create_task(client.get(f"/share/{token}"))
        await sharing.page_waits.wait()
        sharing.revoke(token)
        sharing.page_gate.set()
        async with await early as answer:
            assert answer.status in {200, 410}  # it began before the revoke
        async with client.get(f"/share/{token}") as answer:
            assert answer.status == 410


async def test_a_page_whose_link_is_revoked_before_it_is_read_is_gone(sharing):
    token = sharing.publish(conversation(3))
    sharing.reading_gate = asyncio.Event()
    async with serving(sharing) as client:
        early = asyncio.create_task(client.get(f"/share/{token}"))
        await sharing.page_waits.wait()
        sharing.revoke(token)
        sharing.reading_gate.set()
        async with await early as answer:
            assert answer.status == 410


@pytest.mark.parametrize("gate", ["reading_gate", "page_gate"])
async def test_a_page_that_is_made_while_its_link_is_updated_is_not_shown_for_the_new_revision(sharing, gate):
    token = sharing.publish(conversation(3))
    opened = asyncio.Event()
    setattr(sharing, gate, opened)
    async with serving(sharing) as client:
        early = asyncio.create_task(client.get(f"/share/{token}"))
        await sharing.page_waits.wait()
        sharing.update(token, conversation(4))
        opened.set()
        (await early).release()
        async with client.get(f"/share/{token}") as answer:
            assert "Message number 4" in await answer.text()


async def test_readers_at_the_same_time_share_one_rendering(sharing):
    token = sharing.publish(conversation(3))
    sharing.page_gate = asyncio.Event()

    async def read(client):
        async with client.get(f"/share/{token}") as answer:
            return answer.status

    async with serving(sharing) as client:
        readers = [asyncio.create_task(read(client)) for _ in range(10)]
        await sharing.page_waits.wait()
        sharing.page_gate.set()
        assert await asyncio.gather(*readers) == [200] * 10
    assert sharing.rendered == 1


async def test_a_reader_who_leaves_does_not_take_the_others_page_along():
    sharing = MemorySharing()
    token = sharing.publish(conversation(3))
    access = Access(sharing)
    grant = await access.ask(token)
    assert isinstance(grant, Grant)
    go = asyncio.Event()

    async def make():
        await go.wait()
        return make_ready(b"a page", {})

    first, second = (
        asyncio.create_task(access.grants.build(token, grant, ("page", 1, "identity"), make))
        for _ in range(2)
    )
    await asyncio.sleep(0)
    first.cancel()
    await asyncio.sleep(0)
    go.set()
    page = await second
    assert page is not None
    assert page.body == b"a page"


async def test_a_standing_is_asked_once_while_the_tick_stands_still_and_again_after_each_commit():
    sharing = MemorySharing()
    token = sharing.publish(conversation(3))
    async with serving(sharing) as client:

        async def read():
            async with client.get(f"/share/{token}") as answer:
                assert answer.status == 200

        for _ in range(3):
            await read()
        assert sharing.asked == 1
        sharing.commit()
        await read()
        await read()
        assert sharing.asked == 2
        assert sharing.rendered == 1  # the bytes are still good


async def test_without_a_tick_every_request_asks():
    sharing = MemorySharing(ticking=False)
    token = sharing.publish(conversation(3))
    async with serving(sharing) as client:
        for _ in range(3):
            async with client.get(f"/share/{token}") as answer:
                assert answer.status == 200
    assert sharing.asked == 3
    assert sharing.rendered == 1


class CountingSharing(MemorySharing):
    """Counts how often the database's tick is read."""

    def __init__(self):
        super().__init__()
        self.looks = 0

    def tick(self):
        self.looks += 1
        return super().tick()


async def test_requests_of_one_turn_share_one_look_at_the_database_and_the_next_turn_looks_again():
    sharing = CountingSharing()
    token = sharing.publish(conversation(3))
    access = Access(sharing)
    grant = await access.ask(token)
    await asyncio.sleep(0)
    before = sharing.looks
    assert [access.known(token) for _ in range(5)] == [grant] * 5
    assert sharing.looks == before + 1
    sharing.revoke(token)
    await asyncio.sleep(0)
    assert access.known(token) is None
    assert sharing.looks == before + 2


class SlowSharing(MemorySharing):
    """Answers `standing` only when told to, with what was true when it was asked."""

    def __init__(self):
        super().__init__()
        self.questions: list[tuple[Standing | Gone | None, asyncio.Future[Standing | Gone | None]]] = []

    async def standing(self, token):
        truth = await super().standing(token)
        told = asyncio.get_running_loop().create_future()
        self.questions.append((truth, told))
        return await told

    def answer(self, index):
        truth, told = self.questions[index]
        told.set_result(truth)


async def _turns():
    for _ in range(5):
        await asyncio.sleep(0)


async def test_a_late_answer_from_before_a_revoke_gives_no_right_to_later_requests():
    sharing = SlowSharing()
    token = sharing.publish(conversation(3))
    access = Access(sharing)
    early = asyncio.create_task(access.ask(token))
    await _turns()
    sharing.revoke(token)
    late = asyncio.create_task(access.ask(token))
    await _turns()
    sharing.answer(1)
    assert isinstance(await late, Gone)
    sharing.answer(0)
    assert isinstance(await early, Grant)  # it was asked before the revoke
    assert access.known(token) is None


async def test_requests_under_one_tick_share_a_question_and_a_new_tick_asks_anew():
    sharing = SlowSharing()
    token = sharing.publish(conversation(3))
    access = Access(sharing)
    first = [asyncio.create_task(access.ask(token)) for _ in range(3)]
    await _turns()
    assert len(sharing.questions) == 1
    sharing.commit()
    second = asyncio.create_task(access.ask(token))
    await _turns()
    assert len(sharing.questions) == 2
    sharing.answer(0)
    sharing.answer(1)
    assert len({id(grant) for grant in await asyncio.gather(*first, second)}) == 1


def _standing(name: str) -> Standing:
    return Standing(name, 1, 0, None)


async def _filled(grants: Grants, token: str, size: int, kind: str = "page") -> Grant:
    async def make():
        return make_ready(b"x" * size, {})

    grant = grants.get(token)
    if grant is None:
        grant = Grant(_standing(token), 1, float("inf"))
        grants.put(token, grant)
    await grants.build(token, grant, (kind, 1, "identity"), make)
    return grant


async def test_the_cache_forgets_what_was_used_longest_ago_when_its_bytes_are_spent():
    grants = Grants(40_000)
    for token in ("a", "b", "c"):
        await _filled(grants, token, 10_000)
    grants.get("a")
    await _filled(grants, "d", 10_000)
    assert grants.get("b") is None
    assert all(grants.get(token) for token in ("a", "c", "d"))
    assert grants.size <= 40_000


async def test_a_thread_larger_than_the_cache_keeps_only_its_latest_bytes():
    grants = Grants(25_000)
    for kind in ("one", "two", "three"):
        grant = await _filled(grants, "a", 10_000, kind)
    assert list(grant.ready) == [("three", 1, "identity")]
    assert grants.size <= 25_000


async def test_dropped_links_give_their_bytes_back():
    grants = Grants(40_000)
    await _filled(grants, "a", 10_000)
    grants.drop("a")
    grants.drop("a")
    assert grants.size == 0
