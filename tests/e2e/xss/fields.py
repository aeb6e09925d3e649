"""Every place where the words of strangers reach a page, each filled with one payload.

`messages` gives all that one payload can fill below the head of a page; `page`, `preview_page` and
`error_page` make whole pages. test_fields.py proves that no text field of the model is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial

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
    is_safe_url,
    make_link,
    text_nodes,
)

AT = datetime(2026, 11, 22, 9, 0, tzinfo=UTC)
SITE = "https://example.org/"
LANGUAGES = ("html", "javascript", "php", "console", "python", "diff")

INLINES: dict[str, Callable[[str], tuple[Inline, ...]]] = {
    "text": lambda p: (Text(p),),
    "text in lines": text_nodes,
    "text in many lines": lambda p: text_nodes(f"{p}\n" * 10),
    "formatted text": lambda p: (Bold((Italic((Underline((Strike((Text(p),)),)),)),)),),
    "spoiler": lambda p: (Spoiler((Text(p),)),),
    "code": lambda p: (Code(p),),
    "link address": lambda p: make_link(p, (Text("here"),)),
    "bare link address": make_link,
    "link label": lambda p: (Link(SITE, (Text(p),)),),
    "link query": lambda p: make_link(f"{SITE}?{_packed(p)}", (Text("here"),)),
    "link fragment": lambda p: make_link(f"{SITE}#{_packed(p)}"),
    "link user": lambda p: make_link(f"https://{_packed(p)}@example.org/", (Text("here"),)),
    "link host": lambda p: make_link(f"https://{_packed(p)}", (Text("example.net"),)),
    "mail address": lambda p: make_link(f"mailto:{_packed(p)}", (Text("here"),)),
    "link in a spoiler": lambda p: (Link(SITE, (Spoiler((Text(p),)),)),),
    "link in a link": lambda p: (Link(SITE, make_link(f"{SITE}?{_packed(p)}", (Text(p),))),),
    "mentioned person": lambda p: (Mention("person", p, p),),
    "mentioned group": lambda p: (Mention("group", p),),
    "mentioned channel": lambda p: (ChannelMention(p),),
    "emoji name": lambda p: (Emoji(p),),
    "emoji character": lambda p: (Emoji("smile", p),),
    "emoji picture": lambda p: (Emoji(p, file=f"{p}!emoji"),),
    "time": lambda p: (Timestamp(1795528800, fallback=p),),
    "time style": lambda p: (Timestamp(1795528800, p, "then"),),
    "time beyond the calendar": lambda p: (Timestamp(10**15, p, p),),
    "unknown inline": lambda p: (Unsupported(p, p),),
    "unknown inline without text": lambda p: (Unsupported(p),),
}
BLOCKS: dict[str, Callable[[str], Block]] = {
    "heading": lambda p: Heading(2, (Text(p),)),
    "quote": lambda p: Quote((Paragraph((Text(p),)), Quote((Paragraph(text_nodes(p)),)))),
    "code block": CodeBlock,
    "code language": lambda p: CodeBlock("x = 1", p),
    "code and language": lambda p: CodeBlock(p, p),
    **{f"{name} code": partial(CodeBlock, language=name) for name in LANGUAGES},
    "list": lambda p: List(
        ((Paragraph((Text(p),)), Subtext((Text(p),))), (CodeBlock(p),)), ordered=True, start=3
    ),
    "table": lambda p: Table((((Text(p),), (Code(p),)), ((Text(p),), make_link(p))), header=True),
    "small print": lambda p: Subtext((Text(p), LineBreak(), Text(p))),
    "unknown block": lambda p: Unsupported(p, p),
    "unknown block without text": Unsupported,
    "line": lambda _: Divider(),
}


def _packed(payload: str) -> str:
    """`payload` as it can stand in an address: browsers take no spaces and no control characters."""
    return "".join(c for c in payload if c > " " and c != "\\" and not "\x7f" <= c <= "\x9f")


def body(payload: str) -> tuple[Block, ...]:
    """`payload` in every node of the tree."""
    inline = tuple(Paragraph(make(payload)) for make in INLINES.values())
    return (*inline, *(make(payload) for make in BLOCKS.values()))


def files(payload: str) -> tuple[FileCopy, ...]:
    """Pictures and downloads, copied and missing, all named by `payload`."""
    copied = FileCopy("", payload, FileState.COPIED, blob="b", media_type=payload, size=100)
    drawn = replace(copied, media_type="image/png", width=60, height=40)
    return (
        replace(drawn, id=f"{payload}!avatar"),
        replace(drawn, id=f"{payload}!emoji"),
        replace(drawn, id=f"{payload}!picture"),
        replace(copied, id=f"{payload}!file"),
        FileCopy(f"{payload}!csv", f"a.{payload}", FileState.COPIED, blob="b", media_type="text/x"),
        FileCopy(f"{payload}!missing", payload, FileState.MISSING, reason=payload, media_type=payload),
        FileCopy(f"{payload}!pending", payload, media_type=payload),
    )


def people(payload: str) -> tuple[Participant, ...]:
    return (
        Participant(payload, payload),
        Participant(f"{payload}!pictured", payload, avatar=f"{payload}!avatar", aliases=(payload,)),
        Participant(f"{payload}!bot", payload, ParticipantKind.BOT),
    )


def card(payload: str) -> LinkCard:
    text = (Text(payload),)
    address = f"{SITE}?{_packed(payload)}"
    return LinkCard(
        title=text,
        url=next((url for url in (payload, address) if is_safe_url(url)), None),
        site=payload,
        author=payload,
        body=(Paragraph(text),),
        footer=text,
        image=f"{payload}!picture",
        thumbnail=f"{payload}!picture",
        color=payload,
    )


def attachments(payload: str) -> tuple[Attachment, ...]:
    kinds = ("picture", "file", "csv", "missing", "pending", "unknown")
    named = tuple(Attachment(f"{payload}!{kind}", payload) for kind in kinds)
    return (
        *named,
        *(replace(one, spoiler=True) for one in named[:2]),
        Attachment(f"{payload}!picture"),
        Attachment(payload, payload),
    )


def poll(payload: str) -> Poll:
    text = (Text(payload),)
    return Poll(text, (PollOption(text, 2), PollOption(text)))


def messages(payload: str, number: int = 0) -> tuple[Message, ...]:
    """All that `payload` can fill below the head of a page, told by the people it names."""
    text = (Text(payload),)
    bare = LinkCard(url=card(payload).url)
    full = Message(
        f"{payload}!1",
        payload,
        AT + timedelta(minutes=number),
        body=body(payload),
        edited_at=AT,
        reply_to=ReplyTo(f"{payload}!2", f"{payload}!bot", text),
        attachments=attachments(payload),
        cards=(card(payload), bare),
        reactions=tuple(Reaction(e, 2, (payload, f"{payload}!bot")) for e in _emoji(payload)),
        forwards=(Forward((Paragraph(text),), attachments(payload)[:4], (card(payload),), AT),),
        poll=poll(payload),
        pinned=True,
    )
    said = (Paragraph(text),)
    return (
        full,
        replace(full, id=f"{payload}!2", author=f"{payload}!pictured", body=said, reply_to=ReplyTo(payload)),
        Message(f"{payload}!3", f"{payload}!bot", full.sent_at, reply_to=ReplyTo(f"{payload}!1", payload)),
        Message(f"{payload}!4", payload, full.sent_at, MessageKind.SYSTEM, (Paragraph((*text, *text)),)),
        Message(f"{payload}!5", payload, full.sent_at, MessageKind.SYSTEM, (Divider(),)),
        Message(f"{payload}!6", payload, full.sent_at, MessageKind.DELETED),
        Message(f"{payload}!7", payload, full.sent_at, body=(Paragraph((Emoji(payload),)),)),
    )


def _emoji(payload: str) -> Iterable[Emoji]:
    return (Emoji(payload), Emoji(payload, payload), Emoji(payload, file=f"{payload}!emoji"))


def exposed(payload: str, number: int = 0) -> Message:
    """The fields that everybody fills: name, text, link, file name."""
    return Message(
        f"m{number + 1}",
        payload,
        AT + timedelta(minutes=number),
        body=(
            Paragraph((Text(payload), *make_link(payload, (Text("here"),)), *INLINES["link query"](payload))),
        ),
        attachments=(Attachment(f"{payload}!file", payload),),
    )


def header(payload: str, among: Sequence[str] = ()) -> Header:
    """A head that says `payload`, with the people and files of all payloads in `among`."""
    several = among or (payload,)
    return Header(
        payload,
        Source(payload, payload, payload),
        AT,
        tuple(person for one in several for person in people(one)),
        tuple(file for one in several for file in files(one)),
        message_count=len(several),
    )
