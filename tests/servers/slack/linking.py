"""Links that people paste: which are the app's, and which of its link_shared events were acknowledged."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tests.servers.slack.messages import Message
from tests.servers.slack.mrkdwn import addresses
from tests.servers.slack.state import User, Workspace

if TYPE_CHECKING:
    from tests.servers.slack.world import World

Json = dict[str, Any]
ACK_SECONDS = 3.0


@dataclass(eq=False)
class Pasted:
    """One link_shared event's subject: a text in a composer, or a posted message."""

    id: str
    workspace: Workspace
    user: User
    source: str
    urls: list[str]
    message: Message | None = None
    unfurls: dict[str, Json] = field(default_factory=dict)
    acknowledged: bool = False


class LinkRoom:
    def __init__(self, world: World) -> None:
        self._world = world
        self.pasted: dict[str, Pasted] = {}
        """By unfurl id."""

    def claimed(self, host: str) -> bool:
        """Whether `host` is one of the app's unfurl domains, or beneath one."""
        return any(host == domain or host.endswith(f".{domain}") for domain in self._world.app.unfurl_domains)

    def of(self, message: Message | None) -> list[str]:
        """The addresses that stand in a message."""
        if message is None:
            return []
        found = addresses(message.text)
        return [*found, *(url for url in _linked(message.blocks) if url not in found)]

    async def acknowledged(self, url: str, pasted: Pasted | None, message: Message | None) -> bool:
        """Whether some link_shared with `url` for this message was acknowledged; waits for its three seconds."""
        known = [one for one in self.pasted.values() if one is pasted or (message and one.message is message)]
        about = [one for one in known if url in one.urls]
        if not about:
            return False
        try:
            await self._world.changes.until(
                lambda: any(one.acknowledged for one in about), ACK_SECONDS, lambda: ""
            )
        except TimeoutError:
            return False
        return True


def _linked(node: Any) -> list[str]:
    match node:
        case {"type": "link", "url": str(url)}:
            return [url]
        case {"type": "mrkdwn", "text": str(text)}:
            return addresses(text)
        case dict():
            return [url for value in node.values() for url in _linked(value)]
        case list():
            return [url for child in node for url in _linked(child)]
    return []
