"""The names by which Slack calls us back: paths, callbacks, commands and actions.

They stand in posts that stay for years: a name that was once given is never given to something else.
"""

from __future__ import annotations

EVENTS_PATH = "/slack/events"
INSTALL_PATH = "/slack/install"
REDIRECT_PATH = "/slack/oauth_redirect"

SHARE_THREAD = "share_thread"
SHARE_GLOBAL = "share_global"


def command_names(prefix: str) -> dict[str, str]:
    """The commands' names by their verbs."""
    return {verb: f"{prefix}{verb}" for verb in ("share", "continue", "shares")}
