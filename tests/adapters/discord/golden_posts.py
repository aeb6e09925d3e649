"""The posts that golden cases become on Discord, apart by a rule."""

from __future__ import annotations

from adapters.discord.render import render
from bot.richtext.nodes import Body


def posts(body: Body) -> str:
    return "\n----\n".join(render(body))
