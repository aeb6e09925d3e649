"""The payloads of commands, interactions and events, in Slack's shape."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from typing import Any

from tests.servers.slack.errors import NotPossible
from tests.servers.slack.messages import Message
from tests.servers.slack.state import Channel, Installation, User, Workspace
from tests.servers.slack.values import interactive
from tests.servers.slack.views import View
from tests.servers.slack.world import World

Json = dict[str, Any]


def installation_for(world: World, user: User, channel: Channel | None = None) -> Installation:
    """Whose app this person meets here: their own workspace's, else that of the channel's workspaces."""
    teams = [user.team_id, *((channel.team_id, *sorted(channel.shared_teams)) if channel else ())]
    for team in teams:
        workspace = world.workspaces[team]
        sees = channel is None or world.seen_from(workspace, channel.id)
        if sees and workspace.installation and not workspace.installation.uninstalled:
            return workspace.installation
    raise NotPossible(f"{user.name} meets no app here: it is installed in none of these workspaces")


def _enterprise(workspace: Workspace) -> Json | None:
    if not workspace.enterprise_id:
        return None
    return {"id": workspace.enterprise_id, "name": "Enterprise"}


def channel_name(channel: Channel) -> str:
    """As commands and interactions name it."""
    return {"im": "directmessage", "private": "privategroup"}.get(channel.kind, channel.name)


def command(world: World, user: User, channel: Channel, name: str, text: str) -> Json:
    workspace = installation_for(world, user, channel).workspace
    address = world.tickets.address(workspace, channel, user, "commands")
    enterprise = _enterprise(workspace) or {}
    named = {"enterprise_id": enterprise["id"], "enterprise_name": enterprise["name"]} if enterprise else {}
    return {
        "token": world.app.verification_token,
        "team_id": workspace.id,
        "team_domain": workspace.domain,
        "channel_id": channel.id,
        "channel_name": channel_name(channel),
        "user_id": user.id,
        "user_name": user.handle,
        "command": name,
        "text": text,
        "api_app_id": world.app.id,
        "is_enterprise_install": "false",
        "response_url": world.base_url + address.path,
        "trigger_id": world.tickets.trigger(workspace, user, channel=channel),
        **named,
    }


def interaction(world: World, kind: str, user: User, workspace: Workspace) -> Json:
    """What all interactive payloads have in common."""
    return {
        "type": kind,
        "token": world.app.verification_token,
        "api_app_id": world.app.id,
        "team": {"id": workspace.id, "domain": workspace.domain},
        "user": {
            "id": user.id,
            "username": user.handle,
            "name": user.handle,
            "team_id": user.team_id,
        },
        "enterprise": _enterprise(workspace),
        "is_enterprise_install": False,
    }


def shortcut(world: World, user: User, callback_id: str) -> Json:
    """A global shortcut: no channel, no response_url."""
    workspace = installation_for(world, user).workspace
    return interaction(world, "shortcut", user, workspace) | {
        "callback_id": callback_id,
        "trigger_id": world.tickets.trigger(workspace, user),
        "action_ts": f"{world.clock.now():.6f}",
    }


def message_action(world: World, user: User, message: Message, callback_id: str) -> Json:
    channel = message.channel
    workspace = installation_for(world, user, channel).workspace
    address = world.tickets.address(workspace, channel, user, "app", None)
    return interaction(world, "message_action", user, workspace) | {
        "callback_id": callback_id,
        "trigger_id": world.tickets.trigger(workspace, user, channel=channel),
        "action_ts": f"{world.clock.now():.6f}",
        "message_ts": message.ts,
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "message": message.json(),
        "response_url": world.base_url + address.path,
    }


def block_actions(world: World, user: User, where: Message | View, action: Json, container: Json) -> Json:
    """A click. `container` says where exactly it happened."""
    if isinstance(where, View):
        shown = interaction(world, "block_actions", user, where.workspace)
        view_id = where.id if where.type == "modal" else None
        trigger = world.tickets.trigger(where.workspace, user, view_id, where.channel)
        return shown | {
            "trigger_id": trigger,
            "container": container,
            "view": where.json(),
            "actions": [action],
        }
    channel = where.channel
    workspace = installation_for(world, user, channel).workspace
    address = world.tickets.address(workspace, channel, user, "actions", where)
    shown = interaction(world, "block_actions", user, workspace) | {
        "trigger_id": world.tickets.trigger(workspace, user, channel=channel),
        "container": container,
        "channel": {"id": channel.id, "name": channel_name(channel)},
        "state": {"values": where.chosen},
        "response_url": world.base_url + address.path,
        "actions": [action],
    }
    # Ephemeral messages come without their content.
    return shown if where.for_user else shown | {"message": where.json()}


def view_event(world: World, kind: str, user: User, view: View) -> Json:
    """view_submission or view_closed."""
    shown = interaction(world, kind, user, view.workspace) | {"view": view.json()}
    if kind == "view_closed":
        return shown | {"is_cleared": False}
    return shown | {
        "trigger_id": world.tickets.trigger(view.workspace, user, view.id, view.channel),
        "response_urls": list(_response_urls(world, user, view)),
    }


def _response_urls(world: World, user: User, view: View) -> Iterator[Json]:
    """One for each picked conversation whose menu asks for it."""
    for block, element in interactive(view.blocks):
        if not element.get("response_url_enabled"):
            continue
        entry = view.chosen[block["block_id"]][element["action_id"]]
        picked = entry.get("selected_conversation") or entry.get("selected_channel")
        if picked and (channel := world.seen_from(view.workspace, picked)):
            address = world.tickets.address(view.workspace, channel, user, "app")
            yield {
                "block_id": block["block_id"],
                "action_id": element["action_id"],
                "channel_id": channel.id,
                "response_url": world.base_url + address.path,
            }


def event(world: World, installation: Installation, told: Json, *, external: bool = False) -> Json:
    """The wrapper of an event."""
    workspace = installation.workspace
    return {
        "token": world.app.verification_token,
        "team_id": workspace.id,
        "context_team_id": workspace.id,
        "context_enterprise_id": workspace.enterprise_id,
        "api_app_id": world.app.id,
        "event": told,
        "type": "event_callback",
        "event_id": world.ids.new("Ev"),
        "event_time": int(world.clock.now()),
        "authorizations": [
            {
                "enterprise_id": workspace.enterprise_id,
                "team_id": workspace.id,
                "user_id": installation.user.id,
                "is_bot": True,
                "is_enterprise_install": False,
            }
        ],
        "is_ext_shared_channel": external,
        "event_context": f"4-{uuid.uuid4().hex}",
    }
