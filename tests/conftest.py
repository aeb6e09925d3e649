"""What this machine lacks for a test is named at the end of a run; in CI it is a failure."""

from __future__ import annotations

import logging
import os

import pytest
import structlog
from hypothesis import HealthCheck, settings

# The bounded run tries the same examples everywhere, on machines of any speed; the long one tries new ones.
settings.register_profile(
    "threadlink",
    deadline=None,
    derandomize=not os.environ.get("THREADLINK_LONG"),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("threadlink")

NEEDS = {
    "browser": "Chromium",
    "postgres": "PostgreSQL",
    "s3": "the S3 server",
    "corpus": "the corpora",
}
"""Markers of tests that need something beyond Python, and what that is."""

_NOT_RUN = pytest.StashKey[dict[tuple[str, str], int]]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """Counts what was skipped for want of something. In CI that is a failure, except for the corpora:
    they are no part of the project, and may be absent as a whole.
    """
    report = yield
    need = next((marker.name for marker in item.iter_markers() if marker.name in NEEDS), None)
    if need and report.skipped and isinstance(report.longrepr, tuple):
        reason = report.longrepr[2].removeprefix("Skipped: ")
        missed = item.config.stash.setdefault(_NOT_RUN, {})
        missed[need, reason] = missed.get((need, reason), 0) + 1
        absent = need == "corpus" and reason.startswith("no corpora at ")
        if os.environ.get("CI") == "true" and not absent:
            report.outcome = "failed"
            report.longrepr = f"A skip counts as a failure in CI: {reason}"
    return report


def pytest_terminal_summary(terminalreporter, config):
    missed = config.stash.get(_NOT_RUN, {})
    if missed:
        terminalreporter.section("not run on this machine", yellow=True)
    for (need, reason), number in sorted(missed.items()):
        tests = "1 test" if number == 1 else f"{number} tests"
        terminalreporter.line(f"{tests} with {NEEDS[need]}: {reason}")


@pytest.fixture(autouse=True)
def _quiet_logs():
    """A command line that a test has run leaves no logging behind for the next."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
