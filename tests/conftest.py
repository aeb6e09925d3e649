"""What this machine lacks for a test is named at the end of a run; in CI it is a failure."""

from __future__ import annotations

import gc
import logging
import os
from collections import Counter

import pytest
import structlog
from hypothesis import HealthCheck, settings

from tests.forms import LONG, tries

# The bounded run tries the same examples everywhere, on machines of any speed; the long one tries new ones.
settings.register_profile(
    "threadlink",
    tries(50),
    deadline=None,
    derandomize=not LONG,
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


def pytest_configure(config):
    config.pluginmanager.register(_NotRun())


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item):
    """In CI it is a failure to skip what needs something, except for the corpora: they are no part of the
    project, and may be absent as a whole.
    """
    report = yield
    if os.environ.get("CI") == "true" and (found := _missed(report)):
        need, reason = found
        if need == "corpus" and reason.startswith("no corpora at "):
            return report
        report.outcome = "failed"
        report.longrepr = f"A skip counts as a failure in CI: {reason}"
    return report


def pytest_collection_finish():
    """What all tests share stays till the end: the collector of garbage need not look through it again and again."""
    gc.collect()
    gc.freeze()


class _NotRun:
    """Counts what was skipped for want of something; also where other processes run the tests."""

    def __init__(self) -> None:
        self.missed: Counter[tuple[str, str]] = Counter()

    def pytest_runtest_logreport(self, report):
        if found := _missed(report):
            self.missed[found] += 1

    def pytest_terminal_summary(self, terminalreporter):
        if self.missed:
            terminalreporter.section("not run on this machine", yellow=True)
        for (need, reason), number in sorted(self.missed.items()):
            tests = "1 test" if number == 1 else f"{number} tests"
            terminalreporter.line(f"{tests} with {NEEDS[need]}: {reason}")


def _missed(report):
    """What a skipped test needs and why that is not there; nothing for any other."""
    need = next((name for name in NEEDS if name in report.keywords), None)
    if need and report.skipped and isinstance(report.longrepr, tuple | list):
        return need, report.longrepr[2].removeprefix("Skipped: ")
    return None


@pytest.fixture(autouse=True)
def _quiet_logs():
    """A command line that a test has run leaves no logging behind for the next. Thousands of expected failures
    are logged: drawing their tracebacks prettily would take minutes.
    """
    renderer = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    structlog.configure(processors=[structlog.processors.add_log_level, structlog.dev.set_exc_info, renderer])
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()
