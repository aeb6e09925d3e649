"""Share links that people paste in Slack: each shows what it leads to."""

from __future__ import annotations

import structlog

from adapters.slack.desk import Desk
from adapters.slack.identity import PLATFORM, place_of
from adapters.slack.parse_asked import Linked
from bot.platforms import PastedLink, PlatformError

log = structlog.get_logger(__name__)

_LINKS = 20
"""Of one message; Slack itself shows no more previews."""


class Pasting:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def linked(self, workspace: str, found: Linked) -> None:
        """Draws the preview of each link that is ours; what ended says so."""
        place = place_of(found.channel, found.ts, found.unfurl_id, found.source)
        for url in found.urls[:_LINKS]:
            pasted = PastedLink(PLATFORM, workspace, place, url)
            card = await self._desk.commands.pasted(pasted)
            if card is None:
                continue
            try:
                await self._desk.platform.unfurl(pasted, card)
            except PlatformError as refused:
                log.info("slack.not_unfurled", error=type(refused).__name__)
