"""How long the privacy steps take with 40,000 hostile characters, and with 10,000 ordinary messages.

Run: python -m tests.bench.hostile_privacy
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial

from bot.model import Choices, Names, Participant, Snapshot
from bot.privacy.findings import review
from bot.privacy.pseudonyms import assign, people
from bot.privacy.publish import publishable
from bot.privacy.vendors import SECRET_RULES
from bot.richtext.nodes import Bold, Text
from tests.builders import message, paragraph, person, snapshot

LENGTH = 40_000
LIMIT_MS = 50

SEEDS = (
    "a", "A1b2", "-", "_", ".", "@", "a.", "a@", "a@b.", "@a", "://", "://a:", "://a:b@", "https://", "https://a.",
    "https://a.slack.com", "discord.gg/", "<@", "<@U1", "<@U1|", "<#", "#a", "#", "eyJ", "eyJa.", "eyJaaaaaaaaaa.",
    "-----BEGIN PRIVATE KEY-----", "-----BEGIN ", "token=", "token", "password is ", "password: ", "pass", "key key:",
    "AKIA", "aws AKIA0123 ", "sk-", "sk-proj-", "xoxb-", "M.M.", "MTAx", "1234567890:", "0123456789abcdef", "hooks.slack.com/services/",
    "https://discord.com/api/webhooks/", "webhook.office.com a", "Ana ", "Ana  ", "Ana\n", "ana.", "Will ", "Ann Bo ", "é", "e\u0301", "林", "😀", "\x1e",
)  # fmt: skip


def hostile() -> Iterator[tuple[str, str]]:
    """Name and text of each input: seeds, each with and without an end that spoils the match."""
    for seed in SEEDS:
        text = (seed * (LENGTH // len(seed) + 1))[:LENGTH]
        yield repr(seed), text
        yield f"{seed!r} and an end", text[:-2] + " !"
    keywords = {word for rule in SECRET_RULES for word in rule.keywords}
    for word in sorted(keywords):
        yield f"keyword {word!r}", (word * (LENGTH // len(word) + 1))[:LENGTH]
        yield f"keyword {word!r} and letters", word + ("a1B-" * LENGTH)[: LENGTH - len(word)]


def run(chat: Snapshot) -> None:
    """All that happens to a captured snapshot."""
    review(chat, Choices("A thread"))
    for names in Names:
        pseudonyms = assign(people(chat), {}, lambda several: several[0])
        publishable(chat, Choices("A thread", names), pseudonyms)


def timed(work: Callable[[], object]) -> float:
    """Milliseconds that `work` takes, the better of two."""
    best = float("inf")
    for _ in range(2):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return best * 1000


def crowd() -> list[Participant]:
    named = [
        person(name, aliases=(f"{name}.x@example.org",))
        for name in ("Ana Lima", "Will", "Ann Bo", "林", "Ana")
    ]
    return [*named, *(person(f"Person{i} Number{i}", aliases=(f"p{i}.n",)) for i in range(200))]


def main() -> None:
    everyone = crowd()
    rows = []
    for name, text in hostile():
        chat = snapshot(message(paragraph(text), everyone[0]), people=everyone)
        floor = snapshot(message("", everyone[0]), people=everyone)
        choices = Choices("T")
        spent = timed(partial(review, chat, choices)) - timed(partial(review, floor, choices))
        rows.append((spent, "review", name))
        given = assign(people(chat), {}, lambda several: several[0])
        spent = timed(partial(publishable, chat, choices, given)) - timed(
            partial(publishable, floor, choices, given)
        )
        rows.append((spent, "publish", name))
    rows.sort(reverse=True)
    print(f"{len(rows)} runs over {LENGTH} characters; limit {LIMIT_MS} ms; the slowest:")
    for spent, step, name in rows[:12]:
        print(f"  {spent:8.1f} ms  {step:8} {name}")
    nodes = tuple(n for i in range(LENGTH // 2) for n in (Bold((Text("a"),)), Text("b")))[:LENGTH]
    print(
        f"  {timed(lambda: run(snapshot(message(paragraph(*nodes))))):8.1f} ms  all      {LENGTH} nodes in one paragraph"
    )
    words = "Hello Ana, could you have a look at https://example.org/page before we go on with the plan of Will? Thanks!"
    big = snapshot(*(message(words, everyone[i % 50]) for i in range(10_000)), people=everyone)
    print(
        f"  {timed(lambda: review(big, Choices('T'))):8.1f} ms  review   10,000 messages of {len(words)} characters"
    )
    given = assign(people(big), {}, lambda several: several[0])
    print(
        f"  {timed(lambda: publishable(big, Choices('T'), given)):8.1f} ms  publish  the same, with pseudonyms"
    )


if __name__ == "__main__":
    main()
