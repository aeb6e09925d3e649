"""Gives uploaded pictures a clean form, at arm's length: see image_worker.py."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from dataclasses import dataclass
from pathlib import Path

_WORKER = Path(__file__).with_name("image_worker.py")
_MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it may be shown: re-encoded by us, without metadata."""

    data: bytes
    media_type: str
    width: int
    height: int


class ImageWorkers:
    """Up to `count` worker processes, started when first needed and kept.

    `timeout`: seconds that a picture may take. A worker that takes longer, crashes or answers
    nonsense is killed and replaced; its picture just is not shown.
    """

    def __init__(self, count: int = 2, timeout: float = 20) -> None:
        self._timeout = timeout
        self._free = asyncio.Semaphore(count)
        self._idle: list[Process] = []

    async def reencode(self, data: bytes) -> Picture | None:
        """`data` as a fresh PNG, JPEG or WebP; None where it cannot be shown safely."""
        async with self._free:
            process = self._idle.pop() if self._idle else await _start()
            try:
                async with asyncio.timeout(self._timeout):
                    picture = await _ask(process, data)
            except (TimeoutError, OSError, EOFError, ValueError):
                await _end(process)
                return None
            except BaseException:
                await asyncio.shield(_end(process))
                raise
            self._idle.append(process)
            return picture

    async def close(self) -> None:
        """Ends the workers; a later picture would start new ones."""
        while self._idle:
            await _end(self._idle.pop())


async def _start() -> Process:
    # -I: neither our environment nor the current folder reaches the worker.
    return await asyncio.create_subprocess_exec(
        sys.executable, "-I", str(_WORKER), stdin=PIPE, stdout=PIPE, stderr=DEVNULL, env={}
    )


async def _ask(process: Process, data: bytes) -> Picture | None:
    if process.stdin is None or process.stdout is None:
        raise ValueError("a worker is talked to through pipes")
    process.stdin.write(len(data).to_bytes(8, "big"))
    process.stdin.write(data)
    await process.stdin.drain()
    length = int.from_bytes(await process.stdout.readexactly(8), "big")
    answer = await process.stdout.readexactly(length)
    facts, _, picture = answer.partition(b"\n")
    if not facts:
        return None
    name, width, height = facts.decode("ascii").split()
    return Picture(picture, _MEDIA_TYPES[name], int(width), int(height))


async def _end(process: Process) -> None:
    if process.returncode is None:
        process.kill()
    await process.wait()
