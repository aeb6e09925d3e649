"""What the core wants said -> Slack posts: turns of a replay, heads of threads, notices. Pure.

Everything is drawn as rich text, which Slack shows letter by letter: what people wrote cannot become a
mention or markup. A post's `text` says the same once more, for notifications and screen readers, which
read nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from zlib import crc32

from adapters.slack import words
from adapters.slack.render_card import cut, escape
from adapters.slack.render_inline import Element, shown, text_element
from adapters.slack.render_pieces import Kind, Piece, pieces
from adapters.slack.render_split import POST_LIMIT, posts
from bot.model import FileCopy, LinkCard, Participant, ParticipantKind
from bot.phrases import left_behind, shared_name
from bot.platforms import Turn
from bot.reply import ThreadHead
from bot.richtext.nodes import (
    Body,
    Bold,
    Inline,
    Link,
    List,
    Mention,
    MentionKind,
    Node,
    Paragraph,
    Quote,
    Subtext,
    Table,
    Text,
)

Json = dict[str, Any]

AUTHOR_BLOCK = "tl:author"
FILES_BLOCK = "tl:files"
"""block_ids of what we put into a copy beside what was said; a capture leaves it out again."""

_TEXT = 7900
_UPDATED_BYTES = 3900
"""chat.update takes 4,000 bytes of text, counted once it is escaped."""

_NAME = 70
_TITLE = 150
_SMALL = 1900
_COLOURS = ("red", "blue", "brown", "green", "orange", "purple", "yellow")


@dataclass(frozen=True, slots=True)
class Post:
    """One message: its blocks, and all of its words as plain text."""

    blocks: Sequence[Json]
    words: str

    @property
    def text(self) -> str:
        """For chat.postMessage."""
        return escape(cut(self.words, _TEXT)) or "…"

    @property
    def short(self) -> str:
        """For chat.update."""
        text = self.words
        while len(escape(text).encode()) > _UPDATED_BYTES:
            text = cut(text, len(text) * 3 // 4)
        return escape(text) or "…"


def turn_posts(turn: Turn, left: Iterable[FileCopy], carried: Sequence[str], *, line: bool) -> list[Post]:
    """A turn as posts, at least one. `left`: its files that stay behind, `carried` the names of those that follow;
    `line`: its author stands in a line above, because the post cannot carry a name.
    """
    notes = [
        Piece(Kind.SMALL, (text_element(_small(left_behind(file, words.LEFT_TOO_LARGE))),)) for file in left
    ]
    said = [*pieces((*turn.body, *(block for card in turn.cards for block in _card(card)))), *notes]
    name = copy_name(turn.author)
    parts = [_post(part) for part in posts(said)] or [_only_files(carried)]
    if not line:
        return parts
    above = {"type": "context", "block_id": AUTHOR_BLOCK, "elements": [_plain(name)]}
    return [Post([above, *part.blocks], f"{name}: {part.words}") for part in parts]


def head_post(head: ThreadHead) -> Post:
    """The first post of a thread: its title, then what it says, as much as fits."""
    title = cut(" ".join(shown(head.title).split()), _TITLE) or words.UNTITLED
    made = _post(([[], *posts(pieces(head.body), POST_LIMIT - _TITLE)])[-1:][0])
    return Post([{"type": "header", "text": _plain(title)}, *made.blocks], f"{title}\n{made.words}".strip())


def notice_post(body: Body) -> Post:
    """What is said to everyone in a thread, as much as fits into one post."""
    made = posts(pieces(body))
    return _post(made[0]) if made else Post([], "…")


def copy_name(author: Participant) -> str:
    """How the author of a copy is called above it."""
    return shared_name(cut(" ".join(shown(author.name).split()), _NAME) or words.SOMEBODY)


def copy_icon(author: Participant) -> str:
    """A picture for the author of a copy: a colour of their own. No address of anyone's is asked for it."""
    if author.kind is ParticipantKind.BOT:
        return ":robot_face:"
    return f":large_{_COLOURS[crc32(author.name.encode('utf-8', 'replace')) % len(_COLOURS)]}_circle:"


@dataclass(frozen=True, slots=True)
class Mentioned:
    """The names that stand behind an "@" in a text, by what they are."""

    people: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    everyone: tuple[str, ...] = ()


def mentioned(body: Body, said: str) -> Mentioned:
    """Whom a body mentions, of those who stand in `said`."""
    names: dict[MentionKind, dict[str, None]] = {"person": {}, "group": {}, "everyone": {}}
    for mention in _mentions(body):
        if mention.name and f"@{mention.name}" in said:
            names[mention.kind][mention.name] = None
    return Mentioned(tuple(names["person"]), tuple(names["group"]), tuple(names["everyone"]))


def _mentions(nodes: Iterable[Node]) -> Iterator[Mention]:
    for node in nodes:
        match node:
            case Mention():
                yield node
            case List(items):
                yield from (found for item in items for found in _mentions(item))
            case Table(rows):
                yield from (found for row in rows for cell in row for found in _mentions(cell))
            case _:
                yield from _mentions(getattr(node, "children", ()))


def _only_files(names: Sequence[str]) -> Post:
    listed = _small(", ".join(shown(" ".join(name.split())) for name in names)) or words.NO_WORDS
    return Post([{"type": "context", "block_id": FILES_BLOCK, "elements": [_plain(listed)]}], listed)


def _card(card: LinkCard) -> Body:
    """A preview card as a quote: Slack does not draw the original's link a second time."""
    title: tuple[Inline, ...] = (Bold(card.title),) if card.title else ()
    if card.url:
        title = (Link(card.url, title or (Text(card.url),)),)
    site = (
        ((Subtext((Text(" · ".join(filter(None, (card.site, card.author)))),))),)
        if card.site or card.author
        else ()
    )
    footer = (Subtext(card.footer),) if card.footer else ()
    body = (*site, *((Paragraph(title),) if title else ()), *card.body, *footer)
    return (Quote(body),) if body else ()


def _post(made: Sequence[Piece]) -> Post:
    return Post(_blocks(made), "\n".join(piece.text for piece in made))


def _blocks(made: Sequence[Piece]) -> list[Json]:
    """Consecutive pieces of rich text share a block."""
    blocks: list[Json] = []
    for kind, group in groupby(made, key=_block_kind):
        match kind:
            case Kind.HEADING:
                blocks += ({"type": "header", "text": _plain(piece.text)} for piece in group)
            case Kind.SMALL:
                blocks += ({"type": "context", "elements": [_plain(piece.text)]} for piece in group)
            case Kind.RULE:
                blocks += ({"type": "divider"} for _ in group)
            case _:
                blocks.append({"type": "rich_text", "elements": _rich(list(group))})
    return blocks


def _block_kind(piece: Piece) -> Kind:
    return piece.kind if piece.kind in (Kind.HEADING, Kind.SMALL, Kind.RULE) else Kind.FLOW


def _rich(made: list[Piece]) -> list[Json]:
    elements: list[Json] = []
    for (kind, quote), group in groupby(made, key=lambda piece: (piece.kind, piece.quote)):
        border = {"border": 1} if quote else {}
        run = list(group)
        match kind:
            case Kind.CODE:
                elements += (_code(piece) | border for piece in run)
            case Kind.ITEM:
                elements += (one | border for one in _lists(run))
            case _:
                flow = "rich_text_quote" if quote else "rich_text_section"
                elements.append({"type": flow, "elements": _joined(run)})
    return elements


def _joined(run: Sequence[Piece]) -> list[Element]:
    """Paragraphs with an empty line between them, as Slack's own composer writes them."""
    made: list[Element] = []
    for piece in run:
        made += (text_element("\n\n"), *piece.elements) if made else piece.elements
    return made


def _code(piece: Piece) -> Json:
    made: Json = {"type": "rich_text_preformatted", "elements": list(piece.elements)}
    return made | ({"language": piece.language} if piece.language else {})


def _lists(run: Sequence[Piece]) -> list[Json]:
    """Items as flat lists, one for each stretch of the same indent whose numbers follow each other."""
    lists: list[Json] = []
    last: Piece | None = None
    for piece in run:
        follows = last and (last.indent, last.number + 1 if last.number else 0) == (
            piece.indent,
            piece.number,
        )
        section = {"type": "rich_text_section", "elements": list(piece.elements)}
        if follows:
            lists[-1]["elements"].append(section)
        else:
            style = "ordered" if piece.number else "bullet"
            made: Json = {
                "type": "rich_text_list",
                "style": style,
                "indent": piece.indent,
                "elements": [section],
            }
            lists.append(made | ({"offset": piece.number - 1} if piece.number > 1 else {}))
        last = piece
    return lists


def _small(text: str) -> str:
    return cut(shown(text), _SMALL)


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}
