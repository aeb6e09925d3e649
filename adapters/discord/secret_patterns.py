"""How Discord's secrets look, and the addresses that lead into a server.

discord.com/developers: reference (authentication, image formatting), resources/webhook. Every
pattern is linear.
"""

from __future__ import annotations

from bot.privacy.rules import END, START, Rule, mixed

RULES = (
    # The first part is the bot's id in base64, and ids are decimal digits: hence the second letter.
    Rule(
        "Discord token",
        rf"{START}[MNO][A-Za-z0-9_-]{{22,28}}\.[A-Za-z0-9_-]{{6}}\.[A-Za-z0-9_-]{{27,45}}{END}",
        check=mixed,
    ),
    Rule("Discord token", rf"{START}mfa\.[A-Za-z0-9_-]{{60,100}}", ("mfa.",)),
    Rule(
        "Discord webhook",
        r"(?:https://)?(?:(?:ptb|canary)\.)?discord(?:app)?\.com/api/(?:v\d{1,2}/)?webhooks/\d{15,22}/[A-Za-z0-9_-]{30,100}",
        ("/webhooks/",),
    ),
)

ADDRESSES = (
    r"(?:https?|discord)://(?:(?:www|ptb|canary)\.)?discord(?:app)?\.com/(?:channels|users|invite)\b[^\s<>|\"]*+",
    r"https?://(?:cdn|media)\.discordapp\.(?:com|net)/[^\s<>|\"]*+",
    r"(?:https?://)?discord\.gg/[^\s<>|\"]*+",
)
"""Patterns of addresses that tell which server, channel or person is meant."""
