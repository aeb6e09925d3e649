"""Messages that Discord itself makes: what happened, told about their author.

A sentence continues the author's name, which stands above it ("Ana" – "pinned a message"). Those
that are not about their author have none. discord.com/developers: resources/message, message
types; 13, 30 and 63 are undocumented and known from discord.py.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from adapters.discord.parse_fields import Raw, identifier, line, mapping, mappings, moment, string, whole
from adapters.discord.parse_lookup import Lookup
from bot.richtext.nodes import ChannelMention, Inline, Text, text_nodes

NORMAL_TYPES = frozenset({0, 19, 20, 23})
THREAD_STARTER = 21
POLL_RESULT = 46
_RECIPIENT_ADD, _RECIPIENT_REMOVE, _CALL, _RENAME, _BOOST, _FOLLOW = 1, 2, 3, 4, 8, 12
_SUBSCRIPTION, _PURCHASE = 25, 44


@dataclass(frozen=True, slots=True)
class Event:
    """`sentence`: what happened, () where the type is not known. `by_author`: whether it continues
    the author's name. `tells_content`: whether it says what the message's content says.
    """

    sentence: tuple[Inline, ...]
    by_author: bool = True
    tells_content: bool = False


_ABOUT_AUTHOR = {
    5: "changed the channel icon",
    6: "pinned a message",
    7: "joined the server",
    9: "boosted the server, which reached level 1",
    10: "boosted the server, which reached level 2",
    11: "boosted the server, which reached level 3",
    13: "is live now",
    24: "sent a message that AutoMod acted on",
    28: "ended the stage",
    29: "is now a speaker",
    30: "asked to speak",
    32: "subscribed to an app",
    37: "lifted the security actions",
    38: "reported a raid",
    39: "reported a false alarm",
    63: "added an emoji",
}
_WITH_CONTENT = {
    18: "started a thread: ",
    27: "started a stage: ",
    31: "changed the stage topic: ",
    36: "enabled security actions until ",
}
"""Sentences that the message's content completes."""

_ABOUT_THE_SERVER = {
    14: "This server was removed from Server Discovery because it no longer meets all the requirements.",
    15: "This server is eligible for Server Discovery again.",
    16: "This server has not met the requirements of Server Discovery for a week.",
    17: "This server has not met the requirements of Server Discovery for three weeks.",
    22: "Invite people to this server.",
    26: "This app has premium features.",
}


def event(raw: Raw, lookup: Lookup) -> Event:
    """What a message of a system type tells."""
    kind = whole(raw, "type")
    content = line(raw, "content")
    if kind in _TELL:
        return _TELL[kind](raw, lookup)
    if kind in _ABOUT_AUTHOR:
        return Event((Text(_ABOUT_AUTHOR[kind]),))
    if kind in _WITH_CONTENT:
        sentence = _WITH_CONTENT[kind]
        return Event((Text(sentence + content if content else sentence.rstrip(": ")),), tells_content=True)
    if kind in _ABOUT_THE_SERVER:
        return Event((Text(_ABOUT_THE_SERVER[kind]),), by_author=False)
    return Event(())


def _recipient(raw: Raw, lookup: Lookup) -> Event:
    """Someone was added to or removed from a thread or group; who leaves removes themselves."""
    added = whole(raw, "type") == _RECIPIENT_ADD
    users = mappings(raw, "mentions")
    keys = [key for user in users if (key := identifier(user))]
    if not added and keys == [identifier(mapping(raw, "author"))]:
        return Event((Text("left"),))
    words = ("added ", " to the thread") if added else ("removed ", " from the thread")
    people: list[Inline] = []
    for key in keys:
        people += (Text(", "), lookup.person(key)) if people else (lookup.person(key),)
    return Event((Text(words[0]), *(people or [Text("someone")]), Text(words[1])))


def _call(raw: Raw, _lookup: Lookup) -> Event:
    call = mapping(raw, "call")
    begun, ended = moment(raw, "timestamp"), moment(call, "ended_timestamp")
    if not begun or not ended or ended < begun:
        return Event((Text("started a call"),))
    minutes = round((ended - begun).total_seconds() / 60)
    lasted = "less than a minute" if minutes < 1 else "1 minute" if minutes == 1 else f"{minutes} minutes"
    return Event((Text(f"started a call that lasted {lasted}"),))


def _boost(raw: Raw, _lookup: Lookup) -> Event:
    times = line(raw, "content")
    suffix = f" {times} times" if times.isdigit() and times != "1" else ""
    return Event((Text(f"boosted the server{suffix}"),), tells_content=times.isdigit())


def _subscription(raw: Raw, _lookup: Lookup) -> Event:
    data = mapping(raw, "role_subscription_data")
    tier, months = line(data, "tier_name"), whole(data, "total_months_subscribed")
    verb = "renewed" if data.get("is_renewal") is True else "joined"
    parts = [f"{verb} {tier or 'a subscription'}"]
    if months:
        parts.append(f"and has been a subscriber for {months} {'month' if months == 1 else 'months'}")
    return Event((Text(" ".join(parts)),))


def _purchase(raw: Raw, _lookup: Lookup) -> Event:
    product = line(mapping(mapping(raw, "purchase_notification"), "guild_product_purchase"), "product_name")
    return Event((Text(f"bought {product}" if product else "bought something"),))


def _poll_result(raw: Raw, _lookup: Lookup) -> Event:
    """A poll has ended. Its result is in an embed of its own type, in named fields."""
    fields = {
        line(field, "name"): string(field, "value")
        for embed in mappings(raw, "embeds")
        for field in mappings(embed, "fields")
    }
    question, winner = fields.get("poll_question_text", ""), fields.get("victor_answer_text", "")
    winner = winner or fields.get("victor_answer_emoji_name", "")
    votes, total = fields.get("victor_answer_votes", ""), fields.get("total_votes", "")
    parts = [f"held a poll: “{question}”." if question else "held a poll."]
    if winner:
        parts.append(f"“{winner}” won")
        parts.append(f"with {votes} of {total} votes." if votes and total else ".")
    elif total:
        parts.append(f"It ended without a winner, after {total} votes.")
    return Event(tuple(text_nodes(" ".join(parts).replace(" .", "."))))


def _renamed(raw: Raw, _lookup: Lookup) -> Event:
    return _about_channel("changed the channel name", line(raw, "content"))


def _followed(raw: Raw, _lookup: Lookup) -> Event:
    """The content names the server, then the channel: "Acme News #releases"."""
    server, mark, channel = line(raw, "content").rpartition(" #")
    return _about_channel("follows a channel here", f"{channel} ({server})" if mark else channel)


def _about_channel(sentence: str, channel: str) -> Event:
    """Of a channel by its name alone. As a node it is told from other words, and can be withheld."""
    name = channel.removeprefix("#")
    nodes = (Text(f"{sentence}: "), ChannelMention(name)) if name else (Text(sentence),)
    return Event(nodes, tells_content=True)


_TELL: dict[int | None, Callable[[Raw, Lookup], Event]] = {
    _RECIPIENT_ADD: _recipient,
    _RECIPIENT_REMOVE: _recipient,
    _CALL: _call,
    _RENAME: _renamed,
    _FOLLOW: _followed,
    _BOOST: _boost,
    _SUBSCRIPTION: _subscription,
    _PURCHASE: _purchase,
    POLL_RESULT: _poll_result,
}
