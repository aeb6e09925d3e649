"""What the tree looks like on Discord: it fits, it pings nobody, and read back it says the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.parse import references
from adapters.discord.parse_fields import clean
from adapters.discord.render import POST_LIMIT, render, render_inline, render_text
from adapters.discord.render_escape import size
from adapters.discord.render_inline import GAP
from bot.richtext.nodes import (
    Block,
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
from bot.richtext.plain import plain, plain_inline, timestamp_text, unsupported_text
from tests.adapters.discord.sources import message, read
from tests.forms import tries
from tests.strategies import bodies, flows

LIMITS = (100, 300, POST_LIMIT)


def p(*children):
    return Paragraph(tuple(Text(child) if isinstance(child, str) else child for child in children))


def drawn(*blocks):
    """The text of the one post that shows `blocks`."""
    (post,) = render(blocks)
    return post


def letters(nodes, marks=frozenset(), url=None):
    """Inlines as Discord can show them: each visible character with its marks and where it leads."""
    for node in nodes:
        match node:
            case Text(text):
                yield from _each(text, marks, url)
            case LineBreak():
                yield ("\n", frozenset(), None)
            case Bold(inner) | Italic(inner) | Underline(inner) | Strike(inner) | Spoiler(inner):
                yield from letters(inner, marks | {type(node)}, url)
            case Code(text):
                yield from _each(text, marks | {Code}, url)
            case Link():
                yield from _link_letters(node, marks, url)
            case Mention(_, name):
                yield from _each(f"@{name}", marks, url)
            case ChannelMention(name):
                yield from _each(f"#{name}", marks, url)
            case Emoji(name, char):
                yield from _each(char or f":{name}:", marks, url)
            case Timestamp():
                if abs(node.at) > 8_640_000_000_000:
                    yield from _each(timestamp_text(node), marks, url)
                else:
                    yield ((node.at, node.style), marks, url)
            case Unsupported():
                yield from _each(unsupported_text(node), marks, url)


def _each(text, marks, url):
    return ((char, marks, url) for char in clean(text) if char != GAP)


def _link_letters(link, marks, url):
    shown_label = [c for c, _, _ in letters(link.children, url="")]
    label = "".join(c if isinstance(c, str) else "\ufffc" for c in shown_label).strip()
    address = link.url.removeprefix("mailto:")
    shown = link.children or (Text(link.url),)
    if url is not None:
        yield from letters(link.children, marks, url)
    elif address != link.url:
        yield from letters(shown if label else (Text(address),), marks, "")
        if label not in ("", link.url, address):
            yield from letters((Text(f" ({address})"),), marks, url)
    elif label in ("", link.url):
        yield from _each(_quoted(link.url), marks, _quoted(link.url))
    elif "://" in label or not _balanced(label):
        yield from letters(link.children, marks, "")
        yield from letters((Text(" ("), Link(link.url, ()), Text(")")), marks)
    else:
        yield from letters(link.children, marks, _quoted(link.url))


def _balanced(label):
    depth = 0
    for char in label:
        depth += (char == "[") - (char == "]")
        if depth not in (0, 1):
            return False
    return depth == 0


def _quoted(url):
    return url.replace("<", "%3C").replace(">", "%3E")


def blocks_letters(body):
    for block in body:
        match block:
            case Paragraph(children) | Heading(_, children) | Subtext(children):
                yield from letters(children)
            case Quote(children):
                yield from blocks_letters(children)
            case CodeBlock(code):
                yield from _each(code, frozenset(), None)
            case List(items):
                for item in items:
                    yield from blocks_letters(item)
            case Table(rows):
                yield from _each(
                    " ".join(plain_inline(cell) for row in rows for cell in row), frozenset(), None
                )
            case Divider():
                yield from _each("———", frozenset(), None)
            case Unsupported():
                yield from _each(unsupported_text(block), frozenset(), None)


def said(body, ignored=""):
    """All visible characters in order, with the addresses they lead to."""
    return [(char, url) for char, _, url in marked(body) if not (isinstance(char, str) and char in ignored)]


def parsed(posts):
    return tuple(block for post in posts for block in read(content=post).body)


def without_links(node):
    """`node` with every link as its label: one that is longer than a post is spelled out."""
    if isinstance(node, tuple):
        return tuple(without_links(one) for one in node)
    if isinstance(node, Link):
        return Bold(without_links(node.children))
    names = [name for name in ("children", "items", "rows") if hasattr(node, name)]
    return replace(node, **{name: without_links(getattr(node, name)) for name in names})


@pytest.mark.parametrize("limit", LIMITS)
@given(body=bodies)
def test_whatever_is_said_fits_reads_the_same_and_addresses_nobody(limit, body):
    body = body if limit == POST_LIMIT else without_links(body)
    posts = render(body, limit=limit)
    for post in posts:
        needs = references(message(content=post))
        assert needs.people == {"101"}  # its author
        assert not any((needs.channels, needs.roles, needs.files))
    assert all(0 < size(post) <= limit and post == post.strip() for post in posts)
    # Tables draw lines of these.
    ignored = "|-+" if "Table(" in repr(body) else ""
    assert said(parsed(posts), ignored) == said(body, ignored)


def marked(body):
    """All visible characters with their marks and addresses."""
    shown = blocks_letters(body)
    return [(c, marks, url or None) for c, marks, url in shown if not (isinstance(c, str) and c.isspace())]


@given(nodes=flows)
@tries(60)
def test_every_mark_holds_for_what_it_held_for(nodes):
    assert marked(parsed(render((Paragraph(nodes),)))) == marked((Paragraph(nodes),))


_lines = st.lists(
    st.sampled_from(("plain", "# x", "- y", "1. z", "> q", " s", "**b**", "-# t")), min_size=1, max_size=2
).map(
    lambda words: " ".join(words).strip()  # a post begins with no space
)
_paragraphs = _lines.map(p)
_code = st.builds(CodeBlock, st.sampled_from(("x = 1", "a\n\n  b", "`")), st.sampled_from(("", "python")))


def _lists(items):
    return st.builds(
        List, st.lists(items, min_size=1, max_size=3).map(tuple), st.booleans(), st.integers(1, 12)
    )


_items = st.recursive(
    st.tuples(_paragraphs),
    lambda inner: st.tuples(_paragraphs, _lists(inner)) | st.tuples(_paragraphs, _code),
    max_leaves=4,
)


_blocks = st.one_of(
    _paragraphs,
    _lines.map(lambda text: Heading(2, (Text(text.strip()),))),
    _lines.map(lambda text: Subtext((Text(text.strip()),))),
    _code,
    _lists(_items),
)
_quotes = st.lists(_blocks, min_size=1, max_size=3).map(lambda blocks: Quote(tuple(blocks)))


def merged(body):
    """`body` as it is on Discord: paragraphs in a row are one; a list's first number is told by an ordered one only."""
    found: list[Block] = []
    for block in map(_as_told, body):
        if isinstance(block, Paragraph) and found and isinstance(found[-1], Paragraph):
            found[-1] = Paragraph((*found[-1].children, LineBreak(), *block.children))
        else:
            found.append(block)
    return tuple(found)


def _as_told(block):
    match block:
        case Quote(children):
            return Quote(merged(children))
        case List(items, ordered, start):
            return List(tuple(map(merged, items)), ordered, start if ordered else 1)
        case _:
            return block


@given(body=st.lists(_blocks | _quotes, max_size=5).map(tuple))
def test_every_block_is_read_back_as_what_it_was(body):
    posts = render(body)
    assert len(posts) <= 1
    assert merged(parsed(posts)) == merged(body)


LONG = "word " * 500


def test_a_block_that_fits_into_a_post_is_not_cut():
    first, second = p("a" * 1500), p("b" * 600)
    assert render((first, second)) == ["a" * 1500, "b" * 600]


def test_what_fits_into_no_post_is_cut_between_words():
    posts = render((p(LONG.strip()),))
    assert all(set(post.split()) == {"word"} for post in posts)
    assert " ".join(posts).split() == LONG.split()
    assert len(posts) == 2


def test_what_fits_into_no_post_is_cut_between_lines_first():
    lines = [f"{i} " + "x" * 90 for i in range(40)]
    children = [node for line in lines for node in (line, LineBreak())]
    posts = render((p(*children),))
    assert "\n".join(posts).split("\n") == lines


def test_marks_are_closed_where_a_post_ends_and_opened_again_in_the_next():
    first, second = render((p(Bold((Spoiler((Text(LONG.strip()),)),))),))
    assert first.startswith("||**word ")
    assert first.endswith(" word**||")
    assert second.startswith("||**word ")


def test_a_quote_goes_on_as_a_quote_and_small_print_as_small_print():
    quoted = render((Quote((p(LONG.strip()),)),))
    assert all(post.startswith("> ") for post in quoted)
    small = render((Subtext((Text(LONG.strip()),)),))
    assert all(post.startswith("-# ") for post in small)


def test_code_that_fits_into_a_post_is_never_cut():
    code = "\n".join(f"line {i}" for i in range(150))
    posts = render((p("x" * 1000), CodeBlock(code, "python"), p("y" * 1500)))
    assert f"```python\n{code}\n```" in posts


def test_code_that_fits_into_no_post_goes_on_in_its_language_line_by_line():
    lines = [f"value_{i} = {i}" for i in range(400)]
    posts = render((CodeBlock("\n".join(lines), "python"),))
    assert len(posts) > 1
    assert all(post.startswith("```python\n") and post.endswith("\n```") for post in posts)
    assert [line for post in posts for line in post.split("\n")[1:-1]] == lines


def test_code_holds_no_end_of_its_own_block():
    (post,) = render((CodeBlock("a\n```\n@everyone"),))
    assert post.count("```") == 2
    assert [type(block) for block in read(content=post).body] == [CodeBlock]


@pytest.mark.parametrize("room", range(1900, 2000, 7))
def test_a_link_is_never_cut(room):
    link = Link("https://example.org/" + "a" * 60, (Text("the label of it"),))
    posts = render((p("x" * 50 + " " + "w" * (room - 51), " ", link, " end"),))
    assert "[the label of it](<https://example.org/" + "a" * 60 + ">)" in "".join(posts)


def test_a_link_longer_than_a_post_is_spelled_out():
    address = "https://example.org/" + "a" * 3000
    posts = render((p(Link(address, (Text("label"),))),))
    assert "".join(letter for letter, _ in said(parsed(posts))) == f"label({address})"


def test_one_long_word_is_cut_where_no_character_is_parted():
    posts = render((p("👩‍👩‍👧" * 600),))
    assert all(size(post) <= POST_LIMIT for post in posts)
    assert all(post.startswith("👩") and post.endswith("👧") for post in posts)


def test_a_table_is_drawn_in_columns():
    table = Table((((Text("name"),), (Text("votes"),)), ((Text("Ana"),), (Text("3"),))), header=True)
    assert drawn(table) == "```\nname | votes\n-----+------\nAna  | 3\n```"


def test_a_heading_deeper_than_three_is_bold():
    assert drawn(Heading(3, (Text("a"),)), Heading(4, (Text("b"),))) == "### a\n**b**"


def test_what_nobody_knows_is_visible():
    assert (
        drawn(Unsupported("canvas", "a *canvas*"), p(Unsupported("gadget"))) == "a \\*canvas\\*\n\\[gadget\\]"
    )


def test_text_for_one_place_says_that_it_goes_on():
    text = render_text((p("a" * 150), p("b" * 150)), 200)
    assert text == "a" * 150 + "\n…"
    assert render_text((p("a" * 150),), 200) == "a" * 150
    assert render_text((), 200) == ""


def test_a_line_for_one_place_is_cut_with_its_marks_closed():
    assert render_inline((Text("a\\b"), LineBreak(), Bold((Text("c"),)))) == "a\\\\b **c**"
    line = render_inline((Bold((Text(LONG),)),), 100)
    assert size(line) <= 100
    assert line.endswith("**…")


HOSTILE = {
    "marks": (p("*_" * 20_000), "*"),
    "brackets": (p("[](" * 13_000), "["),
    "backticks": (CodeBlock("`" * 40_000), "`"),
    "quotes": (Quote((p("> " * 20_000),)), ">"),
    "one word": (p("😀" * 20_000), "😀"),
    "spans": (p(*(node for _ in range(5_000) for node in (Italic((Text("a"),)), Bold((Text("b"),))))), "b"),
    "lines": (p(*(node for _ in range(10_000) for node in (Text("- a"), LineBreak()))), "a"),
    "items": (List(tuple((p("a"),) for _ in range(5_000))), "a"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_text_becomes_posts_that_fit_and_loses_nothing(kind):
    block, sign = HOSTILE[kind]
    posts = render((block,))
    assert all(0 < size(post) <= POST_LIMIT for post in posts)
    assert "".join(posts).count(sign) >= plain((block,)).count(sign) >= 5_000
