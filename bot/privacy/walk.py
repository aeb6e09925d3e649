"""One walk over every place of a message that says or names something.

`map_message` visits the places in reading order and puts in what a `Visitor` returns. It is the
only code that knows where a message keeps text, keys and addresses, so that none of the privacy
steps can forget one: a new node fails mypy here, at `assert_never`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from operator import attrgetter, is_
from typing import TypeAlias, assert_never, cast

from bot.model import Attachment, Forward, LinkCard, Message, Poll, PollOption, Reaction, ReplyTo
from bot.richtext.nodes import (
    Block,
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

Leaf: TypeAlias = Code | Mention | ChannelMention | Emoji | Timestamp | Unsupported
"""The inline nodes that hold no others, but for words."""

_WORDS = frozenset({Text, LineBreak})
_MANY = 16
_besides = attrgetter("reply_to", "attachments", "cards", "reactions", "forwards", "poll")
_LEAVES = (Mention, Emoji, Code, ChannelMention, Timestamp, Unsupported)

Words: TypeAlias = tuple[Text | LineBreak, ...]
"""Texts and line breaks that follow one another, at least one: a hostile message has tens of thousands."""


class Visitor:
    """What happens at each place. As it stands it changes nothing; override what you need."""

    def words(self, nodes: Words) -> tuple[Inline, ...]:
        """Plain text, up to the next node of another kind."""
        return nodes

    def leaf(self, node: Leaf) -> tuple[Inline, ...]:
        """Any other node without children."""
        return (node,)

    def link(self, node: Link, label: tuple[Inline, ...]) -> tuple[Inline, ...]:
        """A link whose children, visited before, have become `label`."""
        return (node,) if label == node.children else (Link(node.url, label),)

    def code(self, text: str) -> str:
        """The text of a code block."""
        return text

    def end(self) -> None:
        """What was visited so far and what comes next do not stand on one line."""

    def string(self, text: str) -> str:
        """A text beside the message's own: a description, a site's name."""
        return text

    def author(self, text: str) -> str:
        """Who a preview card says wrote the page."""
        return text

    def url(self, url: str) -> str | None:
        """The address of a preview card; None removes it."""
        return url

    def person(self, key: str) -> str | None:
        """A `Participant.key`; None where the person is not to be known."""
        return key

    def file(self, file_id: str) -> str | None:
        """A `FileCopy.id`; None where there is no such file."""
        return file_id

    def message(self, message_id: str) -> str | None:
        """The id of the message itself, or of one it answers; None where that is unknown."""
        return message_id


def map_message(message: Message, visitor: Visitor) -> Message:
    """`message` with every place as `visitor` wants it; the very same where that changes nothing. Dates, counts,
    colours and sizes stay.
    """
    key = visitor.message(message.id) or ""
    author = visitor.person(message.author) if message.author is not None else None
    body = _body(message.body, visitor)
    same = key is message.id and author is message.author and body is message.body
    beside = _besides(message)
    if not any(beside):  # as with most
        return message if same else replace(message, id=key, author=author, body=body)
    mapped = (
        _reply(message.reply_to, visitor) if message.reply_to else None,
        _attachments(message.attachments, visitor),
        tuple([_card(card, visitor) for card in message.cards]),
        tuple([_reaction(reaction, visitor) for reaction in message.reactions]),
        tuple([_forward(forward, visitor) for forward in message.forwards]),
        _poll(message.poll, visitor) if message.poll else None,
    )
    if same and _same(mapped, beside):
        return message
    reply_to, attachments, cards, reactions, forwards, poll = mapped
    return replace(
        message,
        id=key,
        author=author,
        body=body,
        reply_to=reply_to,
        attachments=attachments,
        cards=cards,
        reactions=reactions,
        forwards=forwards,
        poll=poll,
    )


def _same(ones: Sequence[object], others: Sequence[object]) -> bool:
    """Whether these are the very same objects: far quicker told than whether they are equal."""
    return len(ones) == len(others) and all(map(is_, ones, others))


def _reply(reply: ReplyTo, visitor: Visitor) -> ReplyTo:
    return ReplyTo(
        visitor.message(reply.message) if reply.message is not None else None,
        visitor.person(reply.author) if reply.author is not None else None,
        _line(reply.excerpt, visitor),
    )


def _attachments(attachments: tuple[Attachment, ...], visitor: Visitor) -> tuple[Attachment, ...]:
    kept = []
    for attachment in attachments:
        file_id = visitor.file(attachment.file)
        description = visitor.string(attachment.description)
        if file_id is not None:
            kept.append(replace(attachment, file=file_id, description=description))
    return tuple(kept)


def _card(card: LinkCard, visitor: Visitor) -> LinkCard:
    return LinkCard(
        title=_line(card.title, visitor),
        url=visitor.url(card.url) if card.url is not None else None,
        site=visitor.string(card.site),
        author=visitor.author(card.author),
        body=_body(card.body, visitor),
        footer=_line(card.footer, visitor),
        image=visitor.file(card.image) if card.image is not None else None,
        thumbnail=visitor.file(card.thumbnail) if card.thumbnail is not None else None,
        color=card.color,
    )


def _reaction(reaction: Reaction, visitor: Visitor) -> Reaction:
    line = _line((reaction.emoji,), visitor)
    # A name that was taken away leaves a nameless emoji: a reaction is nothing without one.
    emoji = line[0] if len(line) == 1 and isinstance(line[0], Emoji) else Emoji("emoji")
    people = (visitor.person(key) for key in reaction.people)
    return Reaction(emoji, reaction.count, tuple(key for key in people if key is not None))


def _forward(forward: Forward, visitor: Visitor) -> Forward:
    return Forward(
        _body(forward.body, visitor),
        _attachments(forward.attachments, visitor),
        tuple(_card(card, visitor) for card in forward.cards),
        forward.sent_at,
    )


def _poll(poll: Poll, visitor: Visitor) -> Poll:
    question = _line(poll.question, visitor)
    options = tuple(PollOption(_line(option.text, visitor), option.votes) for option in poll.options)
    return Poll(question, options, poll.closed)


def _body(body: Body, visitor: Visitor) -> Body:
    mapped: list[Block] = []
    for block in body:
        if type(block) is Paragraph and len(block.children) == 1 and type(block.children[0]) is Text:
            # as most are: many times faster than what follows
            line = visitor.words(cast("Words", block.children))
            visitor.end()
            if line is block.children:
                mapped.append(block)
            elif line:
                mapped.append(Paragraph(line))
        else:
            mapped += _block(block, visitor)
    return body if _same(mapped, body) else tuple(mapped)


def _block(block: Block, visitor: Visitor) -> tuple[Block, ...]:
    """What becomes of `block`: nothing where all that it held was taken away."""
    match block:
        case Paragraph(children) | Subtext(children):
            line = _line(children, visitor)
            if line is children:
                return (block,)
            return (type(block)(line),) if line or not children else ()
        case Heading(level, children):
            line = _line(children, visitor)
            return (Heading(level, line),) if line or not children else ()
        case Quote(blocks):
            body = _body(blocks, visitor)
            return (block if body is blocks else Quote(body),) if body or not blocks else ()
        case CodeBlock():
            return _code(block, visitor)
        case List(items):
            return (replace(block, items=tuple(_body(item, visitor) for item in items)),)
        case Table(rows):
            return (replace(block, rows=tuple(tuple(_line(c, visitor) for c in row) for row in rows)),)
        case Divider():
            return (block,)
        case Unsupported():
            line = _line((block,), visitor)
            return (line[0],) if len(line) == 1 and isinstance(line[0], Unsupported) else (Paragraph(line),)
        case _:
            assert_never(block)


def _code(block: CodeBlock, visitor: Visitor) -> tuple[Block, ...]:
    text = visitor.code(block.code)
    visitor.end()
    language = visitor.string(block.language)
    if text is block.code and language is block.language:
        return (block,)
    return (CodeBlock(text, language),) if text or not block.code else ()


def _line(nodes: tuple[Inline, ...], visitor: Visitor) -> tuple[Inline, ...]:
    """Inlines that form a place of their own."""
    mapped = _inlines(nodes, visitor)
    visitor.end()
    return mapped


def _inlines(nodes: tuple[Inline, ...], visitor: Visitor) -> tuple[Inline, ...]:
    if len(nodes) == 1 and type(nodes[0]) is Text:  # as most are
        return visitor.words(cast("Words", nodes))
    if len(nodes) > _MANY and set(map(type, nodes)) <= _WORDS:  # many times faster than the loop
        return visitor.words(cast("Words", nodes))
    mapped: list[Inline] = []
    begin = 0  # of the words that have not been visited yet
    for i, node in enumerate(nodes):
        if type(node) is Text or type(node) is LineBreak:
            continue
        if begin < i:
            mapped += visitor.words(cast("Words", nodes[begin:i]))
        if isinstance(node, _LEAVES):
            mapped += visitor.leaf(node)
        elif isinstance(node, Link):
            mapped += visitor.link(node, _inlines(node.children, visitor))
        else:
            mapped += _inline(node, visitor)
        begin = i + 1
    if begin == 0:
        return visitor.words(cast("Words", nodes)) if nodes else nodes
    if begin < len(nodes):
        mapped += visitor.words(cast("Words", nodes[begin:]))
    return nodes if _same(mapped, nodes) else tuple(mapped)


def _inline(node: Inline, visitor: Visitor) -> tuple[Inline, ...]:
    match node:  # what `_inlines` asks for comes first
        case Bold() | Italic() | Underline() | Strike() | Spoiler():
            inner = _inlines(node.children, visitor)
            if inner is node.children:
                return (node,)
            return (type(node)(inner),) if inner or not node.children else ()
        case Text() | LineBreak():
            return visitor.words((node,))
        case Code() | Mention() | ChannelMention() | Emoji() | Timestamp() | Unsupported():
            return visitor.leaf(node)
        case Link(_, children):
            return visitor.link(node, _inlines(children, visitor))
        case _:
            assert_never(node)
