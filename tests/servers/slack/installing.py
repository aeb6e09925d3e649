"""How the app comes to workspaces and leaves them."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp

from tests.servers.slack import payloads
from tests.servers.slack.base import Base
from tests.servers.slack.delivery import Delivery
from tests.servers.slack.errors import NotPossible
from tests.servers.slack.state import Installation, User

Json = dict[str, Any]


class Installing(Base):
    def approve(self, user: User, address: str, *, deny: bool = False) -> str:
        """`user` follows `address` (…/oauth/v2/authorize?…) and allows the app.

        Returns the address to which Slack sends the browser back, with code and state (or error=access_denied).
        Raises NotPossible where Slack shows an error page instead.
        """
        asked = {key: values[0] for key, values in parse_qs(urlsplit(address).query).items()}
        app = self.world.app
        if asked.get("client_id") != app.client_id:
            raise NotPossible("Slack's page says: invalid client_id parameter")
        back = asked.get("redirect_uri") or next(iter(app.redirect_uris), "")
        if not any(back.startswith(uri) for uri in app.redirect_uris):
            raise NotPossible(f"Slack's page says: redirect_uri did not match any configured URIs: {back}")
        scopes = [scope for scope in asked.get("scope", "").split(",") if scope]
        if not scopes:
            raise NotPossible("Slack's page says: no scopes requested")
        if deny:
            return f"{back}?{urlencode({'error': 'access_denied', 'state': asked.get('state', '')})}"
        code = self.world.tickets.code(self.world.home_of(user), user, scopes, asked.get("redirect_uri", ""))
        return f"{back}?{urlencode({'code': code.value, 'state': asked.get('state', '')})}"

    async def install(self, user: User, install_url: str) -> tuple[int, str]:
        """The whole way in a browser: the app's own install page, Slack's question, and back.

        Returns the status and text of the app's last page.
        """
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(cookie_jar=jar) as browser:
            async with browser.get(install_url, allow_redirects=False) as answer:
                address = answer.headers.get("Location") or _authorize_link(await answer.text())
            async with browser.get(self.approve(user, address), allow_redirects=False) as answer:
                return answer.status, await answer.text()

    async def uninstall(self, installation: Installation) -> list[Delivery]:
        """An admin removes the app: its token dies, tokens_revoked and app_uninstalled follow."""
        installation.revoked = installation.uninstalled = True
        installation.workspace.installation = None
        installation.user.deleted = True
        return [
            await self._tell_of(installation, {"type": "tokens_revoked", **_tokens(installation)}),
            await self._tell_of(installation, {"type": "app_uninstalled"}),
        ]

    async def revoke(self, installation: Installation) -> list[Delivery]:
        """The bot token is revoked; the last token gone, the app counts as uninstalled."""
        installation.revoked = True
        installation.workspace.installation = None
        return [
            await self._tell_of(installation, {"type": "app_uninstalled"}),
            await self._tell_of(installation, {"type": "tokens_revoked", **_tokens(installation)}),
        ]

    async def _tell_of(self, installation: Installation, told: Json) -> Delivery:
        moment = {"event_ts": f"{self.world.clock.now():.6f}"}
        delivery = Delivery("events_api", payloads.event(self.world, installation, told | moment))
        if told["type"] in self.world.app.subscriptions:
            await self.courier.deliver(delivery)
        return delivery


def _tokens(installation: Installation) -> Json:
    return {"tokens": {"oauth": [], "bot": [installation.user.id]}}


def _authorize_link(page: str) -> str:
    """The link to Slack on an app's install page."""
    for piece in page.split('"'):
        if "/oauth/v2/authorize" in piece:
            return piece.replace("&amp;", "&")
    raise NotPossible("the install page leads nowhere")


class LeavingByApi:
    """apps.uninstall and auth.revoke: the events follow after the call was answered."""

    def __init__(self, installing: Installing) -> None:
        self._installing = installing

    async def revoke(self, installation: Installation) -> None:
        installation.revoked = True
        self._installing.courier.later(self._installing.revoke(installation))

    async def uninstall(self, installation: Installation) -> None:
        installation.revoked = installation.uninstalled = True
        self._installing.courier.later(self._installing.uninstall(installation))
