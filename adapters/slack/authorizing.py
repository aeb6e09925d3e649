"""Slack's own framework for apps, made to use only what it is given, and to know each request's workspace."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Iterator
from contextlib import contextmanager

from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.context.async_context import AsyncBoltContext

from adapters.slack import words
from adapters.slack.clients import Clients, Identity
from adapters.slack.identity import enterprise_of, team_of, workspace_key
from adapters.slack.listeners import WORKSPACE
from adapters.slack.quiet import quiet_logger
from adapters.slack.workspaces import ManyWorkspaces, OneWorkspace
from bot.platforms import NotAllowed, PlatformError

_VARIABLES = "SLACK_"
_QUICKLY = 1.5
"""Seconds, of the three that Slack waits for an acknowledgement."""


def make_app(clients: Clients, workspaces: OneWorkspace | ManyWorkspaces) -> AsyncApp:
    """An app without listeners. It verifies no signatures: `http.EventsDoor` has done that."""
    identities = Identities(clients)

    async def authorize(
        context: AsyncBoltContext, enterprise_id: str | None, team_id: str | None
    ) -> AuthorizeResult | None:
        """Which installation a request belongs to; None where there is none."""
        for key in await keys_of(clients, workspaces, team_id or "", enterprise_id):
            ours = await identities.of(key)
            if ours is None:
                continue
            context[WORKSPACE] = key
            return AuthorizeResult(
                enterprise_id=enterprise_of(key),
                team_id=team_of(key),
                bot_user_id=ours.user,
                bot_id=ours.bot,
            )
        return None

    client = clients.client("")
    client.token = None
    with _only_what_is_given():
        return AsyncApp(
            name="threadlink.slack",
            logger=quiet_logger(),
            client=client,
            authorize=authorize,  # type: ignore[arg-type]
            signing_secret="",
            request_verification_enabled=False,
            ssl_check_enabled=False,
            attaching_conversation_kwargs_enabled=False,
            user_facing_authorize_error_message=words.NOT_INSTALLED,
        )


class Identities:
    """Our bot in each workspace, told in time for an acknowledgement: what Slack does not tell again at once is
    taken as it was.
    """

    def __init__(self, clients: Clients) -> None:
        self._clients = clients
        self._known: dict[str, Identity] = {}

    async def of(self, key: str) -> Identity | None:
        """None where the app is not installed. Raises PlatformError where that is not known."""
        try:
            async with asyncio.timeout(_QUICKLY):
                found = await self._clients.identity_of(key)
        except NotAllowed:
            self._known.pop(key, None)
            return None
        except (PlatformError, TimeoutError):
            if key not in self._known:
                raise
            return self._known[key]
        self._known[key] = found
        return found


async def keys_of(
    clients: Clients, workspaces: OneWorkspace | ManyWorkspaces, team: str, enterprise: str | None
) -> list[str]:
    """Under which keys the installation of a team may be kept, most likely first."""
    if isinstance(workspaces, OneWorkspace):
        own = await workspaces.learn(clients)
        return [own] if team_of(own) == team else []
    exact = workspace_key(team, enterprise)
    return [exact, *(key for key in await workspaces.keys_of(team) if key != exact)]


@contextmanager
def _only_what_is_given() -> Iterator[None]:
    """The framework takes tokens and secrets from the environment, too, and with SLACK_CLIENT_ID there it turns
    to files of its own for them, whatever it was given.
    """
    hidden = {name: os.environ.pop(name) for name in list(os.environ) if name.startswith(_VARIABLES)}
    try:
        yield
    finally:
        os.environ.update(hidden)
