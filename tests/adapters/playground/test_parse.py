from __future__ import annotations

from collections.abc import Iterable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from adapters.playground.parse import LENGTH_LIMIT, descendants, mentioned, parse_text
from adapters.playground.records import Names
from bot.model import Participant
from bot.richtext.nodes import (
    DEPTH_LIMIT,
    Bold,
    ChannelMention,
    Code,
    CodeBlock,
    Divider,
    Emoji,
    Heading,
    Italic,
    LineBreak,
    Link,
    List,
    Mention,
    Node,
    Paragraph,
    Quote,
    Spoiler,
    Strike,
    Table,
    Text,
)
from bot.richtext.plain import plain
from tests.forms import tries

ANA = Participant("U1", "Ana Moreno")
NAMES = Names({"ana": ANA}, frozenset({"general"}))
HOME = "https://example.org"


def one(*children):
    return (Paragraph(children),)


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("", ()),
        ("plain", one(Text("plain"))),
        ("two\nlines", one(Text("two"), LineBreak(), Text("lines"))),
        ("a\n\nb", (*one(Text("a")), *one(Text("b")))),
        ("**b** *i* ~~s~~ `c`", one(Bold((Text("b"),)), Text(" "), Italic((Text("i"),)), Text(" "), Strike((Text("s"),)), Text(" "), Code("c"))),
        ("||hidden *words*||", one(Spoiler((Text("hidden "), Italic((Text("words"),)))))),
        ("a || b", one(Text("a || b"))),
        ("`a || b` || c", one(Code("a || b"), Text(" || c"))),
        ("||a|| || b", one(Spoiler((Text("a"),)), Text(" || b"))),
        ("hi @ana, @nobody", one(Text("hi "), Mention("person", "Ana Moreno", "U1"), Text(", @nobody"))),
        ("me@ana.example", one(Text("me@ana.example"))),
        ("@everyone", one(Mention("everyone", "everyone"))),
        ("#general #nowhere", one(ChannelMention("general"), Text(" #nowhere"))),
        (":tada: :no_such_thing: 12:30:45", one(Emoji("tada", "🎉"), Text(" :no_such_thing: 12:30:45"))),
        (f"see {HOME}/a_b_c(d).", one(Text("see "), Link(f"{HOME}/a_b_c(d)", (Text(f"{HOME}/a_b_c(d)"),)), Text("."))),
        (f"[here]({HOME})", one(Link(HOME, (Text("here"),)))),
        (f"[{HOME}]({HOME}/x)", one(Link(f"{HOME}/x", (Text(HOME),)))),
        (f"![alt]({HOME}/p.png)", one(Text("!"), Link(f"{HOME}/p.png", (Text("alt"),)))),
        ("[x](javascript:alert(1))", one(Text("[x](javascript:alert(1))"))),
        ("<b>no</b> &amp;", one(Text("<b>no</b> &amp;"))),
        ("# big", (Heading(1, (Text("big"),)),)),
        ("> said\n> so", (Quote(one(Text("said"), LineBreak(), Text("so"))),)),
        ("- a\n- b", (List((one(Text("a")), one(Text("b")))),)),
        ("3. c", (List((one(Text("c")),), ordered=True, start=3),)),
        ("```python\nx = 1\n```", (CodeBlock("x = 1", "python"),)),
        ("    not code", one(Text("not code"))),
        ("title\n---", (*one(Text("title")), Divider())),
        ("|a|\n|-|\n|1|2|", (Table((((Text("a"),),), ((Text("1"),), (Text("2"),))), header=True),)),
        ("```py extra\nx\n```", (CodeBlock("x", "py extra"),)),
        ("|a|b|\n|-|-|\n|1|2|", (Table((((Text("a"),), (Text("b"),)), ((Text("1"),), (Text("2"),))), header=True),)),
    ],
)  # fmt: skip
def test_what_is_typed_becomes_this_tree(text, body):
    assert parse_text(text, NAMES) == body


@given(st.text(max_size=400) | st.text(alphabet="*_~|`[](){}<>#@:-+1. \na\\!", max_size=400))
@tries(60)
def test_any_text_parses_to_a_tree_within_the_depth_limit(text):
    body = parse_text(text, NAMES)
    assert _depth(body) <= DEPTH_LIMIT


@given(st.text(alphabet="xyz *_~|`[]()>#@:-+1.\n", max_size=200))
@example("|x|\n|-|\n|y|z|")
@example("```x y\nz")
@tries(60)
def test_no_letter_is_dropped(text):
    shown = plain(parse_text(text, NAMES)) + _languages(parse_text(text, NAMES))
    for letter in "xyz":  # a, b and c between colons are emoji
        assert shown.count(letter) >= text.count(letter)


@pytest.mark.parametrize(
    "text", [">" * 200 + " deep", "- " * 200 + "deep", "*a **b " * 20 + "deep" + " x** y*" * 20]
)
def test_what_is_nested_too_deeply_stays_visible(text):
    body = parse_text(text, NAMES)
    assert "deep" in plain(body)
    assert _depth(body) <= DEPTH_LIMIT


def test_a_text_beyond_the_limit_stays_plain():
    body = parse_text("*a* " * LENGTH_LIMIT, NAMES)
    assert {type(node) for node in descendants(body)} == {Paragraph, Text}


def test_mentioned_people_are_found_wherever_they_stand():
    assert mentioned(parse_text("> - **@ana**\n\n|@everyone|\n|-|", NAMES)) == {"U1", "everyone"}


def _depth(nodes: Iterable[Node], depth: int = 0) -> int:
    deepest = depth
    for node in nodes:
        inner: Iterable[Node] = getattr(node, "children", ())
        if isinstance(node, List):
            inner = [block for item in node.items for block in item]
        elif isinstance(node, Table):
            inner = [inline for row in node.rows for cell in row for inline in cell]
        deepest = max(deepest, _depth(inner, depth + 1))
    return deepest


def _languages(body):
    return "".join(node.language for node in descendants(body) if isinstance(node, CodeBlock))
