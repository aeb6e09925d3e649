"""Discord's refusals and silences -> the errors of the port, each with a sentence that says what to do.

Codes are those of docs.discord.com/developers/topics/opcodes-and-status-codes.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum

import aiohttp
import discord

from adapters.discord import words
from bot.phrases import wait
from bot.platforms import (
    NotAllowed,
    PlatformError,
    PostGone,
    RateLimited,
    ThreadNotFound,
    Unavailable,
)

FAILURES = (discord.HTTPException, discord.RateLimited, aiohttp.ClientError, TimeoutError, OSError)
"""All that a request by discord.py or aiohttp may raise, ValueErrors of broken JSON apart."""

UNKNOWN_CHANNEL = 10003
UNKNOWN_SERVER = 10004
UNKNOWN_MEMBER = 10007
UNKNOWN_MESSAGE = 10008
UNKNOWN_USER = 10013
UNKNOWN_WEBHOOK = 10015
TOO_MANY_WEBHOOKS = (30007, 30058)
"""In a channel, and in a server."""
EDITED_TOO_OFTEN = 30046
TAG_REQUIRED = 40067
MISSING_ACCESS = 50001
NO_DIRECT_MESSAGES = 50007
MISSING_PERMISSIONS = 50013
ARCHIVED = 50083
THREAD_EXISTS = 160004
LOCKED = 160005
TOO_MANY_THREADS = 160006
BLOCKED = (200000, 200001)
"""By AutoMod: a message, and a title."""

_UNAUTHORISED, _FORBIDDEN, _NOT_FOUND, _TOO_MANY_REQUESTS, _SERVER_ERROR = 401, 403, 404, 429, 500
_DEFAULT_WAIT = 30.0
"""Seconds to wait where Discord, or Cloudflare before it, said that but not how long."""

_LONGEST_WAIT = 3600.0


class Job(StrEnum):
    """What a request was for: which permission its refusal is about."""

    READING = "reading"
    POSTING = words.IN_CHANNEL
    POSTING_IN_THREAD = words.IN_THREAD
    POSTING_TURNS = words.FOR_TURNS
    STARTING = words.FOR_NEW_THREAD
    WRITING_DIRECTLY = "direct"


class Refused(PlatformError):
    """Discord refused, with a `code` that is no matter of rights; 0 where it gave none."""

    def __init__(self, code: int) -> None:
        super().__init__(words.REFUSED.format(code=code))
        self.code = code


_SAID = {
    LOCKED: words.LOCKED,
    ARCHIVED: words.ARCHIVED,
    TOO_MANY_THREADS: words.TOO_MANY_THREADS,
    TAG_REQUIRED: words.NEEDS_TAG,
    NO_DIRECT_MESSAGES: words.NO_DIRECT,
    **dict.fromkeys(BLOCKED, words.BLOCKED),
}
"""What a right is missing for, whatever the job."""

_GONE = {
    UNKNOWN_CHANNEL: words.THREAD_GONE,
    UNKNOWN_SERVER: words.THREAD_GONE,
    UNKNOWN_MESSAGE: words.POST_GONE,
}


@contextmanager
def translating(job: Job) -> Iterator[None]:
    """Whatever a request raises leaves this as an error of the port."""
    try:
        yield
    except FAILURES as failed:
        raise translated(failed, job) from failed
    except ValueError as failed:  # an answer that is no JSON; what we send is made by us
        raise Unavailable(words.UNAVAILABLE) from failed


def translated(failed: BaseException, job: Job) -> PlatformError:
    """`failed` as the port's error. While reading, a thread that is not there or that we have no access to
    is ThreadNotFound with one text for both; otherwise it is gone, or a right is missing.
    """
    if isinstance(failed, PlatformError):
        return failed
    if isinstance(failed, discord.RateLimited):
        return _limited(failed.retry_after)
    if not isinstance(failed, discord.HTTPException):
        return Unavailable(words.UNAVAILABLE)
    return refusal(failed.status, failed.code, job, retry_after(failed))


def refusal(status: int, code: int, job: Job, wait: float = _DEFAULT_WAIT) -> PlatformError:
    """The port's error for an answer with that HTTP status and Discord's own code."""
    if status == _TOO_MANY_REQUESTS or code == EDITED_TOO_OFTEN:
        return _limited(wait)
    if status >= _SERVER_ERROR:
        return Unavailable(words.UNAVAILABLE)
    if status == _UNAUTHORISED:
        return Unavailable(words.KEY_REFUSED)
    if code in _SAID:
        return NotAllowed(_SAID[code])
    if job is Job.READING and (code in (*_GONE, MISSING_ACCESS) or status == _NOT_FOUND):
        return ThreadNotFound(words.NOT_FOUND)
    if code in _GONE:
        return PostGone(_GONE[code])
    if code in (MISSING_ACCESS, MISSING_PERMISSIONS) or status == _FORBIDDEN:
        return NotAllowed(_lacking(job))
    return Refused(code)


def retry_after(failed: discord.HTTPException) -> float:
    """Seconds that Discord or Cloudflare asks to wait, 1 to 3600."""
    headers = getattr(failed.response, "headers", {})
    return seconds_of(headers.get("Retry-After") or headers.get("X-RateLimit-Reset-After"))


def seconds_of(asked: object) -> float:
    """A time to wait from an answer, 1 to 3600 seconds; a usual one where it makes no sense."""
    try:
        seconds = float(str(asked))
    except ValueError:
        return _DEFAULT_WAIT
    return min(max(seconds, 1.0), _LONGEST_WAIT) if seconds == seconds else _DEFAULT_WAIT  # noqa: PLR0124  NaN


def _limited(seconds: float) -> RateLimited:
    return RateLimited(words.RATE_LIMITED.format(wait=wait(seconds)), seconds)


def _lacking(job: Job) -> str:
    match job:
        case Job.READING:
            return words.CANT_READ
        case Job.WRITING_DIRECTLY:
            return words.NO_DIRECT
        case _:
            return words.CANT_POST.format(permissions=job.value)
