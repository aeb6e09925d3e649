"""Playing with the local Slack by hand: a few people and channels, and a tiny API to act and look.

GET  /control                          who and what there is
GET  /control/see/<channel>            a channel, with what only `?user=` sees
GET  /control/modal/<user>  /control/home/<user>
POST /control/<action>                 {"user": "ana", "channel": "general", …}: post, mention, paste, slash
                                       (command, text), shortcut (ts, callback_id), click (action_id, value,
                                       and ts or nothing for the modal or "home": true), submit (values)
"""

from __future__ import annotations

from typing import Any

from aiohttp import web

from tests.servers.slack.delivery import Delivery
from tests.servers.slack.errors import NotPossible
from tests.servers.slack.messages import Message
from tests.servers.slack.server import LocalSlack
from tests.servers.slack.state import Channel, User, Workspace
from tests.servers.slack.views import View

Json = dict[str, Any]


class Control:
    """One workspace, Acme, with three people, two channels and a thread."""

    def __init__(self, slack: LocalSlack) -> None:
        self._slack = slack
        self.workspace: Workspace = slack.workspace("Acme")
        names = ("Ana Moreno", "Jonas Weber", "Mei Tanaka")
        self.people = {name.split()[0].lower(): slack.user(self.workspace, name) for name in names}
        self.people["ana"].is_admin = True
        everyone = list(self.people.values())
        self.channels = {
            name: slack.channel(self.workspace, name, everyone) for name in ("general", "design")
        }

    async def begin(self) -> None:
        """The thread that there is to share."""
        ana, jonas, mei = self.people.values()
        general, slack = self.channels["general"], self._slack
        root = await slack.post(ana, general, "Shall we look at the *numbers*?")
        await slack.upload(jonas, general, "numbers.csv", b"a,b\n1,2\n", text="Here they are", thread=root)
        await slack.post(mei, general, f"Thanks {jonas.mention} :tada:", thread=root)

    def routes(self) -> list[web.RouteDef]:
        return [
            web.get("/control", self._overview),
            web.get("/control/see/{channel}", self._see),
            web.get("/control/{kind:modal|home}/{user}", self._view),
            web.post("/control/{action}", self._act),
        ]

    async def _overview(self, _request: web.Request) -> web.Response:
        return web.json_response(
            {
                "people": {name: user.id for name, user in self.people.items()},
                "channels": {name: channel.id for name, channel in self.channels.items()},
                "lately": self._slack.lately().split("\n"),
            }
        )

    async def _see(self, request: web.Request) -> web.Response:
        channel = self.channels[request.match_info["channel"]]
        shown = [channel.messages[ts] for ts in channel.order]
        if user := self.people.get(request.query.get("user", "")):
            shown += self._slack.ephemerals(user, channel)
        lines = [
            f"{m.ts}{' ↳ ' + m.raw['thread_ts'] if m.is_reply else ''}\n{self._slack.see(m)}" for m in shown
        ]
        return web.Response(text="\n\n".join(lines) + "\n")

    async def _view(self, request: web.Request) -> web.Response:
        user = self.people[request.match_info["user"]]
        look = self._slack.modal if request.match_info["kind"] == "modal" else self._slack.home
        try:
            return web.Response(text=self._slack.see(look(user)) + "\n")
        except NotPossible as refusal:
            return web.Response(status=404, text=f"{refusal}\n")

    async def _act(self, request: web.Request) -> web.Response:
        told: Json = await request.json()
        user = self.people[told["user"]]
        channel = self.channels[told.get("channel", "general")]
        try:
            done = await self._do(request.match_info["action"], user, channel, told)
        except (NotPossible, KeyError) as refusal:
            return web.json_response({"refused": str(refusal)}, status=400)
        if isinstance(done, Message):
            return web.json_response({"ts": done.ts, "link": self._slack.permalink(done)})
        return web.json_response(
            {
                "acked": done.acked,
                "failure": done.failure,
                "response": done.response,
                "confirm": done.confirm,
                "opened": done.opened_url,
            }
        )

    async def _do(self, action: str, user: User, channel: Channel, told: Json) -> Delivery | Message:
        slack, text, ts = self._slack, told.get("text", ""), told.get("ts")
        match action:
            case "post":
                return await slack.post(user, channel, text, thread=ts)
            case "paste":
                return await slack.paste(user, channel, text, thread=ts, composer=True)
            case "mention":
                return await slack.mention(user, channel, text, thread=ts)
            case "slash":
                return await slack.slash(user, channel, told["command"], text, thread=ts)
            case "shortcut" if ts:
                return await slack.message_shortcut(user, channel.messages[ts], told["callback_id"])
            case "shortcut":
                return await slack.global_shortcut(user, told["callback_id"])
            case "home":
                return await slack.open_home(user)
            case "click":
                return await slack.click(
                    user, self._where(user, channel, told), told["action_id"], told.get("value")
                )
            case "submit":
                return await slack.submit(slack.modal(user), told.get("values"))
        raise NotPossible(f"there is no action {action}")

    def _where(self, user: User, channel: Channel, told: Json) -> Message | View:
        if told.get("home"):
            return self._slack.home(user)
        if "ts" not in told:
            return self._slack.modal(user)
        whispered = [one for one in self._slack.ephemerals(user, channel) if one.ts == told["ts"]]
        return whispered[0] if whispered else channel.messages[told["ts"]]
