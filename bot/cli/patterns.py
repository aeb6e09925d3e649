"""What the adapters know of their platforms' secrets and addresses, for threads of every platform: a Slack
token is as secret in a Discord thread, and in an export.
"""

from __future__ import annotations

from adapters.discord import secret_patterns as discord
from adapters.slack import secret_patterns as slack
from bot.privacy.patterns import patterns

PATTERNS = patterns((*slack.RULES, *discord.RULES), (*slack.ADDRESSES, *discord.ADDRESSES))
