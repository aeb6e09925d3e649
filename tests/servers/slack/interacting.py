"""What people start and click: slash commands, shortcuts, buttons and menus."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from typing import Any

from tests.servers.slack import payloads
from tests.servers.slack.base import Base
from tests.servers.slack.delivery import Delivery
from tests.servers.slack.errors import ApiError, NotPossible
from tests.servers.slack.messages import Message
from tests.servers.slack.state import Channel, User
from tests.servers.slack.tickets import ResponseAddress
from tests.servers.slack.values import PICKED, STATEFUL, elements_of, initial
from tests.servers.slack.values import value_of as chosen_value
from tests.servers.slack.views import View

Json = dict[str, Any]


class Interacting(Base):
    async def slash(
        self,
        user: User,
        channel: Channel,
        command: str,
        text: str = "",
        *,
        thread: Message | str | None = None,
        times: int | None = None,
    ) -> Delivery:
        """A slash command. In a thread Slack refuses it before any app hears of it: NotPossible.

        What the acknowledgement carries is shown as a message: `delivery.message`.
        """
        if thread is not None:
            raise NotPossible(f"{command} is not supported in threads. Sorry!")
        if user.id not in channel.members:
            raise NotPossible(f"{user.name} is not in #{channel.name}")
        commands = self.world.app.commands
        if commands is not None and command not in commands:
            raise NotPossible(f"{command} is not a valid command")
        self._needs("commands", user, channel)
        payload = payloads.command(self.world, user, channel, command, text)
        delivery = await self.courier.deliver(Delivery("slash_commands", payload), times)
        if delivery.response:
            delivery.message = self._answered(delivery)
        return delivery

    async def message_shortcut(
        self, user: User, message: Message, callback_id: str, *, times: int | None = None
    ) -> Delivery:
        """From a message's "More actions"; works wherever the person reads it, member app or not."""
        channel = message.channel
        if channel.is_private and user.id not in channel.members:
            raise NotPossible(f"{user.name} does not see this message")
        if message.for_user or message.is_tombstone:
            raise NotPossible("this message has no shortcuts")
        self._known(callback_id)
        self._needs("commands", user, channel)
        payload = payloads.message_action(self.world, user, message, callback_id)
        return await self.courier.deliver(Delivery("interactive", payload), times)

    async def global_shortcut(self, user: User, callback_id: str, *, times: int | None = None) -> Delivery:
        self._known(callback_id)
        payload = payloads.shortcut(self.world, user, callback_id)
        return await self.courier.deliver(Delivery("interactive", payload), times)

    async def click(
        self,
        user: User,
        where: Message | View,
        action_id: str,
        value: Any = None,
        *,
        block_id: str | None = None,
        confirm: bool = True,
        times: int | None = None,
    ) -> Delivery:
        """A click on a button, or a choice in a menu, of a message, ephemeral, modal or home tab.

        value: which of several buttons with this action_id (by its value); the option's value or text of
        a select, radio or overflow menu, a list of them for checkboxes; a User, Channel or id for a picker;
        text for an input with dispatch_action. confirm=False: the person says no to the dialog, and nothing
        is sent (`declined`). Raises NotPossible when there is no such element for this person.
        """
        self._may_see(user, where)
        block, element, container = self._find(where, action_id, value, block_id)
        delivery = Delivery("interactive", {}, confirm=element.get("confirm"))
        delivery.opened_url = element.get("url")
        if element.get("confirm") and not confirm:
            delivery.failure = "declined"
            return delivery
        action = {"type": element["type"], "action_id": element["action_id"], "block_id": block["block_id"]}
        action |= {"action_ts": f"{self.world.clock.now():.6f}"}
        action |= self._chosen(where, block, element, value)
        delivery.payload = payloads.block_actions(self.world, user, where, action, container)
        return await self.courier.deliver(delivery, times)

    # How it is done

    def _needs(self, scope: str, user: User, channel: Channel) -> None:
        if scope not in payloads.installation_for(self.world, user, channel).scopes:
            raise NotPossible(f"the app has no {scope} scope here")

    def _known(self, callback_id: str) -> None:
        callbacks = self.world.app.callbacks
        if callbacks is not None and callback_id not in callbacks:
            raise NotPossible(f"the app has no shortcut {callback_id}")

    def _answered(self, delivery: Delivery) -> Message | None:
        address: ResponseAddress = self.world.tickets.addresses[delivery.response_url.rpartition("/")[2]]
        try:
            return self.responses.carry_out(address, delivery.response or {})
        except ApiError as error:
            self.world.complain(f"a command was acknowledged with {error.code}: {error.more}")
            return None

    def _may_see(self, user: User, where: Message | View) -> None:
        if isinstance(where, View):
            if where.user is not user or not where.is_open:
                raise NotPossible("this view is not open for this person")
            if where.type == "modal" and self.world.views.tops.get(user.id) is not where:
                raise NotPossible("another modal covers this one")
            return
        if where.deleted:
            raise NotPossible("this message is gone")
        if where.for_user not in (None, user.id) or not where.shown:
            raise NotPossible(f"{user.name} does not see this message")
        if where.channel.is_private and user.id not in where.channel.members:
            raise NotPossible(f"{user.name} does not see this channel")

    def _find(
        self, where: Message | View, action_id: str, value: Any, block_id: str | None
    ) -> tuple[Json, Json, Json]:
        found = [
            (block, element, container)
            for blocks, container in _surfaces(where)
            for block in blocks
            for element in elements_of(block)
            if element.get("action_id") == action_id and block_id in (None, block["block_id"])
        ]
        if len(found) > 1 and value is not None:
            found = [one for one in found if one[1].get("value") == value]
        if len(found) != 1:
            there = [
                element.get("action_id")
                for blocks, _ in _surfaces(where)
                for block in blocks
                for element in elements_of(block)
            ]
            number = "no" if not found else "more than one"
            raise NotPossible(f"{number} element {action_id} (value {value!r}) here; there are {there}")
        return found[0]

    def _chosen(self, where: Message | View, block: Json, element: Json, value: Any) -> Json:
        """What the action carries; also kept as the element's state."""
        kind = element["type"]
        if kind == "button":
            label = {"text": element["text"]}
            return label | ({"value": element["value"]} if "value" in element else {})
        if kind == "overflow":
            return {"selected_option": chosen_value(element, value)["selected_option"]}
        if block["type"] == "input" and not block.get("dispatch_action"):
            raise NotPossible(f"{element['action_id']} is an input of a form: fill it, then submit")
        assert kind in STATEFUL, kind
        before = where.chosen.get(block["block_id"], {}).get(element["action_id"]) or initial(element)
        entry = chosen_value(element, value)
        where.chosen.setdefault(block["block_id"], {})[element["action_id"]] = entry
        shown = {key: child for key, child in entry.items() if key != "type"}
        name = PICKED.get(kind, ("", ""))[0]
        return shown | (
            {f"initial_{name.removeprefix('selected_')}": before[name]} if before.get(name) else {}
        )


def _surfaces(where: Message | View) -> list[tuple[Sequence[Json], Json]]:
    """The blocks that can be clicked, with the container that names each place."""
    if isinstance(where, View):
        return [(where.blocks, {"type": "view", "view_id": where.id})]
    place = {"message_ts": where.ts, "channel_id": where.channel.id, "is_ephemeral": bool(where.for_user)}
    if where.is_reply:
        place["thread_ts"] = where.raw["thread_ts"]
    found: list[tuple[Sequence[Json], Json]] = [(where.blocks, {"type": "message", **place})]
    for attachment in where.attachments:
        more = {"attachment_id": attachment["id"], "is_app_unfurl": bool(attachment.get("is_app_unfurl"))}
        if "app_unfurl_url" in attachment:
            more["app_unfurl_url"] = attachment["app_unfurl_url"]
        blocks = copy.deepcopy(attachment.get("blocks") or [])
        found.append((blocks, {"type": "message_attachment", **place, **more}))
    return found
