"""What Slack's SDK may write into our log: where it was, and what kind of thing went wrong.

Their own lines hold bodies of requests, answers of Slack, addresses with tickets in them, and at debug
level everything that is said.
"""

from __future__ import annotations

import logging

LOGGER = "slack_client"

_SPEAKERS = (
    "slack_sdk",
    "slack_sdk.web.async_base_client",
    "slack_sdk.webhook.async_client",
    "slack_sdk.socket_mode.aiohttp",
    "slack_bolt",
)


class OnlyWhere(logging.Filter):
    """Lets lines through with their place and the type of their exception in place of their words."""

    def filter(self, record: logging.LogRecord) -> bool:
        kind = record.exc_info[0] if record.exc_info else None
        record.msg = f"{record.module}.{record.funcName}" + (f": {kind.__name__}" if kind else "")
        record.args, record.exc_info, record.exc_text, record.stack_info = (), None, None, None
        return True


def quiet_logger() -> logging.Logger:
    """The logger to hand to Slack's SDK; those that it makes for itself are as quiet from now on."""
    only_where = OnlyWhere()
    for name in (LOGGER, *_SPEAKERS):
        logger = logging.getLogger(name)
        logger.setLevel(logging.WARNING)
        if not any(isinstance(one, OnlyWhere) for one in logger.filters):
            logger.addFilter(only_where)
    return logging.getLogger(LOGGER)
