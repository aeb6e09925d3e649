"""The tree's inlines -> elements of Slack's rich text, which it shows as they are: nothing in them is read
as markup, nothing becomes a mention. docs.slack.dev/reference/block-kit/block-elements/rich-text-section-element
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias, assert_never

from adapters.slack import words
from adapters.slack.emoji_names import TONES, emoji_char, with_tone
from adapters.slack.parse_raw import clean
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
from bot.richtext.plain import plain_inline, timestamp_text

Element: TypeAlias = dict[str, Any]

OVERHEAD = 20
"""What an element counts beyond its words: so many of them would be too much for Slack, too."""

JOINER = "\u2060"
"""Invisible. Stands after "<" where the text itself spells one of Slack's own mentions, so that no reader of it,
whichever it is, takes `<!channel>` for one.
"""

_SPELT = re.compile(r"<(?=[@#!])")
_URL_LIMIT = 3000
_NAME_LIMIT = 80
_LAST_MOMENT = 4_102_444_800
"""2100-01-01: later ones are shown in words."""

_FORMATS = {
    "t": "{time}",
    "T": "{time_secs}",
    "d": "{date_num}",
    "D": "{date_long}",
    "R": "{ago}",
    "f": "{date_long} {time}",
    "F": "{date_long} {time}",
    "s": "{date_num} {time}",
    "S": "{date_num} {time_secs}",
}
_STYLES: dict[type[Inline], str] = {Bold: "bold", Italic: "italic", Underline: "underline", Strike: "strike"}
_Styles: TypeAlias = frozenset[str]
_PLAIN: _Styles = frozenset()


def elements(nodes: Iterable[Inline]) -> tuple[Element, ...]:
    """`nodes` as elements, neighbouring texts of one style joined."""
    return tuple(_merged(_elements(nodes, _PLAIN)))


def restyled(nodes: Iterable[Inline], style: str) -> tuple[Element, ...]:
    """As `elements`, all in one more style."""
    return tuple(_merged(_elements(nodes, frozenset({style}))))


def text_element(text: str, style: _Styles = _PLAIN) -> Element:
    made: Element = {"type": "text", "text": text}
    return made | ({"style": dict.fromkeys(sorted(style), True)} if style else {})


def shown(text: str) -> str:
    """`text` so that Slack takes it, and takes nothing in it for a mention."""
    return _SPELT.sub("<" + JOINER, clean(text))


def size(element: Element) -> int:
    """What an element counts towards the limit of a post."""
    return OVERHEAD + sum(
        len(element.get(key) or "") for key in ("text", "url", "name", "fallback", "format")
    )


def words_of(made: Iterable[Element]) -> str:
    """What a reader sees of elements, addresses in parentheses."""
    return "".join(map(_words, made))


def _words(element: Element) -> str:
    match element["type"]:
        case "link":
            url, label = str(element["url"]), str(element.get("text", ""))
            return f"{label} ({url})" if label else url.removeprefix("mailto:")
        case "emoji":
            char = emoji_char(str(element["name"])) or f":{element['name']}:"
            return with_tone(char, element.get("skin_tone", 0))
        case "date":
            return str(element["fallback"])
    return str(element["text"])


def _merged(made: Iterable[Element]) -> list[Element]:
    merged: list[Element] = []
    for element in made:
        last = merged[-1] if merged else {}
        if element["type"] == last.get("type") == "text" and element.get("style") == last.get("style"):
            merged[-1] = last | {"text": last["text"] + element["text"]}
        else:
            merged.append(element)
    return merged


def _elements(nodes: Iterable[Inline], style: _Styles) -> list[Element]:
    return [element for node in nodes for element in _element(node, style)]


def _element(node: Inline, style: _Styles) -> Sequence[Element]:
    match node:
        case LineBreak():
            return (text_element("\n"),)
        case Bold(children) | Italic(children) | Underline(children) | Strike(children):
            return _elements(children, style | {_STYLES[type(node)]})
        case Spoiler(children):
            return (text_element(words.SPOILER, style), *_elements(children, style))
        case Code(text):
            return _texts(text, style | {"code"})
        case Link():
            return _link(node, style)
        case Emoji():
            return (_emoji(node, style),)
        case Timestamp():
            return (_date(node),)
        case Text() | Mention() | ChannelMention() | Unsupported():
            return _texts(plain_inline((node,)), style)
        case _:
            assert_never(node)


def _texts(text: str, style: _Styles) -> Sequence[Element]:
    return (text_element(shown(text), style),) if text else ()


def _link(node: Link, style: _Styles) -> Sequence[Element]:
    """A link holds only text on Slack: a label of several styles becomes a link for each, side by side."""
    url, label = clean(node.url), _merged(_elements(node.children, style))
    if len(url) > _URL_LIMIT:
        return (*label, text_element(f" ({url})", style))
    made: Element = {"type": "link", "url": url}
    if not words_of(label).strip() or words_of(label) in (url, url.removeprefix("mailto:")):
        return (made | _style_of(text_element("", style)),)
    return [
        made | {"text": " ".join(_words(part).split("\n"))} | _style_of(part)
        for part in label
        if _words(part)
    ]


def _style_of(element: Element) -> Element:
    return {"style": element["style"]} if "style" in element else {}


def _emoji(node: Emoji, style: _Styles) -> Element:
    """A standard emoji by Slack's name for it; another by its character, or its name between colons."""
    name = node.name[:_NAME_LIMIT]
    known = emoji_char(name) if name and "::" not in name else None
    if node.char and known:
        if node.char == known:
            return {"type": "emoji", "name": name} | _style_of(text_element("", style))
        for tone in TONES:
            if node.char == with_tone(known, tone):
                return {"type": "emoji", "name": name, "skin_tone": tone} | _style_of(text_element("", style))
    return text_element(shown(node.char or f":{name}:"), style)


def _date(node: Timestamp) -> Element:
    fallback = shown(timestamp_text(node)) or str(node.at)
    if not 0 < node.at < _LAST_MOMENT:
        return text_element(fallback)
    made = {"type": "date", "timestamp": node.at, "format": _FORMATS.get(node.style, _FORMATS["f"])}
    return made | {"fallback": fallback[:_URL_LIMIT]}
