"""Slack's file objects -> FileCopy: what can be fetched, and why the rest cannot.

docs.slack.dev/reference/objects/file-object.
"""

from __future__ import annotations

from adapters.slack import parse_words as words
from adapters.slack.parse_lookup import Lookup
from adapters.slack.parse_raw import Raw, flag, string, whole
from bot.model import Attachment, FileCopy, FileState

_REASONS = {
    "tombstone": words.FILE_DELETED,
    "hidden_by_limit": words.FILE_OVER_LIMIT,
    "external": words.FILE_EXTERNAL,
    "file_access": words.FILE_NO_ACCESS,
    "space": words.FILE_CANVAS,
    "quip": words.FILE_CANVAS,
    "list": words.FILE_CANVAS,
}
"""Modes of files that have no bytes to fetch."""


def attach(raw: Raw, lookup: Lookup) -> Attachment:
    """A file as an attachment; its `FileCopy` is noted with the message's needs.

    A Slack Connect stub (file_access "check_file_info") counts as not accessible: whoever may ask
    files.info replaces it in the raw message first.
    """
    title = string(raw, "title")
    name = string(raw, "name") or title or words.UNNAMED_FILE
    reason = _missing(raw)
    file = FileCopy(
        string(raw, "id"),
        name,
        FileState.MISSING if reason else FileState.PENDING,
        "" if reason else _address(raw),
        size=whole(raw.get("size")),
        reason=reason,
    )
    return lookup.add_file(file, string(raw, "alt_txt") or (title if title != name else ""))


def _address(raw: Raw) -> str:
    return string(raw, "url_private_download") or string(raw, "url_private")


def _missing(raw: Raw) -> str:
    """Why a file cannot be fetched, in words for the reader; "" where it can."""
    if reason := _REASONS.get(string(raw, "mode")):
        return reason
    if flag(raw, "is_external"):
        return words.FILE_EXTERNAL
    if string(raw, "file_access") not in {"", "visible"}:
        return words.FILE_NO_ACCESS
    return "" if _address(raw).lower().startswith(("https://", "http://")) else words.FILE_NO_ADDRESS
