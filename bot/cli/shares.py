"""`shares`: what this Threadlink has published, and its end."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated

import typer

from bot.cli import console
from bot.cli.console import OPERATOR, day, fail, printable, run, table
from bot.cli.world import open_world
from bot.model import Share
from bot.settings import Settings
from bot.wording import count

app = typer.Typer(help="List all shared links; revoke one or all.", invoke_without_command=True)

_LOST_LINK = "(link given up with its key)"


@app.callback()
def shares(
    context: typer.Context,
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")] = False,
) -> None:
    """List all live links of this Threadlink, the newest first."""
    if context.invoked_subcommand is not None:
        return
    found = run(_every(console.settings()))
    if as_json:
        typer.echo(json.dumps([_facts(share, url) for share, url in found], indent=2))
    elif found:
        typer.echo(_table(found))
    else:
        typer.echo("Nothing is shared.", err=True)


@app.command("revoke")
def revoke(
    link: Annotated[
        str | None, typer.Argument(metavar="LINK", help="The link, or the id that `shares --json` gives.")
    ] = None,
    *,
    everything: Annotated[bool, typer.Option("--all", help="Revoke every link.")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask before revoking all.")] = False,
) -> None:
    """Revoke a link for everyone. This cannot be undone."""
    if everything == (link is not None):
        fail("give either a link or --all.")
    settings = console.settings()
    if link is not None:
        share = run(_revoke(settings, link))
        typer.echo(f"Revoked: {printable(share.header.title)}", err=True)
        return
    number = len(run(_every(settings)))
    if number and not yes:
        typer.confirm(f"Revoke {count(number, 'link')} for everyone?", abort=True, err=True)
    typer.echo(f"Revoked {count(run(_revoke_all(settings)), 'link')}.", err=True)


async def _every(settings: Settings) -> list[tuple[Share, str | None]]:
    async with open_world(settings) as world:
        return [(share, await world.sharing.url_of(share.id)) for share in await world.sharing.every()]


async def _revoke(settings: Settings, link: str) -> Share:
    async with open_world(settings) as world:
        return await world.sharing.revoke(link, OPERATOR)


async def _revoke_all(settings: Settings) -> int:
    async with open_world(settings) as world:
        return await world.sharing.revoke_all(OPERATOR)


def _table(found: Sequence[tuple[Share, str | None]]) -> str:
    rows = [
        (
            url or _LOST_LINK,
            f"{share.header.message_count:,}",
            day(share.created_at),
            day(share.expires_at) or "never",
            f"{share.views:,}",
            share.owner.platform,
            printable(share.header.title),
        )
        for share, url in found
    ]
    return table(("LINK", "MESSAGES", "SHARED", "EXPIRES", "VIEWS", "BY", "TITLE"), rows)


def _facts(share: Share, url: str | None) -> dict[str, object]:
    return {
        "id": share.id,
        "url": url,
        "title": share.header.title,
        "messages": share.header.message_count,
        "channel": share.channel_name,
        "names": share.names,
        "owner": {"platform": share.owner.platform, "name": share.owner.name},
        "created_at": share.created_at.isoformat(),
        "updated_at": share.updated_at.isoformat() if share.updated_at else None,
        "expires_at": share.expires_at.isoformat() if share.expires_at else None,
        "revision": share.revision,
        "views": share.views,
        "continued": share.continued,
    }
