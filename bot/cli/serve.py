"""`serve` and `demo`: a running Threadlink. The web server is imported only where it is needed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from adapters.archives.reader import Archive, open_archive
from bot.cli import console
from bot.cli.console import progress_console, run
from bot.settings import Settings
from bot.wording import count

if TYPE_CHECKING:
    from adapters.playground.chat import Chat

PLAYGROUND_FOLDER = "playground"


def serve() -> None:
    """Serve shared pages until SIGINT or SIGTERM."""
    run(_serve(console.settings()))


def demo(
    *,
    file: Annotated[
        Path | None,
        typer.Option(
            "--import", metavar="FILE", help="Put the threads of an export into the playground first."
        ),
    ] = None,
) -> None:
    """Serve with the playground, a small local chat to try everything in."""
    settings = console.settings().model_copy(update={"playground": True, "metrics_listen": None})
    if file is not None:
        run(_import(settings, file))
    run(_demo(settings))


async def _serve(settings: Settings) -> None:
    from bot.cli.serving import running, until_stopped

    async with running(settings) as world:
        labels = " and ".join(platform.label for platform in world.sharing.platforms.values())
        connected = f", and listens to {labels}" if labels else ""
        typer.echo(f"Threadlink serves {settings.base_url} on {settings.listen}{connected}", err=True)
        await until_stopped()


async def _demo(settings: Settings) -> None:
    from bot.cli.serving import running, until_stopped

    async with running(settings):
        here = f"http://{settings.listen}"
        typer.echo(
            f"Threadlink's playground runs. Open {here} in a browser, choose a thread,\n"
            "type /share under it, and press Publish. Ctrl+C ends it.",
            err=True,
        )
        await until_stopped()


async def _import(settings: Settings, file: Path) -> None:
    from adapters.playground.chat import Chat

    chat = await Chat.open(settings.data / PLAYGROUND_FOLDER)
    try:
        with open_archive(file) as archive, console.doing(f"Importing {file.name}"):
            number = await _import_all(chat, archive, settings.max_file_mb * 1024 * 1024)
    finally:
        await chat.close()
    progress_console.print(f"Imported {count(number, 'thread')} from {file.name}.")


async def _import_all(chat: Chat, archive: Archive, largest: int) -> int:
    everything = archive.threads()
    # A whole channel repeats its threads: it is taken only where there are none.
    found = [summary for summary in everything if not summary.whole_channel] or everything
    for summary in found:
        await chat.import_snapshot(archive.read(summary.id), lambda name: archive.read_file(name, largest))
    return len(found)
