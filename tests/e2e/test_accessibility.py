"""axe-core finds no violation on any page of ours, in either theme, on a desktop and a phone.

In the bounded form each theme is shown on one of the two; in the full form on both.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from itertools import product
from typing import Literal

import pytest
from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, expect

from tests.e2e.chatting import Chat

pytestmark = [pytest.mark.browser, pytest.mark.long]

LONG = bool(os.environ.get("THREADLINK_LONG"))
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
WIDTHS = (1280, 390)
LOOKS = tuple(product(THEMES, WIDTHS) if LONG else zip(THEMES, WIDTHS, strict=True))


async def violations(page: Page, part: str | None = None) -> list[str]:
    """What axe-core finds on the page, or in one `part` of it: one line each, with the element."""
    results = await Axe().run(page, context=part)
    return [
        f"{found['id']}: {node['html'][:160]} {node['failureSummary']}"
        for found in results.response["violations"]
        for node in found["nodes"]
    ]


async def looks(page: Page) -> AsyncIterator[str]:
    """Shows the page in every look in turn."""
    for theme, width in LOOKS:
        await page.emulate_media(color_scheme=theme)
        await page.set_viewport_size({"width": width, "height": 860})
        yield f"{theme}, {width} wide"


@pytest.mark.parametrize("name", ["rich", "pictured", "ended", "never", "preview"])
async def test_no_page_has_a_violation(visit, library, name):
    page = await (await visit(library.demo)).new_page()
    await page.goto(getattr(library, name))
    await expect(page.get_by_role("heading", level=1)).to_be_visible()
    async for look in looks(page):
        assert await violations(page) == [], look


async def test_the_pages_of_a_long_thread_have_no_violation(visit, library):
    """Only what other pages have not: axe-core takes long for hundreds of messages."""
    page = await (await visit(library.demo)).new_page()
    await page.goto(f"{library.long}?page=3")
    await expect(page.locator(".pager")).to_have_count(2)
    async for look in looks(page):
        assert await violations(page, ".pager") == [], look


@pytest.mark.parametrize(("theme", "width"), LOOKS)
async def test_the_playground_has_no_violation(visit, library, theme, width):
    """Neither its threads and lists, nor the help while one types, nor the preview, nor a question."""
    context = await visit(library.demo, color_scheme=theme, viewport={"width": width, "height": 860})
    chat = await Chat.open(context, library.demo.origin)
    found = {}
    await chat.go_to("A reading page for phones")
    found["thread"] = await violations(chat.page)
    await chat.page.get_by_label("Message", exact=True).press_sequentially("/")
    await expect(chat.page.locator("#suggestions")).to_be_visible()
    found["suggestions"] = await violations(chat.page, "main")
    await chat.share()
    found["preview"] = await violations(chat.page, "#panel")
    await chat.press("Cancel")
    await expect(chat.notes).to_contain_text("Cancelled.")
    found["note"] = await violations(chat.page, "main")
    await chat.say("/shares")
    row = chat.panel.get_by_role("listitem").first
    await expect(row).to_be_visible()
    found["list"] = await violations(chat.page, "#panel")
    await row.get_by_role("button", name="Revoke").click()
    await expect(chat.page.locator("#confirm")).to_be_visible()
    found["question"] = await violations(chat.page, "#confirm")
    await chat.answer("Keep")
    await chat.panel.get_by_role("button", name="Close").click()
    await chat.go_to("# design")
    found["channel"] = await violations(chat.page)
    assert {place: lines for place, lines in found.items() if lines} == {}
