from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.e2e.xss import raw
from tests.e2e.xss.arena import Arena, Check, arena
from tests.e2e.xss.mutants import Copy, make_copy


@pytest_asyncio.fixture(name="arena", scope="package", loop_scope="session")
async def shared_arena(browser: Browser) -> AsyncIterator[Arena]:
    async with arena(browser) as made:
        yield made


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def check(arena: Arena) -> AsyncIterator[Check]:
    """The structural check, for pages that are not opened."""
    async with arena.parser() as made:
        yield made


@pytest.fixture(scope="package")
def copy() -> Copy:
    """The renderers once more, where one escape at a time can be taken away."""
    return make_copy()


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def firing(arena: Arena, copy: Copy) -> tuple[str, ...]:
    """The payloads that execute where they are written into a page as they are."""
    return await raw.firing(arena, copy)
