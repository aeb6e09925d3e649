"""What workspaces gave us is sealed and can be taken back; a ticket works once."""

from __future__ import annotations

import asyncio
import secrets
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from bot.installations import TICKET_LIFE, Installations
from bot.links import Keyring
from bot.store.engine import Store


class Clock:
    now = datetime(2026, 11, 1, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
async def store(store_url):
    opened = await Store.open(store_url)
    yield opened
    await opened.close()


@pytest.fixture
def installations(store, clock):
    return Installations(store, Keyring(secrets.token_hex(32)), clock=clock)


async def test_what_a_workspace_gave_is_found_again_until_it_is_removed(installations):
    await installations.keep("slack", "T1", "first")
    await installations.keep("slack", "T1", "second")
    await installations.keep("slack", "T2", "other")
    assert await installations.find("slack", "T1") == "second"
    assert await installations.find("discord", "T1") is None
    assert await installations.workspaces("slack") == ["T1", "T2"]
    assert await installations.remove("slack", "T1")
    assert not await installations.remove("slack", "T1")
    assert await installations.find("slack", "T1") is None
    assert await installations.find("slack", "T2") == "other"


async def test_it_is_not_readable_in_the_database_nor_under_another_key(installations, store):
    token = secrets.token_hex(16)
    await installations.keep("slack", "T1", token)

    async def rows(tx):
        return [bytes(row[0]) for row in await tx.execute(text("SELECT sealed FROM installations"))]

    assert all(token.encode() not in sealed for sealed in await store.read(rows))
    assert await Installations(store, Keyring(secrets.token_hex(32))).find("slack", "T1") is None


async def test_a_ticket_is_good_once_even_for_two_at_the_same_time(installations):
    ticket = await installations.issue_ticket()
    answers = await asyncio.gather(*(installations.redeem_ticket(ticket) for _ in range(5)))
    assert sorted(answers) == [False] * 4 + [True]


async def test_a_ticket_that_never_was_or_has_died_is_refused(installations, clock):
    ticket = await installations.issue_ticket()
    assert not await installations.redeem_ticket("nosuchticket")
    clock.now += TICKET_LIFE + timedelta(seconds=1)
    assert not await installations.redeem_ticket(ticket)
    await installations.issue_ticket()  # sweeps the dead one
    clock.now -= TICKET_LIFE
    assert not await installations.redeem_ticket(ticket)
