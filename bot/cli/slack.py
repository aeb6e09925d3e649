"""`slack`: what an admin needs to create the app."""

from __future__ import annotations

import json

import typer

from bot.cli import console
from bot.cli.configs import slack_config
from bot.cli.console import fail

app = typer.Typer(help="Set Threadlink up in Slack.", no_args_is_help=True)


@app.callback()
def slack() -> None:
    """Set Threadlink up in Slack."""


@app.command("manifest")
def manifest() -> None:
    """Print the app manifest for this base URL, mode and command prefix, to create the app from."""
    from adapters.slack.manifest import manifest as made

    try:
        found = made(slack_config(console.settings()))
    except ValueError as error:
        fail(str(error))
    typer.echo(json.dumps(found, indent=2))
