"""Logs on standard error: one JSON object a line, or coloured lines in a terminal.

What is logged is chosen where it is logged; no message text, title, name or link ever is.
"""

from __future__ import annotations

import logging
import sys
import traceback
from typing import Any

import structlog

from bot.settings import LogLevel

# Without local variables: they hold people's messages, and links.
_TRACEBACKS = structlog.processors.ExceptionRenderer(
    structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
)


class _WithoutRequests(logging.Filter):
    """Says of what the HTTP server could not read only which error it was, and where. The error's own text
    repeats bytes that were sent: of an address that is too long, the token.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
        if error is not None:
            frames = traceback.extract_tb(error.__traceback__)
            where = f" at {frames[-1].filename}:{frames[-1].lineno}" if frames else ""
            record.msg, record.args = f"no readable request: {type(error).__name__}{where}", ()
            record.exc_info = None
        return True


_WITHOUT_REQUESTS = _WithoutRequests()


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
    logging.getLogger("aiohttp.server").addFilter(_WITHOUT_REQUESTS)
