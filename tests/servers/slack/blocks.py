"""Block Kit's rules for blocks and for the surfaces that hold them.

Sources: docs.slack.dev/reference/block-kit; the aggregate limit of a message is undocumented and was measured
by others (about 13,200 characters).
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from tests.servers.slack.elements import ACCESSORIES, ACTIONS, ID, IMAGE, INPUTS, element
from tests.servers.slack.errors import ApiError, bad_arguments
from tests.servers.slack.rules import (
    Reasons,
    Rule,
    Shape,
    address,
    anything,
    flag,
    many,
    one_of,
    string,
    text,
    whole,
)
from tests.servers.slack.spans import AGGREGATE, CELLS, RICH_TEXT
from tests.servers.slack.values import elements_of

Json = dict[str, Any]
MARKDOWN = 12_000
VIEW_BYTES = 250_000
_ID: dict[str, Rule] = {"block_id": ID}


def _section(reasons: Reasons, block: Json, at: str) -> None:
    if "text" not in block and "fields" not in block:
        reasons.say("must provide one of text and fields", at)


def _image(reasons: Reasons, block: Json, at: str) -> None:
    if ("image_url" in block) == ("slack_file" in block):
        reasons.say("must provide exactly one of image_url and slack_file", at)


def _context(reasons: Reasons, value: Any, at: str) -> None:
    image = isinstance(value, dict) and value.get("type") == "image"
    (IMAGE if image else text(3000))(reasons, value, at)


_UNSEEN = ("alert", "card", "carousel", "container", "context_actions", "data_table", "data_visualization")
BLOCKS: dict[str, Rule] = {
    "section": Shape(
        {},
        {"text": text(3000), "fields": many(text(2000), 10), "accessory": element(*ACCESSORIES)}
        | {"expand": flag, **_ID},
        _section,
    ),
    "divider": Shape({}, _ID),
    "header": Shape({"text": text(150, plain=True)}, _ID | {"level": whole(1, 4)}),
    "context": Shape({"elements": many(_context, 10)}, _ID),
    "actions": Shape({"elements": many(element(*ACTIONS), 25)}, _ID),
    "input": Shape(
        {"label": text(2000, plain=True), "element": element(*INPUTS)},
        {"hint": text(2000, plain=True), "optional": flag, "dispatch_action": flag, **_ID},
    ),
    "image": Shape(
        {"alt_text": string(2000)},
        {"image_url": address(), "slack_file": anything, "title": text(2000, plain=True), **_ID},
        _image,
    ),
    "markdown": Shape({"text": string(MARKDOWN)}, _ID),
    "rich_text": RICH_TEXT,
    "table": Shape(
        {"rows": many(many(one_of(lambda: CELLS), 20), 100)}, _ID | {"column_settings": many(anything, 20)}
    ),
    "video": Shape(
        {"alt_text": string(2000), "title": text(199, plain=True), "video_url": address()}
        | {"thumbnail_url": address()},
        {"author_name": string(49), "description": text(199, plain=True), "provider_icon_url": address()}
        | {"provider_name": string(255), "title_url": address(), **_ID},
    ),
    **dict.fromkeys((*_UNSEEN, "plan", "task_card"), anything),
}
_EVERYWHERE = ("section", "divider", "header", "context", "actions", "image", "video")
SURFACES = {
    "message": tuple(kind for kind in BLOCKS if kind != "alert"),
    "modal": (*_EVERYWHERE, "input", "rich_text", "alert"),
    "home": (*_EVERYWHERE, "input", "rich_text"),
    "unfurl": _EVERYWHERE,
}
LIMITS = {"message": 50, "modal": 100, "home": 100, "unfurl": 50}


def wrong_with(blocks: Any, surface: str, at: str = "/blocks") -> Reasons:
    """The reasons why Slack would refuse these blocks on this surface; none when they are right."""
    reasons = Reasons()
    rule = one_of(lambda: BLOCKS, *SURFACES[surface])
    many(rule, LIMITS[surface], 0)(reasons, blocks, at)
    if not reasons:
        _unique(reasons, blocks, at)
    return reasons


def _unique(reasons: Reasons, blocks: list[Json], at: str) -> None:
    seen: set[str] = set()
    focused = 0
    for number, block in enumerate(blocks):
        if (block_id := block.get("block_id")) in seen:
            reasons.say(f"block_id must be unique: {block_id}", f"{at}/{number}/block_id")
        seen.add(block_id or f"unnamed {number}")
        elements = list(elements_of(block))
        ids = [one["action_id"] for one in elements if "action_id" in one]
        if len(set(ids)) < len(ids):
            reasons.say("action_id must be unique within its block", f"{at}/{number}/elements")
        focused += sum(bool(one.get("focus_on_load")) for one in elements)
    if focused > 1:
        reasons.say("only one element may have focus_on_load", at)


def texts_in(node: Any) -> Iterator[str]:
    """Every text that blocks show, whatever holds it."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("text", "alt_text") and isinstance(value, str):
                yield value
            else:
                yield from texts_in(value)
    elif isinstance(node, list):
        for child in node:
            yield from texts_in(child)


def check_message_blocks(blocks: Any, surface: str = "message", at: str = "/blocks") -> None:
    """Raises invalid_blocks_format, invalid_blocks or msg_blocks_too_long as chat.postMessage does."""
    if not isinstance(blocks, list):
        raise ApiError("invalid_blocks_format")
    if reasons := wrong_with(blocks, surface, at):
        messages = {"messages": [f"[ERROR] {reason}" for reason in reasons]}
        raise ApiError("invalid_blocks", errors=list(reasons), response_metadata=messages)
    markdown = sum(len(block["text"]) for block in blocks if block["type"] == "markdown")
    if sum(map(len, texts_in(blocks))) > AGGREGATE or markdown > MARKDOWN:
        raise ApiError("msg_blocks_too_long")


_VIEW: dict[str, Rule] = {
    "private_metadata": string(3000, 0),
    "callback_id": string(255, 0),
    "external_id": string(255, 0),
    "blocks": anything,
}
_MODAL = Shape(
    {"title": text(24, plain=True)},
    _VIEW
    | {"submit": text(24, plain=True), "close": text(24, plain=True)}
    | dict.fromkeys(("clear_on_close", "notify_on_close", "submit_disabled"), flag),
)


def check_view(view: Any, kind: str) -> None:
    """Raises invalid_arguments or view_too_large as views.open and views.publish do. `kind`: modal or home."""
    if not isinstance(view, dict) or view.get("type") != kind:
        raise bad_arguments(f"view type must be {kind} [json-pointer:/view/type]")
    if len(json.dumps(view).encode()) > VIEW_BYTES:
        raise ApiError("view_too_large")
    reasons = Reasons()
    (_MODAL if kind == "modal" else Shape({}, _VIEW))(reasons, view, "/view")
    if "blocks" not in view:
        reasons.say("missing required field: blocks", "/view")
    reasons += wrong_with(view.get("blocks", []), kind, "/view/blocks")
    blocks = view.get("blocks") or []
    if not reasons and kind == "modal" and any(b["type"] == "input" for b in blocks) and "submit" not in view:
        reasons.say("missing required field: submit", "/view")
    if reasons:
        raise bad_arguments(*reasons)
