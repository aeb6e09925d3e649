"""What all commands do alike: load the settings, say what went wrong, print tables.

Answers go to stdout, everything else to stderr, so that a command's output can be used by others.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Coroutine, Iterable, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NoReturn, TypeVar

import typer
from rich.console import Console

from adapters.archives.errors import ArchiveError
from bot.cli.logs import configure_logs
from bot.cli.world import WorldError
from bot.files import FilesError
from bot.model import Actor
from bot.platforms import PlatformError
from bot.settings import Settings, SettingsError, load_settings
from bot.sharing import Refused
from bot.store.address import StoreError

OPERATOR = Actor("cli", "local", "operator", "the operator")
"""Who owns what the command line publishes."""

FAILED = 1
CHOOSE = 2
SECRETS = 3

EXPECTED_ERRORS = (ArchiveError, SettingsError, WorldError, StoreError, FilesError, Refused, PlatformError)
"""Errors whose text is a sentence for the person at the keyboard."""

T = TypeVar("T")

progress_console = Console(stderr=True, highlight=False)


def fail(message: str, code: int = FAILED) -> NoReturn:
    """Says `message` and ends the command."""
    typer.echo(f"threadlink: {message}", err=True)
    raise typer.Exit(code)


@contextmanager
def told() -> Iterator[None]:
    """Expected errors become one line on stderr and exit code 1; no traceback reaches a person."""
    try:
        yield
    except EXPECTED_ERRORS as error:
        fail(str(error))


def settings() -> Settings:
    """The operator's settings, with the logs set up by them. Ends the command with one line where one of
    them is wrong.
    """
    with told():
        loaded = load_settings(os.environ)
    configure_logs(loaded.log_level)
    return loaded


def run(work: Coroutine[Any, Any, T]) -> T:
    """Runs `work` to its end; expected errors are told."""
    with told(), asyncio.Runner(loop_factory=_new_loop) as runner:
        return runner.run(work)


def _new_loop() -> asyncio.AbstractEventLoop:
    try:
        import uvloop
    except ImportError:  # Windows
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


@contextmanager
def doing(what: str) -> Iterator[None]:
    """Shows on stderr what takes a while; nothing where stderr is not a terminal."""
    with progress_console.status(what):
        yield


def printable(text: str, most: int = 60) -> str:
    """`text` from outside on one line, without what could steer a terminal, at most `most` long."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= most else f"{line[: most - 1]}…"


def day(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d}" if moment else ""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Aligned columns under a heading; nothing is cut off, so that ids can be copied."""
    lines = [tuple(head), *map(tuple, rows)]
    widths = [max(len(line[i]) for line in lines) for i in range(len(head))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
