"""What a person sees, as plain text: for tests, and for reading it in place."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from tests.servers.discord.components import (
    BUTTON,
    CHECKBOX,
    CHECKBOXES,
    CONTAINER,
    GALLERY,
    INPUT,
    LABEL,
    LINK,
    RADIO,
    ROW,
    SECTION,
    SELECTS,
    SEPARATOR,
    TEXT,
)
from tests.servers.discord.errors import Json
from tests.servers.discord.interaction import Answer, Interaction
from tests.servers.discord.model import Message


def see(what: Message | Interaction) -> str:
    """A message with its name above it and everything below it; of an interaction, all its messages,
    or its modal, choices, or the words that Discord shows instead.
    """
    if isinstance(what, Message):
        return "\n".join(_message(what))
    if what.modal is not None:
        return "\n".join(_modal(what.modal))
    if what.answer is Answer.CHOICES:
        return "\n".join(f"> {choice['name']}" for choice in what.choices or [])
    if what.thinking:
        return "(thinking...)"
    if what.answer is None:
        return "(The application did not respond)" if what.too_late else "(waiting)"
    return "\n\n".join("\n".join(_message(message)) for message in what.messages)


def _message(message: Message) -> Iterator[str]:
    marks = [
        text
        for shown, text in (
            (message.author.bot, "APP"),
            (message.ephemeral, "only you can see this"),
            (message.edited_at, "edited"),
            (message.pinned, "pinned"),
        )
        if shown
    ]
    yield f"{message.shown_as}{' [' + ', '.join(marks) + ']' if marks else ''}"
    if message.content:
        yield message.content
    for snapshot in message.snapshots:
        yield from (f"forwarded | {line}" for line in list(_message(snapshot))[1:])
    for embed in message.embeds:
        yield from (f"| {line}" for line in _embed(embed))
    if message.poll:
        yield f"poll: {message.poll['question']['text']}"
        yield from (f"  o {one['poll_media']['text']}" for one in message.poll["answers"])
    for attachment in message.attachments:
        yield f"file: {attachment.filename} ({len(attachment.content)} bytes)"
    yield from (f"sticker: {sticker['name']}" for sticker in message.stickers)
    yield from _components(message.components)
    yield from (f"preview: {url}" for url in message.previews)
    if message.reactions:
        yield "reactions: " + " ".join(
            f"{r.emoji if isinstance(r.emoji, str) else ':' + r.emoji.name + ':'} {len(r.users)}"
            for r in message.reactions
        )
    if message.thread is not None:
        yield f"thread: {message.thread.name}"


def _embed(embed: Json) -> Iterator[str]:
    if author := (embed.get("author") or {}).get("name"):
        yield author
    if title := embed.get("title"):
        yield f"{title} <{embed['url']}>" if embed.get("url") else title
    yield from str(embed.get("description") or "").splitlines()
    for field in embed.get("fields") or []:
        yield f"{field['name']}: {field['value']}"
    for name in ("image", "thumbnail"):
        if embed.get(name):
            yield f"{name}: {embed[name]['url']}"
    if footer := (embed.get("footer") or {}).get("text"):
        yield footer


def _components(components: Sequence[Json]) -> Iterator[str]:
    for component in components:
        kind = component["type"]
        if kind == ROW:
            yield " ".join(_control(item) for item in component["components"])
        elif kind == TEXT:
            yield from component["content"].splitlines()
        elif kind == SECTION:
            yield from _components(component["components"])
            yield _control(component["accessory"])
        elif kind == CONTAINER:
            yield from (f"| {line}" for line in _components(component["components"]))
        elif kind == SEPARATOR:
            yield "---"
        elif kind == GALLERY:
            yield from (f"picture: {item['media']['url']}" for item in component["items"])
        else:
            yield f"(component {kind})"


def _control(item: Json) -> str:
    off = " (off)" if item.get("disabled") else ""
    kind = item["type"]
    if kind == BUTTON:
        emoji = (item.get("emoji") or {}).get("name") or ""
        label = " ".join(part for part in (emoji, item.get("label")) if part)
        return f"[{label}]({item['url']})" if item.get("style") == LINK else f"[{label}]{off}"
    if kind in SELECTS:
        options = item.get("options") or []
        shown = ", ".join(f"{'*' if o.get('default') else ''}{o['label']}" for o in options)
        return f"[{item.get('placeholder') or 'Make a selection'} v: {shown}]{off}"
    return f"(component {kind})"


def _modal(modal: Json) -> Iterator[str]:
    yield f"== {modal['title']} =="
    for component in modal["components"]:
        if component["type"] == LABEL:
            yield component["label"]
            if component.get("description"):
                yield f"  {component['description']}"
            yield from _field(component["component"])
        elif component["type"] == ROW:
            for item in component["components"]:
                yield item.get("label", "")
                yield from _field(item)
        else:
            yield from _components([component])
    yield "[Submit] [Cancel]"


def _field(item: Json) -> Iterator[str]:
    kind = item["type"]
    if kind == INPUT:
        yield f"  [{item.get('value') or item.get('placeholder') or ''}]"
    elif kind in (RADIO, CHECKBOXES):
        for option in item["options"]:
            yield f"  ({'x' if option.get('default') else ' '}) {option['label']}"
    elif kind == CHECKBOX:
        yield f"  ({'x' if item.get('default') else ' '})"
    elif kind in SELECTS:
        yield f"  {_control(item)}"
    else:
        yield f"  (component {kind})"
