"""Slack keeps what every platform promises."""

from __future__ import annotations

import pytest

from bot.platforms import CanEditPosts, CanUnfurl, Platform
from tests.adapters import contract
from tests.adapters.slack.stages import staged


class TestSlackPlatform(contract.PlatformContract, contract.PostsOnce, contract.EditsPosts):
    @pytest.fixture
    async def stage(self):
        async with staged() as stage:
            yield stage

    def test_it_is_a_platform_with_the_abilities_it_names(self, stage):
        assert isinstance(stage.platform, Platform)
        assert isinstance(stage.platform, CanEditPosts)
        assert isinstance(stage.platform, CanUnfurl)
