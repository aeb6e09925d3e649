"""The local Discord answers the real client about messages as Discord does."""

from __future__ import annotations

import pytest

from tests.servers.discord.conftest import Scene


async def _ids(scene: Scene, **cursor: int) -> list[int]:
    found = await scene.http.logs_from(scene.channel.id, cursor.pop("limit", 100), **cursor)
    return [int(message["id"]) for message in found]


async def test_history_is_paged_from_new_to_old_with_exclusive_cursors(scene: Scene):
    said = [(await scene.server.write.post(scene.ana, scene.channel, f"{i}")).id for i in range(12)]
    assert await _ids(scene, limit=3) == said[:-4:-1]
    assert await _ids(scene, before=said[5], limit=3) == [said[4], said[3], said[2]]
    assert await _ids(scene, after=said[5], limit=3) == [said[8], said[7], said[6]]
    assert await _ids(scene, around=said[5], limit=3) == [said[6], said[5], said[4]]


@pytest.mark.parametrize("oldest_first", [True, False])
async def test_the_client_reads_a_long_history_whole(scene: Scene, oldest_first: bool):
    said = [(await scene.server.write.post(scene.ana, scene.channel, f"{i}")).id for i in range(231)]
    history = scene.there(scene.channel).history(limit=None, oldest_first=oldest_first)
    assert [m.id async for m in history] == (said if oldest_first else said[::-1])
