"""Slack's dates: "Posted {date_num} at {time}" about one moment -> text and Timestamps.

Placeholders: docs.slack.dev/messaging/formatting-message-text, "Date formatting".
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from adapters.slack.parse_inline import linked
from adapters.slack.parse_raw import whole
from bot.richtext.nodes import Inline, Timestamp, text_nodes

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

_SECONDS, _MICRO = 10, 6
"""How many digits a ts has before and after its point."""

_PLACEHOLDER = re.compile(r"\{([a-z_]{1,40})\}")
_STYLES = {
    "ago": "R",
    "date": "D",
    "date_long": "D",
    "date_long_full": "D",
    "date_long_pretty": "D",
    "date_num": "d",
    "date_pretty": "D",
    "date_short": "D",
    "date_short_pretty": "D",
    "date_slash": "d",
    "day_divider_pretty": "D",
    "time": "t",
    "time_secs": "T",
}


def date_nodes(moment: object, template: str, url: str, fallback: str) -> tuple[Inline, ...]:
    """A Slack date as inlines, linked where it has an address. What is no moment shows its fallback."""
    at = whole(moment)
    if at is None:
        return linked(url, text_nodes(fallback or template))
    placeholders = [m for m in _PLACEHOLDER.finditer(template) if m[1] in _STYLES]
    if not placeholders:
        return linked(url, text_nodes(template or fallback) or (Timestamp(at),))
    alone = placeholders[0].group() == template.strip()
    nodes: list[Inline] = []
    done = 0
    for match in placeholders:
        nodes += text_nodes(template[done : match.start()])
        nodes.append(Timestamp(at, _STYLES[match[1]], fallback if alone else ""))
        done = match.end()
    return linked(url, (*nodes, *text_nodes(template[done:])))


def moment(ts: str) -> datetime:
    """A message's `ts` ("1355517523.000005") as a moment, to the microsecond; the epoch for what is none."""
    seconds, _, fraction = ts.partition(".")
    if (
        len(seconds) == _SECONDS
        and len(fraction) == _MICRO
        and ts.isascii()
        and (seconds + fraction).isdigit()
    ):
        return EPOCH + timedelta(0, int(seconds), int(fraction))  # as all are that Slack gives
    at = whole(seconds)
    if at is None or not (fraction == "" or (fraction.isascii() and fraction.isdigit())):
        return EPOCH
    try:
        return EPOCH + timedelta(0, at, int(fraction[:6].ljust(6, "0")))
    except OverflowError:
        return EPOCH
