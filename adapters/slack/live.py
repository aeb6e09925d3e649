"""The address by which an interaction can still be answered: a response_url, for half an hour and five times.

It works where the bot is no member, and in direct messages between others.
docs.slack.dev/interactivity/handling-user-interaction#message_responses
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import aiohttp
import structlog
from slack_sdk.webhook.async_client import AsyncWebhookClient

from adapters.slack.errors import FAILURES
from adapters.slack.render_reply import message_blocks, message_text
from bot.model import Actor
from bot.reply import Reply

log = structlog.get_logger(__name__)

USES = 5
LIFE = 30 * 60.0 - 30.0
"""Seconds, with some to spare for the way."""

_TIMEOUT = 10
_PEOPLE = 2_000

Json = dict[str, Any]
Who = tuple[str, str]


@dataclass(slots=True)
class Address:
    """A response_url and how much of it is left. `url` is "" where an interaction brought none; `thread`: ts of the
    thread that it came from, where that is known.
    """

    url: str
    at: float
    thread: str = ""
    uses: int = 0


class Live:
    """The last live interaction of each person."""

    def __init__(self, session: aiohttp.ClientSession, *, now: Callable[[], float] = time.monotonic) -> None:
        self._session = session
        self._now = now
        self._last: OrderedDict[Who, Address] = OrderedDict()

    def remember(self, actor: Actor, response_url: str, thread: str = "") -> Address:
        """The interaction that has just come from `actor`; from now on they are reached by it. One that comes
        twice has its uses once.
        """
        who = (actor.workspace, actor.user)
        address = Address(response_url, self._now(), thread)
        if response_url:
            known = self._last.get(who)
            address = self._last[who] = known if known and known.url == response_url else address
            self._last.move_to_end(who)
            while len(self._last) > _PEOPLE:
                self._last.popitem(last=False)
        return address

    async def tell(self, actor: Actor, reply: Reply) -> bool:
        """Says `reply` to `actor` alone, where they last asked for something; False where that is over."""
        address = self._last.get((actor.workspace, actor.user))
        return address is not None and await self.say(address, message_blocks(reply), message_text(reply))

    async def say(
        self, address: Address, blocks: Sequence[Json], text: str, *, replace: bool = False
    ) -> bool:
        """Answers one interaction, to its person alone; `replace`: in place of the private message that its
        button stands in. False where the address is used up, too old, or Slack refuses.
        """
        if not address.url or address.uses >= USES or self._now() - address.at > LIFE:
            return False
        address.uses += 1
        client = AsyncWebhookClient(address.url, timeout=_TIMEOUT, session=self._session, retry_handlers=[])
        client.proxy = None  # its constructor takes one from HTTPS_PROXY and the like
        try:
            answer = await client.send_dict(
                {
                    "text": text,
                    "blocks": list(blocks),
                    "response_type": "ephemeral",
                    "replace_original": replace,
                    "unfurl_links": False,
                    "unfurl_media": False,
                    **({"thread_ts": address.thread} if address.thread and not replace else {}),
                }
            )
        except FAILURES as failed:
            log.info("slack.not_answered", error=type(failed).__name__)
            return False
        if answer.status_code == HTTPStatus.OK:
            return True
        log.info("slack.not_answered", status=answer.status_code)
        if answer.status_code in (HTTPStatus.NOT_FOUND, HTTPStatus.GONE):
            address.uses = USES
        return False
