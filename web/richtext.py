"""Tree -> HTML.

Pieces are collected in a list of `Markup` and joined once. A piece is either a constant or what
`escape` gave, and mypy names every other: text cannot become markup by being forgotten. `join` checks
it once more while running.

Between tags stands no white space, so that a page may show the spaces of a message as they are.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TypeAlias, assert_never
from urllib.parse import quote

from markupsafe import Markup, escape

from bot.model import FileCopy, FileState
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
from bot.richtext.plain import timestamp_text
from web.highlight import highlight, language_label
from web.hosts import real_host

Out: TypeAlias = list[Markup]

_P, _P_END = Markup("<p>"), Markup("</p>")
_DIV, _DIV_END = Markup("<div>"), Markup("</div>")
_SUBTEXT = Markup('<div class="st">')
_HEADINGS = tuple(Markup('<h4 class="h{}">').format(level) for level in (1, 2, 3, 4))
_HEADING_END = Markup("</h4>")
_QUOTE, _QUOTE_END = Markup("<blockquote>"), Markup("</blockquote>")
_UL, _UL_END = Markup("<ul>"), Markup("</ul>")
_OL, _OL_FROM, _OL_END = Markup("<ol>"), Markup('<ol start="'), Markup("</ol>")
_LI, _LI_END = Markup("<li>"), Markup("</li>")
_TABLE = Markup('<div class="tb" role="group" aria-label="Table" tabindex="0"><table>')
_TABLE_END = Markup("</table></div>")
_TR, _TR_END = Markup("<tr>"), Markup("</tr>")
_TH, _TH_END = Markup('<th scope="col">'), Markup("</th>")
_TD, _TD_END = Markup("<td>"), Markup("</td>")
_HR, _BR = Markup("<hr>"), Markup("<br>")
_CODE_BLOCK, _CAPTION = Markup('<figure class="k">'), Markup("<figcaption>")
_CAPTION_END = Markup("</figcaption>")
_PRE, _PRE_END = Markup('<pre tabindex="0"><code>'), Markup("</code></pre></figure>")
_ODD_BLOCK, _ODD_MIDDLE, _ODD_END = (
    Markup('<div class="un"><small>Not shown in full: '),
    Markup("</small><p>"),
    Markup("</p></div>"),
)
_ODD_BLOCK_BARE_END = Markup("</small></div>")
_ODD, _SPAN_END = Markup('<span class="un">'), Markup("</span>")
_STRONG, _STRONG_END = Markup("<strong>"), Markup("</strong>")
_EM, _EM_END = Markup("<em>"), Markup("</em>")
_U, _U_END = Markup("<u>"), Markup("</u>")
_S, _S_END = Markup("<s>"), Markup("</s>")
_CODE, _CODE_END = Markup("<code>"), Markup("</code>")
_SPOILER = Markup('<details class="sp"><summary>Spoiler</summary>')
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
_QUOTED_END = Markup('">')

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


def html(body: Body) -> str:
    """The HTML of `body` where no file has an address."""
    out: Out = []
    write_blocks(body, out, NO_PICTURES)
    return str(join(out))


def join(out: Out) -> Markup:
    """All pieces as one. Raises TypeError for a piece that is not Markup."""
    if not out:
        return Markup()
    if set(map(type, out)) != {Markup}:
        raise TypeError("a page is made of Markup only")
    return Markup("".join(out))  # noqa: S704  each piece has just been seen to be Markup


def write_blocks(body: Iterable[Block], out: Out, pictures: Pictures) -> None:
    for block in body:
        _write_block(block, out, pictures)


def write_inlines(nodes: Iterable[Inline], out: Out, pictures: Pictures) -> None:
    for node in nodes:
        _write_inline(node, out, pictures)


def _write_block(block: Block, out: Out, pictures: Pictures) -> None:
    match block:
        case Paragraph(children):
            _write_paragraph(children, out, pictures)
        case CodeBlock(code, language):
            _write_code(code, language, out)
        case Quote(children):
            out.append(_QUOTE)
            write_blocks(children, out, pictures)
            out.append(_QUOTE_END)
        case List():
            _write_list(block, out, pictures)
        case Heading(level, children):
            # Always the heading level below an author's: a message is no chapter of the page.
            out.append(_HEADINGS[min(max(level, 1), len(_HEADINGS)) - 1])
            write_inlines(children, out, pictures)
            out.append(_HEADING_END)
        case Table():
            _write_table(block, out, pictures)
        case Divider():
            out.append(_HR)
        case Subtext(children):
            out.append(_SUBTEXT)
            write_inlines(children, out, pictures)
            out.append(_DIV_END)
        case Unsupported(kind, fallback):
            _write_odd_block(kind, fallback, out)
        case _:
            assert_never(block)


def _write_paragraph(children: Sequence[Inline], out: Out, pictures: Pictures) -> None:
    start = len(out)
    out.append(_P)
    write_inlines(children, out, pictures)
    # A <details> ends a <p> (HTML standard, 13.2.6.4.7), so a paragraph with a spoiler is a <div>.
    if _SPOILER in out[start:]:
        out[start] = _DIV
        out.append(_DIV_END)
    else:
        out.append(_P_END)


def _write_code(code: str, language: str, out: Out) -> None:
    out.append(_CODE_BLOCK)
    if label := language_label(language):
        out += (_CAPTION, escape(label), _CAPTION_END)
    out.append(_PRE)
    # The parser drops a line break right after <pre>, but not after <code>: nothing is lost.
    highlight(code, language, out)
    out.append(_PRE_END)


def _write_odd_block(kind: str, fallback: str, out: Out) -> None:
    out += (_ODD_BLOCK, escape(kind))
    if fallback:
        out += (_ODD_MIDDLE, escape(fallback), _ODD_END)
    else:
        out.append(_ODD_BLOCK_BARE_END)


def _write_list(block: List, out: Out, pictures: Pictures) -> None:
    if not block.ordered:
        out.append(_UL)
    elif block.start == 1:
        out.append(_OL)
    else:
        out += (_OL_FROM, escape(block.start), _QUOTED_END)
    for item in block.items:
        out.append(_LI)
        match item:
            case (Paragraph(children), *rest):  # its first words stand beside the marker
                write_inlines(children, out, pictures)
                write_blocks(rest, out, pictures)
            case _:
                write_blocks(item, out, pictures)
        out.append(_LI_END)
    out.append(_OL_END if block.ordered else _UL_END)


def _write_table(table: Table, out: Out, pictures: Pictures) -> None:
    out.append(_TABLE)
    for number, row in enumerate(table.rows):
        head = table.header and number == 0
        out.append(_TR)
        for cell in row:
            # An empty heading would head nothing (WCAG 1.3.1).
            heads = head and bool(cell)
            out.append(_TH if heads else _TD)
            write_inlines(cell, out, pictures)
            out.append(_TH_END if heads else _TD_END)
        out.append(_TR_END)
    out.append(_TABLE_END)


def _write_inline(node: Inline, out: Out, pictures: Pictures) -> None:  # noqa: C901, PLR0912  one case a node
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
            _write_around(_SPOILER, children, _SPOILER_END, out, pictures)
        case ChannelMention(name):
            out += (_CHANNEL, escape(name), _BDI_END)
        case Timestamp():
            _write_timestamp(node, out)
        case Unsupported(kind, fallback):
            out += (_ODD, escape(fallback or f"[{kind}]"), _SPAN_END)
        case _:
            assert_never(node)


def _write_around(
    start: Markup, children: Iterable[Inline], end: Markup, out: Out, pictures: Pictures
) -> None:
    out.append(start)
    write_inlines(children, out, pictures)
    out.append(end)


def _write_link(link: Link, out: Out, pictures: Pictures) -> None:
    begin = len(out)
    out += (_A, escape(link.url), _A_REL)
    write_inlines(link.children, out, pictures)
    inside = out[begin + 1 :]
    if _SPOILER in inside:  # nothing to click may stand in a link, but a link may stand in a spoiler
        del out[begin:]
        hidden = Spoiler((Link(link.url, bare(link.children)),))
        _write_inline(hidden, out, pictures)
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
