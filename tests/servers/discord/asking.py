"""What Discord's own client checks and sends when a person uses a command: nothing wrong leaves it."""

from __future__ import annotations

from collections.abc import Mapping

from tests.servers.discord.errors import Json, Refused
from tests.servers.discord.model import FORUMS, Channel, Guild, Kind, Role, User
from tests.servers.discord.payloads import member_json, partial_channel_json, role_json, user_json
from tests.servers.discord.permissions import Can, base, may, may_send
from tests.servers.discord.rest_commands import GROUP, SUBCOMMAND
from tests.servers.discord.world import Command, World

STRING, INTEGER, BOOLEAN, USER, CHANNEL, ROLE, MENTIONABLE, NUMBER = 3, 4, 5, 6, 7, 8, 9, 10

Value = str | int | float | bool | User | Role | Channel


def find_command(world: World, channel: Channel, kind: int, name: str) -> Command:
    """The server's own command goes before the global one. Raises Refused where none is offered."""
    guild_id = channel.guild.id if channel.guild else None
    for wanted in (guild_id, None):
        for command in world.commands.values():
            if (command.kind, command.name, command.guild_id) != (kind, name, wanted):
                continue
            contexts = command.payload.get("contexts")
            if contexts is not None and (0 if channel.guild else 1) not in contexts:
                continue
            return command
    raise Refused(f"No command {name!r} is offered here; is it registered?")


def check_may_use(user: User, channel: Channel, command: Command, *, typing: bool) -> None:
    """`typing`: the command is typed into the message box, which must be open to the person."""
    if channel.is_thread and channel.thread.archived:
        raise Refused("In an archived thread no command can be used.")
    if not may(user, channel, Can.VIEW_CHANNEL):
        raise Refused(f"{user.name} does not see this channel.")
    if not may(user, channel, Can.USE_APPLICATION_COMMANDS):
        raise Refused(f"{user.name} may not use commands here.")
    if typing and channel.kind in FORUMS | {Kind.CATEGORY}:
        raise Refused("There is no box for a command in such a channel.")
    if typing and not may_send(user, channel):
        raise Refused(f"{user.name} cannot write here, so there is no box for a command.")
    if typing and channel.is_thread and channel.thread.locked and not may(user, channel, Can.MANAGE_THREADS):
        raise Refused("This thread is locked.")
    needed = command.payload.get("default_member_permissions")
    if needed is not None and channel.guild:
        member = channel.guild.members[user.id]
        if not base(channel.guild, member) & Can.ADMINISTRATOR and (
            int(needed) == 0 or base(channel.guild, member) & int(needed) != int(needed)
        ):
            raise Refused(f"{user.name} is not offered {command.name!r}.")


def leaf(command: Command, subcommand: str) -> tuple[list[str], list[Json]]:
    """Follows "group name" down to the options that are filled in."""
    options: list[Json] = command.payload.get("options") or []
    path = subcommand.split()
    for name in path:
        found = next((o for o in options if o["name"] == name and o["type"] in (SUBCOMMAND, GROUP)), None)
        if found is None:
            raise Refused(f"{command.name!r} has no subcommand {name!r}.")
        options = found.get("options") or []
    if any(option["type"] in (SUBCOMMAND, GROUP) for option in options):
        raise Refused(f"{command.name!r} needs a subcommand.")
    return path, options


def command_data(
    world: World,
    user: User,
    channel: Channel,
    command: Command,
    subcommand: str,
    values: Mapping[str, Value],
    focused: str | None = None,
) -> Json:
    """`data` of the interaction. With `focused` it is still being typed: nothing is required then."""
    path, known = leaf(command, subcommand)
    by_name = {option["name"]: option for option in known}
    resolved: Json = {}
    filled = []
    for name, value in values.items():
        if name not in by_name:
            raise Refused(f"{command.name!r} has no option {name!r}.")
        if name == focused:
            filled.append({"name": name, "type": by_name[name]["type"], "value": str(value), "focused": True})
            continue
        if focused is None:
            check_value(by_name[name], value)
        filled.append({"name": name, "type": by_name[name]["type"], "value": plain(value)})
        resolve(world, channel.guild, value, resolved, user)
    missing = [o["name"] for o in known if o.get("required") and o["name"] not in values]
    if missing and focused is None:
        raise Refused(f"{command.name!r} needs {', '.join(missing)}.")
    for depth, name in enumerate(reversed(path)):
        filled = [{"name": name, "type": SUBCOMMAND if depth == 0 else GROUP, "options": filled}]
    made: Json = {"id": str(command.id), "name": command.name, "type": command.kind, "options": filled}
    if command.guild_id:
        made["guild_id"] = str(command.guild_id)
    return made | {"resolved": resolved} if resolved else made


def check_value(option: Json, value: Value) -> None:
    kind, name = option["type"], option["name"]
    fitting: dict[int, type | tuple[type, ...]] = {
        STRING: str,
        INTEGER: int,
        BOOLEAN: bool,
        USER: User,
        CHANNEL: Channel,
        ROLE: Role,
        MENTIONABLE: (User, Role),
        NUMBER: (int, float),
    }
    wanted = fitting[kind]
    if not isinstance(value, wanted) or (kind in (INTEGER, NUMBER) and isinstance(value, bool)):
        raise Refused(f"{value!r} does not fit the option {name!r}.")
    choices = [choice["value"] for choice in option.get("choices") or []]
    if choices and value not in choices:
        raise Refused(f"{name!r} offers {choices}, not {value!r}.")
    types = option.get("channel_types")
    if isinstance(value, Channel) and types and int(value.kind) not in types:
        raise Refused(f"{name!r} offers no channel of type {int(value.kind)}.")
    if isinstance(value, str) and not option.get("min_length", 0) <= len(value) <= option.get(
        "max_length", 6000
    ):
        raise Refused(f"{name!r} has a wrong length.")
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        least, most = option.get("min_value", value), option.get("max_value", value)
        if not least <= value <= most:
            raise Refused(f"{name!r} must be between {least} and {most}.")


def plain(value: Value) -> str | int | float | bool:
    return str(value.id) if isinstance(value, (User, Role, Channel)) else value


def resolve(world: World, guild: Guild | None, value: Value, into: Json, viewer: User) -> None:
    """Adds what an id stands for, as `viewer` sees it."""
    if isinstance(value, User):
        into.setdefault("users", {})[str(value.id)] = user_json(value)
        member = guild and guild.member(value)
        if member:
            into.setdefault("members", {})[str(value.id)] = {
                **member_json(member, with_user=False),
                "permissions": str(int(base(member.guild, member))),
            }
    elif isinstance(value, Role):
        into.setdefault("roles", {})[str(value.id)] = role_json(value)
    elif isinstance(value, Channel):
        into.setdefault("channels", {})[str(value.id)] = partial_channel_json(world, value, viewer)
