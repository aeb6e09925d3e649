"""How this Slack says no: to an app's call, and to a person who asks for what Slack's own client cannot do."""

from __future__ import annotations

from typing import Any


class ApiError(Exception):
    """`{"ok": false, "error": code, …}`."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


def bad_arguments(*reasons: str) -> ApiError:
    messages = [f"[ERROR] {reason}" for reason in reasons]
    return ApiError("invalid_arguments", response_metadata={"messages": messages})


class NotPossible(Exception):
    """Slack's client offers no such thing to this person: a mistake of the test, or of what the app drew."""
