"""Drives the playground as a person does: by what is written on its buttons."""

from __future__ import annotations

import re
from dataclasses import dataclass

from playwright.async_api import BrowserContext, Locator, Page, expect
from playwright.async_api import TimeoutError as PlaywrightTimeoutError

ANA, JONAS, MEI = "Ana Moreno", "Jonas Weber", "Mei Tanaka (moderator)"


@dataclass(frozen=True)
class Chat:
    """One tab of the playground."""

    page: Page
    origin: str

    @classmethod
    async def open(cls, context: BrowserContext, origin: str, person: str = ANA) -> Chat:
        chat = cls(await context.new_page(), origin)
        await chat.page.goto(f"{origin}/")
        await expect(chat.page.locator(".thread-link[aria-current=page]")).to_have_count(1)
        await chat.become(person)
        return chat

    @property
    def panel(self) -> Locator:
        return self.page.locator("#panel")

    @property
    def notes(self) -> Locator:
        return self.page.locator("#notices .reply")

    @property
    def card(self) -> Locator:
        return self.page.locator(".post.role-card").last

    @property
    def problem(self) -> Locator:
        return self.page.locator("#problem")

    async def become(self, person: str) -> None:
        await self._show_sidebar()
        await self.page.get_by_label("You are").select_option(label=person)
        await self._hide_sidebar()

    async def go_to(self, name: str) -> None:
        """Opens the channel "# design" or the thread of that title by the sidebar."""
        for patience in (5_000, 10_000, 20_000):  # news may redraw the list while the pointer is on its way
            await self._show_sidebar()
            try:
                link = self.page.locator("#rooms").get_by_role("link").filter(has_text=name).first
                await link.click(timeout=patience)
                break
            except PlaywrightTimeoutError:
                continue
        await expect(self.page.locator("#title")).to_contain_text(name)

    async def _show_sidebar(self) -> None:
        await self.page.bring_to_front()
        menu = self.page.get_by_role("button", name="Channels and threads", exact=True)
        if await menu.is_visible():
            await menu.click()

    async def _hide_sidebar(self) -> None:
        veil = self.page.locator("#veil")
        if await veil.is_visible():
            size = self.page.viewport_size
            await self.page.mouse.click(size["width"] - 4, size["height"] // 2)
            await expect(veil).to_be_hidden()

    async def say(self, text: str) -> None:
        """Types `text`, a message or a command, and sends it."""
        await self.page.bring_to_front()  # Chromium draws a tab behind another once a second only
        await expect(self.panel).to_be_hidden()
        await self.page.get_by_label("Message", exact=True).fill(text)
        await (
            self.page.get_by_role("button", name="Send")
            .or_(self.page.get_by_role("button", name="Start thread"))
            .click()
        )

    async def share(self) -> Locator:
        """The preview of the open thread."""
        await self.say("/share")
        await expect(self.panel.get_by_role("heading", name="Share this thread?")).to_be_visible()
        return self.panel

    async def press(self, label: str | re.Pattern[str]) -> None:
        """Presses a button of the open panel."""
        await self.page.bring_to_front()
        await self.panel.get_by_role("button", name=label).click()

    async def answer(self, label: str) -> None:
        """Answers the question that was asked before something is done."""
        await self.page.locator("#confirm").get_by_role("button", name=label, exact=True).click()
        await expect(self.page.locator("#confirm")).to_be_hidden()

    async def open_choosing(self) -> Page:
        """The private page where messages are left out, in a tab of its own."""
        return await self._new_tab(self.panel.get_by_role("link", name="Choose messages…"))

    async def open_shared(self) -> Page:
        """The page behind the last card, in a tab of its own."""
        return await self._new_tab(self.card.get_by_role("link", name="Open", exact=True))

    async def publish(self) -> str:
        """Shares the open thread as it is; returns the link."""
        cards = await self.page.locator(".post.role-card").count()
        await self.share()
        await self.press("Publish")
        await expect(self.page.locator(".post.role-card")).to_have_count(cards + 1)
        return await self.link()

    async def link(self) -> str:
        """The address that the last card leads to."""
        return await self.card.get_by_role("link", name="Open", exact=True).get_attribute("href") or ""

    async def _new_tab(self, link: Locator) -> Page:
        await self.page.bring_to_front()
        async with self.page.context.expect_page() as opening:
            await link.click()
        opened = await opening.value
        await opened.wait_for_load_state()
        return opened
