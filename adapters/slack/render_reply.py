"""A Reply -> a Slack message: private answers, lists of links, direct messages.

Pages, rows and buttons are shared with the modals and the home tab of `render_views`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from adapters.slack import words_dialog as words
from adapters.slack.parse_asked import Page, block_of, name_of
from adapters.slack.render_card import button, cut, escape
from adapters.slack.render_said import length, said_blocks, small
from bot.reply import Action, Item, Reply
from bot.richtext.nodes import Body, Bold, Inline, Link, Paragraph, Text, is_safe_url
from bot.richtext.plain import plain

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Room:
    """What fits on a surface: so many blocks, and characters in all of them together."""

    blocks: int
    text: int
    rows: int
    """Of a list, on one page."""
    row_text: int


MESSAGE = Room(50, 9_500, 10, 6_500)
"""A message takes 50 blocks and, though no page of Slack's says so, some 13,200 characters."""

VIEW = Room(100, 30_000, 15, 24_000)
"""A modal or home tab takes 100 blocks and 250 kB, which are 6 for a character at worst."""


@dataclass(frozen=True, slots=True)
class Part:
    """Blocks that belong together; those that are `kept` find their place before all others."""

    blocks: Sequence[Json]
    kept: bool = False


_DETAIL = 1000
_TITLE = 200
_LONGEST_TEXT = 3000
_BUTTONS = 25
_NOTICE = 160
"""Characters kept free for the line that says what did not fit."""


def message_blocks(reply: Reply, page: Page | None = None) -> list[Json]:
    """`reply` as the blocks of a message; of a list, the rows of one `page`. Fields cannot stand in messages."""
    said = [*heading(reply), *body_blocks(reply), *said_blocks(reply.sample)]
    rest = [*list_blocks(reply, page or Page(), MESSAGE), *button_blocks(reply.actions)]
    return fitted([Part(said), Part(rest, kept=True)], MESSAGE)


def message_text(reply: Reply) -> str:
    """`reply` for notifications and screen readers, as Slack's markup that marks nothing."""
    rows = (f"{item.title}: {item.detail}" for item in reply.items)
    lines = filter(None, (reply.title, plain(reply.body), plain(reply.sample), *rows))
    return cut(escape("\n".join(lines)), _LONGEST_TEXT) or "…"


def heading(reply: Reply) -> list[Json]:
    return said_blocks(bold(reply.title)) if reply.title else []


def body_blocks(reply: Reply) -> list[Json]:
    blocks = said_blocks(reply.body)
    return warned(blocks) if reply.error else blocks


def bold(text: str) -> Body:
    return (Paragraph((Bold((Text(" ".join(text.split()) or "…"),)),)),)


def warned(blocks: list[Json]) -> list[Json]:
    """`blocks` with a warning sign before their first words."""
    sign = {"type": "rich_text_section", "elements": [{"type": "emoji", "name": "warning"}]}
    first = blocks[0] if blocks else {}
    parts = first.get("elements") or []
    if first.get("type") == "rich_text" and parts[0]["type"] == "rich_text_section":
        space = {"type": "text", "text": " "}
        part = parts[0] | {"elements": [*sign["elements"], space, *parts[0]["elements"]]}
        return [first | {"elements": [part, *parts[1:]]}, *blocks[1:]]
    return [{"type": "rich_text", "elements": [sign]}, *blocks]


def list_blocks(reply: Reply, page: Page, room: Room) -> list[Json]:
    """The rows of one page, and how to turn it where there are several."""
    pages = _pages(reply.items, room)
    if not pages:
        return []
    number = min(page.number, len(pages) - 1)
    page = Page(page.shares, number)
    first = 1 + sum(map(len, pages[:number]))
    rows = [block for row, item in enumerate(pages[number]) for block in _row(item, page, row)]
    if len(pages) == 1:
        return rows
    shown = words.ROWS.format(first=first, last=first + len(pages[number]) - 1, all=len(reply.items))
    return [*rows, small(shown), _pager(page, len(pages))]


def button_blocks(actions: Iterable[Action]) -> list[Json]:
    """The actions as rows of buttons, each with an action_id of its own; what is too long for one, as text."""
    buttons: list[Json] = []
    texts: list[Json] = []
    used: Counter[str] = Counter()
    for action in actions:
        if not fits(action):
            texts.append(small(words.TOO_LONG_A_LINK.format(label=cut(action.label, _TITLE))))
            continue
        made = button(action)
        name = made["action_id"]
        used[name] += 1
        buttons.append(made if used[name] == 1 else made | {"action_id": f"{name}:{used[name]}"})
    return [*_rows_of(buttons), *texts]


def fits(action: Action) -> bool:
    """Whether a button can carry it: what a button says back has 2,000 characters, an address 3,000."""
    return len(action.url) <= 3000 and (bool(action.url) or len(action.argument) <= 2000)  # noqa: PLR2004


def fitted(parts: Sequence[Part], room: Room) -> list[Json]:
    """The blocks of all `parts` in order; of those that need not stay, as many as there is room for, and a
    line that says how many are missing.
    """
    kept = [block for part in parts if part.kept for block in part.blocks]
    loose = [block for part in parts if not part.kept for block in part.blocks]
    room_left = _fit(loose, room.blocks - len(kept), room.text - length(kept))
    missing = len(loose) - room_left
    blocks: list[Json] = []
    for part in parts:
        shown = part.blocks if part.kept else part.blocks[:room_left]
        blocks += shown
        room_left -= 0 if part.kept else len(shown)
        if missing and len(shown) < len(part.blocks):
            blocks.append(small(words.more(missing)))
            missing = 0
    return blocks


def _fit(loose: Sequence[Json], blocks: int, text: int) -> int:
    """How many of `loose` fit, with the line that tells of the others."""
    if len(loose) <= blocks and length(list(loose)) <= text:
        return len(loose)
    left = text - _NOTICE
    for number, block in enumerate(loose[: max(0, blocks - 1)]):
        left -= length(block)
        if left < 0:
            return number
    return max(0, blocks - 1)


def _pages(items: Sequence[Item], room: Room) -> list[list[Item]]:
    """The rows, parted so that each page fits."""
    pages: list[list[Item]] = []
    left = 0
    for item in items:
        needed = length(_row(item, Page(), 0))
        if not pages or len(pages[-1]) == room.rows or needed > left:
            pages.append([])
            left = room.row_text
        pages[-1].append(item)
        left -= needed
    return pages


def _row(item: Item, page: Page, row: int) -> list[Json]:
    title: tuple[Inline, ...] = (Text(cut(" ".join(item.title.split()), _TITLE) or "…"),)
    if is_safe_url(item.url):
        title = (Link(item.url, title),)
    detail = (Paragraph((Text(cut(item.detail, _DETAIL)),)),) if item.detail else ()
    said = said_blocks((Paragraph((Bold(title),)), *detail))
    for block in said[1:]:
        said[0]["elements"] += block["elements"]
    buttons = button_blocks(item.actions)
    if buttons and buttons[0]["type"] == "actions":
        buttons[0]["block_id"] = block_of(page, row)
    return [said[0], *buttons]


def _rows_of(buttons: Sequence[Json]) -> list[Json]:
    return [
        {"type": "actions", "elements": list(buttons[at : at + _BUTTONS])}
        for at in range(0, len(buttons), _BUTTONS)
    ]


def _pager(page: Page, pages: int) -> Json:
    turns = (("back", words.NEWER, page.number - 1), ("on", words.OLDER, page.number + 1))
    return {
        "type": "actions",
        "elements": [
            button(Action(label, f"page:{way}", name_of(Page(page.shares, number))))
            for way, label, number in turns
            if 0 <= number < pages
        ],
    }
