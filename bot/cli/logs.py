"""Logs on standard error: one JSON object a line, or coloured lines in a terminal.

What is logged is chosen where it is logged; no message text, title, name or link ever is.
"""

from __future__ import annotations

import logging
import sys
from typing import Any

import structlog

from bot.settings import LogLevel

# Without local variables: they hold people's messages, and links.
_TRACEBACKS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)


def configure_logs(level: LogLevel) -> None:
    """Sends everything that is logged, by libraries too, through one formatter."""
    shared: list[Any] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]
    in_terminal = sys.stderr.isatty()
    last: list[Any] = (
        [structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)]
        if in_terminal
        else [_TRACEBACKS, structlog.processors.JSONRenderer(ensure_ascii=False)]
    )
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=[structlog.stdlib.add_logger_name, *shared],
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, *last],
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # Their lines at INFO hold addresses of pages and files, or nothing that an operator needs.
    for chatty in ("aiohttp.access", "aiosqlite", "alembic", "asyncio", "botocore", "discord.client"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))
