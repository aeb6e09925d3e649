"""Everything that Slack tells: acknowledged at once, read, and handed to a dialog that works on beside.

Slack delivers twice. Each delivery is worked on once here, and claimed once in the core, by the id that Slack
gives it: event_id, trigger_id, or a view's id and hash.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any

from slack_bolt.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext

from adapters.slack import parse_asked as parse
from adapters.slack import words_dialog as said
from adapters.slack.background import Background, Seen
from adapters.slack.config import SlackConfig
from adapters.slack.desk import Asker
from adapters.slack.dialogs import Dialogs
from adapters.slack.identity import thread_ref
from adapters.slack.leaving import Leaving
from adapters.slack.names import SHARE_GLOBAL, SHARE_THREAD, command_names
from adapters.slack.parse_asked import FIELD, Submit
from adapters.slack.parse_raw import mapping, string, whole
from adapters.slack.render_views import working_modal
from adapters.slack.sharing_dialog import Wish, capturing_modal, wish_of
from adapters.slack.views import Modal

Json = dict[str, Any]
Work = Callable[[], Coroutine[Any, Any, None]]

WORKSPACE = "threadlink_workspace"
"""Where a request's context holds the workspace's key, once it was authorized."""

_OURS = re.compile(r"tl:.+")
_ANY = re.compile(r".*")


class Listeners:
    def __init__(
        self, config: SlackConfig, dialogs: Dialogs, leaving: Leaving, background: Background
    ) -> None:
        self._verbs = {f"/{name}": verb for verb, name in command_names(config.command_prefix).items()}
        self._allow_private = config.allow_private
        self._dialogs = dialogs
        self._leaving = leaving
        self._background = background
        self._seen = Seen()

    def register(self, app: AsyncApp) -> None:
        app.command(_ANY)(self.command)
        app.shortcut(SHARE_THREAD)(self.thread_shortcut)
        app.shortcut(SHARE_GLOBAL)(self.global_shortcut)
        app.action(_OURS)(self.click)
        app.action(_ANY)(self.nothing)
        app.view_submission(_OURS)(self.submit)
        app.view_closed(_OURS)(self.closed)
        app.event("app_mention")(self.mention)
        app.event("link_shared")(self.links)
        app.event("app_home_opened")(self.home)
        app.event("app_uninstalled")(self.uninstalled)
        app.event("tokens_revoked")(self.revoked)
        app.event(_ANY)(self.nothing)

    async def nothing(self, ack: AsyncAck) -> None:
        """What we have not asked for is acknowledged, too: Slack would repeat it, and in the end fall silent."""
        await ack()

    async def command(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        await ack()
        asked = parse.typed(body)
        verb = self._verbs.get(f"/{asked.command}", "")
        asker = self._asker(context, asked.user, asked.response_url, asked.trigger)
        delivery = f"slack:{asked.trigger}"
        at = now()
        self._start(delivery, "command", lambda: self._dialogs.command(asker, verb, asked, at, delivery))

    async def thread_shortcut(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        await ack()
        asked = parse.chosen(body)
        asker = self._asker(context, asked.user, asked.response_url, asked.trigger, asked.within)
        delivery = f"slack:{asked.trigger}"
        thread = thread_ref(asker.workspace, asked.channel, asked.thread)
        invite = asked.private and self._allow_private
        wish = Wish(thread, asked_at=parse.moment_of(asked.at), delivery=delivery, invite=invite)
        self._start(delivery, "shortcut", lambda: self._dialogs.sharing.share(asker, wish))

    async def global_shortcut(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        await ack()
        asked = parse.chosen(body)
        asker = self._asker(context, asked.user, "", asked.trigger)
        self._start(f"slack:{asked.trigger}", "shortcut", lambda: self._dialogs.sharing.ask_link(asker))

    async def click(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        await ack()
        asked = parse.click(body)
        if asked is not None:
            asker = self._asker(context, asked.user, asked.response_url, asked.trigger, asked.thread)
            delivery = f"slack:{asked.trigger}"
            self._start(delivery, asked.verb, lambda: self._dialogs.click(asker, asked, delivery))

    async def submit(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        """A modal's submit: every delivery of it gets the same answer, the first also its work."""
        asked = parse.submit(body)
        asker = self._asker(context, asked.user)
        delivery = f"slack:{asked.view}:{asked.hash}"
        match asked.verb:
            case "share":
                await self._submit_link(ack, asker, asked, delivery)
            case "publish" | "choose":
                line = said.PUBLISHING if asked.verb == "publish" else said.LOOKING
                await ack(response_action="update", view=working_modal(said.SHARE_TITLE, line))
                self._start(
                    delivery, asked.verb, lambda: self._dialogs.sharing.submitted(asker, asked, delivery)
                )
            case "continue" if not asked.values.get("place"):
                await ack(response_action="errors", errors={f"{FIELD}place": said.NO_PLACE})
            case "continue":
                await ack(response_action="update", view=working_modal(said.CONTINUE_TITLE, said.STARTING))
                self._start(
                    delivery, "continue", lambda: self._dialogs.continuing.submitted(asker, asked, delivery)
                )
            case _:
                await ack()

    async def _submit_link(self, ack: AsyncAck, asker: Asker, asked: Submit, delivery: str) -> None:
        wish = wish_of(asked.values.get("link", ""), delivery, now(), asked.values.get("title", ""))
        if wish is None:
            await ack(response_action="errors", errors={f"{FIELD}link": said.NO_LINK})
            return
        await ack(response_action="update", view=capturing_modal())
        modal = Modal(asked.view)
        self._start(delivery, "share", lambda: self._dialogs.sharing.capture(asker, modal, wish))

    async def closed(self, ack: AsyncAck, body: Json, context: AsyncBoltContext) -> None:
        await ack()
        asked = parse.submit(body)
        asker = self._asker(context, asked.user)
        name = f"slack:closed:{asked.view}"
        self._start(name, "close", lambda: self._dialogs.sharing.closed(asker, asked, name))

    async def mention(self, body: Json, context: AsyncBoltContext) -> None:
        event = mapping(body, "event")
        asked = parse.mentioned(event)
        if asked.user and not string(event, "bot_id"):
            asker = self._asker(context, asked.user)
            self._start(_event(body), "mention", lambda: self._dialogs.mentioned(asker, asked))

    async def links(self, body: Json, context: AsyncBoltContext) -> None:
        found, workspace = parse.linked(mapping(body, "event")), context[WORKSPACE]
        self._start(_event(body), "links", lambda: self._dialogs.pasting.linked(workspace, found))

    async def home(self, body: Json, context: AsyncBoltContext) -> None:
        event = mapping(body, "event")
        if string(event, "tab") != "messages":
            asker = self._asker(context, string(event, "user"))
            self._start(_event(body), "home", lambda: self._dialogs.lists.home(asker))

    async def uninstalled(self, body: Json, context: AsyncBoltContext) -> None:
        team, enterprise, at = context.team_id or "", context.enterprise_id, whole(body.get("event_time"))
        self._start(_event(body), "uninstalled", lambda: self._leaving.uninstalled(team, enterprise, at))

    async def revoked(self, body: Json, context: AsyncBoltContext) -> None:
        team, enterprise, at = context.team_id or "", context.enterprise_id, whole(body.get("event_time"))
        if mapping(mapping(body, "event"), "tokens").get("bot"):
            self._start(_event(body), "revoked", lambda: self._leaving.revoked(team, enterprise, at))

    def _asker(
        self,
        context: AsyncBoltContext,
        user: str,
        response_url: str = "",
        trigger: str = "",
        thread: str = "",
    ) -> Asker:
        return self._dialogs.desk.asker(context[WORKSPACE], user, response_url, trigger, thread)

    def _start(self, delivery: str, name: str, work: Work) -> None:
        if self._seen.first(delivery):
            self._background.start(work(), name)


def now() -> datetime:
    """When Slack told of something without saying when it was: a moment ago."""
    return datetime.now(UTC)


def _event(body: Json) -> str:
    event = string(body, "event_id")
    return f"slack:{event}" if event else ""
