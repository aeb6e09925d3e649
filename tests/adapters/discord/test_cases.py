"""Every golden case in one of Discord's formats means its tree."""

from __future__ import annotations

import pytest

from tests.adapters.discord import sources
from tests.golden import Case, load, notation


@pytest.mark.parametrize("case", load("discord", "tree"), ids=str)
def test_markdown_means_its_tree(case: Case):
    assert notation(sources.text_body(case.values["discord"])) == case.values["tree"]


@pytest.mark.parametrize("case", load("discordjson", "tree"), ids=str)
def test_message_means_its_tree(case: Case):
    assert notation(sources.message_body(case.values["discordjson"])) == case.values["tree"]
