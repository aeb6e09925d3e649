"""What the tests of posting say, and where."""

from __future__ import annotations

from dataclasses import replace

from adapters.discord.rest import Rest
from bot.model import Attachment, FileCopy, FileState, Participant, ThreadRef
from bot.platforms import Turn
from tests.adapters.discord.stages import DiscordStage
from tests.adapters.stage import a_head, a_turn, blobs, line
from tests.servers.discord import Can, Message
from tests.servers.discord.building import BOT_MAY

EXECUTE = "/webhooks/*/*"
WITHOUT_WEBHOOKS = BOT_MAY & ~Can.MANAGE_WEBHOOKS
NOTHING = blobs({})


def turn(number: int, *lines: str, by: str = "Quiet Otter", **fields) -> Turn:
    """The `number`th turn of a replay."""
    made = a_turn(tuple(line(one) for one in lines), **fields)
    return replace(made, key=f"c1:{number}", author=Participant(f"p-{by}", by))


def long_turn(number: int, parts: int = 3, **fields) -> Turn:
    """A turn that takes so many posts."""
    return turn(number, *(f"Part {i} " + "word " * 340 for i in range(parts)), **fields)


def with_files(number: int, *files: FileCopy, lines: tuple[str, ...] = (), **attachment) -> Turn:
    attachments = tuple(Attachment(file.id, **attachment) for file in files)
    return turn(number, *lines, files=files, attachments=attachments)


def copied(name: str, size: int) -> FileCopy:
    return FileCopy(f"f-{name}", name, FileState.COPIED, blob=name, size=size)


async def begun(stage: DiscordStage, key: str = "c1:head") -> ThreadRef:
    """A new thread for a replay."""
    return await stage.platform.start_thread(stage.reader, stage.place, a_head(key))


async def post(stage: DiscordStage, thread: ThreadRef, *turns: Turn, open_blob=NOTHING) -> list[list[str]]:
    return [list(await stage.platform.post_turn(thread, one, open_blob)) for one in turns]


def copies(stage: DiscordStage, thread: ThreadRef) -> list[Message]:
    """What stands below the head."""
    return stage.messages(thread)[1:]


def said(stage: DiscordStage, thread: ThreadRef) -> list[str]:
    return [message.content for message in copies(stage, thread)]


def may(stage: DiscordStage, permissions: Can) -> None:
    """What the bot may do in the whole server from now on."""
    role = next(r for r in stage.guild.roles.values() if r.name == stage.server.world.app.name)
    stage.server.build.permit(stage.guild, role, permissions)


def rest(stage: DiscordStage) -> Rest:
    return Rest(stage.client)
