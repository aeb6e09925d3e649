"""A message that says something in every place where a message can, for the tests of this folder."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass

from bot.model import Attachment, Forward, LinkCard, Message, Poll, PollOption, Reaction, ReplyTo
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
from tests.builders import START, message

Say = Callable[[str], str]


def blocks(say: Say) -> tuple[Block, ...]:
    """Every block and inline; `say` makes the words for each place from the place's name."""
    inlines = (
        Text(say("text")),
        LineBreak(),
        Bold((Text(say("bold")), Italic((Text(say("italic")),)))),
        Underline((Text(say("underline")),)),
        Strike((Text(say("strike")),)),
        Spoiler((Text(say("spoiler")),)),
        Code(say("code")),
        Link(f"https://example.org/{say('url').replace(' ', '-')}", (Text(say("label")),)),
        Emoji(say("emoji"), None, "emoji:1"),
        Timestamp(0, "f", say("moment")),
        Unsupported("thing", say("inline fallback")),
    )
    mentions = (Mention("person", say("mention"), "U-stranger"), ChannelMention(say("channel")))
    return (
        Paragraph(inlines),
        Paragraph(mentions),
        Heading(1, (Text(say("heading")),)),
        Quote((Paragraph((Text(say("quote")),)),)),
        CodeBlock(say("block code"), say("language")),
        List(((Paragraph((Text(say("item")),)),), (Quote((Paragraph((Text(say("deep")),)),)),))),
        Table((((Text(say("cell")),), (Bold((Text(say("other cell")),)),)),), header=True),
        Divider(),
        Subtext((Text(say("small print")),)),
        Unsupported("block", say("block fallback")),
    )


def card(say: Say) -> LinkCard:
    return LinkCard(
        title=(Text(say("card title")),),
        url=f"https://example.org/{say('card url').replace(' ', '-')}",
        site=say("site"),
        author=say("card author"),
        body=blocks(lambda place: say(f"card {place}")),
        footer=(Text(say("footer")),),
        image="F-image",
        thumbnail="F-thumb",
    )


def everything(say: Say, **more) -> Message:
    """The message. Files: F-up, F-forwarded, F-image, F-thumb, emoji:1."""
    return message(
        blocks(say),
        "U-ana",
        edited_at=START,
        reply_to=ReplyTo("M1", "U-bob", (Text(say("excerpt")),)),
        attachments=(Attachment("F-up", say("description")),),
        cards=(card(say),),
        reactions=(Reaction(Emoji(say("reaction")), 2, ("U-bob", "U-stranger")),),
        forwards=(
            Forward(
                blocks(lambda place: say(f"forwarded {place}")),
                (Attachment("F-forwarded", say("forwarded description")),),
                (card(lambda place: say(f"forwarded {place}")),),
                START,
            ),
        ),
        poll=Poll((Text(say("question")),), (PollOption((Text(say("option")),), 1),)),
        **more,
    )


def strings(value: object) -> Iterator[str]:
    """Every string anywhere inside a value made of dataclasses and tuples."""
    if isinstance(value, str):
        yield value
    elif is_dataclass(value):
        for f in fields(value):
            yield from strings(getattr(value, f.name))
    elif isinstance(value, tuple | list):
        for item in value:
            yield from strings(item)
