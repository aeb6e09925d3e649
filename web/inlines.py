"""Inlines -> HTML: what `web.richtext` draws inside its blocks, and the pieces that both are made of."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeAlias, assert_never, cast
from urllib.parse import quote

from markupsafe import Markup, escape

from bot.model import FileCopy, FileState
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
    Timestamp,
    Underline,
    Unsupported,
)
from bot.richtext.plain import timestamp_text
from web.hosts import real_host

Out: TypeAlias = list[Markup]

_BR = Markup("<br>")
_ODD, _SPAN_END = Markup('<span class="un">'), Markup("</span>")
_STRONG, _STRONG_END = Markup("<strong>"), Markup("</strong>")
_EM, _EM_END = Markup("<em>"), Markup("</em>")
_U, _U_END = Markup("<u>"), Markup("</u>")
_S, _S_END = Markup("<s>"), Markup("</s>")
_CODE, _CODE_END = Markup("<code>"), Markup("</code>")
SPOILER = Markup('<details class="sp"><summary>Spoiler</summary>')
_SPOILER_END = Markup("</details>")
_A, _A_REL, _A_END = (
    Markup('<a href="'),
    Markup('" rel="nofollow ugc noopener noreferrer">'),
    Markup("</a>"),
)
_HOST, _HOST_END = Markup(' <span class="host">('), Markup(")</span>")
_MENTION, _CHANNEL, _BDI_END = Markup('<bdi class="at">@'), Markup('<bdi class="at">#'), Markup("</bdi>")
_PICTURE, _PICTURE_ALT, _PICTURE_TITLE, _PICTURE_END = (
    Markup('<img class="e" src="'),
    Markup('" alt=":'),
    Markup(':" title=":'),
    Markup(':" loading="lazy">'),
)
_TIME, _TIME_STYLE, _TIME_MIDDLE, _TIME_END = (
    Markup('<time datetime="'),
    Markup('" data-s="'),
    Markup('">'),
    Markup("</time>"),
)
_MANY = 16
_WORDS: frozenset[type[Inline]] = frozenset({Text, LineBreak})
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Pictures:
    """The copies that a page may show. Without `url_of`, as in a preview, none has an address."""

    files: Mapping[str, FileCopy] = field(default_factory=dict)
    url_of: Callable[[str], str] | None = None

    def url(self, file_id: str | None) -> str | None:
        """The address of a copied file; None where there is no copy to show."""
        found = self.files.get(file_id) if file_id is not None else None
        if found is None or found.state is not FileState.COPIED or self.url_of is None:
            return None
        return self.url_of(quote(found.id, safe="", errors="replace"))


NO_PICTURES = Pictures()


def write_inlines(nodes: Sequence[Inline], out: Out, pictures: Pictures) -> None:  # noqa: C901, PLR0912  one case a node
    if len(nodes) > _MANY and _WORDS.issuperset(map(type, nodes)):
        _write_words(cast("Sequence[Text | LineBreak]", nodes), out)
        return
    for node in nodes:
        match node:
            case Text(text):
                out.append(escape(text))
            case LineBreak():
                out.append(_BR)
            case Mention(_, name):
                out += (_MENTION, escape(name), _BDI_END)
            case Bold(children):
                _write_around(_STRONG, children, _STRONG_END, out, pictures)
            case Link():
                _write_link(node, out, pictures)
            case Code(text):
                out += (_CODE, escape(text), _CODE_END)
            case Emoji(name, char, file):
                _write_emoji(name, char, pictures.url(file), out)
            case Italic(children):
                _write_around(_EM, children, _EM_END, out, pictures)
            case Underline(children):
                _write_around(_U, children, _U_END, out, pictures)
            case Strike(children):
                _write_around(_S, children, _S_END, out, pictures)
            case Spoiler(children):
                _write_around(SPOILER, children, _SPOILER_END, out, pictures)
            case ChannelMention(name):
                out += (_CHANNEL, escape(name), _BDI_END)
            case Timestamp():
                _write_timestamp(node, out)
            case Unsupported(kind, fallback):
                out += (_ODD, escape(fallback or f"[{kind}]"), _SPAN_END)
            case _:
                assert_never(node)


def _write_words(nodes: Sequence[Text | LineBreak], out: Out) -> None:
    """Many texts and line breaks at once: a hostile message has tens of thousands."""
    kinds = list(map(type, nodes))
    lines = "".join([node.text if type(node) is Text else "\n" for node in nodes])
    if lines.count("\n") == kinds.count(LineBreak):
        out.append(escape(lines).replace("\n", _BR))
    else:  # some text holds a line break, against the tree's rule
        for node in nodes:
            write_inlines((node,), out, NO_PICTURES)


def _write_around(
    start: Markup, children: Sequence[Inline], end: Markup, out: Out, pictures: Pictures
) -> None:
    out.append(start)
    write_inlines(children, out, pictures)
    out.append(end)


def _write_link(link: Link, out: Out, pictures: Pictures) -> None:
    begin = len(out)
    out += (_A, escape(link.url), _A_REL)
    write_inlines(link.children, out, pictures)
    inside = out[begin + 1 :]
    if SPOILER in inside:  # nothing to click may stand in a link, but a link may stand in a spoiler
        del out[begin:]
        hidden = Spoiler((Link(link.url, bare(link.children)),))
        write_inlines((hidden,), out, pictures)
        return
    if _A in inside:
        link = Link(link.url, bare(link.children))
        del out[begin + 3 :]
        write_inlines(link.children, out, pictures)
    out.append(_A_END)
    if host := real_host(link):
        out += (_HOST, escape(host), _HOST_END)


def bare(nodes: Iterable[Inline]) -> tuple[Inline, ...]:
    """`nodes` without links and spoilers, whose content stays."""
    found: list[Inline] = []
    for node in nodes:
        match node:
            case Link(_, children) | Spoiler(children):
                found += bare(children)
            case Bold(children) | Italic(children) | Underline(children) | Strike(children):
                found.append(type(node)(bare(children)))
            case _:
                found.append(node)
    return tuple(found)


def _write_emoji(name: str, char: str | None, url: str | None, out: Out) -> None:
    if url is not None:
        shown = escape(name)
        out += (_PICTURE, escape(url), _PICTURE_ALT, shown, _PICTURE_TITLE, shown, _PICTURE_END)
    else:
        out.append(escape(char or f":{name}:"))


def _write_timestamp(node: Timestamp, out: Out) -> None:
    shown = escape(timestamp_text(node))
    try:
        moment = _EPOCH + timedelta(seconds=node.at)
    except OverflowError:  # before the year 1 or after 9999: only its text can be shown
        out.append(shown)
        return
    out += (_TIME, utc(moment), _TIME_STYLE, escape(node.style), _TIME_MIDDLE, shown, _TIME_END)


def utc(moment: datetime) -> Markup:
    """`moment` for a datetime attribute, to the second."""
    return escape(f"{moment.astimezone(UTC).isoformat()[:19]}Z")
