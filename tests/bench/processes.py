"""Processes of their own for what is measured, and how much memory they take (Linux)."""

from __future__ import annotations

import asyncio
import json
import os
import re
import sys
from asyncio.subprocess import PIPE, STDOUT, Process
from collections.abc import AsyncIterator, Awaitable, Mapping
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

MB = 1024
"""Kilobytes, which /proc counts in."""

_ROOT = Path(__file__).parents[2]
_PATIENCE = 100.0


def memory(pid: int) -> float:
    """What a process has in memory now, in MB."""
    return _status(pid, "VmRSS")


def peak_memory(pid: int) -> float:
    """The most that it has ever had, in MB."""
    return _status(pid, "VmHWM")


def processor_time(pid: int) -> float:
    """Seconds that a process has computed so far, in all its threads."""
    told = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(told[11]) + int(told[12])) / os.sysconf("SC_CLK_TCK")


def _status(pid: int, what: str) -> float:
    found = re.search(rf"^{what}:\s+(\d+) kB", Path(f"/proc/{pid}/status").read_text(), re.MULTILINE)
    assert found, f"/proc tells nothing of {what}"
    return int(found[1]) / MB


async def told_by(module: str, **given: Any) -> Any:
    """What a module of ours prints as JSON. It reads what it is `given` as JSON, too."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", module, stdin=PIPE, stdout=PIPE, cwd=_ROOT, env=_environment({})
    )
    try:
        async with asyncio.timeout(_PATIENCE):
            out, _ = await process.communicate(json.dumps(given).encode())
    finally:
        await _ended(process)
    if process.returncode:
        raise RuntimeError(f"{module} ended with {process.returncode}")
    return json.loads(out.splitlines()[-1])  # before it, what was logged


@asynccontextmanager
async def serving(folder: Path, ready: Awaitable[object], **variables: str) -> AsyncIterator[int]:
    """`python -m bot serve` with its data in `folder`, once `ready`; its process id."""
    given = {
        "THREADLINK_DATA": str(folder),
        "THREADLINK_LISTEN": "127.0.0.1:0",
        "THREADLINK_BASE_URL": "https://threads.example.org",
        "THREADLINK_METRICS_LISTEN": "off",
        "THREADLINK_PLAYGROUND": "0",
        **variables,
    }
    log = folder / "log.txt"
    with log.open("wb") as out:
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "bot", "serve"),
            cwd=folder,
            env=_environment(given),
            stdout=out,
            stderr=STDOUT,
        )
    try:
        try:
            await ready
        except TimeoutError:
            raise RuntimeError(f"it did not begin to serve:\n{log.read_text()[-2000:]}") from None
        yield process.pid
    finally:
        await _ended(process)


async def _ended(process: Process) -> None:
    with suppress(ProcessLookupError):
        process.terminate()
    try:
        await asyncio.wait_for(process.wait(), 15)
    except TimeoutError:
        process.kill()
        await process.wait()


def _environment(variables: Mapping[str, str]) -> dict[str, str]:
    """Nothing of what the operator of this machine has set for a Threadlink."""
    known = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**known, "PYTHONPATH": str(_ROOT), **variables}
