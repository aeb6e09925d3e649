"""The job in a workspace, by Socket Mode and by signed HTTP: in the bounded form by both where it matters how Slack delivers."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.adapters.slack.dialog.town import MODES, town_of

_HERE = Path(__file__).parent
_BY_BOTH = frozenset({"test_delivery.py", "test_live.py", "test_oauth.py", "test_sharing.py"})


def pytest_collection_modifyitems(items):
    if not os.environ.get("THREADLINK_LONG"):
        items[:] = [item for item in items if not _is_spared(item)]


def _is_spared(item):
    by_http = item.path.parent == _HERE and "[http" in item.name
    return by_http and "town" in item.fixturenames and item.path.name not in _BY_BOTH


@pytest.fixture(params=MODES)
async def town(request, tmp_path):
    """At the end nothing may have gone wrong before anybody's eyes."""
    async with town_of(tmp_path, request.param) as town:
        yield town
        await town.settled()
        assert town.slack.complaints == []
