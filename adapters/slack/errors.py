"""Slack's refusals and silences -> the errors of the port, each with a sentence that says what to do.

Codes are those of the methods' pages below docs.slack.dev/reference/methods.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import aiohttp
from slack_sdk.errors import SlackApiError, SlackClientError

from adapters.slack import words
from bot.phrases import wait
from bot.platforms import (
    NotAllowed,
    PlatformError,
    PostGone,
    RateLimited,
    ThreadNotFound,
    Unavailable,
)

FAILURES = (SlackClientError, aiohttp.ClientError, TimeoutError, OSError, UnicodeDecodeError)
"""All that a call of Slack's client may raise."""

_TOO_MANY_REQUESTS = 429
_SERVER_ERROR = 500
_DEFAULT_WAIT = 30.0
"""Seconds to wait where Slack said that, but not how long."""

_LONGEST_WAIT = 3600.0


@dataclass(frozen=True, slots=True)
class Spot:
    """Where something was tried, for the sentence: the channel's name without "#", "" where it is not known,
    and what people type after "@" to name our bot, "" where that is not known, either.
    """

    channel: str = ""
    handle: str = ""


_NOWHERE = Spot()

_LACKING = {
    "not_in_channel": words.INVITE,
    "channel_not_found": words.NO_CHANNEL,
    "is_archived": words.ARCHIVED,
    "is_inactive": words.ARCHIVED,
    "restricted_action": words.RESTRICTED,
    "restricted_action_read_only_channel": words.RESTRICTED,
    "restricted_action_thread_only_channel": words.RESTRICTED,
    "restricted_action_non_threadable_channel": words.RESTRICTED,
    "restricted_action_thread_locked": words.THREAD_LOCKED,
    "thread_locked": words.THREAD_LOCKED,
    "ekm_access_denied": words.ENCRYPTED,
    "message_limit_exceeded": words.QUOTA,
    "user_not_found": words.NO_DIRECT,
    "user_not_visible": words.NO_DIRECT,
    "user_disabled": words.NO_DIRECT,
    "cannot_dm_bot": words.NO_DIRECT,
    "messages_tab_disabled": words.NO_DIRECT,
    **dict.fromkeys(
        ("token_revoked", "token_expired", "invalid_auth", "not_authed", "account_inactive"), words.RECONNECT
    ),
    **dict.fromkeys(
        (
            "access_denied",
            "no_permission",
            "not_allowed_token_type",
            "org_login_required",
            "team_access_not_granted",
            "team_added_to_org",
            "method_not_supported_for_channel_type",
            "cant_update_message",
            "edit_window_closed",
        ),
        words.NO_PERMISSION,
    ),
}
"""Codes that mean: the person or the bot lacks a right."""

_GONE = {
    "message_not_found": words.POST_GONE,
    "thread_not_found": words.THREAD_GONE,
    "cannot_reply_to_message": words.THREAD_GONE,
    "cannot_find_message": words.POST_GONE,
    "cannot_find_channel": words.POST_GONE,
}
"""Codes that mean: what to edit, or to post to, was deleted."""

_DOWN = frozenset(
    {
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "team_unavailable",
        "accesslimited",
    }
)
_LIMITED = frozenset({"ratelimited", "rate_limited"})
TOO_LARGE = frozenset(
    {
        "msg_too_long",
        "msg_blocks_too_long",
        "invalid_blocks",
        "invalid_blocks_format",
        "invalid_attachments",
        "too_many_attachments",
    }
)
"""Codes that mean: not in this form."""

AUTHENTICATION = frozenset(
    {"token_revoked", "token_expired", "invalid_auth", "not_authed", "account_inactive"}
)
"""Codes that mean: this token is worth nothing (any more)."""


STRANGERS = frozenset({"user_not_found", "user_not_visible", "users_not_found"})
"""Codes that mean: this workspace does not know that person."""


class Lacking(NotAllowed):
    """Slack refused with a `code` that is a matter of rights."""

    def __init__(self, message: str, code: str) -> None:
        super().__init__(message)
        self.code = code


class Refused(PlatformError):
    """Slack refused, with a `code` that is no matter of rights."""

    def __init__(self, code: str) -> None:
        super().__init__(words.REFUSED.format(code=code))
        self.code = code


def translated(failed: BaseException, spot: Spot = _NOWHERE, *, reading: bool = False) -> PlatformError:
    """`failed` as the port's error. `reading`: a thread or channel that is not there, or not to be known of, is
    ThreadNotFound with one text for both; otherwise it is gone, or a right that lacks.
    """
    if isinstance(failed, PlatformError):
        return failed
    code, status = code_of(failed), _status(failed)
    if status == _TOO_MANY_REQUESTS or code in _LIMITED:
        seconds = retry_after(failed)
        return RateLimited(words.RATE_LIMITED.format(wait=wait(seconds)), seconds)
    if not code or status >= _SERVER_ERROR or code in _DOWN:
        return Unavailable(words.UNAVAILABLE)
    if reading and (code in _GONE or code == "channel_not_found"):
        return ThreadNotFound(words.NOT_FOUND)
    if code in _GONE:
        return PostGone(_GONE[code])
    if code == "missing_scope":
        return Lacking(words.MISSING_SCOPE.format(scope=_answered(failed).get("needed") or "?"), code)
    if code in _LACKING:
        where = words.channel(spot.channel)
        return Lacking(_LACKING[code].format(where=where, bot=spot.handle or "threadlink"), code)
    return Refused(code)


def code_of(failed: BaseException) -> str:
    """Slack's code for what went wrong, "" where it gave none."""
    if isinstance(failed, Refused | Lacking):
        return failed.code
    code = _answered(failed).get("error")
    return code[:80] if isinstance(code, str) else ""


def retry_after(failed: BaseException) -> float:
    """Seconds that Slack asks to wait, 1 to 3600."""
    headers = getattr(getattr(failed, "response", None), "headers", None) or {}
    asked = {str(name).lower(): value for name, value in headers.items()}.get("retry-after", "")
    try:
        seconds = float(asked)
    except (TypeError, ValueError):
        return _DEFAULT_WAIT
    return min(max(seconds, 1.0), _LONGEST_WAIT) if seconds == seconds else _DEFAULT_WAIT  # noqa: PLR0124  NaN


def _answered(failed: BaseException) -> Mapping[str, object]:
    """The JSON that Slack refused with."""
    if not isinstance(failed, SlackApiError):
        return {}
    data = getattr(failed.response, "data", failed.response)
    return data if isinstance(data, dict) else {}


def _status(failed: BaseException) -> int:
    status = getattr(getattr(failed, "response", None), "status_code", 0)
    return status if isinstance(status, int) else 0
