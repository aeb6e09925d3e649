"""Workspaces that remove the app, or take its token back.

Both events come, in any order and more than once, also when the app was installed again meanwhile: `at` says when
it happened, in seconds since 1970, None where Slack does not tell. docs.slack.dev/reference/events/app_uninstalled
"""

from __future__ import annotations

import structlog

from adapters.slack.clients import Clients
from adapters.slack.config import SlackConfig, Uninstalled
from adapters.slack.desk import Desk
from adapters.slack.identity import PLATFORM, team_of, workspace_key
from adapters.slack.workspaces import ManyWorkspaces, OneWorkspace

log = structlog.get_logger(__name__)


class Leaving:
    def __init__(
        self, config: SlackConfig, desk: Desk, clients: Clients, workspaces: OneWorkspace | ManyWorkspaces
    ) -> None:
        self._config = config
        self._desk = desk
        self._clients = clients
        self._workspaces = workspaces
        self._left: dict[str, set[str]] = {}
        """Keys of workspaces whose token is gone, by team: the event that ends their shares may follow."""

    async def revoked(self, team: str, enterprise: str | None, at: int | None) -> None:
        """The bot's token is worth nothing any more; shares stay until the app is gone, too."""
        for key in await self._keys(team, enterprise, at):
            self._left.setdefault(team, set()).add(key)
            self._clients.forget(key)
            if isinstance(self._workspaces, ManyWorkspaces) and await self._workspaces.remove(key):
                log.info("slack.token_removed", workspace=key)

    async def uninstalled(self, team: str, enterprise: str | None, at: int | None) -> None:
        """The app is gone; its shares end, where the operator wants that."""
        keys = await self._keys(team, enterprise, at)
        await self.revoked(team, enterprise, at)
        if self._config.uninstalled is not Uninstalled.REVOKE:
            return
        for key in keys:
            ended = await self._desk.commands.workspace_left(PLATFORM, key)
            log.info("slack.uninstalled", workspace=key, ended=ended)

    async def _keys(self, team: str, enterprise: str | None, at: int | None) -> list[str]:
        """The workspace's key, also where the event does not name its enterprise; none of one that came back."""
        keys = {workspace_key(team, enterprise), *self._left.get(team, ())}
        if isinstance(self._workspaces, ManyWorkspaces):
            many = self._workspaces
            keys |= set(await many.keys_of(team))
            return sorted([key for key in keys if at is None or not await many.installed_after(key, at)])
        if team_of(self._workspaces.workspace) == team:
            keys.add(self._workspaces.workspace)
        return sorted(keys)
