"""Texts of 40,000 characters that were made to be slow to read, and how long work on them takes.

What counts is the processor time of the one thread that works, the least of several rounds: the work is
the same in each, so whatever a round takes longer is the machine's doing (others at work on it, cold
caches), not the text's. The cycle collector leaves alone what was there before, as it does in `serve`
(bot/cli/collector.py).
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Iterable, Iterator

from tests.bench.table import Row, at_most

LENGTH = 40_000
LIMIT_MS = 50
_FAR_MS = 20
_ROUNDS = 10

Runs = Iterable[tuple[str, Callable[[], object]]]
"""Pieces of work with their names."""

SEEDS = (
    # emphasis and spoilers
    "*", "_", "~", "**", "||", "~~~", "|||", "_*~", "__*~~", "*_", "**__", "*a", "_a ", "* a", "*a* ", "**a** ", "~~a", "a_", "_ ",
    "* ", "***a", "***a** ", "*a **b ", "||a", "a|",
    # code
    "`", "`a", "``a`", "`a``b", "```", "```a", "```\n", "> ```a``` \n", "`\n> ", "`<@U12>", "||```a```", "```\n```py\n",
    # links, addresses and what is in angle brackets
    "[", "[a]", "[a](", "[](", "](", "[(", "![", "(", "(()", "[a](b)", "[a]((", "[](x", "[x](http://a ", "[a](http://x)", "[[a](http://x)",
    '[a](http://x "', "[a](http://x 'b", "<", ">", "<:", "<a:b>", "<@", "<@U1", "<@U1|", "<@U12>", "<#", "<t:1", "<id:", "</a:1",
    "<https://", "<https://a.b|*c*>", "<!date^1^{date}|x>", "://", "://a:", "://a:b@", "http://", "http://a.b ", "https://a ",
    "http://a(", "http://[", "[http://a](u)", "https://a.", "h", "@", "@a", "%", "%4", "%C3%A9 ", "%40", "@everyone", "#", "#a", ":", "::", ":a", ":+1:", "&lt;", "&gt;",
    "&amp;", "&gt; *a*\n",
    # lines
    "\n", "a\n", "> ", "\n> ", "> - ", ">a\n", "||\n> ", "- ", "- a\n", "- \n", "\n - a", "  - a\n", "- *a*\n", "1. a\n", "# a\n", "-# a\n",
    "|", "|a\n|-\n", "| a | b |\n|---|---|\n",
    # what looks like a secret or a name
    "A1b2", "-", ".", "a.", "a@", "a@b.", "ana.", "Ana ", "Ana  ", "Ana\n", "Will ", "Ann Bo ", "eyJ", "eyJa.", "eyJaaaaaaaaaa.",
    "-----BEGIN PRIVATE KEY-----", "-----BEGIN ", "token=", "token", "password is ", "password: ", "pass", "key key:", "AKIA",
    "aws AKIA0123 ", "sk-", "sk-proj-", "xoxb-", "M.M.", "MTAx", "1234567890:", "0123456789abcdef", "https://a.slack.com", "discord.gg/",
    "hooks.slack.com/services/", "https://discord.com/api/webhooks/", "webhook.office.com a",
    # characters
    "a", "a ", " ", "\\", "\\*", "\\\n", "é", "e\u0301", "林", "😀", "𝒳*", "\ufffc", "\x00", "\x1e", "\r", "\ud800", "¯\\_(ツ)_/¯",
)  # fmt: skip


def texts() -> Iterator[tuple[str, str]]:
    """Name and text of each."""
    for seed in dict.fromkeys(SEEDS):
        yield repr(seed), (seed * (LENGTH // len(seed) + 1))[:LENGTH]
    yield "spaces, then x", " " * (LENGTH - 1) + "x"
    yield "spaces, then a line end", "a" + " " * (LENGTH - 3) + "\nb"
    yield "spaces after a bullet", "- " + " " * (LENGTH - 3) + "a"
    yield "spaces after a hash", "#" + " " * (LENGTH - 2) + "a"
    yield "spaces in a target", "[a](" + " " * (LENGTH - 4)
    yield "tildes, then a backtick", "~" * (LENGTH - 1) + "`"
    yield "backtick runs of every length", "".join("`" * i + "a" for i in range(1, 281))
    yield "an open bracket, then all", "<" + "a" * (LENGTH - 1)
    yield "a link that never ends", "[](" * (LENGTH // 3) + ")"
    yield "closing parentheses", "https://a" + ")" * (LENGTH - 9)
    yield "brackets, then targets", "[" * (LENGTH // 2) + "](http://x)" * (LENGTH // 22)
    yield "brackets, then labels", "[" * 5_000 + "http://x](u)" * 2_900
    yield "ever deeper list", "".join(" " * i + "- a\n" for i in range(278))
    yield "ever deeper quote", "".join("> " * i + "a\n" for i in range(198))


def timed(work: Callable[[], object]) -> float:
    """Milliseconds of this thread's processor time: the first round's where it is far from the limit, else the
    least of `_ROUNDS`.
    """
    best = float("inf")
    gc.freeze()
    for _ in range(_ROUNDS):
        start = time.thread_time()
        work()
        best = min(best, (time.thread_time() - start) * 1000)
        if best <= _FAR_MS:
            break
    return best


def slowest(runs: Runs) -> list[tuple[float, str]]:
    """Milliseconds and name of each, the slowest first. What takes too long is timed again when all the others
    have been: by then a bad second of the machine is over, but no text has become shorter.
    """
    found: list[tuple[float, str]] = []
    again: list[tuple[str, Callable[[], object]]] = []
    for name, work in runs:
        milliseconds = timed(work)
        if milliseconds > LIMIT_MS:
            again.append((name, work))
        else:
            found.append((milliseconds, name))
    found += [(timed(work), name) for name, work in again]
    return sorted(found, reverse=True)


def row(who: str, runs: Runs) -> Row:
    """What the slowest of `runs` takes."""
    worst, name = slowest(runs)[0]
    return at_most(f"{LENGTH:,} hostile characters, {who}", worst, LIMIT_MS, unit=" ms", note=f"at {name}")


def report(runs: Runs, shown: int = 15) -> None:
    """Prints the slowest."""
    for milliseconds, name in slowest(runs)[:shown]:
        print(f"{milliseconds:8.1f} ms  {name}")
