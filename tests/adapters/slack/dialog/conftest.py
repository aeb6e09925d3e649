"""The whole of it in both modes: Socket Mode, and signed HTTP."""

from __future__ import annotations

import pytest

from tests.adapters.slack.dialog.town import MODES, town_of


@pytest.fixture(params=MODES)
async def town(request, tmp_path):
    """At the end nothing may have gone wrong before anybody's eyes."""
    async with town_of(tmp_path, request.param) as town:
        yield town
        await town.settled()
        assert town.slack.complaints == []
