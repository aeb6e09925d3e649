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

_REST = r"[^\s<>|\"]*+"

ADDRESSES = (
    # People leave the scheme out.
    Rule(
        "Discord message",
        r"(?i)(?:(?:https?|discord)://|(?<![\w.@/-]))(?:(?:www|ptb|canary)\.)?discord(?:app)?\.com/"
        r"(?:channels|users|invite|events)\b" + _REST,
        ("discord",),
        fold=True,
    ),
    # Their addresses hold the ids of channel and person.
    Rule(
        "Discord file or picture",
        r"(?i)https?://(?:cdn|media|images-ext-\d)\.discordapp\.(?:com|net)/" + _REST,
        ("discordapp",),
        fold=True,
    ),
    Rule("Discord invitation", r"(?i)(?:https?://)?discord\.gg/" + _REST, ("discord.gg/",), fold=True),
)
"""Addresses that tell which server, channel or person is meant."""
