"""Which thread, or which stretch of a channel, a typed `/share` means."""

from __future__ import annotations

from dataclasses import dataclass

import discord

from adapters.discord import words_dialog as words
from adapters.discord.errors import FAILURES, MISSING_ACCESS, UNKNOWN_CHANNEL, Job, translated
from adapters.discord.identity import MessageLink, channel_ref, stretch_ref, thread_ref
from adapters.discord.parse_interaction import Misread, Typed
from adapters.discord.sending import Interaction
from bot.model import ChannelRef, ThreadRef


@dataclass(frozen=True, slots=True)
class Spot:
    """A channel, or a thread of the channel `parent`."""

    guild: int
    channel: int
    parent: int | None = None

    @property
    def place(self) -> ChannelRef:
        """The channel in which threads can be started."""
        return channel_ref(self.guild, self.parent or self.channel)


def spot_of(interaction: Interaction) -> Spot | None:
    """Where somebody spoke to us; None in direct messages, which belong to no server."""
    channel = interaction.channel
    if interaction.guild_id is None or channel is None:
        return None
    parent = channel.parent_id if isinstance(channel, discord.Thread) else None
    return Spot(interaction.guild_id, channel.id, parent)


async def thread_of(client: discord.Client, spot: Spot, typed: Typed) -> ThreadRef | None:
    """What is to be shared; None where nothing was named that could be. Raises Misread, or PlatformError."""
    if typed.first or typed.last:
        return await _stretch(client, spot, typed.first, typed.last)
    if spot.parent is not None:
        return thread_ref(spot.guild, spot.parent, spot.channel)
    return thread_ref(spot.guild, spot.channel, typed.thread) if typed.thread else None


async def _stretch(
    client: discord.Client, spot: Spot, first: MessageLink | None, last: MessageLink | None
) -> ThreadRef:
    known = [link for link in (first, last) if link]
    if any(link.guild != spot.guild for link in known):
        raise Misread(words.ELSEWHERE)
    if len({link.channel for link in known}) > 1:
        raise Misread(words.TWO_CHANNELS)
    if last and last.message is None:
        raise Misread(words.NO_MESSAGE_LINK)
    target = await _spot(client, spot, known[0].channel)
    begin, end = first.message if first else None, last.message if last else None
    if begin and end and end < begin:
        raise Misread(words.BACKWARDS)
    if target.parent is not None:
        return _part(target, target.parent, begin, end)
    if begin is None:
        raise Misread(words.NO_MESSAGE_LINK if first else words.NO_FIRST)
    return stretch_ref(target.guild, target.channel, begin, end)


def _part(thread: Spot, parent: int, begin: int | None, end: int | None) -> ThreadRef:
    """A thread or a part of it. No message of a thread is older than the thread's own id."""
    if begin is None and end is None:
        return thread_ref(thread.guild, parent, thread.channel)
    return thread_ref(thread.guild, parent, thread.channel, first=begin or thread.channel, last=end)


async def _spot(client: discord.Client, here: Spot, channel_id: int) -> Spot:
    """The channel or thread of that id. One that is not there, or that is hidden from us, is taken for a
    channel: the capture refuses both alike.
    """
    if channel_id == here.channel:
        return here
    plain = Spot(here.guild, channel_id)
    channel = client.get_channel(channel_id)
    if channel is None:
        try:
            channel = await client.fetch_channel(channel_id)
        except discord.InvalidData:
            return plain
        except FAILURES as failed:
            if getattr(failed, "code", 0) in (UNKNOWN_CHANNEL, MISSING_ACCESS):
                return plain
            raise translated(failed, Job.READING) from failed
    if isinstance(channel, discord.Thread) and channel.guild.id == here.guild:
        return Spot(here.guild, channel_id, channel.parent_id)
    return plain
