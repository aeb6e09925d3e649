"""The inside of paragraphs: marks, links, and the words that mean something in a chat."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import emoji
from markdown_it.token import Token

from adapters.playground.records import Names
from bot.richtext.nodes import (
    Bold,
    ChannelMention,
    Code,
    Emoji,
    Inline,
    Italic,
    LineBreak,
    Link,
    Mention,
    Spoiler,
    Strike,
    Text,
    make_link,
    text_nodes,
)

_DEPTH = 8
"""How many marks deep; a spoiler may stand at each of these levels."""

_WORDS = re.compile(
    r"(?P<url>https?://[^\s<>]+)"
    r"|(?<![\w@])@(?P<person>[\w-]{1,60})"
    r"|(?<![\w#&])#(?P<channel>[\w-]{1,60})"
    r"|:(?P<emoji>[a-z0-9_+-]{1,60}):"
)


def find_emoji(name: str) -> Emoji | None:
    """The standard emoji called `name` (without colons), or None."""
    char = emoji.emojize(f":{name}:", language="alias")
    return Emoji(name, char) if not char.startswith(":") else None


_WRAPPERS: dict[str, Callable[[tuple[Inline, ...]], Inline]] = {"em": Italic, "strong": Bold, "s": Strike}


def inlines(tokens: Sequence[Token], names: Names) -> tuple[Inline, ...]:
    """The nodes of one line or paragraph, from markdown-it's flat list of its tokens."""
    return _Inlines(names).build(tokens)


@dataclass
class _Inlines:
    """Builds inline nodes; `levels` holds the children of each mark that is still open."""

    names: Names
    levels: list[list[Inline]] = field(default_factory=lambda: [[]])
    hrefs: list[str] = field(default_factory=list)
    skipped: int = 0

    def build(self, tokens: Sequence[Token]) -> tuple[Inline, ...]:
        for token in tokens:
            if token.nesting > 0:
                self._open(token)
            elif token.nesting < 0:
                self._close(token)
            else:
                self.levels[-1].extend(self._leaf(token))
        return _with_spoilers(self.levels[0])

    def _open(self, token: Token) -> None:
        if len(self.levels) > _DEPTH:
            self.skipped += 1
            return
        self.levels.append([])
        if token.type == "link_open":
            self.hrefs.append(str(token.attrGet("href") or ""))

    def _close(self, token: Token) -> None:
        if self.skipped:
            self.skipped -= 1
            return
        children = _with_spoilers(self.levels.pop())
        if token.type == "link_close":
            self.levels[-1].extend(make_link(self.hrefs.pop(), _unlinked(children)))
        else:
            self.levels[-1].append(_WRAPPERS[token.type.removesuffix("_close")](children))

    def _leaf(self, token: Token) -> tuple[Inline, ...]:
        match token.type:
            case "softbreak" | "hardbreak":
                return (LineBreak(),)
            case "code_inline":
                return (Code(token.content),)
            case _:
                return _words(token.content, self.names)


def _unlinked(children: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """A link's label, in which a bare address is not a second link."""
    return tuple(Text(child.url) if isinstance(child, Link) else child for child in children)


def _words(text: str, names: Names) -> tuple[Inline, ...]:
    nodes: list[Inline] = []
    end = 0
    for special in _WORDS.finditer(text):
        kind = special.lastgroup or ""
        found, length = _special(kind, special[kind], names)
        if found:
            nodes.extend((*text_nodes(text[end : special.start()]), *found))
            end = special.start() + length if kind == "url" else special.end()
    return (*nodes, *text_nodes(text[end:]))


def _special(kind: str, word: str, names: Names) -> tuple[tuple[Inline, ...], int]:
    """What a special word means, and how much of it; no nodes when it means nothing here."""
    match kind:
        case "url":
            url = _trimmed(word)
            return make_link(url), len(url)
        case "person" if word in ("everyone", "channel", "here"):
            return (Mention("everyone", word),), len(word)
        case "person":
            person = names.people.get(word.casefold())
            return ((Mention("person", person.name, person.key),) if person else ()), len(word)
        case "channel":
            return ((ChannelMention(word),) if word in names.channels else ()), len(word)
        case _:
            known = find_emoji(word)
            return ((known,) if known else ()), len(word)


def _trimmed(url: str) -> str:
    """`url` without the punctuation of the sentence it stands in."""
    end, surplus = len(url), url.count(")") - url.count("(")
    while end and (url[end - 1] in ".,;:!?'\"*_~|" or (url[end - 1] == ")" and surplus > 0)):
        end -= 1
        surplus -= url[end] == ")"
    return url[:end]


def _with_spoilers(nodes: Sequence[Inline]) -> tuple[Inline, ...]:
    """`nodes`, with what stands between two "||" of their texts as `Spoiler`."""
    marks = sum(node.text.count("||") for node in nodes if isinstance(node, Text)) // 2 * 2
    if not marks:
        return tuple(nodes)
    done: list[Inline] = []
    hidden: list[Inline] | None = None
    for node in nodes:
        if not isinstance(node, Text) or not marks:
            (done if hidden is None else hidden).append(node)
            continue
        for i, part in enumerate(node.text.split("||", marks)):
            if i:
                marks -= 1
                if hidden is not None:
                    done.append(Spoiler(tuple(hidden)))
                hidden = [] if hidden is None else None
            if part:
                (done if hidden is None else hidden).append(Text(part))
    return tuple(done)
