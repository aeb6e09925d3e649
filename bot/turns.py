"""A published snapshot as the turns of a replay.

Consecutive messages of one author become one turn, so that a long conversation needs fewer posts.
What a chat post cannot hold is said in words (a poll, a forwarded message, a missing file); reply
links, reactions, edit marks and the original times are left behind on the page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby

from bot.model import (
    Attachment,
    FileCopy,
    Forward,
    Header,
    LinkCard,
    Message,
    MessageKind,
    Participant,
    Poll,
)
from bot.platforms import Turn
from bot.richtext.nodes import Body, Emoji, List, Mention, Node, Paragraph, Quote, Subtext, Table, Text

MESSAGES_PER_TURN = 10
"""So many messages of one author are merged at most: a post stays readable."""

TEXT_PER_TURN = 3000
"""A turn takes no further message once its text has this many characters."""


def make_turns(header: Header, messages: Sequence[Message], key: str) -> list[Turn]:
    """All turns in order; the same for the same input. Their keys begin with `key`."""
    people = {person.key: person for person in header.participants}
    files = {file.id: file for file in header.files}
    groups = [group for group in _merged(messages) if group[0].author in people]
    return [_turn(f"{key}:{index}", people, group, files) for index, group in enumerate(groups)]


def _merged(messages: Sequence[Message]) -> Iterator[list[Message]]:
    told = (message for message in messages if message.kind is not MessageKind.DELETED)
    for _, run in groupby(told, key=lambda message: (message.author, message.kind)):
        group: list[Message] = []
        size = 0
        for message in run:
            length = sum(_length(node) for node in message.body)
            if group and (len(group) >= MESSAGES_PER_TURN or size + length > TEXT_PER_TURN):
                yield group
                group, size = [], 0
            group.append(message)
            size += length
        if group:
            yield group


def _turn(
    key: str, people: Mapping[str, Participant], group: Sequence[Message], files: Mapping[str, FileCopy]
) -> Turn:
    author = people[group[0].author or ""]
    body = tuple(block for message in group for block in _body(message))
    attachments = tuple(dict.fromkeys(a for message in group for a in _attachments(message)))
    cards = tuple(card for message in group for card in _cards(message))
    blocks = (*body, *(block for card in cards for block in card.body))
    nodes = [node for block in blocks for node in _descendants(block)]
    mentioned = dict.fromkeys(node.person for node in nodes if isinstance(node, Mention) and node.person)
    shown = [a.file for a in attachments] + [f for card in cards for f in (card.image, card.thumbnail)]
    shown += [node.file for node in nodes if isinstance(node, Emoji)]
    used = dict.fromkeys(key for key in (*shown, author.avatar) if key)
    return Turn(
        key=key,
        author=author,
        body=body,
        sent_at=group[0].sent_at,
        people=tuple(people[person] for person in mentioned if person in people and person != author.key),
        attachments=attachments,
        cards=cards,
        files=tuple(files[key] for key in used if key in files),
    )


def _body(message: Message) -> Body:
    if message.kind is MessageKind.SYSTEM:
        return tuple(
            Subtext(block.children) if isinstance(block, Paragraph) else block for block in message.body
        )
    parts = [*message.body]
    if message.poll:
        parts += _poll(message.poll)
    for forward in message.forwards:
        parts += _forward(forward)
    return tuple(parts)


def _poll(poll: Poll) -> Body:
    options = tuple((Paragraph((*option.text, *_votes(option.votes))),) for option in poll.options)
    return (Paragraph((Text("Poll: "), *poll.question)), List(options))


def _votes(votes: int | None) -> tuple[Text, ...]:
    return () if votes is None else (Text(f" – {votes} {'vote' if votes == 1 else 'votes'}"),)


def _forward(forward: Forward) -> Body:
    return (Subtext((Text("Forwarded message"),)), Quote(forward.body)) if forward.body else ()


def _attachments(message: Message) -> Iterator[Attachment]:
    yield from message.attachments
    for forward in message.forwards:
        yield from forward.attachments


def _cards(message: Message) -> Iterator[LinkCard]:
    yield from message.cards
    for forward in message.forwards:
        yield from forward.cards


def _descendants(node: Node) -> Iterator[Node]:
    yield node
    match node:
        case List(items):
            children: list[Node] = [block for item in items for block in item]
        case Table(rows):
            children = [inline for row in rows for cell in row for inline in cell]
        case _:
            children = list(getattr(node, "children", ()))
    for child in children:
        yield from _descendants(child)


def _length(node: Node) -> int:
    return sum(len(getattr(one, "text", "")) + len(getattr(one, "code", "")) for one in _descendants(node))
