"""The methods of the Web API; importing this registers them."""

from __future__ import annotations

from tests.servers.slack.methods import (  # noqa: F401
    chat,
    conversations,
    files,
    oauth,
    people,
    reading,
    unfurl,
    views,
)
