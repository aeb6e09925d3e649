"""From a shared link to a new thread that goes on with it."""

from __future__ import annotations

from adapters.slack import words_dialog as words
from adapters.slack.desk import Asker, Desk
from adapters.slack.identity import PLATFORM
from adapters.slack.parse_asked import Click, Place, Submit
from adapters.slack.render_views import continue_modal, held, place_line, said_modal
from adapters.slack.views import Modal
from bot.commands import Request
from bot.model import ChannelRef
from bot.platforms import PlatformError
from bot.richtext.plain import plain
from bot.wording import said


class ContinuingDialog:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def typed(self, asker: Asker, text: str, place: Place, delivery: str) -> None:
        """/continue with a link, and perhaps how many turns. It goes on where it was typed."""
        here = None if place.direct else ChannelRef(PLATFORM, asker.workspace, place.channel)
        reply = await self._desk.handle(Request(asker.actor, "continue", text, here, delivery=delivery))
        await self._desk.say(asker, reply)

    async def asked(self, asker: Asker, click: Click) -> None:
        """A card's button: asks where, and how much."""
        try:
            await self._desk.views.open(asker.workspace, asker.trigger, continue_modal(click.argument))
        except PlatformError as refused:
            await self._desk.say(asker, said(str(refused), error=True))

    async def submitted(self, asker: Asker, asked: Submit, delivery: str) -> None:
        """Starts the new thread; its modal says that this is being done."""
        async with self._desk.ending_well(asker, Modal(asked.view)):
            await self._submitted(asker, asked, delivery)

    async def _submitted(self, asker: Asker, asked: Submit, delivery: str) -> None:
        share, channel = held(asked.held), asked.values.get("place", "")
        number = asked.values.get("number", words.USUAL)
        argument = share if number == words.USUAL else f"{share} {number}"
        reply = await self._desk.handle(
            Request(
                asker.actor,
                "continue",
                argument,
                ChannelRef(PLATFORM, asker.workspace, channel),
                delivery=delivery,
            )
        )
        if reply.error:
            view = continue_modal(share, channel=channel, number=number, note=plain(reply.body))
        elif reply.done:
            view = said_modal(reply, words.CONTINUE_TITLE, [place_line(channel)])
        else:
            return  # another process is at it, which also tells what comes of it
        if not await self._desk.views.update(asker.workspace, Modal(asked.view), view):
            await self._desk.notify(asker.actor, reply)
