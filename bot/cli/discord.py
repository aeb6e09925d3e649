"""`discord`: what a server's manager needs to invite the bot."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.cli import console
from bot.cli.configs import discord_config
from bot.cli.console import fail

app = typer.Typer(help="Set Threadlink up in Discord.", no_args_is_help=True)

_NOT_SET = (
    "set DISCORD_TOKEN first: the token on the page Bot of your application in Discord's developer portal"
)


@app.callback()
def discord() -> None:
    """Set Threadlink up in Discord."""


@app.command("invite")
def invite(
    *,
    guild: Annotated[
        int | None, typer.Option("--guild", metavar="ID", help="Choose that server beforehand.")
    ] = None,
) -> None:
    """Print the link that adds the bot to a server, with exactly the permissions it uses."""
    from adapters.discord.invite import application_of, invite_url

    config = discord_config(console.settings())
    if not config.token:
        fail(_NOT_SET)
    try:
        typer.echo(invite_url(application_of(config.token), guild))
    except ValueError as error:
        fail(f"DISCORD_TOKEN is wrong: {error}. Copy it from the page Bot of your application.")
