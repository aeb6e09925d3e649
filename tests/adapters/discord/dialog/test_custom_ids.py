"""What a component carries survives its way through Discord, within a hundred characters."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.custom_ids import LIMIT, Press, TextInput, is_pick, read_press, write_pick, write_press

verbs = st.sampled_from(["publish", "choose", "ask", "revoke_all"])
words = st.from_regex(r"[a-z_]{1,12}", fullmatch=True)
presses = st.builds(
    Press,
    verbs,
    st.text(max_size=60),
    st.just("") | words,
    st.lists(st.builds(TextInput, words, st.integers(0, 4000)), max_size=3).map(tuple),
    st.integers(0, 99),
    st.booleans(),
    st.just("") | st.integers(1, 1 << 63).map(str),
)


@given(presses, st.integers(0, 99))
def test_what_is_written_is_read_again_or_not_written_at_all(press, number):
    written = write_press(press, number)
    if written is not None:
        assert len(written) <= LIMIT
        assert read_press(written) == press


@given(presses)
def test_a_number_tells_equal_presses_apart(press):
    written = {write_press(press, number) for number in range(3)} - {None}
    assert len(written) in (0, 3) or len(write_press(press) or "") > LIMIT - 4


@pytest.mark.parametrize(
    "custom_id", ["", "publish", "tl:", "tl::x", "tl:Publish:x", "tl-pick:0", "share:1", "tl:a=:x"]
)
def test_what_is_not_ours_is_nobodys(custom_id):
    assert read_press(custom_id) is None


@given(st.text(max_size=120))
def test_any_custom_id_can_be_read(custom_id):
    read_press(custom_id)
    is_pick(custom_id)


def test_a_card_writes_what_is_read_here():
    assert read_press("tl:continue:3f2a") == Press("continue", "3f2a")
    assert is_pick(write_pick(3))
