"""users.*, bots.info, team.info, usergroups.list, emoji.list: who and what there is."""

from __future__ import annotations

from typing import Any

from tests.servers.slack.call import Call, method, page
from tests.servers.slack.errors import ApiError
from tests.servers.slack.shapes import bot_json, user_json
from tests.servers.slack.state import User

Json = dict[str, Any]
SLACKBOT = "USLACKBOT"


def _visible(call: Call, user_id: str) -> User:
    user = call.world.person(user_id)
    if user_id == SLACKBOT:
        return User(SLACKBOT, call.workspace.id, "slackbot", "Slackbot", is_bot=False)
    shares = user and any(user.id in channel.members for channel in call.channels())
    if user is None or (user.team_id != call.workspace.id and not shares):
        raise ApiError("user_not_found")
    if user.hidden:
        raise ApiError("user_not_visible")
    return user


@method("users.info", "user", "include_locale", tier=4, scopes="users:read")
async def user_info(call: Call) -> Json:
    return {"user": user_json(call.world, _visible(call, call.text("user")), call.workspace)}


@method("users.list", "", "cursor limit include_locale", tier=2, scopes="users:read")
async def list_users(call: Call) -> Json:
    found, more = page(list(call.workspace.users.values()), call, default=1000)
    return {"members": [user_json(call.world, user, call.workspace) for user in found], **more}


@method("bots.info", "", "bot", tier=3, scopes="users:read")
async def bot_info(call: Call) -> Json:
    bot = call.workspace.bots.get(call.text("bot") or call.app.bot.id)
    if bot is None:
        raise ApiError("bot_not_found")
    return {"bot": bot_json(call.world, bot, call.workspace)}


@method("team.info", "", "team domain", tier=3, scopes="team:read")
async def team_info(call: Call) -> Json:
    workspace = call.workspace
    if call.text("team") not in ("", workspace.id):
        raise ApiError("team_not_found")
    shown = {"id": workspace.id, "name": workspace.name, "domain": workspace.domain}
    icon = {"image_default": True, "image_68": f"{call.world.base_url}/avatars/{workspace.id}_68.png"}
    enterprise = {"enterprise_id": workspace.enterprise_id} if workspace.enterprise_id else {}
    return {"team": shown | {"email_domain": "", "icon": icon} | enterprise}


@method(
    "usergroups.list", "", "include_count include_disabled include_users", tier=2, scopes="usergroups:read"
)
async def list_usergroups(call: Call) -> Json:
    shown = []
    for group in call.workspace.usergroups.values():
        more: Json = {"users": group.members} if call.flag("include_users") else {}
        more |= {"user_count": len(group.members)} if call.flag("include_count") else {}
        fixed = {"id": group.id, "team_id": call.workspace.id, "is_usergroup": True, "date_delete": 0}
        shown.append(fixed | {"name": group.name, "handle": group.handle} | more)
    return {"usergroups": shown}


@method("emoji.list", "", "include_categories cursor limit", tier=2, scopes="emoji:read")
async def list_emoji(call: Call) -> Json:
    return {"emoji": dict(call.workspace.emoji), "cache_ts": f"{call.world.clock.now():.6f}"}


@method("auth.test", "", "", token="any")
async def auth_test(call: Call) -> Json:
    if call.installation is None:
        return {"app_name": call.world.app.name, "app_id": call.world.app.id}
    workspace, user = call.workspace, call.app.user
    shown = {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.name,
        "user": user.handle,
        "team_id": workspace.id,
        "user_id": user.id,
        "bot_id": call.app.bot.id,
        "is_enterprise_install": False,
    }
    return shown | ({"enterprise_id": workspace.enterprise_id} if workspace.enterprise_id else {})


@method("api.test", "", "error foo", token="none")
async def api_test(call: Call) -> Json:
    return {"args": call.args}
