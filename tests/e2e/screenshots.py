"""Makes the pictures of the README, docs/page.png and docs/playground.png: `make screenshots`."""

from __future__ import annotations

import asyncio
import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.async_api import Browser, BrowserContext

from bot.model import Names
from tests.browser import launch
from tests.e2e.chatting import Chat
from tests.e2e.demo import ROOT, Demo, running_demo

THREAD = "Why is search slow on long threads?"
HALF = {"width": 720, "height": 810}
WHOLE = {"width": 1280, "height": 800}
LARGEST = 400_000
"""Bytes of a picture: a README is read on telephones too."""


async def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        async with running_demo(Path(folder)) as demo, launch() as browser:
            save(await picture_of_page(browser, demo), ROOT / "docs" / "page.png")
            save(await picture_of_playground(browser, demo), ROOT / "docs" / "playground.png")


async def picture_of_page(browser: Browser, demo: Demo) -> Image.Image:
    """A shared page: its top in light on the left, its conversation in dark on the right."""
    link = await demo.publish(THREAD, names=Names.REAL, show_sharer=True)
    halves = []
    for theme, shown in (("light", "h1"), ("dark", "article.bt")):
        context = await new_context(browser, theme, HALF, 10 / 9)
        page = await context.new_page()
        await page.goto(link, wait_until="networkidle")
        await page.locator(shown).first.evaluate("one => scrollTo(0, one.offsetTop - 120)")
        halves.append(read(await page.screenshot()))
        await context.close()
    both = Image.new("RGB", (sum(half.width for half in halves), halves[0].height))
    left = 0
    for half in halves:
        both.paste(half, (left, 0))
        left += half.width
    return both


async def picture_of_playground(browser: Browser, demo: Demo) -> Image.Image:
    """The private preview over a thread."""
    context = await new_context(browser, "light", WHOLE, 5 / 4)
    chat = await Chat.open(context, demo.origin)
    await chat.go_to("A reading page for phones")
    await chat.share()
    await chat.page.wait_for_load_state("networkidle")
    taken = read(await chat.page.screenshot())
    await context.close()
    return taken


async def new_context(browser: Browser, theme: str, size: dict[str, int], scale: float) -> BrowserContext:
    return await browser.new_context(
        viewport=size,  # type: ignore[arg-type]
        device_scale_factor=scale,
        color_scheme=theme,  # type: ignore[arg-type]
        locale="en-GB",
        timezone_id="UTC",
        reduced_motion="reduce",
    )


def read(png: bytes) -> Image.Image:
    return Image.open(io.BytesIO(png)).convert("RGB")


def save(image: Image.Image, path: Path) -> None:
    image.save(path, optimize=True)
    size = path.stat().st_size
    assert size < LARGEST, f"{path.name} has {size:,} bytes"
    print(f"{path.relative_to(ROOT)}: {image.width} x {image.height}, {size:,} bytes")


if __name__ == "__main__":
    asyncio.run(main())
