"""Discord keeps what every platform promises."""

from __future__ import annotations

from dataclasses import replace
from itertools import groupby

import pytest

from bot.platforms import CanEditPosts, Platform
from bot.richtext.nodes import Emoji, Text
from tests.adapters import contract
from tests.adapters.discord.stages import staged
from tests.adapters.stage import CONVERSATION, by_name, capture


def typed(body):
    """`body` as it can be typed on Discord, where an emoji of Unicode is a letter among others."""

    def changed(node):
        if isinstance(node, Emoji) and node.char:
            return Text(node.char)
        children = getattr(node, "children", None)
        return node if children is None else replace(node, children=tuple(joined(map(changed, children))))

    def joined(nodes):
        for is_text, group in groupby(nodes, key=lambda node: isinstance(node, Text)):
            if is_text:
                yield Text("".join(node.text for node in group))
            else:
                yield from group

    return tuple(map(changed, body))


class TestDiscordPlatform(contract.PlatformContract, contract.PostsOnce, contract.EditsPosts):
    @pytest.fixture
    async def stage(self):
        async with staged() as stage:
            yield stage

    def test_it_is_a_platform_with_the_ability_it_names(self, stage):
        assert isinstance(stage.platform, Platform)
        assert isinstance(stage.platform, CanEditPosts)

    async def test_the_tree_is_the_one_that_was_told(self, stage):
        snapshot = await capture(stage)
        names = {p.key: p.name for p in snapshot.header.participants}
        bodies = [by_name(m.body, names) for m in snapshot.messages]
        assert bodies == [typed(told.body) for told in CONVERSATION if not told.deleted]
