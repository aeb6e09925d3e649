"""The core's sentences count and name what there is, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.cli.patterns import PATTERNS
from bot.model import Choices, Continuation, ContinuationState, Header, Names
from bot.privacy.publish import publishable
from bot.wording import between, extent, facts, replay_head, snapshot_of
from tests.builders import START, actor, assistant, message, person, snapshot, thread
from tests.web import sample


@pytest.mark.parametrize(
    ("people", "apps", "told"),
    [
        (3, 1, "3 people and 1 app"),
        (1, 2, "1 person and 2 apps"),
        (2, 0, "2 people"),
        (0, 1, "1 app"),
        (0, 0, "0 people"),
    ],
)
def test_people_and_apps_are_counted_apart(people, apps, told):
    assert between(people, apps) == told


def header(**fields) -> Header:
    return replace(snapshot().header, taken_at=START, message_count=24, **fields)


def test_a_page_says_how_much_it_holds_and_between_whom():
    counted = header(author_count=4, bot_author_count=1)
    assert extent(counted) == "24 messages, 3 people and 1 app"
    assert facts(counted) == "24 messages · 3 people and 1 app · 22 Nov 2026"
    assert snapshot_of(counted) == "24 messages between 3 people and 1 app"
    assert snapshot_of(header(author_count=1)) == "24 messages by 1 person"
    assert snapshot_of(header(author_count=0)) == "24 messages"


@pytest.mark.parametrize("title", ["A plan", "A plan (continued)"])
def test_a_thread_that_is_continued_again_is_not_called_so_twice(title):
    share = replace(sample.share(), header=header(title=title))
    running = Continuation("c1", share.id, share.owner, thread(), ContinuationState.RUNNING, 0, 3, 0, START)
    assert replay_head(running, share, "").title == "A plan (continued)"


@pytest.mark.parametrize("shown", [True, False])
def test_a_continued_thread_names_the_sharer_only_where_the_page_does(shown):
    share = sample.share()
    share = replace(share, owner=actor("Quirina"), sharer="Quirina" if shown else None)
    running = Continuation("c1", share.id, actor("Jo"), thread(), ContinuationState.RUNNING, 0, 3, 0, START)
    assert ("Quirina" in repr(replay_head(running, share, "https://x.example"))) is shown


def test_only_who_wrote_is_counted():
    ana, helper, witness = person("Ana"), assistant("Helper"), assistant("Witness")
    chat = snapshot(message("Hello", ana), message("Hi", helper), people=[ana, helper, witness])
    counted = publishable(chat, Choices("T", Names.REAL), {}, PATTERNS).header
    assert (counted.people_count, counted.app_count) == (1, 1)


def test_where_nobody_counted_those_who_are_known_are():
    uncounted = header(participants=(person("Ana"), assistant("Helper")))
    assert (uncounted.people_count, uncounted.app_count) == (1, 1)
