"""REST: the gateway's address, the bot itself, servers, their members and roles, users."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.servers.discord.calls import Call, Route, route
from tests.servers.discord.errors import ApiError, Json, unknown
from tests.servers.discord.payloads import (
    application_json,
    base_permissions,
    channel_json,
    guild_emoji_json,
    guild_json,
    member_json,
    role_json,
    user_json,
)

if TYPE_CHECKING:
    from tests.servers.discord.world import World


class GuildsApi:
    """`shards`: how many the gateway recommends."""

    def __init__(self, world: World) -> None:
        self._world = world
        self.shards = 1

    def routes(self) -> list[Route]:
        guild = "/guilds/{guild_id}"
        return [
            route("GET", "/gateway", self.gateway, open=True),
            route("GET", "/gateway/bot", self.gateway_bot),
            route("GET", "/users/@me", self.me),
            route("GET", "/users/@me/guilds", self.own_guilds),
            route("GET", "/users/{user_id}", self.user),
            route("GET", "/oauth2/applications/@me", self.application),
            route("GET", "/applications/@me", self.application),
            route("GET", guild, self.guild),
            route("GET", guild + "/channels", self.channels),
            route("GET", guild + "/roles", self.roles),
            route("GET", guild + "/emojis", self.emojis),
            route("GET", guild + "/members", self.members),
            route("GET", guild + "/members/{user_id}", self.member),
        ]

    def gateway(self, _call: Call) -> Json:
        return {"url": self._world.url.replace("http", "ws", 1) + "/gateway/"}

    def gateway_bot(self, call: Call) -> Json:
        limit = {"total": 1000, "remaining": 1000, "reset_after": 0, "max_concurrency": 1}
        return {**self.gateway(call), "shards": self.shards, "session_start_limit": limit}

    def me(self, _call: Call) -> Json:
        return {
            **user_json(self._world.bot),
            "verified": True,
            "mfa_enabled": True,
            "email": None,
            "locale": "en-US",
        }

    def own_guilds(self, _call: Call) -> list[Json]:
        return [
            {
                "id": str(guild.id),
                "name": guild.name,
                "icon": guild.icon,
                "owner": guild.owner is self._world.bot,
                "permissions": base_permissions(guild, guild.members[self._world.bot.id]),
                "features": [],
            }
            for guild in self._world.own_guilds()
        ]

    def user(self, call: Call) -> Json:
        user = self._world.users.get(call.ids["user_id"])
        if user is None:
            raise unknown("User", 10013)
        return user_json(user)

    def application(self, _call: Call) -> Json:
        return application_json(self._world.app)

    def guild(self, call: Call) -> Json:
        return guild_json(self._world.guild(call.ids["guild_id"]))

    def channels(self, call: Call) -> list[Json]:
        return [channel_json(c) for c in self._world.guild(call.ids["guild_id"]).channels.values()]

    def roles(self, call: Call) -> list[Json]:
        return [role_json(r) for r in self._world.guild(call.ids["guild_id"]).roles.values()]

    def emojis(self, call: Call) -> list[Json]:
        return [guild_emoji_json(e) for e in self._world.guild(call.ids["guild_id"]).emojis.values()]

    def members(self, call: Call) -> list[Json]:
        """The list needs the members intent in the portal; a single member does not."""
        guild = self._world.guild(call.ids["guild_id"])
        if not self._world.app.guild_members:
            raise ApiError(403, 50001, "Missing Access")
        limit, after = int(call.query.get("limit", 1)), int(call.query.get("after", 0))
        found = sorted((m for m in guild.members.values() if m.user.id > after), key=lambda m: m.user.id)
        return [member_json(member) for member in found[:limit]]

    def member(self, call: Call) -> Json:
        guild = self._world.guild(call.ids["guild_id"])
        member = guild.members.get(call.ids["user_id"])
        if member is None:
            known = call.ids["user_id"] in self._world.users
            raise unknown("Member", 10007) if known else unknown("User", 10013)
        return member_json(member)
