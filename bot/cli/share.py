"""`share FILE`: publish a thread of an export; the link alone on stdout."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from adapters.archives.reader import Archive, open_archive
from adapters.archives.threads import ThreadSummary
from bot.cli import console
from bot.cli.console import CHOOSE, OPERATOR, SECRETS, doing, fail, printable, progress_console, run
from bot.cli.threads import ExportFile, threads_table
from bot.cli.world import World, open_world
from bot.model import Choices, Draft, Names, Snapshot, ThreadRef
from bot.privacy.findings import Finding, Review
from bot.settings import Settings, parse_expiry
from bot.sharing import DraftGone
from bot.wording import count, extent


@dataclass(frozen=True, slots=True)
class Wish:
    """What the options ask for; None where the operator's settings decide."""

    title: str
    names: Names | None
    expires: str | None
    allow_secrets: bool


class SuspectedSecretsError(Exception):
    """The thread holds what looks like secrets, and nobody said that they may be published."""

    def __init__(self, findings: Sequence[Finding], snapshot: Snapshot) -> None:
        super().__init__()
        numbers = {message.id: number for number, message in enumerate(snapshot.messages, 1)}
        self.lines = [f"  {_place(one, numbers)}: {one.kind}" for one in findings]


def _place(finding: Finding, numbers: Mapping[str, int]) -> str:
    number = numbers.get(finding.message)
    return "title" if number is None else f"message {number}"


def share(
    file: ExportFile,
    thread: Annotated[
        str | None, typer.Option("--thread", metavar="ID", help="Which thread; `threads FILE` lists them.")
    ] = None,
    title: Annotated[str, typer.Option("--title", metavar="T", help="The title of the page.")] = "",
    names: Annotated[
        bool | None, typer.Option("--names/--anonymous", help="Real names, or pseudonyms for everyone.")
    ] = None,
    expires: Annotated[
        str | None, typer.Option("--expires", metavar="30d|never", help="How long the link lives.")
    ] = None,
    *,
    allow_secrets: Annotated[
        bool, typer.Option("--allow-secrets", help="Publish even what looks like passwords and keys.")
    ] = False,
) -> None:
    """Publish one thread of an export and print its link.

    Exit codes: 1 something is wrong, 2 several threads and none chosen, 3 suspected secrets.
    """
    wish = Wish(
        title, None if names is None else Names.REAL if names else Names.PSEUDONYMS, expires, allow_secrets
    )
    _check_expiry(wish.expires)
    settings = console.settings()
    try:
        typer.echo(run(_share(settings, file, thread, wish)))
    except SuspectedSecretsError as found:
        fail(
            f"{count(len(found.lines), 'suspected secret')}, so nothing was published:\n"
            + "\n".join(found.lines)
            + "\nTake them out of the export, or publish them as they are with --allow-secrets.",
            SECRETS,
        )


def _check_expiry(expires: str | None) -> None:
    if expires is None:
        return
    try:
        parse_expiry(expires)
    except ValueError as error:
        fail(f"--expires takes {error}.")


async def _share(settings: Settings, file: Path, thread: str | None, wish: Wish) -> str:
    with open_archive(file) as archive:
        with doing(f"Reading {file.name}"):
            chosen = thread if thread is not None else _only_thread(archive)
            snapshot = archive.read(chosen)
        async with open_world(settings) as world:
            # Without an id: what another file of the same name was shared with must not be taken over.
            place = ThreadRef(OPERATOR.platform, OPERATOR.workspace, archive.label, "")
            return await _publish(world, archive, snapshot, place, wish)


def _only_thread(archive: Archive) -> str:
    found = archive.threads()
    if len(found) == 1:
        return found[0].id
    return _ask_to_choose(archive, found)


def _ask_to_choose(archive: Archive, found: Sequence[ThreadSummary]) -> NoReturn:
    fail(
        f"{archive.label} holds {len(found):,} threads. Choose one with --thread ID:\n{threads_table(found)}",
        CHOOSE,
    )


async def _publish(world: World, archive: Archive, snapshot: Snapshot, place: ThreadRef, wish: Wish) -> str:
    sharing = world.sharing
    with doing("Copying files"):
        draft = await sharing.prepare_snapshot(OPERATOR, snapshot, place, archive.open_file, title=wish.title)
    try:
        # Every call makes a link of its own: who wants to end an earlier one revokes it.
        draft = await sharing.choose(draft.id, OPERATOR, _choices(draft, wish), update=False)
        review = await sharing.review(draft.id, OPERATOR)
        _check_secrets(review, snapshot, wish)
        accepted = replace(draft.choices, acknowledged=frozenset(finding.id for finding in review.open))
        await sharing.choose(draft.id, OPERATOR, accepted)
        with doing("Publishing"):
            published = await sharing.publish(draft.id, OPERATOR)
    except BaseException:
        await asyncio.shield(_cancel(world, draft))
        raise
    _warn(review)
    progress_console.print(f"{printable(published.share.header.title)}: {extent(published.share.header)}")
    return published.url


def _check_secrets(review: Review, snapshot: Snapshot, wish: Wish) -> None:
    if review.blocked and not wish.allow_secrets:
        raise SuspectedSecretsError(review.open, snapshot)


async def _cancel(world: World, draft: Draft) -> None:
    try:
        await world.sharing.cancel(draft.id, OPERATOR)
    except DraftGone:
        return


def _choices(draft: Draft, wish: Wish) -> Choices:
    return replace(
        draft.choices,
        names=wish.names or draft.choices.names,
        show_sharer=False,
        expires_days=draft.choices.expires_days if wish.expires is None else parse_expiry(wish.expires),
    )


def _warn(review: Review) -> None:
    for file in review.missing_files:
        progress_console.print(f"Not copied: {printable(file.name)} ({file.reason})", markup=False)
    if review.staying_names:
        names = printable(", ".join(review.staying_names), 200)
        progress_console.print(f"Names that stay in the text: {names}", markup=False)
    if review.unsupported:
        kinds = ", ".join(sorted({kind for kinds in review.unsupported.values() for kind in kinds}))
        progress_console.print(f"Shown as plain text: {printable(kinds, 200)}", markup=False)
