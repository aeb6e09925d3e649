"""What is logged, whoever logs it."""

from __future__ import annotations

import asyncio
import secrets

import pytest

from bot.cli.logs import configure_logs
from bot.settings import LogLevel
from tests.web.memory_sharing import MemorySharing
from tests.web.serving import serving


@pytest.mark.parametrize(
    "request_of",
    [
        lambda token: f"GET /share/{token}?{'a' * 9000} HTTP/1.1\r\nHost: x\r\n\r\n",
        lambda token: f"GET / HTTP/1.1\r\nHost: x\r\nReferer /share/{token}\r\n\r\n",
        lambda token: f"GET /share/{token} HTTP\r\n\r\n",
    ],
    ids=["a long address", "a header without a colon", "half a first line"],
)
async def test_a_request_that_cannot_be_read_leaves_no_token_in_the_log(capsys, request_of):
    configure_logs(LogLevel.INFO)
    token = secrets.token_urlsafe(18)
    async with serving(MemorySharing()) as client:
        async with client.get("/healthz") as answer:
            reader, writer = await asyncio.open_connection(answer.url.host, answer.url.port)
        writer.write(request_of(token).encode())
        assert b" 400 " in await reader.read(100)
        writer.close()
    logged = capsys.readouterr().err
    assert "no readable request: " in logged
    assert token[:8] not in logged
