"""Hostile text through the privacy steps: what a preview warns of, and what publishing replaces.

Run `python -m tests.bench.hostile_privacy` for the slowest.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import partial
from itertools import chain

from bot.cli.patterns import PATTERNS
from bot.model import Choices, Participant
from bot.privacy.anonymise import Anonymiser
from bot.privacy.findings import review
from bot.privacy.pseudonyms import people
from bot.privacy.publish import publishable
from bot.richtext.nodes import Block, CodeBlock, Mention, Paragraph
from tests.bench.hostile import LENGTH, Runs, report, row, texts
from tests.bench.hostile_renderers import trees
from tests.bench.table import Row
from tests.builders import message, paragraph, person, snapshot

CROWD = 10_000

# As dense with names as a text can be: plain, marked up, in addresses, and a paragraph each.
NAMES = (
    "Bo ",
    "@X",
    "@林",
    "A B ",
    "O’N ",
    "Ana\u200b",
    "Ana\n\n",
    "Ana%40 ",
    "*Ana* ",
    "**Ana** ",
    "Ana~~a~~",
    "a@ana.b ",
)


def crowd() -> list[Participant]:
    """Many people, some with names that are hard to look for; keys as platforms make them."""
    names = [
        "Ana Lima",
        "Will",
        "Ann Bo",
        "林",
        "Ana",
        "Bo",
        "X",
        "A B",
        "O'N",
        *(f"Person{i} Number{i}" for i in range(50)),
    ]
    return [
        person(name, key=f"U0{i:08}", aliases=(f"{name.lower().replace(' ', '.')}@example.org",))
        for i, name in enumerate(names)
    ]


def near_secrets() -> Iterator[tuple[str, str]]:
    """Words that make a rule look closer, and what spoils the match at its end."""
    for word in sorted({word for rule in PATTERNS.rules.rules for word in rule.keywords}):
        yield f"keyword {word!r}", (word * (LENGTH // len(word) + 1))[:LENGTH]
        yield f"keyword {word!r} and letters", word + ("a1B-" * LENGTH)[: LENGTH - len(word)]


def plain_texts() -> Runs:
    everyone = crowd()
    given = {one.key: f"Somebody {number}" for number, one in enumerate(everyone)}
    choices = Choices("A thread")
    for name, text in (*texts(), *near_secrets()):
        for ending in ("", " !"):
            said = message(paragraph(text.removesuffix(text[-2:]) + ending if ending else text), everyone[0])
            chat = snapshot(said, people=everyone)
            shown = f"{name}, then{ending}" if ending else name
            yield f"review: {shown}", partial(review, chat, choices, PATTERNS)
            yield f"publishing: {shown}", partial(publishable, chat, choices, given, PATTERNS)


def parsed_texts() -> Runs:
    """The same texts as the parsers read them: thousands of links, mentions, marks and emoji."""
    everyone = crowd()
    given = {one.key: f"Somebody {number}" for number, one in enumerate(everyone)}
    for name, text in texts():
        for source, body in trees(text):
            if not all(
                isinstance(block, Paragraph | CodeBlock) and len(_inside(block)) < 2 for block in body
            ):
                chat = snapshot(message(body, everyone[0]), people=everyone)
                yield f"review of {source}: {name}", partial(review, chat, Choices("A"), PATTERNS)
                yield (
                    f"publishing {source}: {name}",
                    partial(publishable, chat, Choices("A"), given, PATTERNS),
                )


def dense_with_names() -> Runs:
    """Texts that are hostile only to this room, among people of the shortest names."""
    everyone = [
        *crowd(),
        *(person(name, key=f"U1{i:08}") for i, name in enumerate(("Bo", "X", "A B", "O'N"))),
    ]
    given = {one.key: f"Somebody {number}" for number, one in enumerate(everyone)}
    for seed in NAMES:
        for source, body in trees((seed * LENGTH)[:LENGTH]):
            chat = snapshot(message(body, everyone[0]), people=everyone)
            yield f"review of {source}: {seed!r}", partial(review, chat, Choices("A"), PATTERNS)
            yield f"publishing {source}: {seed!r}", partial(publishable, chat, Choices("A"), given, PATTERNS)


def _inside(block: Block) -> Sequence[object]:
    return block.children if isinstance(block, Paragraph) else ()


def many_people() -> Runs:
    """One message in a thread of 10,000 people, of whom it names some, none, or the half of a name."""
    distinct = [person(f"Person{i} Number{i}", key=f"U0{i:08}") for i in range(CROWD)]
    namesakes = [person(f"Ana Number{i}", key=f"U0{i:08}") for i in range(CROWD)]
    for who, everyone in (("distinct", distinct), ("of one first name", namesakes)):
        given = {one.key: "Somebody" for one in everyone}
        anonymiser = Anonymiser(snapshot(people=everyone), given, PATTERNS.addresses)
        for seed in ("Ana x ", "Person77 Number77 ", "Ana Number77 ", "Number77\n", "a "):
            said = message(paragraph((seed * LENGTH)[:LENGTH]), everyone[0])
            yield f"among {CROWD:,} people {who}: {seed!r}", partial(anonymiser.message, said)


def alike() -> Runs:
    """One message among 10,000 people whose names begin alike, or consist of the same words, or are all said in it."""
    letters = [chr(0xAC00 + number) for number in range(CROWD)]
    crowds = {
        "all of them": ([f"A{i:x} B" for i in range(CROWD)], ""),
        "syllables": ([f"김민{letter}" for letter in letters], "김민"),
        "words": ([f"a b c d e f g h x{i}" for i in range(CROWD)], "a b c d e f g h "),
        "longer and longer": (["a " * i + "b" for i in range(2, 200)], "a "),
        "longer and longer, unspaced": (["林" * i + "b" for i in range(2, 200)], "林"),
        "the same words": ([f"A{letter}B" for letter in map(chr, range(0x2200, 0x2200 + 1_000))], "A B "),
    }
    for name, (names, seed) in crowds.items():
        everyone = [person(one, key=f"U0{i:08}") for i, one in enumerate(names)]
        anonymiser = Anonymiser(
            snapshot(people=everyone), {one.key: "Somebody" for one in everyone}, PATTERNS.addresses
        )
        text = (seed * LENGTH if seed else " ".join(names))[:LENGTH]
        yield f"names alike: {name}", partial(anonymiser.message, message(paragraph(text), everyone[0]))


def many_mentions() -> Runs:
    """As many different people as one message can mention, each by a name of their own."""
    nodes = tuple(Mention("person", f"n{i}", f"U{i}") for i in range(LENGTH // len("<@U1234>")))
    chat = snapshot(message(Paragraph(nodes), "U0"))
    given = dict.fromkeys(people(chat), "Somebody")
    yield "review: many mentions", partial(review, chat, Choices("A"), PATTERNS)
    yield "publishing: many mentions", partial(publishable, chat, Choices("A"), given, PATTERNS)


def runs() -> Runs:
    return chain(plain_texts(), parsed_texts(), dense_with_names(), many_people(), alike(), many_mentions())


def measure() -> list[Row]:
    return [row("privacy", runs())]


if __name__ == "__main__":
    report(runs())
