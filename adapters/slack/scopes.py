"""What the app asks Slack's permission for, and what each permission is for.

The manifest declares them, OAuth asks for them, and `doctor` names those that are missing.
"""

from __future__ import annotations

from dataclasses import dataclass

from adapters.slack.config import SlackConfig


@dataclass(frozen=True, slots=True)
class Scope:
    """One of Slack's permissions. `purpose` completes "needed to …"."""

    name: str
    purpose: str


REQUIRED = (
    Scope("commands", "offer the shortcuts and commands"),
    Scope("chat:write", "post cards and continued threads"),
    Scope("app_mentions:read", "hear “share” where people mention it"),
    Scope("channels:history", "read threads of public channels"),
    Scope("groups:history", "read threads of private channels that invited it"),
    Scope("channels:read", "see who may read a public channel"),
    Scope("groups:read", "see who may read a private channel"),
    Scope("users:read", "know people's names, and who is a guest or an admin"),
    Scope("links:read", "notice share links that people paste"),
    Scope("links:write", "show what a pasted share link leads to"),
)

OPTIONAL = (
    Scope("files:read", "copy the files and pictures of a thread"),
    Scope("files:write", "bring files along into a continued thread"),
    Scope("emoji:read", "copy custom emoji"),
    Scope("usergroups:read", "name mentioned groups"),
    Scope("channels:join", "join a public channel by itself when a thread of it is shared"),
    Scope("chat:write.customize", "post copied messages under their authors' names"),
    Scope("team:read", "name the workspace"),
)

DIRECT = (
    Scope("im:history", "read its direct messages"),
    Scope("im:read", "see whose direct messages they are"),
    Scope("mpim:history", "read group messages that it is part of"),
    Scope("mpim:read", "see who is part of a group message"),
)
"""Asked for only where the operator lets direct messages be shared."""


def optional_scopes(config: SlackConfig) -> tuple[Scope, ...]:
    """What a workspace may also refuse."""
    return (*OPTIONAL, *DIRECT) if config.allow_direct else OPTIONAL


def all_scopes(config: SlackConfig) -> tuple[Scope, ...]:
    return (*REQUIRED, *optional_scopes(config))
