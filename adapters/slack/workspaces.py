"""Where bot tokens come from: the settings for one workspace, or what many gave when they installed the app."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping
from typing import Any

from slack_sdk.oauth.installation_store import Bot, Installation
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore

from adapters.slack.clients import Clients
from adapters.slack.identity import PLATFORM, team_of, workspace_key
from adapters.slack.quiet import quiet_logger
from bot.installations import Installations

_KNOWN_FOR = 30.0
"""Seconds after which a token is read again: another process may have got a new one, or removed it."""

_SKEW = 10.0
"""Seconds. Slack repeats an event not before the first minute is over, but for one repetition at once."""

_KEPT = ("app_id", "enterprise_id", "enterprise_name", "team_id", "team_name", "bot_token", "bot_id")
_KEPT_TOO = ("bot_user_id", "bot_scopes", "user_id", "installed_at")


class OneWorkspace:
    """The token of the settings, which is good for one workspace, whichever that is."""

    def __init__(self, token: str) -> None:
        self._token = token
        self.workspace = ""
        """Its key, once `learn` was called."""

    async def learn(self, clients: Clients) -> str:
        """The workspace's key, as Slack tells it. Raises PlatformError."""
        if not self.workspace:
            self.workspace = (await clients.identify(self._token)).workspace
        return self.workspace

    async def token_of(self, workspace: str) -> str | None:
        return self._token if workspace == self.workspace else None


class ManyWorkspaces(AsyncInstallationStore):
    """What workspaces gave, one text each under their key, sealed by `Installations`.

    Keeps bot tokens only: the app asks nobody for a token of their own. A workspace that moves into an
    enterprise, or installs the app again, leaves nothing of before behind.
    """

    def __init__(self, installations: Installations, *, now: Callable[[], float] = time.monotonic) -> None:
        self._kept = installations
        self._now = now
        self._known: dict[str, tuple[float, str | None]] = {}

    @property
    def logger(self) -> logging.Logger:
        return quiet_logger()

    async def token_of(self, workspace: str) -> str | None:
        known = self._known.get(workspace)
        if known is None or self._now() - known[0] > _KNOWN_FOR:
            found = await self._find(workspace)
            token = found.get("bot_token") if found else None
            known = self._known[workspace] = (self._now(), token if isinstance(token, str) else None)
        return known[1]

    async def all(self) -> list[str]:
        """The keys of all workspaces."""
        return await self._kept.workspaces(PLATFORM)

    async def keys_of(self, team: str) -> list[str]:
        """Under which keys a team is known, with its enterprise or without: Slack does not always name that."""
        return [key for key in await self.all() if team_of(key) == team]

    async def installed_after(self, workspace: str, at: float) -> bool:
        """Whether it installed the app later than `at`, in seconds since 1970; clocks may differ by a little."""
        found = await self._find(workspace)
        installed = found.get("installed_at") if found else None
        return isinstance(installed, int | float) and installed > at + _SKEW

    async def remove(self, workspace: str) -> bool:
        """Forgets a workspace and its token; False where it was forgotten before."""
        self._known.pop(workspace, None)
        return await self._kept.remove(PLATFORM, workspace)

    async def async_save(self, installation: Installation) -> None:
        """Raises ValueError for an installation without a team, which is one of a whole organisation."""
        if not installation.team_id or not installation.bot_token:
            raise ValueError("only an app installed in a workspace can be kept")
        key = workspace_key(installation.team_id, installation.enterprise_id)
        values = {name: getattr(installation, name) for name in (*_KEPT, *_KEPT_TOO)}
        await self._kept.keep(PLATFORM, key, json.dumps(values))
        self._known.pop(key, None)
        for other in await self.keys_of(installation.team_id):
            if other != key:
                await self.remove(other)

    async def async_save_bot(self, bot: Bot) -> None:
        await self.async_save(
            Installation(
                app_id=bot.app_id,
                enterprise_id=bot.enterprise_id,
                team_id=bot.team_id,
                team_name=bot.team_name,
                bot_token=bot.bot_token,
                bot_id=bot.bot_id,
                bot_user_id=bot.bot_user_id,
                bot_scopes=bot.bot_scopes,
                user_id="",
            )
        )

    async def async_find_bot(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        is_enterprise_install: bool | None = False,
    ) -> Bot | None:
        found = await self.async_find_installation(
            enterprise_id=enterprise_id, team_id=team_id, is_enterprise_install=is_enterprise_install
        )
        return found.to_bot() if found else None

    async def async_find_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,  # noqa: ARG002  the SDK's name; whoever installed it, it is the same bot
        is_enterprise_install: bool | None = False,
    ) -> Installation | None:
        if not team_id or is_enterprise_install:
            return None
        found = await self._find(workspace_key(team_id, enterprise_id))
        return Installation(**found) if found else None

    async def async_delete_bot(self, *, enterprise_id: str | None, team_id: str | None) -> None:
        for key in {workspace_key(team_id or "", enterprise_id), *await self.keys_of(team_id or "")}:
            await self.remove(key)

    async def async_delete_installation(
        self,
        *,
        enterprise_id: str | None,
        team_id: str | None,
        user_id: str | None = None,
    ) -> None:
        """With `user_id`, nothing: no token of a person is kept."""
        if user_id is None:
            await self.async_delete_bot(enterprise_id=enterprise_id, team_id=team_id)

    async def _find(self, workspace: str) -> Mapping[str, Any] | None:
        text = await self._kept.find(PLATFORM, workspace)
        found = json.loads(text) if text else None
        return found if isinstance(found, dict) else None
