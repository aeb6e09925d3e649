"""Composer Markdown -> tree: what a person types in the playground, as the core understands it.

CommonMark with tables and ~~strike~~, no HTML, and what chats add to it: @mentions, #channels,
:emoji:, ||spoilers||, bare addresses as links, and line breaks that stay where they were typed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from adapters.playground.parse_inline import inlines
from adapters.playground.records import Names
from bot.richtext.nodes import (
    Block,
    Body,
    CodeBlock,
    Divider,
    Heading,
    Inline,
    List,
    Mention,
    Paragraph,
    Quote,
    Table,
    text_nodes,
)

LENGTH_LIMIT = 3_000
"""Longest text that is read as Markdown, in characters; a longer one stays plain text. It bounds
the time that markdown-it takes for what was written to be slow."""
_BLOCK_DEPTH = 10
"""With what `parse_inline` nests below it, the deepest tree stays within `nodes.DEPTH_LIMIT`."""

_MARKDOWN = MarkdownIt("commonmark", {"html": False, "maxNesting": _BLOCK_DEPTH + 2})
_MARKDOWN.enable(["table", "strikethrough"]).disable(
    ["html_block", "html_inline", "reference", "entity", "code", "lheading", "image"]
)


def parse_text(text: str, names: Names) -> Body:
    """`text` as blocks; `names` says which @ and # words mean somebody or something here.

    Never raises and drops nothing: what is longer than `LENGTH_LIMIT` or nested too deeply becomes
    plain paragraphs.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n").replace("\0", "\ufffd")
    if len(text) > LENGTH_LIMIT:
        return _plain_paragraphs(text)
    tokens = _MARKDOWN.parse(text)
    if any(token.level >= _BLOCK_DEPTH for token in tokens):
        return _plain_paragraphs(text)
    return _Blocks(names, tokens, text.split("\n")).build()


def parse_line(text: str, names: Names) -> tuple[Inline, ...]:
    """One line of text (a poll's question, a card's title) with its inline marks."""
    body = parse_text(" ".join(text.split()), names)
    return body[0].children if body and isinstance(body[0], Paragraph) else text_nodes(text)


def mentioned(body: Body) -> frozenset[str]:
    """The keys of the people that `body` addresses; "everyone" for everyone."""
    return frozenset(
        node.person or "everyone"
        for node in descendants(body)
        if isinstance(node, Mention) and (node.person or node.kind == "everyone")
    )


def descendants(nodes: Iterable[Block | Inline]) -> Iterator[Block | Inline]:
    """`nodes` and all that is in them, in reading order."""
    for node in nodes:
        yield node
        if isinstance(node, List):
            for item in node.items:
                yield from descendants(item)
        elif isinstance(node, Table):
            for row in node.rows:
                for cell in row:
                    yield from descendants(cell)
        else:
            yield from descendants(getattr(node, "children", ()))


def _plain_paragraphs(text: str) -> Body:
    return tuple(Paragraph(text_nodes(part)) for part in text.split("\n\n") if part.strip())


@dataclass
class _Blocks:
    """Builds blocks from markdown-it's flat list of opening and closing tokens."""

    names: Names
    tokens: Sequence[Token]
    lines: Sequence[str]
    at: int = 0

    def build(self) -> Body:
        return self._until("")

    def _until(self, end: str) -> Body:
        """The blocks up to the token of type `end`, which is passed over."""
        blocks: list[Block] = []
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            self.at += 1
            if token.type == end:
                break
            blocks.extend(self._block(token))
        return tuple(blocks)

    def _block(self, token: Token) -> Body:
        match token.type:
            case "inline":
                return (Paragraph(self._inline(token)),)
            case "heading_open":
                content = self._until("heading_close")
                children = content[0].children if content and isinstance(content[0], Paragraph) else ()
                return (Heading(int(token.tag[1]), children),)
            case "paragraph_open":
                return self._until("paragraph_close")
            case "blockquote_open":
                return (Quote(self._until("blockquote_close")),)
            case "bullet_list_open":
                return (List(self._items("bullet_list_close")),)
            case "ordered_list_open":
                start = token.attrGet("start")
                return (
                    List(
                        self._items("ordered_list_close"),
                        ordered=True,
                        start=1 if start is None else int(start),
                    ),
                )
            case "fence":
                return (CodeBlock(token.content.removesuffix("\n"), token.info.strip()),)
            case "hr":
                return (Divider(),)
            case "table_open":
                return (self._table(token),)
            case _:
                return (Paragraph(text_nodes(token.content)),) if token.content else ()

    def _items(self, end: str) -> tuple[Body, ...]:
        items: list[Body] = []
        while self.tokens[self.at].type != end:
            self.at += 1
            items.append(self._until("list_item_close"))
        self.at += 1
        return tuple(items)

    def _table(self, opened: Token) -> Table:
        rows: list[list[tuple[Inline, ...]]] = []
        while (token := self.tokens[self.at]).type != "table_close":
            self.at += 1
            if token.type == "tr_open":
                rows.append([])
            elif token.type == "inline":
                rows[-1].append(self._inline(token))
        self.at += 1
        first, end = opened.map or (0, 0)
        for row, line in zip(rows[1:], self.lines[first + 2 : end], strict=False):
            row.extend(text_nodes(cell) for cell in _cells(line)[len(rows[0]) :])
        return Table(tuple(map(tuple, rows)), header=True)

    def _inline(self, token: Token) -> tuple[Inline, ...]:
        return inlines(token.children or [], self.names)


def _cells(line: str) -> list[str]:
    """The cells of a table's row, for those beyond its heading, which markdown-it leaves out."""
    cells = line.strip().lstrip("> ").strip("|").replace("\\|", "\0").split("|")
    return [cell.strip().replace("\0", "|") for cell in cells]
