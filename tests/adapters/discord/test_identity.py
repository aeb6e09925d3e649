"""Discord's ids and links go into the core's words and come out of them unchanged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord import identity
from adapters.discord.identity import MessageLink, Where
from bot.model import ThreadRef

ids = st.integers(1, (1 << 63) - 1)
moments = st.datetimes(datetime(2015, 1, 1), datetime(2080, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001  the zone is added


@given(ids, ids, ids)
def test_a_thread_is_taken_apart_as_it_was_put_together(guild, parent, thread):
    assert identity.where(identity.thread_ref(guild, parent, thread)) == Where(guild, parent, thread, thread)


@given(ids, ids, ids, ids, st.booleans())
def test_a_stretch_is_taken_apart_as_it_was_put_together(guild, channel, one, other, open_ended):
    first, last = min(one, other), None if open_ended else max(one, other)
    stretch = identity.stretch_ref(guild, channel, first, last)
    assert identity.where(stretch) == Where(guild, channel, channel, None, first, last)
    within = identity.thread_ref(guild, channel, 7, first=first, last=last)
    assert identity.where(within) == Where(guild, channel, 7, 7, first, last)
    assert identity.whole_thread(within) == identity.thread_ref(guild, channel, 7)
    assert identity.whole_thread(stretch) == stretch


@pytest.mark.parametrize(
    "thread",
    ["", "T404", "0", "-5", "5-4", "-", "1:", "1:2", ":2-3", "a:2-3", "1:a-3", "1-b", "9" * 19, "1-" + "9" * 19,
     "9" * 19 + ":1-2", "1-2-3", "１", " 1", "1\n"],
)  # fmt: skip
def test_what_nobody_made_is_no_thread(thread):
    assert identity.where(ThreadRef("discord", "1", "2", thread)) is None


def test_a_thread_of_another_platform_or_without_a_server_is_none_here():
    assert identity.where(ThreadRef("slack", "1", "2", "3")) is None
    assert identity.where(ThreadRef("discord", "W404", "2", "3")) is None
    assert identity.where(ThreadRef("discord", "1", "C404", "3")) is None


@pytest.mark.parametrize("host", ["discord.com", "ptb.discord.com", "canary.discord.com", "discordapp.com"])
def test_links_of_every_client_are_read(host):
    assert identity.parse_message_link(f"https://{host}/channels/1/2/3") == MessageLink(1, 2, 3)
    assert identity.parse_message_link(f" <https://{host}/channels/1/2/3> ") == MessageLink(1, 2, 3)
    assert identity.parse_message_link(f"https://{host}/channels/1/2") == MessageLink(1, 2)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "https://discord.com/channels/@me/2/3",
        "https://discord.com.evil.example/channels/1/2/3",
        "https://evil.example/discord.com/channels/1/2/3",
        "https://evildiscord.com/channels/1/2/3",
        "https://discord.com/channels/1/2/3/4",
        "https://discord.com/channels/1/2/3 and more",
        "https://discord.com/channels/0/2/3",
        "https://discord.com/channels/1/" + "9" * 30,
    ],
)
def test_other_links_are_not(text):
    assert identity.parse_message_link(text) is None


@given(moments)
def test_an_id_tells_its_moment_and_a_moment_its_first_id(moment):
    first = identity.snowflake_of(moment)
    assert timedelta(0) <= moment - identity.moment_of(first) < timedelta(milliseconds=1)
    assert identity.moment_of(identity.snowflake_after(moment)) > moment
    assert identity.snowflake_of(identity.moment_of(first)) == first


def test_the_example_of_the_documents():
    """discord.com/developers: reference, snowflakes."""
    moment = datetime(2016, 4, 30, 11, 18, 25, 796_000, tzinfo=UTC)
    assert identity.moment_of(175928847299117063) == moment
    assert identity.snowflake_of(moment) <= 175928847299117063 < identity.snowflake_after(moment)
    assert identity.snowflake_of(datetime(1999, 1, 1, tzinfo=UTC)) == 0
