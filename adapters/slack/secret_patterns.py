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

_BEGIN = r"(?i)(?:https?://|(?<![\w.@/-]))"
"""People leave the scheme out."""
_REST = r"[^\s<>|\"]*+"

ADDRESSES = (
    # A workspace's own host tells which workspace it is, whatever the path.
    Rule(
        "Slack workspace",
        _BEGIN + r"(?!(?:www|api|docs|status|hooks)\.slack\.com)"
        r"[\w-]{1,80}(?:\.enterprise)?\.slack(?:-gov)?\.com\b" + _REST,
        (".slack",),
        fold=True,
    ),
    Rule(
        "Slack message",
        _BEGIN
        + r"(?:[\w-]{1,80}\.){0,2}slack(?:-gov)?\.com/(?:archives|client|app_redirect|team|files)\b"
        + _REST,
        ("slack",),
        fold=True,
    ),
    Rule("Slack link", r"(?i)slack://" + _REST, ("slack://",), fold=True),
    # Their addresses hold the ids of workspace, person and file.
    Rule(
        "Slack file or picture",
        r"(?i)https?://(?:[\w-]{1,80}\.)?slack-(?:edge|files|imgs)\.com/" + _REST,
        ("slack-",),
        fold=True,
    ),
)
"""Addresses that tell which workspace, channel or person is meant."""
