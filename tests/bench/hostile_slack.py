"""Hostile Slack messages of 40,000 characters, each timed in every field that takes text.

Run `python -m tests.bench.hostile_slack`; a line that takes longer than the limit is marked.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from time import process_time
from typing import Any

from adapters.slack.parse import Found, parse

LENGTH = 40_000
LIMIT_MS = 50
ROUNDS = 3

SEEDS = [
    "*", "_", "~", "`", "<", ">", "&lt;", "&gt;", "&amp;", "_*~", " *a", "*a* ", "**a** ", "[(", "[](", "[a](b)", "[a]((",
    "![", "(()", "<a:b>", "<@U12>", "<!date^1^{date}|x>", "<https://a.b|*c*>", ":+1:", ":a", "::", "> ", "> - ", ">a\n",
    "&gt; *a*\n", "a\n", "\n", "- a\n", "- *a*\n", "- ", "1. a\n", "# a\n", "|", "|a\n|-\n", "| a | b |\n|---|---|\n",
    "```a", "```\n", "> ```a``` \n", "`<@U12>", "`a``b", "\\", "\\\n", "~~~\n", "http://", "http://a.b ", "h", "\ufffc", "é", "a ",
]  # fmt: skip
EXACT = {
    "spaces, then x": " " * (LENGTH - 1) + "x",
    "spaces, then line end": "a" + " " * (LENGTH - 3) + "\nb",
    "tildes, then backtick": "~" * (LENGTH - 1) + "`",
    "open bracket, then all": "<" + "a" * (LENGTH - 1),
    "link that never ends": "[](" * (LENGTH // 3) + ")",
    "indented lists": "".join(" " * i + "- a\n" for i in range(280)),
}


def _mrkdwn(text: str) -> dict[str, Any]:
    return {"text": text}


def _markdown(text: str) -> dict[str, Any]:
    return {"blocks": [{"type": "markdown", "text": text}]}


def _rich(text: str) -> dict[str, Any]:
    element = {"type": "text", "text": text, "style": {"bold": True}}
    return {
        "blocks": [{"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [element]}]}]
    }


def _plain(text: str) -> dict[str, Any]:
    return {"blocks": [{"type": "header", "text": {"type": "plain_text", "text": text}}]}


def _card(text: str) -> dict[str, Any]:
    return {"attachments": [{"text": text}]}


def _unknown(text: str) -> dict[str, Any]:
    return {"blocks": [{"type": "hologram", "text": text}]}


FIELDS: dict[str, Callable[[str], dict[str, Any]]] = {
    "text": _mrkdwn,
    "markdown": _markdown,
    "rich text": _rich,
    "plain text": _plain,
    "card": _card,
    "unknown": _unknown,
}


def _nested(depth: int) -> dict[str, Any]:
    raw: dict[str, Any] = {"type": "divider"}
    for _ in range(depth):
        raw = {"type": "container", "child_blocks": [raw]}
    return {"blocks": [raw]}


def _many(element: dict[str, Any]) -> dict[str, Any]:
    count = LENGTH // len(json.dumps(element))
    return {
        "blocks": [
            {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [element] * count}]}
        ]
    }


SHAPES = {
    "800 containers in each other": _nested(800),
    "sections of text elements": _many({"type": "text", "text": "a"}),
    "sections of emoji": _many({"type": "emoji", "name": "x"}),
    "lists": {
        "blocks": [
            {
                "type": "rich_text",
                "elements": [
                    {"type": "rich_text_list", "indent": i % 9, "elements": [{}]} for i in range(700)
                ],
            }
        ]
    },
    "buttons": {"blocks": [{"type": "actions", "elements": [{"type": "button", "text": "a"}] * 1000}]},
}


def milliseconds(raw: dict[str, Any]) -> float:
    """The best of a few runs."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = process_time()
        parse(raw, Found())
        best = min(best, process_time() - start)
    return best * 1000


def _cell(took: float) -> str:
    return f"{took:9.1f}{'!' if took > LIMIT_MS else ' '}"


def main() -> None:
    print(f"CPU milliseconds to parse {LENGTH} characters, best of {ROUNDS}; ! over {LIMIT_MS}")
    print(f"{'repeated':28}" + "".join(f"{name:>10}" for name in FIELDS))
    inputs = {repr(seed): (seed * (LENGTH // len(seed) + 1))[:LENGTH] for seed in SEEDS} | EXACT
    for name, text in inputs.items():
        print(f"{name:28}" + "".join(_cell(milliseconds(field(text))) for field in FIELDS.values()))
    for name, raw in SHAPES.items():
        print(f"{name:28}" + _cell(milliseconds(raw)))


if __name__ == "__main__":
    main()
