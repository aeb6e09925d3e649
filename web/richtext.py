"""Tree -> HTML.

Pieces are collected in a list of `Markup` and joined once. A piece is either a constant or what
`escape` gave, and mypy names every other: text cannot become markup by being forgotten. `join` checks
it once more while running.

Between tags stands no white space, so that a page may show the spaces of a message as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import assert_never

from markupsafe import Markup, escape

from bot.richtext.nodes import (
    Block,
    Body,
    CodeBlock,
    Divider,
    Heading,
    Inline,
    List,
    Paragraph,
    Quote,
    Subtext,
    Table,
    Unsupported,
)
from web.highlight import highlight, language_label
from web.inlines import NO_PICTURES, SPOILER, Out, Pictures, write_inlines

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
_HR = Markup("<hr>")
_TD, _TD_END = Markup("<td>"), Markup("</td>")
_CODE_BLOCK, _CAPTION = Markup('<figure class="k">'), Markup("<figcaption>")
_CAPTION_END = Markup("</figcaption>")
_PRE, _PRE_END = Markup('<pre tabindex="0"><code>'), Markup("</code></pre></figure>")
_ODD_BLOCK, _ODD_MIDDLE, _ODD_END = (
    Markup('<div class="un"><small>Not shown in full: '),
    Markup("</small><p>"),
    Markup("</p></div>"),
)
_ODD_BLOCK_BARE_END = Markup("</small></div>")
_QUOTED_END = Markup('">')


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
    if SPOILER in out[start:]:
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
