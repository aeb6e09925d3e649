"""How Slack's secrets look, and the addresses that lead into a workspace.

docs.slack.dev: authentication/tokens, incoming webhooks, deep linking. Every pattern is linear.
"""

from __future__ import annotations

from bot.privacy.rules import WORD_START, Rule

RULES = (
    Rule(
        "Slack token",
        rf"{WORD_START}(?:xox[a-z](?:\.xox[a-z])?|xapp|xwfp)-[A-Za-z0-9-]{{10,500}}",
        ("xox", "xapp-", "xwfp-"),
    ),
    Rule(
        "Slack webhook",
        r"(?:https://)?hooks\.slack(?:-gov)?\.com/(?:services|workflows|triggers)/[A-Za-z0-9/_+-]{16,200}",
        ("hooks.slack",),
    ),
)

ADDRESSES = (
    # A workspace's own host tells which workspace it is, whatever the path.
    r"https?://(?!(?:www|api|docs|status|hooks)\.slack\.com)[\w-]{1,80}(?:\.enterprise)?\.slack(?:-gov)?\.com\b[^\s<>|\"]*+",
    r"https?://(?:[\w-]{1,80}\.){0,2}slack(?:-gov)?\.com/(?:archives|client|app_redirect|team|files)\b[^\s<>|\"]*+",
    r"slack://[^\s<>|\"]*+",
)
"""Patterns of addresses that tell which workspace, channel or person is meant."""
