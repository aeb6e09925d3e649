"""Hypothesis strategies: any tree, any message, any snapshot."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import strategies as st

from bot.model import (
    Attachment,
    FileCopy,
    FileState,
    Forward,
    Header,
    LinkCard,
    Message,
    MessageKind,
    Participant,
    ParticipantKind,
    Poll,
    PollOption,
    Reaction,
    ReplyTo,
    Snapshot,
    Source,
)
from bot.richtext.nodes import (
    Block,
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

SHARP = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "' onload='x",
    "]]>",
    "<!--",
    "-->",
    "</code></pre>",
    "&lt;",
    "&#60;",
    "{{7*7}}",
    "\\",
    "*",
    "**",
    "_",
    "`",
    "```",
    "~~",
    "||",
    "|",
    "[a](javascript:alert(1))",
    "![x](y)",
    "# ",
    "- ",
    "1. ",
    "> ",
    "---",
    "===",
    "\u202e",
    "\u200b",
    "\u00a0",
    "\x00",
    "\ud83d",
    "👩‍👩‍👧",
    "z\u0300\u0301\u0302",
    "a.b",
    "snake_case",
    "https://a.example",
    "www.b.example",
    "&copy;",
    " ",
    "  ",
    "\t",
    "!",
    "word",
    "!",
    ":",
    "<https://c.example>",
    "1",
    ".",
)
"""Pieces of text that a renderer could trip over."""

texts = st.lists(st.sampled_from(SHARP) | st.text(max_size=6), max_size=5).map("".join)
lines = texts.map(lambda text: "".join(text.splitlines()).replace("\x85", ""))
ids = st.text("mfp0123456789", min_size=1, max_size=4) | lines.filter(bool)
urls = st.sampled_from(
    (
        "https://example.org",
        "http://a.example/x?y=1&z=2#t",
        "mailto:a@example.org",
        "https://a.example/(b)_*c*|d'\"<>",
        "https://bank.example@evil.example/",
    )
)
moments = st.datetimes(datetime(1970, 1, 2), datetime(2200, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  the zone is added

_plain_inlines = st.one_of(
    st.builds(Text, lines),
    st.builds(Text, lines),
    st.just(LineBreak()),
    st.builds(Code, texts),
    st.builds(Mention, st.sampled_from(("person", "group", "everyone")), lines, st.none() | ids),
    st.builds(ChannelMention, lines),
    st.builds(Emoji, lines, st.none() | st.sampled_from(("🎉", "👍🏽")), st.none() | ids),
    st.builds(Timestamp, st.integers(-(10**13), 10**13), st.sampled_from("tTdDfFsSR"), texts),
    st.builds(Unsupported, lines, texts),
)


def _with_children(inner: st.SearchStrategy[Inline]) -> st.SearchStrategy[Inline]:
    children = st.lists(inner, max_size=3).map(tuple)
    kinds = (Bold, Italic, Underline, Strike, Spoiler)
    return st.one_of(*(st.builds(kind, children) for kind in kinds), st.builds(Link, urls, children))


inlines: st.SearchStrategy[Inline] = st.recursive(_plain_inlines, _with_children, max_leaves=6)
flows = st.lists(inlines, max_size=4).map(tuple)

_plain_blocks = st.one_of(
    st.builds(Paragraph, flows),
    st.builds(Paragraph, flows),
    st.builds(Heading, st.integers(1, 6), flows),
    st.builds(CodeBlock, texts, st.sampled_from(("", "python", "js", "no-such")) | lines),
    st.builds(Table, st.lists(st.lists(flows, max_size=3).map(tuple), max_size=3).map(tuple), st.booleans()),
    st.just(Divider()),
    st.builds(Subtext, flows),
    st.builds(Unsupported, lines, texts),
)


def _with_blocks(inner: st.SearchStrategy[Block]) -> st.SearchStrategy[Block]:
    children = st.lists(inner, max_size=3).map(tuple)
    items = st.lists(children, max_size=3).map(tuple)
    return st.one_of(
        st.builds(Quote, children), st.builds(List, items, st.booleans(), st.integers(-5, 10**10))
    )


blocks: st.SearchStrategy[Block] = st.recursive(_plain_blocks, _with_blocks, max_leaves=5)
bodies = st.lists(blocks, max_size=4).map(tuple)

_short_bodies = st.lists(_plain_blocks, max_size=2).map(tuple)
_attachments = st.lists(st.builds(Attachment, ids, lines, st.booleans()), max_size=2).map(tuple)
_colors = st.none() | st.from_regex(r"#[0-9a-f]{6}", fullmatch=True)
cards = st.builds(
    LinkCard,
    flows,
    st.none() | urls,
    lines,
    lines,
    _short_bodies,
    flows,
    st.none() | ids,
    st.none() | ids,
    _colors,
)
_cards = st.lists(cards, max_size=1).map(tuple)
_polls = st.builds(
    Poll,
    flows,
    st.lists(st.builds(PollOption, flows, st.none() | st.integers(0, 99)), max_size=3).map(tuple),
    st.booleans(),
)
_emoji = st.builds(Emoji, lines, st.none() | st.just("🎉"), st.none() | ids)

messages = st.builds(
    Message,
    id=ids,
    author=st.none() | ids,
    sent_at=moments,
    kind=st.sampled_from(MessageKind),
    body=bodies,
    edited_at=st.none() | moments,
    reply_to=st.none() | st.builds(ReplyTo, st.none() | ids, st.none() | ids, flows),
    attachments=_attachments,
    cards=_cards,
    reactions=st.lists(
        st.builds(Reaction, _emoji, st.integers(1, 9999), st.lists(ids, max_size=2).map(tuple)), max_size=2
    ).map(tuple),
    forwards=st.lists(
        st.builds(Forward, _short_bodies, _attachments, _cards, st.none() | moments), max_size=1
    ).map(tuple),
    poll=st.none() | _polls,
    pinned=st.booleans(),
)
participants = st.builds(Participant, ids, lines, st.sampled_from(ParticipantKind), st.none() | ids)
files = st.builds(
    FileCopy,
    ids,
    lines,
    st.sampled_from(FileState),
    media_type=st.sampled_from(("image/png", "text/plain", "application/x-odd")) | lines,
    size=st.none() | st.integers(0, 10**13),
    width=st.none() | st.integers(1, 9000),
    height=st.none() | st.integers(1, 9000),
    reason=lines,
)


@st.composite
def snapshots(draw: st.DrawFn) -> Snapshot:
    """Snapshots whose messages refer to people and files that may or may not be there."""
    told = tuple(draw(st.lists(messages, max_size=4)))
    header = Header(
        draw(lines),
        draw(st.builds(Source, lines, lines, lines)),
        draw(moments),
        tuple(draw(st.lists(participants, max_size=3))),
        tuple(draw(st.lists(files, max_size=3))),
        len(told),
    )
    return Snapshot(header, told)
