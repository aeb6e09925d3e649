"""Interactions as Discord sends them are read as what was asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.custom_ids import Press
from adapters.discord.identity import MessageLink
from adapters.discord.parse_interaction import (
    Misread,
    Pressed,
    Typed,
    read_command,
    read_component,
    read_modal,
    read_typing,
)

LINK = "https://discord.com/channels/11/22/33"


def slash(name, subcommand="", **options):
    given_ = [{"type": 3, "name": key.rstrip("_"), "value": value} for key, value in options.items()]
    if subcommand:
        given_ = [{"type": 1, "name": subcommand, "options": given_}]
    return {"type": 1, "name": name, "options": given_}


@pytest.mark.parametrize(
    ("data", "typed"),
    [
        (slash("share"), Typed("share")),
        (slash("share", title=" My title "), Typed("share", "My title")),
        (
            slash("share", names="names", expires="never"),
            Typed("share", "", {"names": "names", "expires": "never"}),
        ),
        (slash("share", from_=LINK), Typed("share", first=MessageLink(11, 22, 33))),
        (slash("share", to=f"<{LINK}>"), Typed("share", last=MessageLink(11, 22, 33))),
        (slash("continue", link=" https://x.org/share/a "), Typed("continue", "https://x.org/share/a")),
        (slash("continue", link="https://x.org/a", messages="all"), Typed("continue", "https://x.org/a all")),
        (slash("shares", "list"), Typed("shares")),
        (slash("shares", "here"), Typed("shares", "here")),
        (slash("shares", "revoke", link="all"), Typed("shares", "revoke all")),
        (slash("other"), None),
        ({}, None),
    ],
)
def test_a_command_is_read_as_it_was_typed(data, typed):
    assert read_command(data) == typed


def test_what_is_no_link_of_a_message_is_refused_with_the_way_to_get_one():
    with pytest.raises(Misread, match="Copy Message Link"):
        read_command(slash("share", from_="the first one"))


def menu(**message):
    return {
        "type": 3,
        "name": "Share thread",
        "target_id": "7",
        "resolved": {"messages": {"7": {"id": "7", **message}}},
    }


@pytest.mark.parametrize(
    ("data", "thread"),
    [
        (menu(thread={"id": "7"}), 7),
        (menu(flags=1 << 5), 7),
        (menu(type=18, message_reference={"channel_id": "9"}), 9),
        (menu(content="Just a message"), None),
        ({"name": "Share thread"}, None),
    ],
)
def test_a_messages_menu_finds_the_thread_that_hangs_on_it(data, thread):
    assert read_command(data) == Typed("share", thread=thread)


def test_buttons_selects_and_picks_are_read_as_presses():
    assert read_component({"custom_id": "tl:publish:d1"}) == Pressed(Press("publish", "d1"))
    chosen = {"custom_id": "tl:choose=names:d1", "values": ["pseudonyms"]}
    assert read_component(chosen) == Pressed(Press("choose", "d1", field="names"), {"names": "pseudonyms"})
    picked = {"custom_id": "tl-pick:0", "values": ["tl:ask+:revoke s1"]}
    assert read_component(picked) == Pressed(Press("ask", "revoke s1", apart=True))
    for odd in (
        {"custom_id": "tl-pick:0"},
        {"custom_id": "tl-pick:0", "values": ["x"]},
        {"custom_id": "x"},
        {},
    ):
        assert read_component(odd) is None


def test_a_window_is_read_in_its_new_and_in_its_old_form():
    new = [{"type": 18, "component": {"type": 4, "custom_id": "title", "value": "A"}}]
    old = [{"type": 1, "components": [{"type": 4, "custom_id": "title", "value": "A"}]}]
    for components in (new, old):
        sent = {"custom_id": "tl:choose:d1", "components": components}
        assert read_modal(sent) == Pressed(Press("choose", "d1"), {"title": "A"})


def test_the_option_that_is_typed_is_found_in_its_subcommand():
    data = slash("shares", "revoke", link="fro")
    data["options"][0]["options"][0]["focused"] = True
    assert read_typing(data) == "fro"
    assert read_typing({}) == ""


@given(
    st.lists(
        st.fixed_dictionaries(
            {"name": st.text(max_size=5), "type": st.just(3)}, optional={"value": st.text()}
        )
    )
)
def test_options_of_a_later_discord_do_no_harm(options):
    assert read_command({"type": 1, "name": "shares", "options": options}) is not None
