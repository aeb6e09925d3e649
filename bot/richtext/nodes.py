"""The neutral tree: what a message says, free of any platform's markup.

Parsers (outside -> tree) make these nodes, renderers (tree -> outside) read them with one
`match` each that ends in `assert_never`, so that mypy names every renderer a new node is
missing from. Nodes are values: frozen, comparable, hashable.

Two rules hold everywhere:

* A `Text` holds no line break; a break is a `LineBreak`. Use `text_nodes` to split a string.
* A `Link` has a safe scheme or does not exist. Use `make_link`, which gives the children back
  unlinked where the address is not one we would send a reader to.

What a parser does not know becomes `Unsupported`, visible with its fallback text. Nothing is
dropped. No tree is nested deeper than `DEPTH_LIMIT`; parsers flatten what lies below.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias
from urllib.parse import urlsplit

DEPTH_LIMIT = 32
"""How deep a tree may nest, in nodes from a block to its deepest descendant."""

SAFE_SCHEMES = frozenset({"http", "https", "mailto"})
URL_LIMIT = 4096
"""Longest address that becomes a link, in characters; longer ones stay visible as text."""

# Most addresses: nothing in them that could be read in two ways.
_COMMON = re.compile(r"https?://[A-Za-z0-9.-]+(?:[/?#][!-\[\]-~]*)?")
_SCHEME = re.compile("(?:https?|mailto):", re.IGNORECASE)
_REPAIRED = re.compile(r"[\x00-\x20\\\x7f-\x9f]")

MentionKind: TypeAlias = Literal["person", "group", "everyone"]


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class LineBreak:
    pass


_BREAK = LineBreak()


@dataclass(frozen=True, slots=True)
class Bold:
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Italic:
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Underline:
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Strike:
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Spoiler:
    """Hidden until the reader asks for it."""

    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Code:
    """Inline code, verbatim. May hold line breaks."""

    text: str


@dataclass(frozen=True, slots=True)
class Link:
    """An address with a scheme from `SAFE_SCHEMES`.

    Raises ValueError for any other: call `make_link` on what comes from outside.
    """

    url: str
    children: tuple[Inline, ...]

    def __post_init__(self) -> None:
        if not is_safe_url(self.url):
            raise ValueError("a Link takes only http, https and mailto addresses")


@dataclass(frozen=True, slots=True)
class Mention:
    """A person, a group, or everyone, addressed by name.

    `name` is what stands on the page, without "@". `person` is the `Participant.key` of a
    mentioned person where it is known, else None (groups, everyone, strangers).
    """

    kind: MentionKind
    name: str
    person: str | None = None


@dataclass(frozen=True, slots=True)
class ChannelMention:
    """A channel by name, without "#"."""

    name: str


@dataclass(frozen=True, slots=True)
class Emoji:
    """An emoji: `name` without colons; `char` the Unicode character(s), where it is a standard
    one; `file` the `FileCopy.id` of its picture, where it is a custom one.
    """

    name: str
    char: str | None = None
    file: str | None = None


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A moment that each reader sees in local time.

    `at`: seconds since 1970-01-01 UTC, may be negative. `style`: one of t T d D f F s S R
    (short time, long time, short date, long date, date and time, weekday date and time,
    the last two with seconds, relative). `fallback`: the text for whoever cannot localise.
    """

    at: int
    style: str = "f"
    fallback: str = ""


@dataclass(frozen=True, slots=True)
class Unsupported:
    """What we do not know how to draw: `kind` is the platform's word for it, `fallback` the
    text it carried. Stands among blocks and among inlines.
    """

    kind: str
    fallback: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Heading:
    """`level` 1 to 6, 1 the largest."""

    level: int
    children: tuple[Inline, ...]


@dataclass(frozen=True, slots=True)
class Quote:
    children: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class CodeBlock:
    """Preformatted code. `language` as the author wrote it, or ""."""

    code: str
    language: str = ""


@dataclass(frozen=True, slots=True)
class List:
    """`items`: each a tuple of blocks. `start`: number of the first item of an ordered list."""

    items: tuple[tuple[Block, ...], ...]
    ordered: bool = False
    start: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """`rows` of cells, each cell a tuple of inlines. With `header`, the first row heads the
    columns. Rows may differ in length.
    """

    rows: tuple[tuple[tuple[Inline, ...], ...], ...]
    header: bool = False


@dataclass(frozen=True, slots=True)
class Divider:
    pass


@dataclass(frozen=True, slots=True)
class Subtext:
    """Small print."""

    children: tuple[Inline, ...]


Inline: TypeAlias = (
    Text
    | LineBreak
    | Bold
    | Italic
    | Underline
    | Strike
    | Spoiler
    | Code
    | Link
    | Mention
    | ChannelMention
    | Emoji
    | Timestamp
    | Unsupported
)
Block: TypeAlias = Paragraph | Heading | Quote | CodeBlock | List | Table | Divider | Subtext | Unsupported
Node: TypeAlias = Inline | Block
Body: TypeAlias = tuple[Block, ...]


def is_safe_url(url: str) -> bool:
    """Whether `url` is one a browser reads the way we do, with a scheme from `SAFE_SCHEMES`.

    Control characters, spaces and backslashes are refused, because browsers repair them into
    something else than what was checked.
    """
    if len(url) > URL_LIMIT:
        return False
    if _COMMON.fullmatch(url):
        return True
    if not _SCHEME.match(url) or _REPAIRED.search(url):
        return False
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    if parts.scheme == "mailto":
        return len(parts.path) > 0
    return parts.scheme in SAFE_SCHEMES and bool(parts.netloc)


def make_link(url: str, children: tuple[Inline, ...] = ()) -> tuple[Inline, ...]:
    """A link to `url` labelled `children` (the address itself where there are none).

    Where the address is not safe, the label without a link, followed by the address in
    parentheses when the label does not show it, so that nothing is lost.
    """
    url = url.strip()
    label = children or text_nodes(url)
    try:
        return (Link(url, label),)
    except ValueError:
        if children and url and children != (Text(url),):
            return (*children, Text(f" ({_one_line(url)})"))
        return label


def text_nodes(text: str) -> tuple[Inline, ...]:
    """`text` as `Text` nodes with a `LineBreak` for every line end. Empty for ""."""
    if "\n" not in text and "\r" not in text:
        return (Text(text),) if text else ()
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    made = {line: Text(line) if line else None for line in set(lines)}  # equal lines are one node
    nodes: list[Inline | None] = [_BREAK] * (2 * len(lines) - 1)
    nodes[::2] = [made[line] for line in lines]
    return tuple([node for node in nodes if node is not None])


def _one_line(text: str) -> str:
    return " ".join(text.split())
