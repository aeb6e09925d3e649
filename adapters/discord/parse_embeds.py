"""Embeds -> link cards. Which fields know Markdown: discord.com/developers, resources/message,
and the clients: descriptions and values of fields all of it, titles and names of fields no links,
authors and footers none.
"""

from __future__ import annotations

from adapters.discord.parse_fields import Raw, line, mapping, mappings, moment, string, whole
from adapters.discord.parse_files import picture
from adapters.discord.parse_lookup import Lookup
from adapters.discord.parse_markdown import parse_markdown, parse_title
from bot.model import LinkCard
from bot.richtext.nodes import (
    Block,
    Body,
    Bold,
    Inline,
    Paragraph,
    Text,
    Timestamp,
    is_safe_url,
    make_link,
    text_nodes,
)

_PICTURES_ONLY = frozenset({"image", "gifv"})
_MAX_COLOR = 0xFFFFFF


def cards(raw: Raw, lookup: Lookup, owner: str) -> tuple[LinkCard, ...]:
    """The embeds of a message or forwarded message; `owner` begins the ids of their pictures.

    Several embeds with one address are one card with a gallery of pictures: those after the
    first become cards of a picture alone.
    """
    found: list[LinkCard] = []
    seen: set[str] = set()
    for index, embed in enumerate(mappings(raw, "embeds")):
        address = string(embed, "url")
        card = _card(embed, lookup, f"embed:{owner}:{index}", repeated=address in seen)
        if address:
            seen.add(address)
        if card != LinkCard():
            found.append(card)
    return tuple(found)


def _card(raw: Raw, lookup: Lookup, key: str, *, repeated: bool) -> LinkCard:
    image = picture(mapping(raw, "image"), f"{key}:image", lookup)
    thumbnail = picture(mapping(raw, "thumbnail"), f"{key}:thumbnail", lookup)
    if image is None and string(raw, "type") in _PICTURES_ONLY:
        image, thumbnail = thumbnail, None
    address = string(raw, "url").strip()
    safe = is_safe_url(address)
    title = parse_title(line(raw, "title"), lookup)
    if address and not safe:
        title = (*title, *text_nodes(f" ({address})" if title else address))
    is_gallery = repeated and not title and "description" not in raw
    return LinkCard(
        title=title,
        url=address if safe and not is_gallery else None,
        site=line(mapping(raw, "provider"), "name"),
        author=line(mapping(raw, "author"), "name"),
        body=_body(raw, lookup),
        footer=_footer(raw),
        image=image,
        thumbnail=thumbnail,
        color=_color(raw),
    )


def _body(raw: Raw, lookup: Lookup) -> Body:
    blocks: list[Block] = [*parse_markdown(string(raw, "description"), lookup)]
    for field in mappings(raw, "fields"):
        if name := parse_title(string(field, "name"), lookup):
            blocks.append(Paragraph((Bold(name),)))
        blocks += parse_markdown(string(field, "value"), lookup)
    video = string(mapping(raw, "video"), "url")
    if video and video != string(raw, "url"):
        blocks.append(Paragraph(make_link(video, (Text("Video"),))))
    return tuple(blocks)


def _footer(raw: Raw) -> tuple[Inline, ...]:
    text = text_nodes(string(mapping(raw, "footer"), "text"))
    sent = moment(raw, "timestamp")
    if sent is None:
        return text
    stamp = Timestamp(int(sent.timestamp()), "f")
    return (*text, Text(" • "), stamp) if text else (stamp,)


def _color(raw: Raw) -> str | None:
    color = whole(raw, "color")
    return f"#{color:06x}" if color is not None and 0 <= color <= _MAX_COLOR else None
