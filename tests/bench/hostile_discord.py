"""How long Discord's parser takes with 40,000 hostile characters in any field, and with ordinary messages.

Run: python -m tests.bench.hostile_discord
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

from adapters.discord.parse import Found, parse, references
from bot.model import Participant

LENGTH = 40_000
LIMIT_MS = 50
ROUNDS = 3
SHOWN = 12
MESSAGES = 1_000

SEEDS = (
    "**", "||", "[(", "`", "> ", "<:", "__*~~", "*a", "_a ", "* a", "~~a", "[", "[a](", "](", "[x](http://a ", "[](x", "http://",
    "https://a ", "<@", "<t:1", "`a", "``a`", "```", "```a", "\n> ", "- \n", "\n- a", "\n - a", "  - a\n", "\\", "\\*", "***a",
    "***a** ", "*a **b ", "||a", "@", "@everyone", "\n", " ", "#", "# a\n", "-# a\n", "://", "http://a(", '[a](http://x "',
    "[a](http://x 'b", "<https://", "<id:", "</a:1", ":", "a|", "1. a\n", "[a]", "[[a](http://x)", "||```a```", "||\n> ", "`\n> ",
    "𝒳*", "\x00", "\r", "_ ", "* ", "(", "a_", "~~~", "|||", "*_", "**__", "http://[", "[http://a](u)", "\ud800", "¯\\_(ツ)_/¯",
)  # fmt: skip

SENTENCES = (
    "Could someone take a look at the deploy? It has been stuck since this morning, sorry",
    "I **really** think we should roll back to `v1.2.3` before *anyone* notices it at all",
    "hey <@101>, see https://example.org/docs/page?id=3 for the whole story",
    "> quoted line of text here\nand my answer follows on the next line of it, ok",
    "```py\nprint('hello')\nfor x in y: pass\n```\nand then that was it, more or less",
    "- first point\n- second point with **weight**\n- third, see <#201>",
    "ok, thanks a lot!",
    "<:wave:55> see you <t:1793615400:R>, ||the end is near||",
)


def hostile() -> Iterator[tuple[str, str]]:
    """Name and text of each input."""
    for seed in SEEDS:
        yield repr(seed), (seed * (LENGTH // len(seed) + 1))[:LENGTH]
    yield "ever deeper list", "".join(" " * i + "- a\n" for i in range(280))
    yield "backtick runs of every length", "".join("`" * i + "a" for i in range(1, 280))
    yield "closing parentheses", "https://a" + ")" * LENGTH
    yield "nested brackets", "[" * (LENGTH // 2) + "](http://x)" * (LENGTH // 22)
    yield "brackets, then labels", "[" * 5_000 + "http://x](u)" * 2_900
    yield "spaces in a target", "[a](" + " " * LENGTH
    yield "spaces after a bullet", "- " + " " * LENGTH
    yield "spaces after a hash", "#" + " " * LENGTH


def fields(text: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """A message with `text` in each field in turn."""
    yield "content", {"content": text}
    yield "embed title", {"embeds": [{"title": text}]}
    yield "embed description", {"embeds": [{"description": text}]}
    yield (
        "embed field",
        {"embeds": [{"fields": [{"name": text[: LENGTH // 2], "value": text[: LENGTH // 2]}]}]},
    )
    yield (
        "embed footer and author",
        {"embeds": [{"footer": {"text": text}, "author": {"name": text}, "url": text}]},
    )
    yield "text display", {"flags": 1 << 15, "components": [{"type": 10, "content": text}]}
    yield "button", {"components": [{"type": 1, "components": [{"type": 2, "label": text, "url": text}]}]}
    yield "unknown component", {"components": [{"type": 99, "content": text}]}
    yield "answered message", {"type": 19, "referenced_message": {"id": "1", "content": text}}
    yield "forwarded message", {"message_snapshots": [{"message": {"content": text}}]}
    yield "poll", {"poll": {"question": {"text": text}, "answers": []}}
    yield "upload", {"attachments": [{"id": "1", "filename": text, "description": text, "url": text}]}
    yield "system message", {"type": 4, "content": text}
    yield "author", {"author": {"id": "101", "username": text}}


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of processor time that `work` takes, the best of a few rounds."""
    best = float("inf")
    for _ in range(ROUNDS):
        start = time.process_time()
        work()
        best = min(best, time.process_time() - start)
    return best * 1000


def ordinary() -> list[dict[str, Any]]:
    return [
        {
            "id": str(1045178587575242772 + n),
            "type": 0,
            "content": SENTENCES[n % len(SENTENCES)],
            "timestamp": "2026-11-02T10:20:30.123000+00:00",
            "edited_timestamp": None,
            "author": {"id": "101", "username": "ana", "global_name": "Ana", "avatar": None},
            "attachments": [],
            "embeds": [],
            "mentions": [],
            "components": [],
            "pinned": False,
            "flags": 0,
        }
        for n in range(MESSAGES)
    ]


def main() -> None:
    found = Found(people={"101": Participant("101", "Ana")}, channels={"201": "general"})
    results = [
        (timed(partial(parse, raw, found)), field, name)
        for name, text in hostile()
        for field, raw in fields(text)
    ]
    print(f"the slowest of {len(results)} hostile messages of {LENGTH:,} characters (limit {LIMIT_MS} ms)")
    for milliseconds, field, name in sorted(results, reverse=True)[:SHOWN]:
        print(f"{milliseconds:8.1f} ms  {field:24} {name}")
    messages = ordinary()
    per_parse = timed(lambda: [parse(raw, found) for raw in messages]) * 1000 / MESSAGES
    per_needs = timed(lambda: [references(raw) for raw in messages]) * 1000 / MESSAGES
    print(
        f"{MESSAGES:,} ordinary messages: {per_parse:.1f} µs each to parse, {per_needs:.1f} µs for references"
    )


if __name__ == "__main__":
    main()
