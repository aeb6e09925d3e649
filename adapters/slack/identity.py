"""Who and where on Slack: workspaces, people, messages and previews by Slack's own ids, and their spellings."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import parse_qs, urlsplit

from bot.model import Actor, ThreadRef

PLATFORM = "slack"

_CHANNEL = re.compile(r"[CGD][A-Z0-9]{2,20}")
_TEAM = re.compile(r"T[A-Z0-9]{2,20}")
_DIGITS = re.compile(r"p(\d{7,20})")
_TS = re.compile(r"\d{1,14}\.\d{1,6}")
_MICROSECONDS = 6
_ADDRESS = re.compile(r"https?://[^\s<>|]+")
_PUNCTUATION = ".,;:!?)]}'\"*_~`”’»…"
"""What may follow an address in a sentence."""

_MAX_TEXT = 40_000
_APP_HOST = "app.slack.com"
_THREAD_PATH = 6
"""Parts of /client/T…/C…/thread/C…-1355517523.000008, with the empty one before the first stroke."""


def workspace_key(team: str, enterprise: str | None) -> str:
    """`Actor.workspace` of a team ("T1"), of one that belongs to an enterprise "E1/T1"."""
    return f"{enterprise}/{team}" if enterprise else team


def team_of(workspace: str) -> str:
    """The team id in a workspace's key."""
    return workspace.rpartition("/")[2]


def enterprise_of(workspace: str) -> str | None:
    """The enterprise id in a workspace's key, if it has one."""
    return workspace.rpartition("/")[0] or None


def actor_of(user: str, name: str, team: str, enterprise: str | None) -> Actor:
    """The person with id `user`, called `name`, of that workspace."""
    return Actor(PLATFORM, workspace_key(team, enterprise), user, name)


def thread_ref(workspace: str, channel: str, root: str) -> ThreadRef:
    """The thread that begins with the message `root` (its ts)."""
    return ThreadRef(PLATFORM, workspace, channel, root)


@dataclass(frozen=True, slots=True)
class Permalink:
    """What a message's address says. `thread`: ts of the root of its thread, "" where the address does not
    tell (the message is a root, stands alone, or is a reply whose address was shortened). `host`: of the
    workspace, in lower case; `team`: its id, where the address has that instead.
    """

    channel: str
    ts: str
    thread: str
    host: str
    team: str = ""

    @property
    def root(self) -> str:
        """The root as far as known: that of the thread, else the message itself."""
        return self.thread or self.ts


def parse_permalink(text: str) -> Permalink | None:
    """The first message address in `text`, None where there is none.

    Takes what people copy and what Slack makes of it: bare, `<address|label>` with `&amp;`, with
    `?thread_ts=`, and app.slack.com/client/T…/C…/thread/C…-… from a browser. Whether the host is one of ours is the
    caller's question. docs.slack.dev/reference/methods/chat.getPermalink
    """
    for address in _ADDRESS.findall(text[:_MAX_TEXT]):
        if found := _permalink(address.replace("&amp;", "&").rstrip(_PUNCTUATION)):
            return found
    return None


def _permalink(address: str) -> Permalink | None:
    try:
        parts = urlsplit(address)
        host = (parts.netloc or "").lower()
    except ValueError:
        return None
    path = parts.path.rstrip("/").split("/")
    if host == _APP_HOST:
        return _from_browser(path, host)
    if path[1:2] != ["archives"] or len(path) != len(("", "archives", "channel", "message")):
        return None
    digits = _DIGITS.fullmatch(path[3])
    if not digits or not _CHANNEL.fullmatch(path[2]):
        return None
    ts = f"{digits[1][:-_MICROSECONDS]}.{digits[1][-_MICROSECONDS:]}"
    return Permalink(path[2], ts, _thread_of(parse_qs(parts.query)), host)


def _thread_of(query: Mapping[str, list[str]]) -> str:
    thread = query.get("thread_ts", [""])[0]
    return thread if _TS.fullmatch(thread) else ""


def _from_browser(path: list[str], host: str) -> Permalink | None:
    """/client/T…/C…/thread/C…-1355517523.000008, the address bar of Slack in a browser."""
    if len(path) != _THREAD_PATH or path[1] != "client" or path[4] != "thread":
        return None
    channel, _, root = path[5].partition("-")
    if not (_CHANNEL.fullmatch(channel) and _TEAM.fullmatch(path[2]) and _TS.fullmatch(root)):
        return None
    return Permalink(channel, root, root, host, path[2])


@dataclass(frozen=True, slots=True)
class PreviewPlace:
    """Where a pasted link's preview stands: in a message, or known to Slack by an id of its own (`source`
    "composer" while its author is still typing, or "conversations_history").
    """

    channel: str = ""
    ts: str = ""
    unfurl_id: str = ""
    source: str = ""


def place_of(channel: str, ts: str, unfurl_id: str = "", source: str = "") -> str:
    """`PastedLink.place` of what a link_shared event names. One message has one place, whichever way it was
    told; only a link that is still being typed has none but its `unfurl_id`.
    """
    if unfurl_id and (source == "composer" or not _TS.fullmatch(ts)):
        return f"{source}|{unfurl_id}"
    return f"{channel}/{ts}"


def parse_place(place: str) -> PreviewPlace:
    """What `place_of` wrote."""
    source, apart, unfurl_id = place.partition("|")
    if apart:
        return PreviewPlace(unfurl_id=unfurl_id, source=source)
    channel, _, ts = place.partition("/")
    return PreviewPlace(channel=channel, ts=ts)
