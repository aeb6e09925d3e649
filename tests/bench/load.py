"""A load generator in a process of its own: keep-alive connections that ask again and again.

    python -m tests.bench.load PORT PATH CONNECTIONS SECONDS

prints the answers a second, and how many there were in all. It reads each answer whole, by its Content-Length, and fails at the
first that is not a 200.
"""

from __future__ import annotations

import asyncio
import sys
import time

import uvloop


class Asking(asyncio.Protocol):
    def __init__(self, request: bytes, ended: asyncio.Future[None]) -> None:
        self._request = request
        self._ended = ended
        self._left = 0
        self._head = b""
        self.answers = 0

    def connection_made(self, transport) -> None:
        self._transport = transport
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        if not self._left:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            head, data = self._head[:end], self._head[end + 4 :]
            if not head.startswith(b"HTTP/1.1 200 "):
                self._ended.set_exception(RuntimeError(head.decode()))
                self._transport.close()
                return
            self._left = _length(head)
            self._head = b""
        self._left -= len(data)
        if self._left == 0:
            self.answers += 1
            self._transport.write(self._request)


def _length(head: bytes) -> int:
    at = head.lower().index(b"content-length: ") + 16
    return int(head[at : head.find(b"\r", at) if head.find(b"\r", at) > 0 else None])


async def measure(port: int, path: str, connections: int, seconds: float) -> tuple[float, int]:
    request = (
        f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUser-Agent: Mozilla/5.0 Firefox/140.0\r\n"
        "Accept: text/html\r\nAccept-Encoding: gzip, deflate, br\r\n\r\n"
    ).encode()
    loop = asyncio.get_running_loop()
    failed: asyncio.Future[None] = loop.create_future()
    asking = [
        (await loop.create_connection(lambda: Asking(request, failed), "127.0.0.1", port))[1]
        for _ in range(connections)
    ]
    await asyncio.sleep(seconds / 5)  # the first render, and warm caches, are not measured
    before, start = sum(one.answers for one in asking), time.perf_counter()
    await asyncio.wait({failed}, timeout=seconds)
    if failed.done():
        failed.result()
    answers = sum(one.answers for one in asking)
    rate = (answers - before) / (time.perf_counter() - start)
    for one in asking:
        one._transport.abort()
    return rate, answers


if __name__ == "__main__":
    port, path, connections, seconds = sys.argv[1:]
    print(*uvloop.run(measure(int(port), path, int(connections), float(seconds))))
