"""The tree as Markdown, and that text stays text in it."""

from __future__ import annotations

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from bot.richtext.markdown import markdown, markdown_inline
from bot.richtext.nodes import (
    Body,
    Bold,
    ChannelMention,
    Code,
    CodeBlock,
    Divider,
    Emoji,
    Heading,
    Inline,
    Italic,
    LineBreak,
    Link,
    List,
    Mention,
    Paragraph,
    Quote,
    Spoiler,
    Strike,
    Subtext,
    Table,
    Text,
    Timestamp,
    Underline,
    Unsupported,
)
from tests.forms import tries
from tests.strategies import bodies, lines

X = (Text("x"),)
READER = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def inlines(*nodes: Inline) -> str:
    return markdown((Paragraph(nodes),))


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        ((Text("a"), LineBreak(), Text("b")), "a\\\nb"),
        ((Bold(X),), "**x**"),
        ((Italic(X),), "_x_"),
        ((Strike(X),), "~~x~~"),
        ((Underline(X),), "<u>x</u>"),
        ((Spoiler(X),), "||x||"),
        ((Bold((Italic(X),)),), "**_x_**"),
        ((Bold((Bold(X),)),), "**x**"),
        ((Text("a"), Italic(X), Text("b")), "a<em>x</em>b"),
        ((Text("a"), Bold(X), Text("b")), "a**x**b"),
        ((Bold((Text("x."),)), Text("b")), "<strong>x.</strong>b"),
        ((Bold((Text(" x"),)),), "<strong> x</strong>"),
        ((Text("a\x08"), Bold((Text(".x"),))), "a\x08<strong>.x</strong>"),
        ((Bold(X), Bold(X)), "<strong>x</strong>**x**"),
        ((Code("a`b"),), "``a`b``"),
        ((Code("`"),), "`` ` ``"),
        ((Code("a"), Code("b")), "`ab`"),
        ((Link("https://a.example", X),), "[x](https://a.example)"),
        ((Link("https://a.example", (Text("https://a.example"),)),), "<https://a.example>"),
        ((Link("https://a.example/(b)", X),), "[x](https://a.example/%28b%29)"),
        ((Link("https://a.example/?a&copy;", X),), "[x](https://a.example/?a&amp;copy;)"),
        ((Text("look!"), Link("https://a.example", X)), "look\\![x](https://a.example)"),
        ((Mention("person", "Ana_B *"), Text(" "), ChannelMention("dev_ops")), "@Ana_B \\* #dev_ops"),
        ((Emoji("tada", "🎉"), Emoji("blob_x")), "🎉:blob_x:"),
        ((Timestamp(0),), "1 Jan 1970 00:00 UTC"),
        ((Unsupported("map", "a\nb"),), "a\\\nb"),
        (
            (Text("snake_case and _this_ & that &amp; <b> [a](b) `c` *d* a|b ~e~ \\"),),
            "snake_case and \\_this\\_ & that \\&amp; \\<b> \\[a\\](b) \\`c\\` \\*d\\* a\\|b \\~e\\~ \\\\",
        ),
        (
            (
                Text("# a"),
                LineBreak(),
                Text("- b"),
                LineBreak(),
                Text("1"),
                Text(". c"),
                LineBreak(),
                Text("    d"),
            ),
            "\\# a\\\n\\- b\\\n1\\. c\\\nd",
        ),
    ],
)
def test_an_inline_has_its_markdown(nodes, expected):
    assert inlines(*nodes) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ((Paragraph(X), Paragraph(()), Paragraph(X)), "x\n\nx"),
        ((Heading(2, (Text("1. a #"),)),), "## 1. a \\#"),
        ((Quote((Paragraph(X), Quote((Paragraph(X),)))),), "> x\n>\n> > x"),
        ((CodeBlock("a\n```\nb", "c++"),), "````c++\na\n```\nb\n````"),
        ((CodeBlock("a", "x`\n<y"),), "```xy\na\n```"),
        ((List(((Paragraph(X), List(((Paragraph(X),),))), (Paragraph(X),))),), "- x\n  - x\n- x"),
        ((List(((Paragraph(X),), (Paragraph(X),)), ordered=True, start=9),), "9. x\n10. x"),
        ((List(((Paragraph(X), CodeBlock("a")), (Paragraph(X),))),), "- x\n\n  ```\n  a\n  ```\n\n- x"),
        ((List(((Paragraph(X),),)), List(((Paragraph(X),),))), "- x\n\n* x"),
        ((Table(((X, ()), (X,)), header=True),), "| x |  |\n| --- | --- |\n| x |"),
        ((Table(((X,),)),), "|  |\n| --- |\n| x |"),
        (
            (Table((((Code("a|b"), Spoiler(X), LineBreak(), Text("|")),),), header=True),),
            "| `a\\|b`\\|\\|x\\|\\|<br>\\| |\n| --- |",
        ),
        ((Divider(), Subtext(X), Unsupported("map")), "***\n\n<sub>x</sub>\n\n\\[map\\]"),
    ],
)
def test_a_block_has_its_markdown(body, expected):
    assert markdown(body) == expected


def test_headings_can_be_put_below_a_chapter():
    assert markdown((Heading(1, X), Heading(6, X)), below=3) == "#### x\n\n###### x"


def read_back(text: str) -> str:
    """What a reader sees of Markdown, as text."""
    return html.unescape(re.sub(r"<[^>]*>", "", READER.render(text)))


@given(lines)
def test_text_is_read_back_as_it_was_and_never_as_markup(text):
    drawn = READER.render(inlines(Text(text)))
    if not text.strip():
        return
    assert re.fullmatch(r"(<p>[^<]*</p>\n)?", drawn), drawn
    assert (
        re.sub(r"\s+", " ", read_back(inlines(Text(text)))).strip()
        == re.sub(r"\s+", " ", text.replace("\x00", "\ufffd")).strip()
    )


@given(
    lines,
    lines,
    lines,
    st.sampled_from(((Bold, "strong"), (Italic, "em"), (Strike, "s|del"), (Underline, "u"))),
)
def test_emphasis_reaches_exactly_as_far_as_it_did(before, inner, after, kind):
    node, tag = kind
    drawn = READER.render(inlines(Text(f"a{before}"), node((Text(f"{inner}b"),)), Text(f"{after}c")))
    found = re.findall(f"<({tag})>(.*?)</({tag})>", drawn)
    assert [html.unescape(text) for _, text, _ in found] == [f"{inner}b".replace("\x00", "\ufffd")]


@tries(30)
@given(bodies)
def test_any_tree_has_markdown_without_foreign_tags_or_addresses(body: Body):
    drawn = READER.render(markdown(body))
    tags = {tag.lower() for tag in re.findall(r"<\s*/?\s*([a-zA-Z!][^\s>/]*)", drawn)}
    assert tags <= {
        "p",
        "br",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "ul",
        "ol",
        "li",
        "em",
        "strong",
        "s",
        "u",
        "del",
        "sub",
        "code",
        "pre",
        "a",
        "blockquote",
        "hr",
        "table",
        "thead",
        "tbody",
        "tr",
        "th",
        "td",
    }
    assert all(url.startswith(("http", "mailto:")) for url in re.findall(r'(?:href|src)="([^"]*)"', drawn))


def test_inlines_alone_have_markdown():
    assert markdown_inline((Bold(X), Text(" y"))) == "**x** y"
