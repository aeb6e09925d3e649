"""apps.connections.open, oauth.v2.access, auth.revoke, apps.uninstall: how the app comes and goes."""

from __future__ import annotations

import secrets
from typing import Any

from tests.servers.slack.call import Call, method
from tests.servers.slack.errors import ApiError

Json = dict[str, Any]


@method("apps.connections.open", token="app")
async def connections_open(call: Call) -> Json:
    if not call.world.app.socket_mode:
        raise ApiError("not_allowed")
    ticket = secrets.token_urlsafe(16)
    call.world.socket_tickets.add(ticket)
    address = call.world.base_url.replace("http", "ws", 1)
    return {"url": f"{address}/link?ticket={ticket}&app_id={call.world.app.id}"}


@method(
    "oauth.v2.access", "", "client_id client_secret code redirect_uri grant_type refresh_token", token="none"
)
async def access(call: Call) -> Json:
    app = call.world.app
    name, secret = call.client or (call.text("client_id"), call.text("client_secret"))
    if name != app.client_id:
        raise ApiError("invalid_client_id")
    if secret != app.client_secret:
        raise ApiError("bad_client_secret")
    code = call.world.tickets.redeem(call.text("code"), call.text("redirect_uri") or None)
    made = call.world.install(code.workspace, scopes=code.scopes, by=code.user)
    enterprise = code.workspace.enterprise_id
    return {
        "app_id": app.id,
        "authed_user": {"id": code.user.id},
        "scope": ",".join(made.scopes),
        "token_type": "bot",
        "access_token": made.token,
        "bot_user_id": made.user.id,
        "team": {"id": code.workspace.id, "name": code.workspace.name},
        "enterprise": {"id": enterprise, "name": "Enterprise"} if enterprise else None,
        "is_enterprise_install": False,
    }


@method("auth.revoke", "", "test")
async def revoke(call: Call) -> Json:
    if not call.flag("test"):
        await call.world.comings.revoke(call.app)
    return {"revoked": not call.flag("test")}


@method("apps.uninstall", "client_id client_secret")
async def uninstall(call: Call) -> Json:
    app = call.world.app
    if call.text("client_id") != app.client_id:
        raise ApiError("invalid_client_id")
    if call.text("client_secret") != app.client_secret:
        raise ApiError("bad_client_secret")
    await call.world.comings.uninstall(call.app)
    return {}
