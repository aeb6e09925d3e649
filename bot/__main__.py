"""`python -m bot`: Threadlink's command line. Everything is put together in bot/cli."""

from __future__ import annotations

from bot.cli.app import app

if __name__ == "__main__":
    app()
