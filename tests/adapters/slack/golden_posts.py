"""The posts that golden cases become: an element of rich text or another block on each line, posts apart by a rule."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from adapters.slack.render import turn_posts
from bot.richtext.nodes import Body
from tests.adapters.stage import a_turn


def posts(body: Body) -> str:
    return "\n----\n".join(
        "\n".join(_lines(post.blocks)) for post in turn_posts(a_turn(body), (), (), line=False)
    )


def _lines(blocks: Sequence[dict[str, Any]]) -> Iterator[str]:
    for block in blocks:
        parts = block["elements"] if block["type"] == "rich_text" else [block]
        yield from (json.dumps(part, ensure_ascii=False) for part in parts)
