"""What people do with messages: write, edit, delete, react, bring files, paste links."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from typing import Any
from urllib.parse import urlsplit

from tests.servers.slack.base import Base
from tests.servers.slack.delivery import Delivery
from tests.servers.slack.errors import NotPossible
from tests.servers.slack.linking import Pasted
from tests.servers.slack.messages import Message
from tests.servers.slack.mrkdwn import addresses, rich_text, stored
from tests.servers.slack.payloads import event, installation_for
from tests.servers.slack.shapes import bot_profile
from tests.servers.slack.state import Channel, Installation, User

Json = dict[str, Any]
Thread = Message | str | None


class Talking(Base):
    async def post(
        self,
        user: User,
        channel: Channel,
        text: str,
        *,
        thread: Thread = None,
        blocks: Sequence[Json] | None = None,
        at: float | None = None,
        quiet: bool = False,
        **raw: Any,
    ) -> Message:
        """What `user` (a person, or another app's bot) writes, in Slack's markup.

        thread: any message of it, or its parent's ts. blocks: instead of the rich text made of `text`.
        at: when it was written (then nothing is delivered, as with quiet). raw: more keys of the message.
        The app_mention and link_shared that follow are in `message.deliveries`.
        """
        self.check_writes(user, channel)
        message = self.world.add(channel, self._written(user, channel, text, thread, blocks) | raw, at=at)
        if at is None and not quiet:
            await self._tell(user, message)
        return message

    async def mention(
        self, user: User, channel: Channel, text: str = "", *, thread: Thread = None, times: int | None = None
    ) -> Delivery:
        """A post that begins with @app. Nothing is delivered where the app is no member (`not_in_channel`), in
        direct messages, and without the scope or the subscription (`no_event`).
        """
        app = installation_for(self.world, user, channel)
        message = await self.post(
            user, channel, f"<@{app.user.id}> {text}".strip(), thread=thread, quiet=True
        )
        if app.user.id not in channel.members:
            return Delivery("events_api", {}, failure="not_in_channel", message=message)
        await self._tell(user, message, times)
        told = [one for one in message.deliveries if one.event["type"] == "app_mention"]
        return told[0] if told else Delivery("events_api", {}, failure="no_event", message=message)

    async def paste(
        self, user: User, channel: Channel, text: str, *, thread: Thread = None, composer: bool = False
    ) -> Message:
        """A post with links; `composer` tells the app of them while the text is still being written, too."""
        drafted = None
        if composer:
            urls = [url for url in addresses(stored(text)) if self._is_claimed(url)]
            drafted = await self._share_links(user, channel, urls, "composer", None)
        message = await self.post(user, channel, text, thread=thread)
        if drafted:
            # What was unfurled in the composer is sent along.
            drafted.message = message
            message.unfurls = {**drafted.unfurls, **message.unfurls}
        return message

    async def upload(
        self,
        user: User,
        channel: Channel,
        name: str,
        content: bytes,
        *,
        text: str = "",
        thread: Thread = None,
        at: float | None = None,
        **file: Any,
    ) -> Message:
        """A post with a file; `file` overrides keys of Slack's file object."""
        stored_file = self.world.files.add(self.world.home_of(user), user, name, content, **file)
        stored_file.channels.add(channel.id)
        shown = [self.world.files.json(stored_file)]
        return await self.post(
            user, channel, text, thread=thread, at=at, files=shown, upload=True, subtype="file_share"
        )

    async def edit(self, message: Message, text: str, *, blocks: Sequence[Json] | None = None) -> Message:
        """By its author, who is shown as its editor."""
        text = stored(text)
        drawn = list(blocks) if blocks is not None else [rich_text(text, uuid.uuid4().hex[:5])]
        self.world.edit(message, {"text": text, "blocks": drawn}, by=message.user)
        return message

    async def delete(self, message: Message) -> None:
        self.world.delete(message)

    async def react(self, user: User, message: Message, name: str) -> Message:
        reactions = message.raw.setdefault("reactions", [])
        found = next((one for one in reactions if one["name"] == name), None)
        if found is None:
            reactions.append(found := {"name": name, "users": [], "count": 0})
        if found["count"] < self.world.traits.users_truncated_at:
            found["users"].append(user.id)
        found["count"] += 1
        self.world.changes.tell()
        return message

    # How it is done

    def check_writes(self, user: User, channel: Channel) -> None:
        if user.deleted:
            raise NotPossible(f"{user.name} is deactivated")
        if user.id not in channel.members:
            raise NotPossible(f"{user.name} is not in #{channel.name}")
        if channel.is_archived:
            raise NotPossible(f"#{channel.name} is archived")

    def _written(
        self, user: User, channel: Channel, text: str, thread: Thread, blocks: Sequence[Json] | None
    ) -> Json:
        text = stored(text)
        raw: Json = {"user": user.id, "text": text, "team": user.team_id}
        if blocks is not None:
            raw["blocks"] = list(blocks)
        elif text:
            raw["blocks"] = [rich_text(text, uuid.uuid4().hex[:5])]
        if user.bot_id:
            home = self.world.home_of(user)
            profile = bot_profile(self.world, home.bots[user.bot_id], home)
            raw |= {"bot_id": user.bot_id, "app_id": user.app_id, "bot_profile": profile}
        else:
            raw["client_msg_id"] = str(uuid.uuid4())
        if user.team_id != channel.team_id:
            raw |= {"user_team": user.team_id, "source_team": user.team_id}
        if parent := self._parent(channel, thread):
            raw["thread_ts"] = parent
        return raw

    def _parent(self, channel: Channel, thread: Thread) -> str | None:
        if thread is None:
            return None
        ts = thread if isinstance(thread, str) else thread.ts
        found = channel.messages.get(ts)
        if found is None:
            raise NotPossible("there is no such thread in this channel")
        return str(found.raw["thread_ts"]) if found.is_reply else ts

    async def _tell(self, user: User, message: Message, times: int | None = None) -> None:
        """The events that follow from a post; nothing of the app's own."""
        channel = message.channel
        try:
            app = installation_for(self.world, user, channel)
        except NotPossible:
            return
        if user.id == app.user.id:
            return
        for told in self._events_of(app, message):
            payload = event(self.world, app, told, external=channel.is_ext_shared)
            delivery = Delivery("events_api", payload, message=message)
            message.deliveries.append(delivery)
            await self.courier.deliver(delivery, times)
        urls = [url for url in self.world.links.of(message) if self._is_claimed(url)]
        if urls:
            await self._share_links(user, channel, urls, "conversations_history", message, times)

    def _events_of(self, app: Installation, message: Message) -> Iterator[Json]:
        """app_mention and message.*, as far as the app is a member, subscribed and entitled."""
        channel, wanted = message.channel, self.world.app.subscriptions
        if app.user.id not in channel.members:
            return
        told = {"type": "message", **message.json(), "channel": channel.id, "event_ts": message.ts}
        mentioned = channel.kind != "im" and f"<@{app.user.id}>" in message.text
        if mentioned and "app_mention" in wanted and "app_mentions:read" in app.scopes:
            yield told | {"type": "app_mention"}
        plural = {"public": "channels", "private": "groups"}.get(channel.kind, channel.kind)
        if f"message.{plural}" in wanted and f"{plural}:history" in app.scopes:
            yield told | {"channel_type": plural.removesuffix("s")}

    def _is_claimed(self, url: str) -> bool:
        return self.world.links.claimed(_host(url))

    async def _share_links(
        self,
        user: User,
        channel: Channel,
        urls: list[str],
        source: str,
        message: Message | None,
        times: int | None = None,
    ) -> Pasted | None:
        """link_shared, which reaches the app wherever it is installed, member or not."""
        app = installation_for(self.world, user, channel)
        if not urls or "link_shared" not in self.world.app.subscriptions or "links:read" not in app.scopes:
            return None
        number = message.ts if message else str(uuid.uuid4())
        pasted = Pasted(
            f"{channel.id}.{number}.{uuid.uuid4().hex}", app.workspace, user, source, urls, message
        )
        self.world.links.pasted[pasted.id] = pasted
        told = {
            "type": "link_shared",
            "user": user.id,
            "channel": channel.id if message else "COMPOSER",
            "message_ts": number,
            "unfurl_id": pasted.id,
            "source": source,
            "is_bot_user_member": app.user.id in channel.members,
            "links": [{"url": url, "domain": _host(url)} for url in urls],
            "event_ts": f"{self.world.clock.now():.6f}",
        }
        if message and message.is_reply:
            told["thread_ts"] = message.raw["thread_ts"]
        delivery = Delivery("events_api", event(self.world, app, told, external=channel.is_ext_shared))
        delivery.message = message
        delivery.on_ack = lambda: setattr(pasted, "acknowledged", True)
        if message:
            message.deliveries.append(delivery)
        await self.courier.deliver(delivery, times)
        return pasted


def _host(url: str) -> str:
    return urlsplit(url).hostname or ""
