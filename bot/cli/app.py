"""`python -m bot …`: all commands, one module a family."""

from __future__ import annotations

import typer

from bot.cli import discord, doctor, serve, share, shares, slack, threads
from bot.settings import settings_table

app = typer.Typer(
    name="threadlink",
    help="Shared links for chat threads: freeze a thread, read it in any browser, continue it, revoke it.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("serve")(serve.serve)
app.command("demo")(serve.demo)
app.command("threads")(threads.threads)
app.command("share")(share.share)
app.add_typer(shares.app, name="shares")
app.add_typer(slack.app, name="slack")
app.add_typer(discord.app, name="discord")
app.command("doctor")(doctor.doctor)


@app.command("settings")
def settings() -> None:
    """Print every setting with its default and meaning, as a Markdown table."""
    typer.echo(settings_table())
