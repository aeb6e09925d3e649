"""rich_text blocks: Slack's own tree, which every message that a person wrote carries.

docs.slack.dev/reference/block-kit/blocks/rich-text-block and the elements it names. Lists do not
nest in the JSON: consecutive lists do, by their `indent`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from adapters.slack.parse_inline import STYLES, Styles, inlines_of, nest, paragraphs, words_of
from adapters.slack.parse_lists import ListRun
from adapters.slack.parse_lookup import Lookup
from adapters.slack.parse_raw import Raw, items, kind_of, mapping, mappings, string, whole
from adapters.slack.parse_richtext_inline import element_nodes
from adapters.slack.parse_unknown import unknown
from bot.richtext.nodes import Block, Body, Code, CodeBlock, Inline, Paragraph, Quote, Text, text_nodes

_DEPTH_LIMIT = 4
"""How deep elements may stand inside each other in the JSON; Slack does not put any there."""


def rich_text(raw: Raw, lookup: Lookup, depth: int = 0) -> Body:
    """The blocks of one rich_text block."""
    return _elements(items(raw, "elements"), lookup, depth)


def _elements(elements: Sequence[object], lookup: Lookup, depth: int) -> Body:
    """Top-level elements in order. Elements with a border stand in a quote, and join the quote beside them."""
    if len(elements) == 1 and isinstance(alone := elements[0], dict):  # as most messages have it
        if kind_of(alone) == "rich_text_section" and "border" not in alone and depth <= _DEPTH_LIMIT:
            return _section(alone, lookup, depth)
        if not _joins_others(alone):
            return _element(alone, lookup, depth)
    done: list[tuple[Block, bool]] = []
    run = ListRun()
    for element in elements:
        if not isinstance(element, dict):
            continue
        bordered = bool(whole(element.get("border")))
        is_list = kind_of(element) == "rich_text_list"
        if run and not (is_list and bordered == run.bordered):
            done += _listed(run)
        if is_list:
            run.bordered = bordered
            run.add(element, _list_items(element, lookup, depth))
        else:
            done += [(block, bordered) for block in _element(element, lookup, depth)]
    done += _listed(run)
    return tuple(_join_quotes(done))


def _joins_others(element: Raw) -> bool:
    """Whether what an element becomes depends on those beside it."""
    return kind_of(element) == "rich_text_list" or ("border" in element and bool(whole(element["border"])))


def _listed(run: ListRun) -> list[tuple[Block, bool]]:
    return [(block, run.bordered) for block in run.take()]


def _join_quotes(blocks: Iterable[tuple[Block, bool]]) -> list[Block]:
    joined: list[Block] = []
    joins = False
    for block, bordered in blocks:
        if not (bordered or joins):
            joined.append(block)
            continue
        quote = block if isinstance(block, Quote) else Quote((block,)) if bordered else None
        last = joined[-1] if joined else None
        if quote and isinstance(last, Quote):
            joined[-1] = Quote(last.children + quote.children)
        else:
            joined.append(quote or block)
        joins = bordered
    return joined


def _element(raw: Raw, lookup: Lookup, depth: int) -> Body:
    """One element that is no list."""
    if depth > _DEPTH_LIMIT:
        return unknown(raw, lookup)
    match kind_of(raw):
        case "rich_text_section":
            return _section(raw, lookup, depth)
        case "rich_text_quote":
            inner = _section(raw, lookup, depth)
            return (Quote(inner),) if inner else ()
        case "rich_text_preformatted":
            elements = mappings(raw, "elements")
            code = words_of(_inlines(_kinds(elements), elements, lookup))
            return (CodeBlock(code.removesuffix("\n"), string(raw, "language")),) if code else ()
        case kind if kind and not kind.startswith("rich_text"):
            return paragraphs(_inlines([kind], [raw], lookup))
    return unknown(raw, lookup)


def _section(raw: Raw, lookup: Lookup, depth: int) -> Body:
    """Inlines as paragraphs; block elements, which Slack does not put here, between them."""
    elements = mappings(raw, "elements")
    if len(elements) == 1 and (line := _line_of_text(elements[0])):
        return (Paragraph((Text(line),)),)
    kinds = _kinds(elements)
    if "rich_text" not in "".join(kinds):
        return paragraphs(_inlines(kinds, elements, lookup))
    blocks: list[Block] = []
    begin = 0
    for at, kind in enumerate(kinds):
        if kind.startswith("rich_text"):
            blocks += paragraphs(_inlines(kinds[begin:at], elements[begin:at], lookup))
            blocks += _elements([elements[at]], lookup, depth + 1)
            begin = at + 1
    return (*blocks, *paragraphs(_inlines(kinds[begin:], elements[begin:], lookup)))


def _line_of_text(raw: Raw) -> str:
    """The text of an element that is nothing but one line of it, as most messages are; "" for any other."""
    if kind_of(raw) != "text" or "style" in raw:
        return ""
    text = string(raw, "text")
    return "" if "\n" in text or text.isspace() else text


def _kinds(elements: Iterable[Raw]) -> list[str]:
    return [kind_of(element) for element in elements]


def _list_items(raw: Raw, lookup: Lookup, depth: int) -> list[Body]:
    found: list[Body] = []
    for element in mappings(raw, "elements"):
        if kind_of(element) == "rich_text_list":
            nested = (
                _elements([element], lookup, depth + 1) if depth < _DEPTH_LIMIT else unknown(element, lookup)
            )
            found.append((*found.pop(), *nested) if found else nested)
        else:
            found.append(_element(element, lookup, depth + 1))
    return found


def _inlines(kinds: Iterable[str], elements: Iterable[Raw], lookup: Lookup) -> tuple[Inline, ...]:
    """Inline elements, of these kinds, with their styles. Line ends carry none, so that no style spans lines."""
    nodes: list[Inline] = []
    styles: dict[int, Styles] = {}
    for kind, raw in zip(kinds, elements, strict=True):
        made = text_nodes(string(raw, "text")) if kind == "text" else element_nodes(kind, raw, lookup)
        if style := mapping(raw, "style"):
            if style.get("code") is True:
                made = _as_code(made)
            if styled := frozenset([name for name in STYLES if style.get(name) is True]):
                styles.update(dict.fromkeys(range(len(nodes), len(nodes) + len(made)), styled))
        nodes += made
    return nest(nodes, styles)


def _as_code(nodes: tuple[Inline, ...]) -> tuple[Inline, ...]:
    """Text as code, line by line; what else it holds stays what it is."""
    return tuple([Code(node.text) if isinstance(node, Text) else node for node in nodes])


def rich_inline(raw: Raw, lookup: Lookup) -> tuple[Inline, ...]:
    """A rich_text block where only inlines may stand: table cells, titles."""
    return inlines_of(rich_text(raw, lookup))
