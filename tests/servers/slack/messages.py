"""A message as this Slack keeps it, and as its API shows it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tests.servers.slack.delivery import Delivery
    from tests.servers.slack.state import Channel

Json = dict[str, Any]


@dataclass(frozen=True)
class Ping:
    """A notification that a message caused."""

    channel: str
    ts: str
    whom: str
    """A user id, a usergroup id, or here, channel, everyone."""


@dataclass(eq=False, repr=False)
class Message:
    """Posted by a person, an app, or shown to one person only (`for_user`)."""

    channel: Channel
    ts: str
    raw: Json
    """As Slack shows it, less what follows from the thread and from unfurling."""
    for_user: str | None = None
    deleted: bool = False
    shown: bool = True
    """False for an ephemeral in a thread that has no reply yet: Slack does not draw it."""
    unfurls: dict[str, Json] = field(default_factory=dict)
    """What chat.unfurl attached, by the address in the text."""
    pings: list[Ping] = field(default_factory=list)
    chosen: dict[str, dict[str, Json]] = field(default_factory=dict)
    """What people chose in its menus: by block, then by action."""
    deliveries: list[Delivery] = field(default_factory=list)
    """The events that told the app of it."""
    versions: list[Json] = field(default_factory=list)
    """What it was before each edit."""

    def __repr__(self) -> str:
        return f"<Message {self.ts} in {self.channel!r}: {self.text[:60]!r}>"

    @property
    def text(self) -> str:
        return str(self.raw.get("text") or "")

    @property
    def blocks(self) -> list[Json]:
        return self.raw.get("blocks") or []

    @property
    def thread_ts(self) -> str | None:
        """The parent's ts; a parent's own once it has replies."""
        return self.ts if self.ts in self.channel.threads else self.raw.get("thread_ts")

    @property
    def is_reply(self) -> bool:
        return self.raw.get("thread_ts", self.ts) != self.ts

    @property
    def is_tombstone(self) -> bool:
        return self.raw.get("subtype") == "tombstone"

    @property
    def user(self) -> str | None:
        return self.raw.get("user")

    @property
    def replier(self) -> str:
        """Who counts among reply_users: the user, or the bot where there is none."""
        return str(self.user or self.raw.get("bot_id"))

    @property
    def author(self) -> str:
        """The name that people see above it, where the message itself carries one."""
        return self.raw.get("username") or self.raw.get("bot_profile", {}).get("name") or ""

    @property
    def attachments(self) -> list[Json]:
        """Its own, then what was unfurled."""
        own = list(self.raw.get("attachments") or [])
        unfurled = [
            {"id": number, "from_url": url, "original_url": url, "is_app_unfurl": True, **unfurl}
            for number, (url, unfurl) in enumerate(self.unfurls.items(), len(own) + 1)
        ]
        return own + unfurled

    @property
    def replies(self) -> list[Message]:
        return [self.channel.messages[ts] for ts in self.channel.threads.get(self.ts, ())]

    def json(self, *, all_metadata: bool = False) -> Json:
        """As the Web API and events show it."""
        shown = {**self.raw, "type": "message", "ts": self.ts}
        if attachments := self.attachments:
            shown["attachments"] = attachments
        if "metadata" in shown and not all_metadata:
            # Without include_all_metadata the payload stays hidden.
            shown["metadata"] = {
                key: value for key, value in shown["metadata"].items() if key != "event_payload"
            }
        return shown | self._of_the_thread()

    def _of_the_thread(self) -> Json:
        replies = self.channel.threads.get(self.ts)
        if replies:
            known = [who for who, number in self.channel.repliers[self.ts].items() if number]
            return {
                "thread_ts": self.ts,
                "reply_count": len(replies),
                "reply_users_count": len(known),
                "reply_users": known[:5],
                "latest_reply": replies[-1],
                "is_locked": self.ts in self.channel.locked_threads,
                "subscribed": False,
            }
        parent = self.channel.messages.get(str(self.raw.get("thread_ts")))
        if self.is_reply and parent and parent.user:
            return {"parent_user_id": parent.user}
        return {}
