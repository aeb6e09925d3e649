"""Tells people from the programs that fetch a link to preview or index it."""

from __future__ import annotations

from functools import lru_cache

_PROGRAMS = (
    "bot",  # Slackbot, Discordbot, Twitterbot, TelegramBot, LinkedInBot, bingbot, Googlebot, …
    "crawl",
    "spider",
    "slurp",
    "preview",  # SkypeUriPreview, BingPreview, …
    "facebookexternalhit",
    "facebookcatalog",
    "meta-external",
    "whatsapp",  # also what Signal calls itself
    "slack-imgproxy",
    "embedly",
    "iframely",
    "quora link",
    "vkshare",
    "redditbot",
    "mastodon/",
    "pleroma",
    "misskey",
    "synapse",  # Matrix
    "cardyb",  # Bluesky
    "bluesky",
    "nextcloud",
    "google-inspectiontool",
    "google-read-aloud",
    "duckduckgo-favicons",
    "yandex.com/bots",
    "w3c_validator",
)
_LONGEST_NAME = 512


def is_program(user_agent: str) -> bool:
    """Whether `user_agent` is a link previewer's or a crawler's. A request without one is, too."""
    return _is_program(user_agent[:_LONGEST_NAME])


@lru_cache(maxsize=2048)
def _is_program(user_agent: str) -> bool:
    name = user_agent.lower().replace("cubot", "")  # a maker of telephones
    return not name or any(program in name for program in _PROGRAMS)
