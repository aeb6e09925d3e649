"""A `Reply` -> a message for one person: text, embeds, selects and buttons, within Discord's limits.

A reply that only says something is plain text, which everybody sees; one with a title, fields or items is
drawn as embeds. What is longer than a message ends with a sentence that says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from adapters.discord import words_dialog as words
from adapters.discord.custom_ids import Press
from adapters.discord.identity import thread_url
from adapters.discord.render import POST_LIMIT, render
from adapters.discord.render_card import NO_PINGS
from adapters.discord.render_controls import SHOWN_VALUE, Around, Controls, controls
from adapters.discord.render_escape import clean, cut, escape_line, size
from bot.reply import Action, Item, Reply, TextField
from bot.richtext.nodes import Body, Bold, Link, Paragraph, Subtext, Text, is_safe_url
from bot.richtext.plain import plain

Json = dict[str, Any]

_COLOR, _ERROR = 0x5865F2, 0xED4245
_TITLE, _DESCRIPTION, _FIELD_NAME, _FIELDS = 256, 4096, 256, 25
_TOTAL = 6000
"""Characters of all embeds of a message together (docs: resources/message, embed limits)."""

_ON_PAGE = 10
_PAGE_ROOM = 3600
_EMPTY = "\u200b"


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a reply is shown. `source`: what to ask for other pages of its list, and the page that is shown.
    `workspace`: the server it is about, where it is shown in a direct message.
    """

    source: Press | None = None
    workspace: str = ""


def render_reply(reply: Reply, frame: Frame = Frame()) -> Json:
    """The message's `content`, `embeds`, `components` and `allowed_mentions`."""
    if reply.thread:
        opens = Action(words.OPEN_THREAD, url=thread_url(reply.thread))
        reply = replace(reply, actions=(*reply.actions, opens))
    pages = _pages(reply.items)
    page = min(frame.source.page if frame.source else 0, len(pages) - 1)
    items = pages[page]
    source = frame.source and Press(frame.source.verb, frame.source.argument, page=page)
    made = controls(reply, Around(items, len(pages), source, frame.workspace))
    body = (*reply.body, *(block for item in items for block in _item(item)), *_notes(made))
    if not (reply.title or reply.fields or reply.items or reply.sample):
        texts = render(body)
        if len(texts) <= 1:
            return _message(made, content="".join(texts) or ("" if made.rows else _EMPTY))
    counted = words.PAGE.format(page=page + 1, pages=len(pages)) if len(pages) > 1 else ""
    if counted and not source:
        counted = words.MORE.format(count=len(reply.items) - len(items))
    return _message(made, embeds=_embeds(reply, body, counted))


def dm_payload(reply: Reply, workspace: str = "") -> Json:
    """`reply` as a direct message; `workspace` is `Actor.workspace`, without which no button there could
    tell its server.
    """
    return render_reply(reply, Frame(workspace=workspace))


def plain_payload(reply: Reply) -> Json:
    """Only what `reply` says, in the plainest way that there is."""
    text = "\n".join(part for part in (reply.title, plain(reply.body)) if part)
    return _message(Controls(), content=cut(clean(text), POST_LIMIT) or _EMPTY)


def field_value(shown: str) -> str:
    """The value of a text field as its embed shows it."""
    kept = iter(shown.replace(_EMPTY, ""))
    return "".join(next(kept, "") if c == "\\" else c for c in kept)


def _message(made: Controls, *, content: str = "", embeds: Sequence[Json] = ()) -> Json:
    return {
        "content": content,
        "embeds": list(embeds),
        "components": made.rows,
        "allowed_mentions": NO_PINGS,
    }


def _embeds(reply: Reply, body: Body, footer: str) -> list[Json]:
    color = _ERROR if reply.error else _COLOR
    first: Json = {"color": color}
    if title := cut(escape_line(" ".join(reply.title.split())), _TITLE):
        first["title"] = title
    if fields := _fields(reply):
        first["fields"] = fields
    if footer:
        first["footer"] = {"text": footer}
    room = _TOTAL - _size(first) - size(words.SHORTENED) - 2
    texts, room = _fitting(body, room)
    samples, _ = _fitting(reply.sample, room)
    made = [first, *({"color": color} for _ in texts[1:])]
    for embed, text in zip(made, texts, strict=False):
        embed["description"] = text
    made += [{"color": color, "description": text} for text in samples]
    shown = [embed for embed in made if len(embed) > 1]
    return shown or [{"color": color, "description": _EMPTY}]


def _fitting(body: Body, room: int) -> tuple[list[str], int]:
    """`body` as the texts of embeds that take no more than `room`, and what is left of that."""
    kept: list[str] = []
    texts = render(body, limit=_DESCRIPTION - size(words.SHORTENED) - 2)
    for text in texts:
        if size(text) > room:
            kept += [cut(text, room)] if room > len(words.SHORTENED) else []
            if kept:
                kept[-1] = f"{kept[-1]}\n{words.SHORTENED}"
            return kept, 0
        kept.append(text)
        room -= size(text)
    return kept, room


def _fields(reply: Reply) -> list[Json]:
    texts = [one for one in reply.fields if isinstance(one, TextField)]
    return [
        {
            "name": cut(escape_line(one.label), _FIELD_NAME) or _EMPTY,
            "value": cut(escape_line(" ".join(one.value.split())), SHOWN_VALUE) or _EMPTY,
        }
        for one in texts[:_FIELDS]
    ]


def _size(embed: Json) -> int:
    fields = embed.get("fields", [])
    footer = embed.get("footer", {}).get("text", "")
    return (
        size(embed.get("title", "")) + size(footer) + sum(size(f["name"]) + size(f["value"]) for f in fields)
    )


def _pages(items: Sequence[Item]) -> list[list[Item]]:
    """The items in pages, each of which fits into one message."""
    pages: list[list[Item]] = [[]]
    used = 0
    for item in items:
        needed = sum(map(size, render(_item(item))))
        if pages[-1] and (len(pages[-1]) == _ON_PAGE or used + needed > _PAGE_ROOM):
            pages.append([])
            used = 0
        pages[-1].append(item)
        used += needed
    return pages


def _item(item: Item) -> Body:
    title = (Bold((Text(item.title or _EMPTY),)),)
    linked = (Link(item.url, title),) if item.url and is_safe_url(item.url) else title
    return (Paragraph(linked), *((Subtext((Text(item.detail),)),) if item.detail else ()))


def _notes(made: Controls) -> Body:
    """What stands in the text because it found no other place."""
    links = [
        Paragraph((Text(f"{label}: "), Link(url, (Text(url),))))
        if is_safe_url(url)
        else Paragraph((Text(label),))
        for label, url in made.urls
    ]
    missing = words.NOT_OFFERED.format(labels=", ".join(made.missing))
    return (*links, *((Subtext((Text(missing),)),) if made.missing else ()))
