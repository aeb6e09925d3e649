"""Blocks that draw a card of their own: card, plan, task, alert, call, video, shortcut."""

from __future__ import annotations

from adapters.slack.parse_elements import element_line, element_text, text_inlines
from adapters.slack.parse_inline import linked, merge_text, titled
from adapters.slack.parse_lookup import Lookup
from adapters.slack.parse_raw import Raw, items, mapping, mappings, string
from adapters.slack.parse_texts import bold_line, small_line, text_blocks
from adapters.slack.parse_unknown import unknown
from bot.richtext.nodes import Block, Body, Bold, Emoji, Inline, List, Paragraph, Subtext, Text

_LEVELS = {
    "info": Emoji("information_source", "ℹ️"),
    "warning": Emoji("warning", "⚠️"),
    "error": Emoji("octagonal_sign", "🛑"),
    "success": Emoji("white_check_mark", "✅"),
}
_STATES = {"pending": "pending", "in_progress": "in progress", "complete": "complete", "error": "failed"}


def card(raw: Raw, lookup: Lookup) -> Body:
    """A card block. Its icon decorates the title and is left away, as Slack's own icons are."""
    hero = mapping(raw, "hero_image")
    lookup.show(lookup.picture(hero, string(hero, "alt_text")))
    return (
        *bold_line(raw.get("title"), lookup),
        *small_line(raw.get("subtitle"), lookup),
        *text_blocks(raw.get("body"), lookup),
        *small_line(raw.get("subtext"), lookup),
        *element_line(items(raw, "actions"), lookup),
    )


def plan(raw: Raw, lookup: Lookup) -> Body:
    """An assistant's plan: its title, and its tasks as a list."""
    tasks = tuple(filter(None, (task(one, lookup) for one in mappings(raw, "tasks"))))
    return (*bold_line(raw.get("title"), lookup), *((List(tasks),) if tasks else ()))


def task(raw: Raw, lookup: Lookup) -> Body:
    """A task with its state, what it says and found, and where it looked."""
    title = text_inlines(raw.get("title"), lookup)
    state = _STATES.get(string(raw, "status"), string(raw, "status"))
    line: tuple[Inline, ...] = (Bold(title),) if title else ()
    if state:
        line = (*line, Text(f" ({state})"))
    blocks: list[Block] = [Paragraph(line)] if line else []
    for key in ("details", "output"):
        blocks += text_blocks(raw.get(key), lookup)
    for source in items(raw, "sources"):
        if nodes := element_text(source, lookup):
            blocks.append(Subtext(nodes))
    return tuple(blocks)


def alert(raw: Raw, lookup: Lookup) -> Body:
    """A notice; its level, which Slack shows by colour and icon, as an emoji before it."""
    blocks = text_blocks(raw.get("text"), lookup)
    level = _LEVELS.get(string(raw, "level"))
    if level and blocks and isinstance(blocks[0], Paragraph):
        return (Paragraph(merge_text((level, " ", *blocks[0].children))), *blocks[1:])
    return blocks


def call(raw: Raw, lookup: Lookup) -> Body:
    """A call in another app: its name, and who took part."""
    details = mapping(mapping(raw, "call"), "v1")
    name = titled(details, "name", lookup) or titled(raw, "name", lookup)
    if not name:
        return unknown(raw, lookup)
    blocks: list[Block] = [Paragraph(linked(string(details, "join_url"), name))]
    people: list[Inline] = []
    for person in mappings(details, "all_participants") or mappings(details, "active_participants"):
        key = string(person, "slack_id")
        mention = lookup.person(key, string(person, "display_name"))
        people += (Text(" "), mention) if people else (mention,)
    return (*blocks, *((Subtext(tuple(people)),) if people else ()))


def video(raw: Raw, lookup: Lookup) -> Body:
    """A video by its title, linked; nothing foreign is ever embedded."""
    lookup.show(lookup.picture(raw, string(raw, "alt_text"), "thumbnail_url"))
    title = text_inlines(raw.get("title"), lookup) or titled(raw, "alt_text", lookup)
    url = string(raw, "title_url") or string(raw, "video_url")
    name = linked(url, title) or ((Text("Video"),) if not title else ())
    makers = " · ".join(filter(None, (string(raw, "author_name"), string(raw, "provider_name"))))
    return (
        *((Paragraph((Bold(name),)),) if name else ()),
        *text_blocks(raw.get("description"), lookup),
        *small_line(makers, lookup),
    )


def share_shortcut(raw: Raw, lookup: Lookup) -> Body:
    """A workflow's link."""
    title = titled(raw, "title", lookup) or titled(raw, "button_label", lookup)
    if not title:
        return unknown(raw, lookup)
    url = string(raw, "share_url") or string(raw, "url")
    return (Paragraph((Bold(linked(url, title)),)), *text_blocks(raw.get("description"), lookup))
