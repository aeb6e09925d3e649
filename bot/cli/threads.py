"""`threads FILE`: what an export holds."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from adapters.archives.reader import open_archive
from adapters.archives.threads import ThreadSummary
from bot.cli.console import day, doing, printable, table, told

ExportFile = Annotated[
    Path,
    typer.Argument(
        metavar="FILE", help="A Slack export (zip or folder), a DiscordChatExporter JSON, or our own JSON."
    ),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


def threads(file: ExportFile, *, as_json: AsJson = False) -> None:
    """List the threads of an export: id, title, messages, people."""
    with told(), doing(f"Reading {file.name}"), open_archive(file) as archive:
        found = archive.threads()
    typer.echo(json.dumps([_facts(one) for one in found], indent=2) if as_json else threads_table(found))


def threads_table(found: Sequence[ThreadSummary]) -> str:
    """The threads for a person to choose from; the id comes first."""
    return table(
        ("ID", "MESSAGES", "PEOPLE", "FIRST", "CHANNEL", "TITLE"),
        [
            (
                printable(one.id, 200),
                f"{one.messages:,}",
                f"{one.people:,}",
                day(one.first_at),
                printable(one.channel, 30),
                printable(one.title),
            )
            for one in found
        ],
    )


def _facts(one: ThreadSummary) -> dict[str, object]:
    return {
        "id": one.id,
        "title": one.title,
        "channel": one.channel,
        "messages": one.messages,
        "people": one.people,
        "first_at": one.first_at.isoformat() if one.first_at else None,
    }
