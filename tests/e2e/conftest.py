"""One Chromium for all browser tests, and a page of its own for each.

A browser belongs to the event loop that launched it, so that all tests below this folder share the
session's loop; `async def` is all that a test needs.
"""

from __future__ import annotations

import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
import pytest_asyncio
from playwright.async_api import Browser, BrowserContext, Page, expect

from tests.browser import launch
from tests.e2e.demo import Demo, running_demo
from tests.e2e.library import Library, publish_library
from tests.e2e.watching import Watch

HERE = Path(__file__).parent
expect.set_options(timeout=20_000)  # conditions are waited for; a slow machine is no failure


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if HERE in item.path.parents and pytest_asyncio.is_async_test(item):
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with launch() as running:
        yield running


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser) -> AsyncIterator[Page]:
    """A page in a context of its own: nothing of another test's storage or cookies."""
    context = await browser.new_context()
    yield await context.new_page()
    await context.close()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data folder of a demo that was started once: its sample threads are written."""
    folder = tmp_path_factory.mktemp("seeded")
    async with running_demo(folder):
        return folder


@pytest_asyncio.fixture(loop_scope="session")
async def demo(seeded: Path, tmp_path: Path, visit: Visits) -> AsyncIterator[Demo]:
    """A fresh demo of each test's own. It ends after its visitors have left."""
    data = shutil.copytree(seeded, tmp_path / "data")
    async with running_demo(data) as started:
        yield started
        await visit.finish()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def library(seeded: Path, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Library]:
    """Published pages to read; tests leave them as they are."""
    data = shutil.copytree(seeded, tmp_path_factory.mktemp("library") / "data")
    async with running_demo(data) as demo:
        yield await publish_library(demo)


@pytest_asyncio.fixture(loop_scope="session")
async def visit(browser: Browser) -> AsyncIterator[Visits]:
    visits = Visits(browser)
    yield visits
    await visits.finish()


class Visits:
    """Opens contexts, `visit(demo, **options of new_context)`, and watches all that they do."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._watched: list[tuple[BrowserContext, Watch]] = []

    async def __call__(self, demo: Demo, **options: Any) -> BrowserContext:
        chosen = {"locale": "en-GB", "timezone_id": "UTC", "reduced_motion": "reduce", **options}
        context = await self._browser.new_context(**chosen)
        self._watched.append((context, Watch(context, demo.origin)))
        return context

    async def finish(self) -> None:
        """Ends the visits, and asserts that nothing happened that a page of ours may not do."""
        while self._watched:
            context, watch = self._watched.pop()
            await watch.check()
            await context.close()
