"""Every golden case in one of Slack's formats means its tree, its cards and its files."""

from __future__ import annotations

import pytest

from tests.adapters.slack import sources
from tests.golden import Case, load, notation


@pytest.mark.parametrize("case", load("slack", "tree"), ids=str)
def test_mrkdwn_means_its_tree(case: Case):
    assert notation(sources.text_body(case.values["slack"])) == case.values["tree"]


@pytest.mark.parametrize("case", load("slackjson", "tree"), ids=str)
def test_message_means_its_tree(case: Case):
    assert notation(sources.message_body(case.values["slackjson"])) == case.values["tree"]


@pytest.mark.parametrize("case", load("slackjson", "cards"), ids=str)
def test_message_shows_its_cards(case: Case):
    assert sources.cards(case.values["slackjson"]) == case.values["cards"]


@pytest.mark.parametrize("case", load("slackjson", "files"), ids=str)
def test_message_shows_its_files(case: Case):
    assert sources.files(case.values["slackjson"]) == case.values["files"]
