"""What people do with the bot: commands, menus, buttons, selects and modals, as their client allows."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from tests.servers.discord.asking import Value, check_may_use, command_data, find_command, resolve
from tests.servers.discord.components import BUTTON, LINK, SELECT, SELECTS, walk
from tests.servers.discord.errors import Json, Refused
from tests.servers.discord.filling import modal_data
from tests.servers.discord.interaction import Asked, Interaction
from tests.servers.discord.limits import FILE_LIMIT
from tests.servers.discord.message_payloads import message_json
from tests.servers.discord.model import Channel, Message, Role, User
from tests.servers.discord.payloads import member_in_channel_json, partial_channel_json, user_json
from tests.servers.discord.permissions import may_view, permissions
from tests.servers.discord.rest_commands import MESSAGE_MENU, SLASH
from tests.servers.discord.threads import settle

if TYPE_CHECKING:
    from tests.servers.discord.gateway import Gateway
    from tests.servers.discord.world import World


class People:
    """Every method raises Refused where Discord's client would not let the person do it, and
    delivers its event `times` times otherwise.
    """

    def __init__(self, world: World, gateway: Gateway) -> None:
        self._world, self._gateway = world, gateway
        self.interactions: list[Interaction] = []
        """All so far, in order."""

    async def slash(
        self,
        user: User,
        channel: Channel,
        name: str,
        options: Mapping[str, Value] | None = None,
        *,
        subcommand: str = "",
        times: int = 1,
    ) -> Interaction:
        """`/name subcommand`, with `options` by their names; users, roles and channels as themselves."""
        settle(self._world, channel)
        command = find_command(self._world, channel, SLASH, name)
        check_may_use(user, channel, command, typing=True)
        data = command_data(self._world, user, channel, command, subcommand, options or {})
        return self._send(Asked.COMMAND, user, channel, data, times=times)

    async def autocomplete(
        self,
        user: User,
        channel: Channel,
        name: str,
        options: Mapping[str, Value],
        *,
        focused: str,
        subcommand: str = "",
        timeout: float = 3,
    ) -> list[Json]:
        """What is offered while the option `focused` is typed: a list of `name` and `value`."""
        command = find_command(self._world, channel, SLASH, name)
        check_may_use(user, channel, command, typing=True)
        data = command_data(self._world, user, channel, command, subcommand, options, focused)
        interaction = self._send(Asked.AUTOCOMPLETE, user, channel, data)
        await interaction.acked(timeout)
        return interaction.choices or []

    async def message_menu(
        self, user: User, channel: Channel, message: Message, name: str, *, times: int = 1
    ) -> Interaction:
        """Apps > `name` on a message. The bot gets the message with its content in any case."""
        settle(self._world, channel)
        command = find_command(self._world, channel, MESSAGE_MENU, name)
        check_may_use(user, channel, command, typing=False)
        if message.channel is not channel or message.deleted or message.seen_by:
            raise Refused("This message does not stand here.")
        target = message_json(self._world, message, uncovered=True)
        data: Json = {
            "id": str(command.id),
            "name": name,
            "type": MESSAGE_MENU,
            "target_id": str(message.id),
            "resolved": {"messages": {str(message.id): target}},
        }
        if command.guild_id:
            data["guild_id"] = str(command.guild_id)
        return self._send(Asked.COMMAND, user, channel, data, times=times)

    async def click(self, user: User, message: Message, button: str, *, times: int = 1) -> Interaction:
        """Presses the button with this custom id or label."""
        self._check_sees(user, message)
        found = _button(message, button)
        if found.get("disabled"):
            raise Refused(f"The button {button!r} is disabled.")
        if found.get("style") == LINK:
            raise Refused(f"The button {button!r} opens {found['url']} in the browser.")
        data = {"custom_id": found["custom_id"], "component_type": BUTTON, "id": found["id"]}
        return self._send(Asked.COMPONENT, user, message.channel, data, source=message, times=times)

    async def select(
        self,
        user: User,
        message: Message,
        custom_id: str,
        values: Sequence[str | User | Role | Channel],
        *,
        times: int = 1,
    ) -> Interaction:
        """Chooses in a select; `values` as their values or labels, or the people, roles, channels."""
        self._check_sees(user, message)
        found = next(
            (c for c in walk(message.components) if c.get("custom_id") == custom_id and c["type"] in SELECTS),
            None,
        )
        if found is None or found.get("disabled"):
            raise Refused(f"There is no select {custom_id!r} to use.")
        chosen, resolved = _chosen(self._world, user, found, values, message.channel)
        data: Json = {
            "custom_id": custom_id,
            "component_type": found["type"],
            "id": found["id"],
            "values": chosen,
        }
        data |= {"resolved": resolved} if resolved else {}
        return self._send(Asked.COMPONENT, user, message.channel, data, source=message, times=times)

    async def submit_modal(
        self,
        user: User,
        opened: Interaction,
        values: Mapping[str, str | bool | Sequence[str]] | None = None,
        *,
        times: int = 1,
    ) -> Interaction:
        """Sends the modal that `opened` opened, with `values` by custom id; what is not named stays
        as the bot filled it in.
        """
        if opened.modal is None:
            raise Refused("No modal is open.")
        if user is not opened.user:
            raise Refused("This modal is open for somebody else.")
        data = modal_data(opened.modal, values or {})
        return self._send(Asked.MODAL, user, opened.channel, data, source=opened.source, times=times)

    def again(self, interaction: Interaction, times: int = 1) -> None:
        """Delivers an interaction once more, as after a resume."""
        self._gateway.deliver("INTERACTION_CREATE", interaction.payload, interaction.channel.guild, times)

    def _check_sees(self, user: User, message: Message) -> None:
        if message.deleted:
            raise Refused("This message was deleted.")
        if message.seen_by not in (None, user) or not may_view(user, message.channel):
            raise Refused(f"{user.name} does not see this message.")

    def _send(
        self,
        kind: Asked,
        user: User,
        channel: Channel,
        data: Json,
        *,
        source: Message | None = None,
        times: int = 1,
    ) -> Interaction:
        world = self._world
        token = secrets.token_urlsafe(120)
        made = Interaction(world, world.ids.next(), token, kind, user, channel, {}, world.now(), source)
        made.payload = self._payload(made, data)
        world.interactions[token] = made
        self.interactions.append(made)
        made.delivered = self._gateway.deliver("INTERACTION_CREATE", made.payload, channel.guild, times)
        world.changes.tell()
        return made

    def _payload(self, made: Interaction, data: Json) -> Json:
        world, channel, guild = self._world, made.channel, made.channel.guild
        payload: Json = {
            "id": str(made.id),
            "application_id": str(world.app.id),
            "type": int(made.kind),
            "token": made.token,
            "version": 1,
            "data": data,
            "channel_id": str(channel.id),
            "channel": partial_channel_json(world, channel, made.user),
            "app_permissions": str(int(permissions(world.bot, channel))),
            "locale": made.user.locale,
            "entitlements": [],
            "entitlement_sku_ids": [],
            "authorizing_integration_owners": {"0": str(guild.id) if guild else "0"},
            "context": 0 if guild else 1,
            "attachment_size_limit": FILE_LIMIT,
        }
        if made.source is not None:
            payload["message"] = message_json(world, made.source)
        if guild is None:
            return payload | {"user": user_json(made.user)}
        return payload | {
            "guild_id": str(guild.id),
            "guild": {"id": str(guild.id), "locale": guild.locale, "features": []},
            "guild_locale": guild.locale,
            "member": member_in_channel_json(guild.members[made.user.id], channel),
        }


def _button(message: Message, name: str) -> Json:
    buttons = [c for c in walk(message.components) if c["type"] == BUTTON]
    for found in buttons:
        if name in (found.get("custom_id"), found.get("label")):
            return found
    raise Refused(f"There is no button {name!r}, only {[b.get('label') for b in buttons]}.")


def _chosen(
    world: World, user: User, select: Json, values: Sequence[str | User | Role | Channel], channel: Channel
) -> tuple[list[str], Json]:
    if not select.get("min_values", 1) <= len(values) <= select.get("max_values", 1):
        raise Refused(f"{len(values)} cannot be chosen here.")
    resolved: Json = {}
    if select["type"] != SELECT:
        for value in values:
            resolve(world, channel.guild, value, resolved, user)
        return [value if isinstance(value, str) else str(value.id) for value in values], resolved
    chosen = []
    for value in values:
        found = [o["value"] for o in select["options"] if value in (o["value"], o["label"])]
        if not found:
            raise Refused(f"{value!r} is not offered, only {[o['label'] for o in select['options']]}.")
        chosen.append(found[0])
    return chosen, resolved
