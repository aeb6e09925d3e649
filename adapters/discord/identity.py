"""How Discord's ids stand in `Actor`, `ThreadRef` and `ChannelRef`, and how they are taken out again.

A real thread is ThreadRef("discord", server, parent channel, thread). Where no thread is meant but a
stretch of a plain channel, the last part is "first-last", ids of its first and last message, or
"first-" where it is open. A stretch within a thread is "thread:first-last".
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from bot.model import Actor, ChannelRef, ThreadRef

PLATFORM = "discord"

_EPOCH = datetime(2015, 1, 1, tzinfo=UTC)
"""Snowflakes count milliseconds from here, in all bits but the last 22 (docs: reference, snowflakes)."""

_TIME_SHIFT = 22
_LARGEST = (1 << 63) - 1
_ID = re.compile(r"[0-9]{1,19}")
_NAMED = re.compile(r"(?:(?P<thread>[0-9]{1,19}):)?(?P<first>[0-9]{1,19})-(?P<last>[0-9]{1,19})?")
_MESSAGE_LINK = re.compile(
    r"<?https://(?:(?:www|ptb|canary)\.)?(?:discord|discordapp)\.com"
    r"/channels/(?P<guild>[0-9]{1,19})/(?P<channel>[0-9]{1,19})(?:/(?P<message>[0-9]{1,19}))?/?>?"
)


@dataclass(frozen=True, slots=True)
class Where:
    """What a `ThreadRef` names. `channel`: where its messages are, the thread itself or a plain channel;
    `parent`: the channel that a thread belongs to, else the same. `thread`: None in a plain channel.
    `first` and `last`: the stretch that is meant, both included; None for no bound.
    """

    guild: int
    parent: int
    channel: int
    thread: int | None = None
    first: int | None = None
    last: int | None = None


@dataclass(frozen=True, slots=True)
class MessageLink:
    """What "Copy Message Link" and "Copy Link" give; `message` None for a channel's or thread's own."""

    guild: int
    channel: int
    message: int | None = None


def actor(guild: int | str, user: int | str, name: str) -> Actor:
    """The person `user` in the server `guild`, shown as `name`."""
    return Actor(PLATFORM, str(guild), str(user), name)


def channel_ref(guild: int | str, channel: int | str) -> ChannelRef:
    return ChannelRef(PLATFORM, str(guild), str(channel))


def thread_ref(
    guild: int | str,
    parent: int | str,
    thread: int | str,
    *,
    first: int | str | None = None,
    last: int | str | None = None,
) -> ThreadRef:
    """A thread of the channel `parent`; with `first`, only the stretch from there to `last` or its end."""
    name = str(thread) if first is None else f"{thread}:{first}-{'' if last is None else last}"
    return ThreadRef(PLATFORM, str(guild), str(parent), name)


def stretch_ref(
    guild: int | str, channel: int | str, first: int | str, last: int | str | None = None
) -> ThreadRef:
    """Messages of a plain channel from `first` to `last`, or to its end."""
    return ThreadRef(PLATFORM, str(guild), str(channel), f"{first}-{'' if last is None else last}")


def thread_url(thread: ThreadRef) -> str:
    """Where Discord's clients open a thread."""
    return f"https://discord.com/channels/{thread.workspace}/{thread.thread}"


def whole_thread(thread: ThreadRef) -> ThreadRef:
    """The thread in which a stretch lies; what is no stretch of a thread stays as it is."""
    base, colon, _ = thread.thread.partition(":")
    return replace(thread, thread=base) if colon else thread


def where(thread: ThreadRef) -> Where | None:
    """Takes `thread` apart; None where it is not one that these functions make."""
    guild, parent = id_of(thread.workspace), id_of(thread.channel)
    if thread.platform != PLATFORM or guild is None or parent is None:
        return None
    if (whole := id_of(thread.thread)) is not None:
        return Where(guild, parent, whole, whole)
    named = _NAMED.fullmatch(thread.thread)
    if named is None or (first := id_of(named["first"])) is None:
        return None
    last, inside = id_of(named["last"] or ""), id_of(named["thread"] or "")
    if (named["last"] and (last is None or last < first)) or (named["thread"] and inside is None):
        return None
    return Where(guild, parent, parent if inside is None else inside, inside, first, last)


def id_of(text: str) -> int | None:
    """The number that an id's digits stand for; None for anything else."""
    if _ID.fullmatch(text) is None:
        return None
    number = int(text)
    return number if 0 < number <= _LARGEST else None


def parse_message_link(text: str) -> MessageLink | None:
    """Reads a link to a message, channel or thread in a server; None for anything else, such as a direct
    message's link. Takes every host that Discord's clients write.
    """
    found = _MESSAGE_LINK.fullmatch(text.strip())
    if found is None:
        return None
    guild, channel = id_of(found["guild"]), id_of(found["channel"])
    if guild is None or channel is None:
        return None
    return MessageLink(guild, channel, id_of(found["message"] or ""))


def snowflake_of(moment: datetime) -> int:
    """The lowest id of `moment`'s millisecond: all earlier messages have lower ones. `moment` has a zone."""
    milliseconds = (moment - _EPOCH) // timedelta(milliseconds=1)
    return max(0, milliseconds) << _TIME_SHIFT


def snowflake_after(moment: datetime) -> int:
    """The lowest id that is later than `moment`'s millisecond, for `before=`."""
    return snowflake_of(moment + timedelta(milliseconds=1))


def moment_of(snowflake: int) -> datetime:
    """When an id was made, to the millisecond, in UTC."""
    return _EPOCH + timedelta(milliseconds=snowflake >> _TIME_SHIFT)
