"""What the tree looks like on Discord: it fits, it pings nobody, and read back it says the same."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from adapters.discord.parse import references
from adapters.discord.parse_fields import clean
from adapters.discord.render import POST_LIMIT, render, render_inline, render_text
from adapters.discord.render_escape import escape, size
from adapters.discord.render_inline import GAP
from bot.richtext.nodes import (
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
from bot.richtext.plain import plain_inline, timestamp_text, unsupported_text
from tests.adapters.discord.sources import message, read
from tests.strategies import bodies, flows, texts

MARKS = (Bold, Italic, Underline, Strike, Spoiler)
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
    label = "".join(str(c) for c, _, _ in letters(link.children, url="")).strip()
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
@settings(deadline=None)
def test_whatever_is_said_fits_and_reads_the_same(limit, body):
    body = body if limit == POST_LIMIT else without_links(body)
    posts = render(body, limit=limit)
    assert all(0 < size(post) <= limit and post == post.strip() for post in posts)
    # Tables draw lines of these.
    ignored = "|-+" if "Table(" in repr(body) else ""
    assert said(parsed(posts), ignored) == said(body, ignored)


@pytest.mark.parametrize("limit", LIMITS)
@given(body=bodies)
@settings(deadline=None)
def test_no_post_addresses_anybody(limit, body):
    for post in render(body, limit=limit):
        needs = references(message(content=post))
        assert needs.people == {"101"}  # its author
        assert not (needs.channels or needs.roles or needs.files)


def marked(body):
    """All visible characters with their marks and addresses."""
    shown = blocks_letters(body)
    return [(c, marks, url or None) for c, marks, url in shown if not (isinstance(c, str) and c.isspace())]


@given(nodes=flows)
@settings(deadline=None, max_examples=400)
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
    found = []
    for block in body:
        match block:
            case Quote(children):
                block = Quote(merged(children))
            case List(items, ordered, start):
                block = List(tuple(map(merged, items)), ordered, start if ordered else 1)
        if isinstance(block, Paragraph) and found and isinstance(found[-1], Paragraph):
            found[-1] = Paragraph((*found[-1].children, LineBreak(), *block.children))
        else:
            found.append(block)
    return tuple(found)


@given(body=st.lists(_blocks | _quotes, max_size=5).map(tuple))
@settings(deadline=None)
def test_every_block_is_read_back_as_what_it_was(body):
    posts = render(body)
    assert len(posts) <= 1
    assert merged(parsed(posts)) == merged(body)
