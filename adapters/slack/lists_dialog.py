"""One's links, as a private list and in the home tab, and what is done to them there."""

from __future__ import annotations

from dataclasses import replace

from adapters.slack import words_dialog as words
from adapters.slack.desk import Asker, Desk
from adapters.slack.identity import PLATFORM
from adapters.slack.parse_asked import Click, Page, Place, page_in
from adapters.slack.render_views import home_view
from bot.commands import Request
from bot.model import ChannelRef
from bot.reply import Reply


class ListsDialog:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def typed(self, asker: Asker, text: str, place: Place, delivery: str) -> None:
        """/shares with whatever stands behind it."""
        reply = await self._ask(asker, "shares", text, place, delivery)
        page = Page("here" if text.strip().lower() == "here" else "")
        await self._desk.say(asker, reply, page=page)

    async def turned(self, asker: Asker, asked: Click) -> None:
        """Another page of the list."""
        page = page_in(asked.argument)
        if page is not None:
            await self._list(asker, asked, page)

    async def revoked(self, asker: Asker, asked: Click, delivery: str) -> None:
        """Revoke or Revoke all, wherever the button stood: on a card, in a list, in the home tab."""
        reply = await self._ask(asker, asked.verb, asked.argument, asked.place, delivery)
        if asked.home or asked.page is not None:
            await self._list(asker, asked, asked.page or Page(), reply)
        else:
            await self._desk.say(asker, reply, instead=asked.private)

    async def home(self, asker: Asker, page: Page | None = None, note: Reply | None = None) -> None:
        """Draws the home tab as it is now."""
        listed = await self._ask(asker, "shares", "", Place())
        start = words.how_to_start(self._desk.terms, await self._desk.name_of_bot(asker.workspace))
        view = home_view(listed, start, page or Page(), note)
        await self._desk.views.publish(asker.workspace, asker.actor.user, view)

    async def _list(self, asker: Asker, asked: Click, page: Page, note: Reply | None = None) -> None:
        if asked.home:
            await self.home(asker, page, note)
            return
        listed = await self._ask(asker, "shares", page.shares, asked.place)
        if note is not None:
            listed = replace(listed, body=(*note.body, *listed.body), error=note.error)
        await self._desk.say(asker, listed, page=page, instead=True)

    async def _ask(self, asker: Asker, verb: str, argument: str, place: Place, delivery: str = "") -> Reply:
        ref = ChannelRef(PLATFORM, asker.workspace, place.channel) if place.channel else None
        return await self._desk.handle(Request(asker.actor, verb, argument, ref, delivery=delivery))
