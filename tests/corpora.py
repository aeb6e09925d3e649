"""Where the tests find real data that others wrote. It is never part of the project."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


def folder() -> Path:
    """Where the corpora are, if they are: `THREADLINK_CORPORA`, else beside the project."""
    beside = Path(__file__).resolve().parents[2] / "shared" / "corpora"
    return Path(os.environ.get("THREADLINK_CORPORA", beside))


def corpora() -> Path:
    """The corpora folder; skips the test where there is none."""
    found = folder()
    if not found.is_dir():
        pytest.skip(f"no corpora at {found}: set THREADLINK_CORPORA to run this test")
    return found
