"""A page's messages -> HTML: days, groups of one author, messages with their permalinks."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from urllib.parse import quote

from markupsafe import Markup, escape

from bot.model import Header, Message, MessageKind, Participant, ParticipantKind, ReplyTo
from bot.richtext.nodes import Emoji, Inline, LineBreak, Mention, Paragraph, Spoiler, Text
from bot.richtext.plain import plain, plain_inline
from web.avatars import avatar
from web.inlines import Out, Pictures, utc
from web.parts import moment, write_parts
from web.richtext import join

SOMEBODY = Participant("", "Somebody")
EXCERPT = 160
"""Longest quoted beginning of an answered message, in characters."""
_JUMBO = 6
_HOUR, _MINUTE = len("2026-11-22T"), len("2026-11-22T09:05")

_DAY = Markup('<h2 class="d"><time datetime="{}">{}</time></h2>')
_GROUP, _GROUP_OF_BOT = Markup('<article class="g">'), Markup('<article class="g bt">')
_GROUP_END = Markup("</article>")
_NAME, _NAME_END = Markup("<h3><bdi>"), Markup("</bdi></h3>")
_NAME_END_BOT = Markup('</bdi> <span class="bot">App</span></h3>')
_MESSAGE, _MESSAGE_JUMBO, _SYSTEM = (
    Markup('<div class="m b" id="'),
    Markup('<div class="m b jumbo" id="'),
    Markup('<div class="sy b" id="'),
)
_LINK, _LINK_TIME, _LINK_MIDDLE = (
    Markup('"><a class="t" href="#'),
    Markup('"><time datetime="'),
    Markup('">'),
)
_LINK_END, _DIV_END = Markup("</time></a>"), Markup("</div>")
_DELETED = Markup('<p class="del">This message was deleted.</p>')
_EMPTY = Markup('<p class="del">This message has no text.</p>')
_EDITED = Markup(' <time class="ed" datetime="{}" title="Edited {}">edited</time>')
_PINNED = Markup('<p class="pin">Pinned</p>')
_SUBJECT = Markup("<b><bdi>{}</bdi></b> ")
_REPLY, _REPLY_LINK = (
    Markup('<p class="re"><span>Reply to '),
    Markup('<p class="re"><a href="{}">Reply to '),
)
_REPLY_MIDDLE = Markup("<b><bdi>{}</bdi></b> <q>{}</q>")
_REPLY_BARE = Markup("<b><bdi>{}</bdi></b>")
_REPLY_END, _REPLY_LINK_END = Markup("</span></p>"), Markup("</a></p>")
_PARTS, _PARTS_END = Markup('<div class="b">'), Markup("</div>")


@dataclass(frozen=True, slots=True)
class Thread:
    """What messages refer to: people by key, files by id, and where a message of any page stands.
    `heads`: how the groups of each author begin, once it is known.
    """

    people: Mapping[str, Participant]
    pictures: Pictures
    address_of: Callable[[str], str | None]
    heads: dict[str | None, Out] = field(default_factory=dict)

    def person(self, key: str | None) -> Participant:
        return self.people.get(key or "", SOMEBODY)


def make_thread(
    header: Header,
    url_of: Callable[[str], str] | None,
    address_of: Callable[[str], str | None] = lambda _: None,
) -> Thread:
    """`url_of` gives the address of a file, `address_of` that of a message or None."""
    return Thread(
        people={person.key: person for person in header.participants},
        pictures=Pictures({file.id: file for file in header.files}, url_of),
        address_of=address_of,
    )


def write_messages(messages: Sequence[Message], thread: Thread, out: Out) -> None:
    """All `messages` with day headings, neighbours by one author on one day in one group."""
    day: date | None = None
    author: str | None = None
    grouped = False
    for message in messages:
        sent = message.sent_at.astimezone(UTC)
        if sent.date() != day:
            if grouped:
                out.append(_GROUP_END)
            grouped = False
            day = sent.date()
            out.append(_DAY.format(day.isoformat(), f"{day:%A}, {day.day} {day:%B %Y}"))
        if message.kind is MessageKind.SYSTEM or (message.author is None and not message.body):
            if grouped:
                out.append(_GROUP_END)
            grouped = False
            _write_system(message, sent, thread, out)
            continue
        if not grouped or message.author != author:
            if grouped:
                out.append(_GROUP_END)
            grouped, author = True, message.author
            _open_group(author, thread, out)
        _write_message(message, sent, thread, out)
    if grouped:
        out.append(_GROUP_END)


def _open_group(author: str | None, thread: Thread, out: Out) -> None:
    head = thread.heads.get(author)
    if head is None:
        person = thread.person(author)
        is_bot = person.kind is ParticipantKind.BOT
        head = thread.heads[author] = [
            _GROUP_OF_BOT if is_bot else _GROUP,
            avatar(person, thread.pictures),
            _NAME,
            escape(person.name),
            _NAME_END_BOT if is_bot else _NAME_END,
        ]
    out += head


def _write_message(message: Message, sent: datetime, thread: Thread, out: Out) -> None:
    _open_message(_MESSAGE_JUMBO if is_jumbo(message) else _MESSAGE, message.id, sent, out)
    begin = len(out)
    if message.pinned:
        out.append(_PINNED)
    if message.reply_to is not None:
        _write_reply(message.reply_to, thread, out)
    if message.kind is MessageKind.DELETED:
        out.append(_DELETED)
    write_parts(message, thread.people, out, thread.pictures, edited=_edited(message))
    if len(out) == begin:
        out.append(_EMPTY)
    out.append(_DIV_END)


def _open_message(start: Markup, message_id: str, sent: datetime, out: Out) -> None:
    shown = escape(message_id)
    anchor = shown if message_id.isalnum() else escape(quote(message_id, safe="", errors="replace"))
    minute = sent.isoformat()[:_MINUTE]  # seconds are shown nowhere, and compress badly
    out += (
        start,
        shown,
        _LINK,
        anchor,
        _LINK_TIME,
        escape(f"{minute}Z"),
        _LINK_MIDDLE,
        escape(minute[_HOUR:]),
        _LINK_END,
    )


def _write_system(message: Message, sent: datetime, thread: Thread, out: Out) -> None:
    _open_message(_SYSTEM, message.id, sent, out)
    if message.kind is MessageKind.DELETED:
        out.append(_DELETED)
    if (subject := _subject(message, thread)) is not None:
        out.append(_SUBJECT.format(subject.name))
    write_parts(message, thread.people, out, thread.pictures, edited=Markup())
    out.append(_DIV_END)


def _subject(message: Message, thread: Thread) -> Participant | None:
    """Who a system message is about, where its own words do not begin with them."""
    person = thread.people.get(message.author or "")
    match message.body:
        case (Paragraph((Mention(), *_)), *_):
            return None
        case _ if person is not None and plain(message.body).startswith(person.name):
            return None
        case _:
            return person


def _edited(message: Message) -> Markup:
    if message.edited_at is None:
        return Markup()
    return _EDITED.format(utc(message.edited_at), moment(message.edited_at.astimezone(UTC)))


def _write_reply(reply: ReplyTo, thread: Thread, out: Out) -> None:
    address = thread.address_of(reply.message) if reply.message is not None else None
    out.append(_REPLY if address is None else _REPLY_LINK.format(address))
    author = thread.people.get(reply.author or "")
    name = author.name if author is not None else "a message"
    words = excerpt(reply.excerpt)
    out.append(_REPLY_MIDDLE.format(name, words) if words else _REPLY_BARE.format(name))
    out.append(_REPLY_END if address is None else _REPLY_LINK_END)


def excerpt(nodes: Iterable[Inline]) -> str:
    """The first words in one line, spoilers unread."""
    veiled = (Text("[spoiler]") if isinstance(node, Spoiler) else node for node in _opened(nodes))
    words = " ".join(plain_inline(veiled).split())
    return words if len(words) <= EXCERPT else f"{words[:EXCERPT].rstrip()}…"


def _opened(nodes: Iterable[Inline]) -> Iterable[Inline]:
    """`nodes` with the children of what only formats them in its place, so that no spoiler is inside."""
    for node in nodes:
        if isinstance(node, Spoiler) or not hasattr(node, "children"):
            yield node
        else:
            yield from _opened(node.children)


def is_jumbo(message: Message) -> bool:
    """Whether a message says no more than a few emoji, which are drawn larger then."""
    match message.body:
        case (Paragraph((Emoji(), *rest)),) if len(rest) < 2 * _JUMBO:
            return all(
                isinstance(node, Emoji | LineBreak) or (isinstance(node, Text) and node.text.isspace())
                for node in rest
            )
        case _:
            return False


def parts_of(message: Message, header: Header, url_of: Callable[[str], str] | None) -> Markup:
    """What one message says, without author and time: text, cards, files, poll, forwards, reactions."""
    thread = make_thread(header, url_of)
    out: Out = [_PARTS]
    write_parts(message, thread.people, out, thread.pictures, edited=Markup())
    out.append(_PARTS_END)
    return join(out)
