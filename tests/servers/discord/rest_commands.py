"""REST: application commands, registered globally or for one server, with their limits."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.servers.discord.calls import Call, Route, route
from tests.servers.discord.errors import ApiError, Form, Json, unknown
from tests.servers.discord.world import Command

if TYPE_CHECKING:
    from tests.servers.discord.world import World

SLASH, USER_MENU, MESSAGE_MENU = 1, 2, 3
MOST = {SLASH: 100, USER_MENU: 15, MESSAGE_MENU: 15}
SUBCOMMAND, GROUP, STRING, CHANNEL = 1, 2, 3, 7
NAME = re.compile(r"^[-_'\w]{1,32}$")


class CommandsApi:
    def __init__(self, world: World) -> None:
        self._world = world
        self.syncs = 0
        """How often a whole list of commands was put."""

    def routes(self) -> list[Route]:
        made = []
        for where in ("", "/guilds/{guild_id}"):
            base = "/applications/{application_id}" + where + "/commands"
            one = base + "/{command_id}"
            made += [
                route("GET", base, self.all),
                route("PUT", base, self.replace),
                route("POST", base, self.create),
                route("GET", one, self.get),
                route("PATCH", one, self.edit),
                route("DELETE", one, self.delete),
            ]
        return made

    def all(self, call: Call) -> list[Json]:
        return [self._json(command) for command in self._those(call)]

    def replace(self, call: Call) -> list[Json]:
        """Puts the whole list; a command that keeps its name and type keeps its id."""
        if not isinstance(call.body, list):
            raise ApiError(400, 50035, "Invalid Form Body")
        before = {(c.kind, c.name): c for c in self._those(call)}
        payloads = call.body
        form = Form()
        for kind, most in MOST.items():
            if sum(p.get("type", 1) == kind for p in payloads) > most:
                raise ApiError(400, 30032, f"Maximum number of application commands reached ({most}).")
        names = [(p.get("type", 1), p.get("name")) for p in payloads]
        for i, payload in enumerate(payloads):
            check_command(form, str(i), payload)
            if names.index(names[i]) != i:
                form.wrong(
                    f"{i}.name",
                    "APPLICATION_COMMANDS_DUPLICATE_NAME",
                    "Application command names must be unique",
                )
        form.check()
        for old in before.values():
            del self._world.commands[old.id]
        for payload in payloads:
            known = before.get((payload.get("type", 1), payload["name"]))
            self._keep(call, payload, known)
        self.syncs += 1
        return self.all(call)

    def create(self, call: Call) -> Json:
        form = Form()
        check_command(form, "command", call.json)
        form.check()
        same = [
            c for c in self._those(call) if (c.kind, c.name) == (call.json.get("type", 1), call.json["name"])
        ]
        return self._json(self._keep(call, call.json, same[0] if same else None))

    def get(self, call: Call) -> Json:
        return self._json(self._one(call))

    def edit(self, call: Call) -> Json:
        command = self._one(call)
        payload = command.payload | call.json
        form = Form()
        check_command(form, "command", payload)
        form.check()
        return self._json(self._keep(call, payload, command))

    def delete(self, call: Call) -> None:
        del self._world.commands[self._one(call).id]
        self._world.changes.tell()

    def _keep(self, call: Call, payload: Json, known: Command | None) -> Command:
        command_id = known.id if known else self._world.ids.next()
        made = Command(command_id, payload, call.ids.get("guild_id"), self._world.ids.next())
        self._world.commands[made.id] = made
        return made

    def _those(self, call: Call) -> list[Command]:
        if call.ids["application_id"] != self._world.app.id:
            raise ApiError(403, 20012, "You are not authorized to perform this action on this application")
        guild_id = call.ids.get("guild_id")
        if guild_id is not None:
            guild = self._world.guilds.get(guild_id)
            if guild is None or self._world.bot.id not in guild.members:
                raise ApiError(403, 50001, "Missing Access")
        return [c for c in self._world.commands.values() if c.guild_id == guild_id]

    def _one(self, call: Call) -> Command:
        found = next((c for c in self._those(call) if c.id == call.ids["command_id"]), None)
        if found is None:
            raise unknown("application command", 10063)
        return found

    def _json(self, command: Command) -> Json:
        payload = command.payload
        made: Json = {
            "id": str(command.id),
            "application_id": str(self._world.app.id),
            "version": str(command.version),
            "type": command.kind,
            "name": command.name,
            "name_localizations": payload.get("name_localizations"),
            "description": payload.get("description", ""),
            "description_localizations": payload.get("description_localizations"),
            "default_member_permissions": payload.get("default_member_permissions"),
            "nsfw": payload.get("nsfw", False),
            "integration_types": payload.get("integration_types", [0]),
            "contexts": payload.get("contexts"),
            "dm_permission": payload.get("dm_permission", True),
        }
        if payload.get("options"):
            made["options"] = payload["options"]
        if command.guild_id is not None:
            made["guild_id"] = str(command.guild_id)
        return made


def check_command(form: Form, path: str, command: Json) -> None:
    kind, name = command.get("type", 1), command.get("name")
    form.too_long(f"{path}.name", name, 32, least=1)
    if kind == SLASH:
        if isinstance(name, str) and (not NAME.match(name) or name != name.lower()):
            form.wrong(f"{path}.name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
        form.too_long(f"{path}.description", command.get("description"), 100, least=1)
        _check_options(form, path, command.get("options") or [])
        if _size(command) > 8000:
            form.wrong(path, "APPLICATION_COMMAND_TOO_LARGE", "Command exceeds maximum size (8000)")
    elif kind in (USER_MENU, MESSAGE_MENU):
        for key in ("description", "options"):
            if command.get(key):
                text = "Context menu commands cannot have description or options"
                form.wrong(f"{path}.{key}", "APPLICATION_COMMAND_CONTEXT_MENU_INVALID_PARAMS", text)
    else:
        form.wrong(f"{path}.type", "BASE_TYPE_CHOICES", "Value must be one of (1, 2, 3, 4).")


def _check_options(form: Form, path: str, options: list[Json]) -> None:
    form.too_many(f"{path}.options", options, 25)
    optional_seen = False
    for i, option in enumerate(options):
        where = f"{path}.options.{i}"
        name = option.get("name")
        form.too_long(f"{where}.name", name, 32, least=1)
        if isinstance(name, str) and (not NAME.match(name) or name != name.lower()):
            form.wrong(f"{where}.name", "APPLICATION_COMMAND_INVALID_NAME", "Command name is invalid")
        form.too_long(f"{where}.description", option.get("description"), 100, least=1)
        if option.get("type") in (SUBCOMMAND, GROUP):
            _check_options(form, where, option.get("options") or [])
            continue
        if option.get("required") and optional_seen:
            text = "Required options must be placed before non-required options"
            form.wrong(where, "APPLICATION_COMMAND_OPTIONS_REQUIRED_INVALID", text)
        optional_seen = optional_seen or not option.get("required")
        _check_choices(form, where, option)
    if len({option.get("name") for option in options}) < len(options):
        form.wrong(
            f"{path}.options", "APPLICATION_COMMAND_OPTIONS_NAME_ALREADY_EXISTS", "Option name already exists"
        )


def _check_choices(form: Form, path: str, option: Json) -> None:
    choices = option.get("choices") or []
    form.too_many(f"{path}.choices", choices, 25)
    if choices and option.get("autocomplete"):
        form.wrong(
            path,
            "APPLICATION_COMMAND_OPTIONS_CHOICES_AUTOCOMPLETE",
            "Choices and autocomplete exclude each other",
        )
    for i, choice in enumerate(choices):
        form.too_long(f"{path}.choices.{i}.name", choice.get("name"), 100, least=1)
        if option.get("type") == STRING:
            form.too_long(f"{path}.choices.{i}.value", choice.get("value"), 100)


def _size(command: Json) -> int:
    """Characters of names, descriptions and choices' values, all together."""
    own = len(str(command.get("name", ""))) + len(str(command.get("description", "")))
    choices = command.get("choices") or []
    own += sum(len(str(c.get("name", ""))) + len(str(c.get("value", ""))) for c in choices)
    return own + sum(_size(option) for option in command.get("options") or [])
