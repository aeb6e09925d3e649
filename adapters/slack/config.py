"""What the operator decided about Slack."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Uninstalled(StrEnum):
    """What happens to a workspace's shares when it removes the app."""

    REVOKE = "revoke"
    KEEP = "keep"


@dataclass(frozen=True, slots=True)
class SlackConfig:
    """Values only; `bot/settings` reads them from the environment.

    `base_url`: this Threadlink's public address, without a slash at its end; pages and OAuth live below it.
    One workspace: `bot_token`, with `app_token` (Socket Mode) or `signing_secret` (HTTP mode). Many
    workspaces: `client_id` and `client_secret` (OAuth) in place of `bot_token`. `api_url` ends in a slash.
    `command_prefix` stands before every command's name ("tl-" gives /tl-share). `moderators`: user ids who
    moderate besides owners and admins. `allow_*`: what may be shared beyond public channels.
    """

    base_url: str
    bot_token: str = ""
    app_token: str = ""
    signing_secret: str = ""
    client_id: str = ""
    client_secret: str = ""
    api_url: str = "https://slack.com/api/"
    command_prefix: str = ""
    moderators: frozenset[str] = frozenset()
    allow_private: bool = False
    allow_direct: bool = False
    allow_connect: bool = False
    uninstalled: Uninstalled = Uninstalled.REVOKE
    max_file_bytes: int = 25 * 1024 * 1024

    @property
    def socket_mode(self) -> bool:
        return bool(self.app_token)

    @property
    def many_workspaces(self) -> bool:
        return bool(self.client_id)
