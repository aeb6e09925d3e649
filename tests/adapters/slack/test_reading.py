"""Messages stand in the order in which they were said, however Slack writes their moments."""

from __future__ import annotations

import pytest

from adapters.slack.reading import in_order


@pytest.mark.parametrize(
    "in_turn",
    [
        ["1790000000.000100", "1790000000.000200", "1790000001.000000"],
        ["999999999.000001", "1000000000.000000"],  # a digit fewer: September 2001
        ["1790000000.5", "1790000000.600000"],
        ["9.9", "10.1", "1790000000.000100"],
    ],
)
def test_messages_are_in_the_order_of_their_moments(in_turn: list[str]):
    told = {ts: {"ts": ts} for ts in reversed(in_turn)}
    assert [one["ts"] for one in in_order(told)] == in_turn
