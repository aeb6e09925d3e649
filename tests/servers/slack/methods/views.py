"""views.open, push, update, publish."""

from __future__ import annotations

from typing import Any

from tests.servers.slack.blocks import check_view
from tests.servers.slack.call import Call, method
from tests.servers.slack.errors import ApiError, bad_arguments

Json = dict[str, Any]


def _spec(call: Call, kind: str = "modal") -> Json:
    view = call.object("view", "invalid_arguments")
    check_view(view, kind)
    return dict(view)


@method("views.open", "view", "trigger_id interactivity_pointer", tier=4)
async def open_view(call: Call) -> Json:
    if not call.text("trigger_id"):
        raise bad_arguments("missing required field: trigger_id")
    spec = _spec(call)
    trigger = call.world.tickets.exchange(call.text("trigger_id"), call.workspace)
    return {"view": call.world.views.open(trigger, spec).json()}


@method("views.push", "view", "trigger_id interactivity_pointer", tier=4)
async def push_view(call: Call) -> Json:
    spec = _spec(call)
    trigger = call.world.tickets.exchange(call.text("trigger_id"), call.workspace)
    top = call.world.views.tops.get(trigger.user_id)
    if trigger.view_id is None or top is None:
        # Only a trigger from inside the modal pushes.
        raise ApiError("not_found")
    return {"view": call.world.views.push(top, spec).json()}


@method("views.update", "view", "view_id external_id hash", tier=4)
async def update_view(call: Call) -> Json:
    if bool(call.text("view_id")) == bool(call.text("external_id")):
        raise bad_arguments("exactly one of view_id and external_id is needed")
    found = call.world.views.find(call.workspace, call.text("view_id"), call.text("external_id"))
    if found is None:
        raise ApiError("not_found")
    spec = _spec(call, found.type)
    if call.text("hash") and call.text("hash") != found.hash:
        raise ApiError("hash_conflict")
    return {"view": call.world.views.update(found, spec).json()}


@method("views.publish", "user_id view", "hash interactivity_pointer", tier=4)
async def publish(call: Call) -> Json:
    if not call.world.app.home_enabled:
        raise ApiError("not_enabled")
    user = call.workspace.users.get(call.text("user_id"))
    if user is None or user.is_bot:
        raise bad_arguments("invalid user_id [json-pointer:/user_id]")
    spec = _spec(call, "home")
    home = call.world.views.homes.get(user.id)
    if call.text("hash") and home and call.text("hash") != home.hash:
        raise ApiError("hash_conflict")
    return {"view": call.world.views.publish(call.workspace, user, spec).json()}
