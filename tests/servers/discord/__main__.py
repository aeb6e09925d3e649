"""Runs a local Discord to play with by hand: a server with two people, a channel, a thread and a forum.

What is typed is said or done by Ana in the thread: a text is posted, `/share title=Plans` is a command, `!Publish`
presses the button of the newest answer, `?` shows the thread.
"""

from __future__ import annotations

import argparse
import asyncio
import sys

from tests.servers.discord import Interaction, Kind, LocalDiscord, Refused, real_now
from tests.servers.discord.model import Channel, User


async def play(port: int) -> None:
    async with LocalDiscord(real_now, port=port) as server:
        guild = server.build.guild("Otters")
        ana, jonas = server.build.user("Ana"), server.build.user("Jonas")
        server.build.join(guild, ana)
        server.build.join(guild, jonas)
        channel = server.build.channel(guild, "general")
        server.build.channel(guild, "help", Kind.FORUM, tags=["question"])
        first = await server.write.post(ana, channel, "Shall we look at the **numbers**?")
        thread = await server.write.thread(ana, first, "Numbers")
        await server.write.post(jonas, thread, "Here they are.", files={"numbers.csv": b"a,b\n1,2\n"})
        print(f"DISCORD_TOKEN={server.token}")
        print(f"DISCORD_API_URL={server.api_url}")
        print(f"DISCORD_GATEWAY_URL={server.gateway_url}", flush=True)
        while line := (await asyncio.to_thread(sys.stdin.readline)).strip():
            try:
                print(await _done(server, ana, thread, line), flush=True)
            except (Refused, TimeoutError) as refused:
                print(f"({refused or 'nothing came within 10 seconds'})", flush=True)
        await asyncio.Event().wait()


async def _done(server: LocalDiscord, user: User, thread: Channel, line: str) -> str:
    if line == "?":
        return "\n\n".join(server.see(message) for message in thread.messages)
    if line.startswith("!"):
        newest = next(i for i in reversed(server.people.interactions) if i.messages)
        return await _shown(server, await server.people.click(user, newest.message, line[1:]))
    if not line.startswith("/"):
        return server.see(await server.write.post(user, thread, line))
    name, *rest = line[1:].split()
    subcommand = " ".join(word for word in rest if "=" not in word)
    options = dict(word.split("=", 1) for word in rest if "=" in word)
    asked = await server.people.slash(user, thread, name, options, subcommand=subcommand)
    return await _shown(server, asked)


async def _shown(server: LocalDiscord, asked: Interaction) -> str:
    await asked.answered(timeout=10)
    return server.see(asked)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=4004)
    asyncio.run(play(parser.parse_args().port))
