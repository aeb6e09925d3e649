"""Discord's refusals as it words and numbers them (docs: topics/opcodes-and-status-codes)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]


class Refused(Exception):
    """Something that Discord's own client does not let a person do: nothing is sent to the bot."""


class ApiError(Exception):
    """One error answer of the REST API."""

    def __init__(
        self,
        status: int,
        code: int,
        message: str,
        *,
        errors: Json | None = None,
        more: Json | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(f"{code}: {message}")
        self.status, self.code, self.message = status, code, message
        self.errors, self.more, self.headers = errors, more or {}, dict(headers or {})

    def body(self) -> Json:
        body: Json = {"message": self.message, "code": self.code, **self.more}
        return body | {"errors": self.errors} if self.errors else body


def unknown(what: str, code: int) -> ApiError:
    return ApiError(404, code, f"Unknown {what}")


def unknown_channel() -> ApiError:
    return unknown("Channel", 10003)


def unknown_message() -> ApiError:
    return unknown("Message", 10008)


def no_access() -> ApiError:
    return ApiError(403, 50001, "Missing Access")


def no_permission() -> ApiError:
    return ApiError(403, 50013, "Missing Permissions")


def archived() -> ApiError:
    return ApiError(400, 50083, "Thread is archived")


def locked() -> ApiError:
    return ApiError(403, 160005, "This thread is locked")


class Form:
    """Collects what is wrong with a body, at its place, as Discord's error 50035 tells it."""

    def __init__(self) -> None:
        self.errors: Json = {}

    def wrong(self, path: str, code: str, message: str) -> None:
        """`path` as "embeds.0.title"."""
        place = self.errors
        for part in path.split("."):
            place = place.setdefault(part, {})
        place.setdefault("_errors", []).append({"code": code, "message": message})

    def too_long(self, path: str, value: object, limit: int, *, least: int = 0) -> None:
        """Refuses what is no text or has not between `least` and `limit` characters."""
        if value is None and least == 0:
            return
        if not isinstance(value, str):
            self.wrong(path, "STRING_TYPE_CONVERT", "Could not interpret value as string.")
        elif len(value) > limit or len(value) < least:
            text = f"Must be between {least} and {limit} in length."
            text = text if least else f"Must be {limit} or fewer in length."
            self.wrong(path, "BASE_TYPE_BAD_LENGTH" if least else "BASE_TYPE_MAX_LENGTH", text)

    def too_many(self, path: str, value: object, limit: int, *, least: int = 0) -> None:
        if isinstance(value, list) and not least <= len(value) <= limit:
            self.wrong(path, "BASE_TYPE_BAD_LENGTH", f"Must be between {least} and {limit} in length.")

    def required(self, path: str) -> None:
        self.wrong(path, "BASE_TYPE_REQUIRED", "This field is required")

    def error(self) -> ApiError:
        return ApiError(400, 50035, "Invalid Form Body", errors=self.errors)

    def check(self) -> None:
        if self.errors:
            raise self.error()
