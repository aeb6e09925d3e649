"""Promises about publishing that hold for any thread, whoever is named wherever in it."""

from __future__ import annotations

import random
from dataclasses import replace
from urllib.parse import quote

from hypothesis import given
from hypothesis import strategies as st

from bot.cli.patterns import PATTERNS
from bot.model import Choices, Names, ReplyTo, Snapshot, Source
from bot.privacy.pseudonyms import assign, people
from bot.privacy.publish import publishable
from bot.richtext.nodes import Bold, Text
from tests.bot.privacy.everything import everything, strings
from tests.builders import file, message, paragraph, person, snapshot
from tests.forms import tries


def body_text(chat: Snapshot) -> str:
    return "".join(s for m in chat.messages for s in strings(m.body))


WORDS = ("hello", "the plan", "see you", "ok", "42", "…", "?")
NAMES = (
    "Quentin Zorro",
    "Xenia",
    "Ürsula Ñandú",
    "zorgon_99",
    "Ζωή Παπά",
    "محمد علي",
    "田中太郎",
    "Anaïs-Lou O'Hara",
    "łukasz.k",
)


def _blob(file_id: str) -> str:
    return "copy of avatar" if file_id.startswith("avatar") else "blob"


@st.composite
def conversations(draw):
    """Threads that name people in every place, by every name that they have."""
    rng = draw(st.randoms(use_true_random=False))
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=5, unique=True))
    crowd = [
        person(
            name,
            key=f"U{rng.randint(10**8, 10**9)}X",
            aliases=(f"hndl{i}x", f"m{i}@corp.example"),
            avatar=f"avatar:{i}",
        )
        for i, name in enumerate(names)
    ]

    def say(_place: str) -> str:
        who = rng.choice(crowd)
        called = rng.choice(
            [who.name, who.name.upper(), *who.aliases, who.key, f"<@{who.key}>", f"@{who.name}"]
        )
        return f"{rng.choice(WORDS)} {called} {rng.choice(WORDS)}"

    told = []
    for i in range(draw(st.integers(1, 3))):
        author = rng.choice(crowd)
        full = everything(say, id=f"1700000{i}.000100")
        told.append(
            replace(
                full,
                author=author.key,
                reply_to=ReplyTo("17000000.000100", rng.choice(crowd).key, (Text(say("")),)),
            )
        )
    ids = (
        "F-up",
        "F-forwarded",
        "F-image",
        "F-thumb",
        "emoji:1",
        *(f"avatar:{i}" for i in range(len(crowd))),
    )
    locator = f"https://files.example/{crowd[0].key}"
    files = [file(i, f"{rng.choice(names)}.png", locator=locator, blob=_blob(i)) for i in ids]
    return snapshot(*told, people=crowd, files=files, source=Source("Slack", "Zyxcorp", "hush-hush"))


@tries(25)
@given(conversations(), st.randoms())
def test_with_pseudonyms_no_name_alias_id_or_address_is_published(chat, rng):
    given_ = assign(people(chat), {}, rng.choice)
    shown = repr(
        publishable(chat, Choices(f"{chat.header.participants[0].name} asks"), given_, PATTERNS)
    ).casefold()
    tell = {name for p in chat.header.participants for name in (p.key, p.name, *p.aliases, *p.name.split())}
    tell |= {f.id for f in chat.header.files} | {m.id for m in chat.messages}
    tell |= {
        "U-stranger",
        "Zyxcorp",
        "hush-hush",
        "corp.example",
        "files.example",
        "avatar:",
        "copy of avatar",
    }
    assert [name for name in tell if name.casefold() in shown] == []


@tries(10)
@given(conversations())
def test_an_update_with_the_same_pseudonyms_calls_everyone_the_same(chat):
    first = assign(people(chat), {}, random.Random().choice)
    more = replace(chat, messages=(*chat.messages, message("new", "U-newcomer", id="M99")))
    second = assign(people(more), first, random.Random().choice)
    before, after = (
        publishable(chat, Choices("T"), first, PATTERNS),
        publishable(more, Choices("T"), second, PATTERNS),
    )
    assert after.messages[: len(before.messages)] == before.messages
    assert after.header.participants[: len(before.header.participants)] == before.header.participants


@tries(15)
@given(conversations(), st.sets(st.integers(0, 2)), st.sampled_from(Names))
def test_no_text_of_a_message_left_out_is_published(chat, chosen, names):
    chat = replace(chat, messages=tuple(_marked(m, i) for i, m in enumerate(chat.messages)))
    left_out = frozenset(chat.messages[i].id for i in chosen if i < len(chat.messages))
    pseudonyms = assign(people(chat), {}, random.Random().choice)
    shown = publishable(chat, Choices("T", names, left_out=left_out), pseudonyms, PATTERNS)
    for i, m in enumerate(chat.messages):
        assert (f"mark{i}mark" in body_text(shown)) is (m.id not in left_out)
        assert m.id in left_out or f"mark{i}mark" in repr(shown)


GLUE = (
    " ",
    "@",
    ".",
    "/",
    "_",
    "-",
    "%20",
    "<",
    ">",
    "#",
    ":",
    "\n",
    "'s ",
    "(",
    ") ",
    ",",
    "%2F",
    "=",
    "~",
    "://",
    "**",
    "…",
    "%40",
)


@tries(60)
@given(st.data())
def test_no_name_stays_whatever_stands_around_it(data):
    ana = person(
        "Quirinus Zorblax-Ñandú", key="U0QUIRINUS", aliases=("qzorblax", "quirinus.zorblax@vexmail.example")
    )
    called = (
        ana.name,
        ana.key,
        *ana.aliases,
        *ana.name.split(),
        "Zorblax-Nandu",
        quote("Zorblax-Ñandú"),
        "<@U0QUIRINUS|qz>",
    )
    parts = data.draw(
        st.lists(st.tuples(st.sampled_from(GLUE), st.sampled_from((*called, *WORDS))), min_size=1)
    )
    text = "".join(glue + word for glue, word in parts)
    cut = data.draw(st.integers(0, len(text)))
    said = paragraph(text[:cut], Bold((Text(text[cut:] or "."),)))
    chat = snapshot(message(said, ana), people=[ana])
    shown = repr(publishable(chat, Choices(text), {ana.key: "Amber Heron"}, PATTERNS)).casefold()
    tell = ("quirinus", "zorblax", "vexmail", "ñandú", "nandu", "%c3%b1")
    assert [name for name in tell if name in shown] == []


def _marked(told, number: int):
    return replace(told, body=(*told.body, paragraph(f"mark{number}mark")))
