"""Block Kit's rules for rich text, and for the table cells that hold it."""

from __future__ import annotations

from tests.servers.slack.elements import ID
from tests.servers.slack.rules import (
    Rule,
    Shape,
    address,
    anything,
    choice,
    flag,
    many,
    one_of,
    string,
    whole,
)

AGGREGATE = 13_200
"""Characters in the blocks of one message; undocumented, measured by others."""
STYLES = ("bold", "italic", "strike", "code", "underline", "highlight", "client_highlight", "unlink")
_STYLE = Shape({}, dict.fromkeys(STYLES, flag))
_STYLED: dict[str, Rule] = {"style": _STYLE}
_SPANS: dict[str, Rule] = {
    "text": Shape({"text": string(AGGREGATE)}, _STYLED),
    "link": Shape({"url": address()}, _STYLED | {"text": string(AGGREGATE), "unsafe": flag}),
    "user": Shape({"user_id": string(255)}, _STYLED),
    "usergroup": Shape({"usergroup_id": string(255)}, _STYLED),
    "channel": Shape({"channel_id": string(255)}, _STYLED),
    "team": Shape({"team_id": string(255)}, _STYLED),
    "broadcast": Shape({"range": choice("here", "channel", "everyone")}, _STYLED),
    "emoji": Shape({"name": string(255)}, _STYLED | {"unicode": string(255), "skin_tone": whole(1, 6)}),
    "color": Shape({"value": string(7)}, _STYLED),
    "date": Shape(
        {"timestamp": whole(0, 10**11), "format": string(255)},
        _STYLED | {"url": address(), "fallback": string(AGGREGATE)},
    ),
    **dict.fromkeys(
        ("attachment_mention", "canvas", "citation", "file", "tag", "workflow_mention"), anything
    ),
}
_SPAN = one_of(lambda: _SPANS)
_SECTION = Shape({"elements": many(_SPAN, 10_000, 0)})
_RICH: dict[str, Rule] = {
    "rich_text_section": _SECTION,
    "rich_text_quote": Shape({"elements": many(_SPAN, 10_000)}, {"border": whole(0, 1)}),
    "rich_text_preformatted": Shape(
        {"elements": many(one_of(lambda: _SPANS, "text", "link"), 10_000)},
        {"border": whole(0, 1), "language": string(64)},
    ),
    "rich_text_list": Shape(
        {"elements": many(_SECTION, 10_000), "style": choice("bullet", "ordered")},
        {"indent": whole(0, 8), "offset": whole(0, 10**6), "border": whole(0, 1)},
    ),
}
RICH_TEXT = Shape({"elements": many(one_of(lambda: _RICH), 10_000)}, {"block_id": ID})
CELLS: dict[str, Rule] = {
    "raw_text": Shape({"text": string(10_000)}),
    "raw_number": Shape({"value": anything}, {"text": string(10_000)}),
    "rich_text": RICH_TEXT,
}
