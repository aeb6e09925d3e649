"""The app manifest: what Slack is told when somebody creates the app from it.

Limits: docs.slack.dev/reference/app-manifest and its published schema.
"""

from __future__ import annotations

import ipaddress
import json
from typing import Any
from urllib.parse import urlsplit

from adapters.slack import words_dialog as words
from adapters.slack.config import SlackConfig
from adapters.slack.names import EVENTS_PATH, REDIRECT_PATH, SHARE_GLOBAL, SHARE_THREAD, command_names
from adapters.slack.scopes import REQUIRED, optional_scopes

COMMAND_LIMIT = 32
EVENTS = ("app_mention", "link_shared", "app_home_opened", "app_uninstalled", "tokens_revoked")
_BACKGROUND = "#4f46e5"


def manifest(config: SlackConfig) -> dict[str, Any]:
    """The manifest for this base URL, mode and command prefix: Socket Mode unless only a signing secret is
    set. Raises ValueError, in one line, where Slack would refuse it.
    """
    check_prefix(config.command_prefix)
    request_url = f"{config.base_url}{EVENTS_PATH}" if is_http(config) else ""
    domain = unfurl_domain(config.base_url)
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": words.APP_NAME,
            "description": words.APP_DESCRIPTION,
            "background_color": _BACKGROUND,
        },
        "features": {
            # People who write to an app and get no answer are lost: its messages can only be read.
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": True,
            },
            "bot_user": {"display_name": words.BOT_NAME, "always_online": True},
            "shortcuts": _shortcuts(),
            "slash_commands": _commands(config, request_url),
            **({"unfurl_domains": [domain]} if domain else {}),
        },
        "oauth_config": {
            **({"redirect_urls": [f"{config.base_url}{REDIRECT_PATH}"]} if config.many_workspaces else {}),
            "scopes": {
                "bot": [scope.name for scope in REQUIRED],
                "bot_optional": [scope.name for scope in optional_scopes(config)],
            },
        },
        "settings": {
            "event_subscriptions": _to(request_url) | {"bot_events": list(EVENTS)},
            "interactivity": {"is_enabled": True} | _to(request_url),
            "org_deploy_enabled": False,
            "socket_mode_enabled": not request_url,
            "token_rotation_enabled": False,
        },
    }


def manifest_text(config: SlackConfig) -> str:
    """The manifest as JSON, which Slack takes as it takes YAML. Raises ValueError."""
    return json.dumps(manifest(config), indent=2, ensure_ascii=False) + "\n"


def check_prefix(prefix: str) -> None:
    """Raises ValueError where Slack would take no commands that begin with `prefix`."""
    longest = COMMAND_LIMIT - len("/continue")
    if prefix and (
        len(prefix) > longest
        or not prefix.isascii()
        or not prefix.replace("-", "").replace("_", "").isalnum()
        or prefix != prefix.lower()
    ):
        raise ValueError(words.BAD_PREFIX.format(longest=longest))


def is_http(config: SlackConfig) -> bool:
    """Whether Slack is to call us, rather than we Slack."""
    return bool(config.signing_secret) and not config.socket_mode


def unfurl_domain(base_url: str) -> str:
    """The bare host of our links, as Slack wants it; "" where that is one that only this machine knows."""
    host = (urlsplit(base_url).hostname or "").lower()
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return host if "." in host else ""
    return ""


def _to(request_url: str) -> dict[str, str]:
    return {"request_url": request_url} if request_url else {}


def _shortcuts() -> list[dict[str, str]]:
    return [
        {
            "name": words.SHORTCUT_THREAD,
            "type": "message",
            "callback_id": SHARE_THREAD,
            "description": words.SHORTCUT_THREAD_HELP,
        },
        {
            "name": words.SHORTCUT_GLOBAL,
            "type": "global",
            "callback_id": SHARE_GLOBAL,
            "description": words.SHORTCUT_GLOBAL_HELP,
        },
    ]


def _commands(config: SlackConfig, request_url: str) -> list[dict[str, Any]]:
    return [
        {
            "command": f"/{name}",
            "description": words.COMMANDS[verb][0],
            "usage_hint": words.COMMANDS[verb][1],
            "should_escape": False,
            **({"url": request_url} if request_url else {}),
        }
        for verb, name in command_names(config.command_prefix).items()
    ]
