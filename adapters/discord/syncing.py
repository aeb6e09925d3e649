"""Tells Discord of the commands, when it knows others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import discord

from adapters.discord.definitions import Json, definitions, differences, for_one_server


async def sync(client: discord.Client, expiries: Sequence[int | None], guild: int | None = None) -> bool:
    """Makes Discord know exactly our commands, everywhere or in the server `guild` alone; False where it did
    already. Raises what discord.py raises.
    """
    ours = _ours(expiries, guild)
    if not differences(ours, await _known(client, guild)):
        return False
    payload: Any = ours
    if guild is None:
        await client.http.bulk_upsert_global_commands(_application(client), payload)
    else:
        await client.http.bulk_upsert_guild_commands(_application(client), guild, payload)
    return True


async def unsynced(
    client: discord.Client, expiries: Sequence[int | None], guild: int | None = None
) -> list[str]:
    """What `sync` would mend, for the operator. Raises what discord.py raises."""
    return differences(_ours(expiries, guild), await _known(client, guild))


def _ours(expiries: Sequence[int | None], guild: int | None) -> list[Json]:
    commands = definitions(expiries)
    return commands if guild is None else for_one_server(commands)


async def _known(client: discord.Client, guild: int | None) -> Sequence[Mapping[str, Any]]:
    if guild is None:
        return await client.http.get_global_commands(_application(client))
    return for_one_server(await client.http.get_guild_commands(_application(client), guild))


def _application(client: discord.Client) -> int:
    assert client.application_id is not None, "known since the login"
    return client.application_id
