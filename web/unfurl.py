"""What other apps show of a link: title, counts and date, never a word of a message."""

from __future__ import annotations

import json
from dataclasses import dataclass
from urllib.parse import urlencode

from markupsafe import Markup

from bot.wording import facts
from web.graphemes import clean, clusters
from web.pages import PageView

TITLE_BYTES = 70
"""Longer titles are cut by Discord (link previews: og:title)."""
NAME_CHARACTERS = 256
"""A longer og:site_name means no preview at all (Discord)."""
COMPONENT_BYTES = 3_000
"""A larger component embed means no preview at all (Discord)."""
IMAGE_WIDTH, IMAGE_HEIGHT = 1200, 630
ACCENT = 0x4F46E5

_CONTAINER, _ROW, _BUTTON, _TEXT = 17, 1, 2, 10
_LINK_STYLE = 5
_MARKDOWN = frozenset("\\`*_{}[]()<>#+-.!|~@:/&=\"'")
_IN_SCRIPT = str.maketrans(
    {"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"}
)


@dataclass(frozen=True, slots=True)
class LinkPreview:
    """`component`: the JSON of Discord's component embed, safe inside a script element; empty where
    it would be too large, then the other tags are used. `oembed`: an oEmbed 1.0 document of type link.
    """

    title: str
    description: str
    site_name: str
    url: str
    image: str
    image_alt: str
    oembed_url: str
    component: Markup
    oembed: dict[str, str | int]


def link_preview(view: PageView) -> LinkPreview:
    header = view.share.header
    title = _cut(clean(header.title), TITLE_BYTES) or "A conversation"
    counted = facts(header)
    site = clean(view.app_name)[:NAME_CHARACTERS]
    image = f"{view.url}.png"
    return LinkPreview(
        title=title,
        description=counted,
        site_name=site,
        url=view.url,
        image=image,
        image_alt=f"{title}: {counted}",
        oembed_url=f"{view.base_url}/oembed?{urlencode({'url': view.url, 'format': 'json'})}",
        component=_component(title, counted, view.url),
        oembed={
            "version": "1.0",
            "type": "link",
            "title": title,
            "provider_name": site,
            "provider_url": view.base_url,
            "thumbnail_url": image,
            "thumbnail_width": IMAGE_WIDTH,
            "thumbnail_height": IMAGE_HEIGHT,
        },
    )


def _cut(text: str, size: int) -> str:
    """As much of `text` as fits into `size` bytes of UTF-8, between two characters of a reader."""
    text = text.encode("utf-8", "replace").decode()
    if len(text.encode()) <= size:
        return text
    room = size - len("…".encode())
    kept: list[str] = []
    for cluster in clusters(text):
        room -= len(cluster.encode())
        if room < 0:
            break
        kept.append(cluster)
    return "".join(kept).rstrip() + "…"


def _component(title: str, counted: str, url: str) -> Markup:
    # A label of a Markdown link takes no escapes on Discord, so the title stands by itself.
    content = f"### {_escaped(title)}\n-# {counted}"
    button = {"type": _BUTTON, "style": _LINK_STYLE, "label": "Open", "url": url}
    embed = {
        "component": {
            "type": _CONTAINER,
            "accent_color": ACCENT,
            "components": [{"type": _TEXT, "content": content}, {"type": _ROW, "components": [button]}],
        }
    }
    text = json.dumps(embed, ensure_ascii=False, separators=(",", ":")).translate(_IN_SCRIPT)
    # JSON has no character that could leave a script element once these five are escaped.
    return Markup(text) if len(text.encode()) <= COMPONENT_BYTES else Markup()  # noqa: S704  see above


def _escaped(text: str) -> str:
    return "".join(f"\\{c}" if c in _MARKDOWN else c for c in text)
