"""How workspaces install the app by themselves: OAuth v2, two addresses in a browser.

The state that comes back is a ticket that works once, for a few minutes, and only in the browser that
got it. docs.slack.dev/authentication/installing-with-oauth
"""

from __future__ import annotations

import hmac
from http import HTTPStatus
from urllib.parse import urlencode, urlsplit

import structlog
from aiohttp import web
from slack_sdk.oauth.installation_store import Installation

from adapters.slack import words_dialog as words
from adapters.slack.clients import Clients
from adapters.slack.config import SlackConfig
from adapters.slack.errors import FAILURES
from adapters.slack.identity import enterprise_of, team_of
from adapters.slack.names import INSTALL_PATH, REDIRECT_PATH
from adapters.slack.render_page import PAGE_HEADERS, page
from adapters.slack.scopes import all_scopes
from adapters.slack.workspaces import ManyWorkspaces
from bot.installations import TICKET_LIFE, Installations
from bot.platforms import PlatformError

log = structlog.get_logger(__name__)

COOKIE = "threadlink_slack_install"
_LONGEST = 500
"""Characters of a state or code that is looked at; Slack's codes have some 80."""


class OAuthDoor:
    """GET /slack/install and /slack/oauth_redirect."""

    def __init__(
        self,
        config: SlackConfig,
        clients: Clients,
        installations: Installations,
        workspaces: ManyWorkspaces,
    ) -> None:
        self._config = config
        self._clients = clients
        self._tickets = installations
        self._workspaces = workspaces
        self._redirect = f"{config.base_url}{REDIRECT_PATH}"
        self._secure = config.base_url.startswith("https://")
        self._path = f"{urlsplit(config.base_url).path}/slack"

    def mount(self, app: web.Application) -> None:
        # A HEAD must not make a ticket, nor use one up.
        app.router.add_get(INSTALL_PATH, self.install, allow_head=False)
        app.router.add_get(REDIRECT_PATH, self.redirected, allow_head=False)

    async def install(self, _request: web.Request) -> web.StreamResponse:
        """Sends the browser to Slack, which asks its person."""
        ticket = await self._tickets.issue_ticket()
        asked = {
            "client_id": self._config.client_id,
            "scope": ",".join(scope.name for scope in all_scopes(self._config)),
            "redirect_uri": self._redirect,
            "state": ticket,
        }
        address = f"{authorize_url(self._config.api_url)}?{urlencode(asked)}"
        response = web.Response(status=HTTPStatus.FOUND, headers={**PAGE_HEADERS, "Location": address})
        self._set_cookie(response, ticket, int(TICKET_LIFE.total_seconds()))
        return response

    async def redirected(self, request: web.Request) -> web.StreamResponse:
        """The browser comes back, with a code that Slack changes for a token."""
        query = request.query
        if "error" in query:
            return self._failed(words.INSTALL_DECLINED, HTTPStatus.OK)
        state, code = query.get("state", ""), query.get("code", "")
        mine = _same(state, request.cookies.get(COOKIE, ""))
        if not state or len(state) > _LONGEST or not mine or not await self._tickets.redeem_ticket(state):
            return self._failed(words.INSTALL_TOO_OLD, HTTPStatus.BAD_REQUEST)
        if not code or len(code) > _LONGEST:
            return self._failed(words.INSTALL_INCOMPLETE, HTTPStatus.BAD_REQUEST)
        try:
            team = await self._keep(code)
        except (*FAILURES, PlatformError, ValueError, KeyError) as failed:
            log.warning("slack.not_installed", error=type(failed).__name__)
            return self._failed(words.INSTALL_FAILED, HTTPStatus.BAD_GATEWAY)
        return self._answer(page(words.INSTALLED, words.INSTALLED_IN.format(team=team)), HTTPStatus.OK)

    async def _keep(self, code: str) -> str:
        """Keeps what Slack gives for `code`; returns the workspace's name. Raises ValueError for what is no
        installation in one workspace.
        """
        answer = await self._clients.client("").oauth_v2_access(
            client_id=self._config.client_id,
            client_secret=self._config.client_secret,
            code=code,
            redirect_uri=self._redirect,
        )
        token = answer["access_token"]
        if answer.get("token_type") != "bot" or answer.get("is_enterprise_install"):
            raise ValueError("not installed in one workspace")
        known = await self._clients.identify(token)
        await self._workspaces.async_save(
            Installation(
                app_id=answer.get("app_id"),
                enterprise_id=enterprise_of(known.workspace),
                team_id=team_of(known.workspace),
                team_name=known.name,
                bot_token=token,
                bot_id=known.bot,
                bot_user_id=known.user,
                bot_scopes=sorted(known.scopes),
                user_id=(answer.get("authed_user") or {}).get("id") or "",
            )
        )
        self._clients.forget(known.workspace)
        log.info("slack.installed", workspace=known.workspace)
        return known.name

    def _failed(self, text: str, status: HTTPStatus) -> web.Response:
        again = (f"{self._config.base_url}{INSTALL_PATH}", words.INSTALL_AGAIN)
        return self._answer(page(words.NOT_INSTALLED_TITLE, text, again), status)

    def _answer(self, html: str, status: HTTPStatus) -> web.Response:
        response = web.Response(status=status, text=html, content_type="text/html", headers=PAGE_HEADERS)
        self._set_cookie(response, "", 0)
        return response

    def _set_cookie(self, response: web.Response, value: str, seconds: int) -> None:
        """Lax, because the browser comes back by a link on Slack's page."""
        response.set_cookie(
            COOKIE,
            value,
            max_age=seconds,
            path=self._path,
            secure=self._secure,
            httponly=True,
            samesite="Lax",
        )


def authorize_url(api_url: str) -> str:
    """Where Slack asks its people, next to its API: on slack.com for slack.com."""
    parts = urlsplit(api_url)
    return f"{parts.scheme}://{parts.netloc}/oauth/v2/authorize"


def _same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode("utf-8", "replace"), other.encode("utf-8", "replace"))
