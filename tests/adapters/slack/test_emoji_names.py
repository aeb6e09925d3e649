"""Slack's short names are known where people use them."""

from __future__ import annotations

import pytest

from adapters.slack.emoji_names import emoji_char, with_tone


@pytest.mark.parametrize(
    ("name", "char"),
    [
        ("+1", "👍"),
        ("thumbsup", "👍"),
        ("slightly_smiling_face", "🙂"),
        ("simple_smile", "🙂"),
        ("hankey", "💩"),
        ("white_check_mark", "✅"),
        ("dog", "🐶"),
        ("email", "✉️"),
        ("flag-us", "🇺🇸"),
        ("us", "🇺🇸"),
        ("flag-england", "🏴󠁧󠁢󠁥󠁮󠁧󠁿"),
        ("flag-sark", "🇨🇶"),
        ("man-shrugging", "🤷‍♂️"),
        ("female-doctor", "👩‍⚕️"),
        ("male_superhero", "🦸‍♂️"),
        ("man-woman-girl", "👨‍👩‍👧"),
        ("woman-kiss-woman", "👩‍❤️‍💋‍👩"),
        ("blond-haired-woman", "👱‍♀️"),
        ("large_green_circle", "🟢"),
        ("skin-tone-4", "🏽"),
        ("+1::skin-tone-2", "👍🏻"),
        ("man-shrugging::skin-tone-6", "🤷🏿‍♂️"),
    ],
)
def test_a_standard_name_has_its_characters(name, char):
    assert emoji_char(name) == char


@pytest.mark.parametrize(
    "name",
    [
        "",
        "party_parrot",
        "flag-zz",
        "flag-usa",
        "flag-",
        "man-",
        "man-man",
        "+1::skin-tone-9",
        "30",
        "large_green_hat",
    ],
)
def test_what_is_not_standard_has_none(name):
    assert emoji_char(name) is None


def test_a_tone_slack_does_not_have_changes_nothing():
    assert with_tone("👋", 7) == "👋"
    assert with_tone("", 2) == ""
