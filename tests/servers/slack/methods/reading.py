"""conversations.replies and conversations.history."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import Any

from tests.servers.slack.call import Call, cursor, cursor_text, method
from tests.servers.slack.errors import ApiError
from tests.servers.slack.limits import RESTRICTED_PAGE
from tests.servers.slack.messages import Message
from tests.servers.slack.state import Channel

Json = dict[str, Any]
_RANGE = "cursor limit latest oldest inclusive include_all_metadata"


@method("conversations.replies", "channel ts", _RANGE, tier=3)
async def replies(call: Call) -> Json:
    channel = call.joined(right="history")
    message = channel.messages.get(call.text("ts"))
    if message is None:
        raise ApiError("thread_not_found")
    root = message.raw["thread_ts"] if message.is_reply else message.ts
    parent = channel.messages[root]
    after = cursor_text(call.text("cursor"), "next_ts")
    traits = call.world.traits
    if after and traits.empty_pages:
        traits.empty_pages -= 1
        return _page(call, [], call.text("cursor"))
    chosen = _in_range(call, channel.threads.get(root, []))
    start = bisect_right(chosen, float(after), key=float) if after else 0
    shown = [parent] if not after or traits.repeat_parent else []
    room = max(1, _limit(call, 1000, 1000) - len(shown))
    found = chosen[start : start + room]
    more = start + room < len(chosen)
    following = cursor("next_ts", found[-1]) if more else ""
    if after and traits.looping_cursor:
        following = call.text("cursor")
    return _page(call, [*shown, *(channel.messages[ts] for ts in found)], following)


@method("conversations.history", "channel", _RANGE, tier=3)
async def history(call: Call) -> Json:
    channel = call.joined(right="history")
    chosen = _in_range(call, [ts for ts in channel.order if _in_the_channel(channel, ts)])[::-1]
    if before := cursor_text(call.text("cursor"), "next_ts"):
        chosen = [ts for ts in chosen if float(ts) < float(before)]
    limit = _limit(call, 100, 999)
    found = chosen[:limit]
    following = cursor("next_ts", found[-1]) if len(chosen) > limit else ""
    return _page(call, [channel.messages[ts] for ts in found], following)


def _in_the_channel(channel: Channel, ts: str) -> bool:
    message = channel.messages[ts]
    return not message.is_reply or message.raw.get("subtype") == "thread_broadcast"


def _limit(call: Call, default: int, most: int) -> int:
    limit = call.number("limit", default)
    if limit < 1 or limit > most:
        raise ApiError("invalid_limit")
    return min(limit, RESTRICTED_PAGE) if call.world.limits.restricted else limit


def _in_range(call: Call, order: list[str]) -> list[str]:
    """Between oldest and latest, both out unless inclusive."""
    oldest, latest = _moment(call, "oldest", 0.0), _moment(call, "latest", float("inf"))
    first, after_last = (bisect_left, bisect_right) if call.flag("inclusive") else (bisect_right, bisect_left)
    return order[first(order, oldest, key=float) : after_last(order, latest, key=float)]


def _moment(call: Call, name: str, default: float) -> float:
    try:
        return float(call.args.get(name) or default)
    except ValueError:
        raise ApiError(f"invalid_ts_{name}") from None


def _page(call: Call, messages: list[Message], following: str) -> Json:
    everything = call.flag("include_all_metadata")
    shown: Json = {
        "messages": [message.json(all_metadata=everything) for message in messages],
        "has_more": bool(following),
    }
    return shown | ({"response_metadata": {"next_cursor": following}} if following else {})
