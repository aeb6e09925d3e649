"""Components -> blocks and attachments.

Of a layout its order survives. Buttons and menus show what stood on them; pictures and files
become attachments, since the tree has none. discord.com/developers: components/reference.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from adapters.discord.parse_emoji import emoji_of
from adapters.discord.parse_fields import (
    Raw,
    identifier,
    line,
    mapping,
    mappings,
    shown_strings,
    string,
    whole,
)
from adapters.discord.parse_files import picture
from adapters.discord.parse_lookup import Lookup
from adapters.discord.parse_markdown import parse_markdown
from adapters.discord.parse_marks import join
from bot.model import Attachment
from bot.richtext.nodes import (
    Block,
    Body,
    Code,
    CodeBlock,
    Divider,
    Heading,
    Inline,
    List,
    Paragraph,
    Quote,
    Spoiler,
    Subtext,
    Text,
    Unsupported,
    make_link,
)

_NEST_LIMIT = 16
"""How deep components are followed; Discord allows three levels. Deeper ones show their texts."""

_ATTACHED = "attachment://"
_BUTTON = 2
_LINK_STYLE = 5


class Components:
    """The components of one message, or of one forwarded message."""

    def __init__(self, raw: Raw, lookup: Lookup, owner: str) -> None:
        self._lookup = lookup
        self._owner = owner
        self._uploads = _uploads(raw)
        self.pictures: list[Attachment] = []
        """Pictures and files met so far; those that are uploads of the message by the same id."""

    def blocks(self, components: Iterable[Raw], depth: int = 0) -> list[Block]:
        """What `components` show, in order."""
        found: list[Block] = []
        for component in components:
            draw = _DRAW.get(whole(component, "type") or 0) if depth < _NEST_LIMIT else None
            found += draw(self, component, depth) if draw else _unknown(component)
        return found

    def row(self, raw: Raw, depth: int) -> list[Block]:
        """An action row: its buttons and menus in one line."""
        inlines: list[Inline] = []
        others: list[Block] = []
        for component in mappings(raw, "components"):
            kind = whole(component, "type") or 0
            if kind not in (_BUTTON, *_MENUS):
                others += self.blocks([component], depth + 1)
                continue
            drawn = self._button(component) if kind == _BUTTON else _menu(component)
            inlines += (Text(" "), *drawn) if inlines and drawn else drawn
        return [Paragraph(tuple(inlines)), *others] if inlines else others

    def control(self, raw: Raw, depth: int) -> list[Block]:
        """A button or menu that stands alone."""
        return self.row({"components": [raw]}, depth)

    def section(self, raw: Raw, depth: int) -> list[Block]:
        """Texts with a picture or button beside them, which goes below."""
        accessory = raw.get("accessory")
        beside = [accessory] if isinstance(accessory, Mapping) else []
        return self.blocks([*mappings(raw, "components"), *beside], depth + 1)

    def text(self, raw: Raw, _depth: int) -> list[Block]:
        return list(parse_markdown(string(raw, "content"), self._lookup))

    def thumbnail(self, raw: Raw, _depth: int) -> list[Block]:
        return self._medium(raw, mapping(raw, "media"))

    def gallery(self, raw: Raw, _depth: int) -> list[Block]:
        return [
            block for item in mappings(raw, "items") for block in self._medium(item, mapping(item, "media"))
        ]

    def file(self, raw: Raw, _depth: int) -> list[Block]:
        return self._medium(raw, mapping(raw, "file"))

    def separator(self, raw: Raw, _depth: int) -> list[Block]:
        return [] if raw.get("divider") is False else [Divider()]

    def container(self, raw: Raw, depth: int) -> list[Block]:
        """A box. A spoiler box hides everything in it."""
        before = len(self.pictures)
        found = self.blocks(mappings(raw, "components"), depth + 1)
        if raw.get("spoiler") is not True:
            return found
        self.pictures[before:] = [replace(one, spoiler=True) for one in self.pictures[before:]]
        return list(_hidden(found))

    def _medium(self, raw: Raw, media: Raw) -> list[Block]:
        """A picture or file becomes an attachment; one without an address leaves its description."""
        address = string(media, "url")
        key = self._uploads.get(identifier(media, "attachment_id")) or self._uploads.get(address)
        if key is None and not address.startswith(_ATTACHED):
            key = picture(media, f"media:{self._owner}:{len(self.pictures)}", self._lookup)
        if key is None:
            return _unknown(raw)
        self.pictures.append(Attachment(key, line(raw, "description"), raw.get("spoiler") is True))
        return []

    def _button(self, raw: Raw) -> tuple[Inline, ...]:
        label = self._label(raw)
        address = string(raw, "url")
        if whole(raw, "style") == _LINK_STYLE or address:
            return make_link(address, label)
        return (
            join(["[", *(one.text if isinstance(one, Text) else one for one in label), "]"]) if label else ()
        )

    def _label(self, raw: Raw) -> tuple[Inline, ...]:
        shown = emoji_of(mapping(raw, "emoji"), self._lookup)
        label = line(raw, "label")
        words: tuple[Inline, ...] = (Text(label),) if label else ()
        if shown is None:
            return words
        return (shown, Text(" "), *words) if words else (shown,)


_MENUS = {3: "menu", 5: "user menu", 6: "role menu", 7: "mention menu", 8: "channel menu"}

_DRAW: dict[int, Callable[[Components, Raw, int], list[Block]]] = {
    1: Components.row,
    _BUTTON: Components.control,
    **dict.fromkeys(_MENUS, Components.control),
    9: Components.section,
    10: Components.text,
    11: Components.thumbnail,
    12: Components.gallery,
    13: Components.file,
    14: Components.separator,
    17: Components.container,
}


def _uploads(raw: Raw) -> dict[str, str]:
    """The ids of a message's uploads, by id, by address, and as a component may name them."""
    found: dict[str, str] = {}
    for upload in mappings(raw, "attachments"):
        if key := identifier(upload):
            found |= {key: key, string(upload, "url"): key, _ATTACHED + string(upload, "filename"): key}
    found.pop("", None)
    return found


def _menu(raw: Raw) -> tuple[Inline, ...]:
    """A menu shows its placeholder and, after a click, its options."""
    title = line(raw, "placeholder") or _MENUS[whole(raw, "type") or 0]
    options = [_option(option) for option in mappings(raw, "options")]
    return (Text(f"[{title}: {', '.join(options)}]" if options else f"[{title}]"),)


def _option(raw: Raw) -> str:
    label, description = line(raw, "label"), line(raw, "description")
    return f"{label} ({description})" if description else label


def _unknown(raw: Raw) -> list[Block]:
    texts = [" ".join(text.split()) for text in shown_strings(raw)]
    return [Unsupported(f"component {whole(raw, 'type')}", " ".join(texts))]


def _hidden(blocks: Iterable[Block]) -> Body:
    """`blocks` with all their words within spoilers."""
    found: list[Block] = []
    for block in blocks:
        match block:
            case Paragraph(children) | Subtext(children):
                found.append(type(block)((Spoiler(children),)))
            case Heading(level, children):
                found.append(Heading(level, (Spoiler(children),)))
            case CodeBlock(code):
                found.append(Paragraph((Spoiler((Code(code),)),)))
            case Quote(children):
                found.append(Quote(_hidden(children)))
            case List(items):
                found.append(replace(block, items=tuple(map(_hidden, items))))
            case Unsupported(_, fallback) if fallback:
                found.append(Paragraph((Spoiler((Text(fallback),)),)))
            case _:
                found.append(block)
    return tuple(found)
