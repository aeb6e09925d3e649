"""Replies as Discord draws them: within its limits, and nothing missing without a word."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from adapters.discord.custom_ids import Press, read_press
from adapters.discord.render_controls import link_choices, modal_payload
from adapters.discord.render_reply import Frame, dm_payload, field_value, plain_payload, render_reply
from bot.reply import Action, ChoiceField, Confirm, Item, Option, Reply, Style, TextField
from bot.wording import paragraphs, said
from tests import strategies as known
from tests.adapters.discord.dialog.replies import (
    control_labels,
    custom_ids,
    refused,
    refused_window,
    replies,
    shown,
)
from tests.forms import tries

DRAFT = "3f" * 16
SHARE = "a1" * 16
GUILD = "81384788765712384"


def preview(**changes) -> Reply:
    fields = {
        "title": "Share this thread?",
        "body": paragraphs("24 messages from 3 people.", "Anyone with the link can read it."),
        "fields": (
            ChoiceField(
                "link",
                "You have shared this before",
                (Option("update", "Update"), Option("new", "New")),
                "new",
            ),
            TextField("title", "Title", "How to *frob* it", 150),
            ChoiceField(
                "names",
                "How people are called",
                (Option("a", "Pseudonyms", "In text too"), Option("b", "Real")),
                "a",
            ),
            ChoiceField(
                "sharer", "Your name", (Option("hidden", "Hidden"), Option("shown", "Shown")), "hidden"
            ),
            ChoiceField("expires", "Expires", (Option("never", "Never"), Option("7", "After 7 days")), "7"),
        ),
        "sample": paragraphs("It begins:"),
        "actions": (
            Action("Publish", "publish", DRAFT, style=Style.PRIMARY),
            Action("Choose messages…", url="https://share.example.org/preview/xyz"),
            Action("Show my choices", "choose", DRAFT),
            Action("Cancel", "cancel", DRAFT),
        ),
    }
    return Reply(**{**fields, **changes})


def a_list(count: int, detail: str = "#general · 3 messages · 0 views") -> Reply:
    confirm = Confirm("Revoke this link?", "It will no longer open.", "Revoke")
    items = tuple(
        Item(
            f"Thread {i}",
            detail,
            f"https://share.example.org/share/{i:024}",
            (
                Action("Open", url=f"https://share.example.org/share/{i:024}"),
                Action("Revoke", "revoke", f"{i:032x}", style=Style.DANGER, confirm=confirm),
            ),
        )
        for i in range(count)
    )
    revoke_all = Action("Revoke all", "revoke_all", style=Style.DANGER, confirm=confirm)
    return Reply(title=f"Your {count} live links", items=items, actions=(revoke_all,))


def test_a_preview_takes_five_rows_four_selects_and_five_buttons():
    payload = render_reply(preview())
    assert refused(payload) is None
    rows = [
        [one.get("label") or one["placeholder"] for one in row["components"]] for row in payload["components"]
    ]
    assert rows == [
        ["You have shared this before"],
        ["How people are called"],
        ["Your name"],
        ["Expires"],
        ["Publish", "Choose messages…", "Edit title", "Show my choices", "Cancel"],
    ]
    assert "How to \\*frob\\* it" in shown(payload)
    assert "find" not in shown(payload)


def test_a_select_says_what_it_is_about_and_what_is_chosen():
    select = render_reply(preview())["components"][3]["components"][0]
    assert [(o["label"], o.get("default", False)) for o in select["options"]] == [
        ("Expires: Never", False),
        ("Expires: After 7 days", True),
    ]
    assert read_press(select["custom_id"]) == Press("choose", DRAFT, field="expires")


def test_the_window_for_the_title_holds_what_the_message_shows():
    payload = render_reply(preview())
    [edit] = [press for i in custom_ids(payload) if (press := read_press(i)) and press.form]
    values = [(field_value(f["name"]), field_value(f["value"])) for f in payload["embeds"][0]["fields"]]
    window = modal_payload(edit, values)
    assert refused_window(window) is None
    assert window["title"] == "Edit title"
    assert window["components"][0]["component"]["value"] == "How to *frob* it"
    assert read_press(window["custom_id"]) == Press("choose", DRAFT)


@given(known.lines.map(lambda line: " ".join(line.split())))
def test_a_title_survives_its_way_through_the_message(title):
    from adapters.discord.render_escape import clean

    title = clean(title)[:150]
    shown_value = render_reply(preview(fields=(TextField("title", "Title", title, 150),)))["embeds"][0][
        "fields"
    ][0]
    assert field_value(shown_value["value"]) == title.replace("\u200b", "")


def test_a_question_is_asked_first_in_place_of_a_preview_and_below_a_list():
    asked = Action("Mask 2 secrets", "mask", DRAFT, confirm=Confirm("Mask?", "Sure?", "Mask"))
    (mask, *_), revoke = (
        custom_ids(render_reply(Reply(actions=(asked,)))),
        custom_ids(render_reply(a_list(1)))[0],
    )
    assert read_press(mask) == Press("ask", f"mask {DRAFT}")
    assert read_press(revoke) == Press("ask", f"revoke {0:032x}", apart=True)


def test_a_list_is_paged_and_every_item_can_be_revoked_from_its_page():
    reply = a_list(23)
    seen: list[str] = []
    for page in range(3):
        payload = render_reply(reply, Frame(Press("shares", "", page=page)))
        assert refused(payload) is None
        assert f"Page {page + 1} of 3" in shown(payload)
        select = next(c for row in payload["components"] for c in row["components"] if c["type"] == 3)
        seen += [read_press(option["value"]).argument for option in select["options"]]
        assert ("◀ Newer" in control_labels(payload)) == (page > 0)
        assert ("Older ▶" in control_labels(payload)) == (page < 2)
    assert seen == [f"revoke {i:032x}" for i in range(23)]


def test_a_page_that_is_gone_shows_the_last_one():
    assert "Page 2 of 2" in shown(render_reply(a_list(12), Frame(Press("shares", "", page=9))))


def test_a_single_item_has_buttons_of_its_own():
    assert control_labels(render_reply(a_list(1), Frame(Press("shares")))) == [
        "Refresh",
        "Open",
        "Revoke",
        "Revoke all",
    ]


def test_a_direct_message_names_its_server_in_every_button_and_says_what_it_leaves_out():
    for payload in (dm_payload(preview(), GUILD), dm_payload(a_list(12), GUILD)):
        assert refused(payload) is None
        presses = [
            read_press(custom_id) for custom_id in custom_ids(payload) if not custom_id.startswith("tl-pick")
        ]
        assert {press.workspace for press in presses} == {GUILD}
    assert "And 2 more" in shown(payload)


def test_what_only_says_something_is_plain_text():
    payload = render_reply(said("Cancelled.", "Nothing *was* published."))
    assert payload["content"] == "Cancelled.\nNothing \\*was\\* published."
    assert payload["embeds"] == payload["components"] == []


def test_text_that_does_not_fit_ends_with_a_sentence_that_says_so():
    payload = render_reply(Reply(paragraphs(*["word " * 100] * 40)))
    assert refused(payload) is None
    assert shown(payload).endswith("The rest does not fit into a message of Discord's.")


def test_a_link_that_no_button_takes_stands_in_the_text():
    for url in ("http://localhost:8080/preview/abc", "https://example.org/" + "x" * 600):
        payload = render_reply(preview(actions=(Action("Choose messages…", url=url),)))
        assert refused(payload) is None
        assert f"Choose messages…: [{url.replace(':', chr(92) + ':', 1)}](<{url}>)" in shown(
            payload
        ) or url in shown(payload)


@given(replies, st.sampled_from(["", GUILD]), st.integers(0, 5))
@tries(20)
def test_any_reply_is_drawn_within_discords_limits(reply, workspace, page):
    for source in (None, Press("shares", "here", page=page)):
        assert refused(render_reply(reply, Frame(source, workspace))) is None
    assert refused(plain_payload(reply)) is None


@given(replies)
@tries(20)
def test_no_action_of_a_reply_goes_missing_without_a_word(reply):
    payload = render_reply(reply)
    text = re.sub(r"\\(.)", r"\1", shown(payload))
    if "The rest does not fit into a message of Discord's." in text:  # the fields stand below it
        return
    labels = {label.rstrip("…") for label in control_labels(payload)}
    for action in reply.actions:
        # On a button a control character stays as it is; in a text it becomes U+FFFD.
        label = " ".join(action.label.split())
        written = " ".join(re.sub(r"[\x00-\x08\x0b-\x1f\ud800-\udfff]", "\ufffd", action.label).split())
        assert any(label.startswith(known) for known in labels) or written in " ".join(text.split())


@given(replies)
@tries(20)
def test_any_window_is_within_discords_limits(reply):
    payload = render_reply(reply)
    fields = payload["embeds"][0].get("fields", []) if payload["embeds"] else []
    values = [(field_value(f["name"]), field_value(f["value"])) for f in fields]
    for custom_id in custom_ids(payload):
        press = read_press(custom_id)
        if press and press.form:
            assert refused_window(modal_payload(press, values)) is None


def test_choices_are_ones_own_links_filtered_by_what_is_typed():
    reply = a_list(40)
    everything = link_choices(reply, "")
    assert len(everything) == 25
    assert everything[-1][1] == "all"
    assert [value for _, value in link_choices(reply, "thread 39")] == [f"{39:032x}"]
    assert [value for _, value in link_choices(reply, "all")] == ["all"]
    assert link_choices(Reply(), "") == []
    assert all(
        len(name) <= 100 and len(value) <= 100 for name, value in link_choices(a_list(3, "x" * 300), "")
    )
