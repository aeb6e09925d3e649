"""Every refusal of Discord's is an error of the port that says what to do."""

from __future__ import annotations

from types import SimpleNamespace

import aiohttp
import discord
import pytest

from adapters.discord import words
from adapters.discord.errors import Job, Refused, refusal, seconds_of, translated, translating
from bot.platforms import NotAllowed, PostGone, RateLimited, ThreadNotFound, Unavailable

POSTING = [job for job in Job if job is not Job.READING]


def refused(status, code=0, *, headers=None):
    """What discord.py raises for such an answer."""
    response = SimpleNamespace(status=status, reason="", headers=headers or {})
    kind = {403: discord.Forbidden, 404: discord.NotFound}.get(status, discord.HTTPException)
    return kind(response, {"code": code, "message": "no"})  # type: ignore[arg-type]


@pytest.mark.parametrize(("status", "code"), [(404, 10003), (404, 10004), (404, 0), (403, 50001)])
def test_while_reading_not_there_and_not_to_be_seen_are_one_text(status, code):
    told = translated(refused(status, code), Job.READING)
    assert type(told) is ThreadNotFound
    assert str(told) == words.NOT_FOUND


@pytest.mark.parametrize("job", POSTING)
@pytest.mark.parametrize("code", [10003, 10004, 10008])
def test_what_was_deleted_is_gone_for_whoever_posts(job, code):
    assert type(translated(refused(404, code), job)) is PostGone


@pytest.mark.parametrize("job", Job)
@pytest.mark.parametrize("code", [50013, 0])
def test_a_missing_right_is_named_for_its_job(job, code):
    told = translated(refused(403, code), job)
    assert type(told) is NotAllowed
    named = {Job.READING: "Read Message History", Job.WRITING_DIRECTLY: "direct messages"}
    assert named.get(job, job.value) in str(told)


@pytest.mark.parametrize(
    ("code", "said"),
    [
        (50007, words.NO_DIRECT),
        (50083, words.ARCHIVED),
        (160005, words.LOCKED),
        (160006, words.TOO_MANY_THREADS),
        (40067, words.NEEDS_TAG),
        (200000, words.BLOCKED),
    ],
)
def test_what_stands_in_the_way_has_a_sentence_of_its_own(code, said):
    told = translated(refused(400, code), Job.POSTING)
    assert (type(told), str(told)) == (NotAllowed, said)


def test_other_refusals_keep_their_code():
    told = translated(refused(400, 160004), Job.STARTING)
    assert isinstance(told, Refused)
    assert told.code == 160004


@pytest.mark.parametrize("status", [500, 502, 503, 504, 524])
def test_a_failing_discord_is_unavailable(status):
    assert type(translated(refused(status), Job.POSTING)) is Unavailable


@pytest.mark.parametrize(
    "failed", [aiohttp.ServerDisconnectedError(), TimeoutError(), ConnectionResetError(), OSError()]
)
def test_a_broken_connection_is_unavailable(failed):
    assert type(translated(failed, Job.READING)) is Unavailable


def test_an_answer_that_is_no_json_is_unavailable():
    with pytest.raises(Unavailable), translating(Job.READING):
        raise ValueError("Expecting value")


def test_an_error_of_the_port_passes_as_it_is():
    with pytest.raises(PostGone, match="mine"), translating(Job.READING):
        raise PostGone("mine")


def test_a_refused_token_is_for_the_admin():
    told = translated(refused(401), Job.READING)
    assert type(told) is Unavailable
    assert "DISCORD_TOKEN" in str(told)


@pytest.mark.parametrize(
    "failed",
    [
        discord.RateLimited(90),
        refused(429, headers={"Retry-After": "90"}),
        refused(429, 30046, headers={"Retry-After": "90"}),
        refused(429, headers={"X-RateLimit-Reset-After": "90"}),
    ],
)
def test_a_rate_limit_says_how_long_to_wait(failed):
    told = translated(failed, Job.POSTING)
    assert isinstance(told, RateLimited)
    assert told.seconds == 90
    assert "2 minutes" in str(told)


def test_a_ban_by_cloudflare_that_names_no_time_is_waited_out():
    told = refusal(429, 0, Job.POSTING)
    assert isinstance(told, RateLimited)
    assert told.seconds == 30


@pytest.mark.parametrize(
    ("asked", "seconds"),
    [("1.5", 1.5), (0.01, 1), ("-3", 1), ("inf", 3600), (10**9, 3600), ("nan", 30), ("soon", 30), (None, 30)],
)
def test_a_time_to_wait_makes_sense_whatever_is_sent(asked, seconds):
    assert seconds_of(asked) == seconds
