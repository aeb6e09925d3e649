"""A real Chromium that can reach nothing but this machine.

The system's own Chromium is driven through Playwright's asynchronous API: `CHROMIUM` names it, else
it is looked for on the PATH. Fixtures that share one browser are in tests/e2e/conftest.py.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, async_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
ARGUMENTS = (
    "--no-sandbox",  # containers forbid Chromium's own sandbox
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
NOWHERE = "http://127.0.0.1:9"
"""A proxy that is not there: a request that leaves this machine fails at once."""


def find_chromium() -> str | None:
    """The path of Chromium; None where there is none. `CHROMIUM` may name another one."""
    named = os.environ.get("CHROMIUM")
    if named:
        return shutil.which(named)
    return next((found for name in NAMES if (found := shutil.which(name))), None)


def need_chromium() -> str:
    """The path of Chromium. Without one the test is skipped, and fails where `CI` is set."""
    found = find_chromium()
    if found is None:
        reason = "no Chromium: install it, or name it in CHROMIUM, to run the browser tests"
        if os.environ.get("CI"):
            pytest.fail(reason, pytrace=False)
        pytest.skip(reason)
    return found


@asynccontextmanager
async def launch() -> AsyncIterator[Browser]:
    """A running headless Chromium. Only the loopback addresses answer it."""
    path = need_chromium()
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=path,
            args=list(ARGUMENTS),
            proxy={"server": NOWHERE, "bypass": "127.0.0.1,localhost"},
        )
        try:
            yield browser
        finally:
            await browser.close()
