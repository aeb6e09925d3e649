"""Modals and home tabs: triggers, hashes, stacks, and what is typed in them."""

from __future__ import annotations

import pytest

from tests.servers.slack import ManualClock, NotPossible


@pytest.fixture
def clock():
    return ManualClock()


def plain(text):
    return {"type": "plain_text", "text": text}


def title_input(block_id="title", value=None, **more):
    element = {"type": "plain_text_input", "action_id": "title"} | ({"initial_value": value} if value else {})
    return {"type": "input", "block_id": block_id, "label": plain("Title"), "element": element, **more}


def option(value):
    return {"text": plain(value.title()), "value": value}


def names_input(*values, chosen=None):
    element = {"type": "radio_buttons", "action_id": "names", "options": [option(value) for value in values]}
    if chosen:
        element |= {"initial_option": option(chosen)}
    return {"type": "input", "block_id": "names", "label": plain("Names"), "element": element}


def modal(*blocks, **more):
    blocks = blocks or (title_input(),)
    return {
        "type": "modal",
        "title": plain("Share"),
        "submit": plain("Share"),
        "blocks": list(blocks),
        **more,
    }


@pytest.fixture
def trigger(slack, acme, ana):
    return lambda view=None: slack.world.tickets.trigger(acme, ana, view and view.id)


@pytest.fixture
async def opened(slack, client, ana, trigger):
    await client.views_open(trigger_id=trigger(), view=modal())
    return slack.modal(ana)


async def test_a_trigger_lives_three_seconds(client, clock, trigger, refused):
    on_time, late = trigger(), trigger()
    clock.advance(2.9)
    await client.views_open(trigger_id=on_time, view=modal())
    clock.advance(0.2)
    assert (await refused(client.views_open(trigger_id=late, view=modal())))["error"] == "expired_trigger_id"


async def test_a_trigger_opens_once_and_in_its_own_workspace(slack, client, ana, trigger, refused):
    once = trigger()
    await client.views_open(trigger_id=once, view=modal())
    assert (await refused(client.views_open(trigger_id=once, view=modal())))[
        "error"
    ] == "exchanged_trigger_id"
    other = slack.workspace("Other")
    theirs = slack.world.tickets.trigger(other, slack.user(other, "Bo"))
    for unknown in (theirs, "1.2.abc"):
        assert (await refused(client.views_open(trigger_id=unknown, view=modal())))[
            "error"
        ] == "invalid_trigger_id"


async def test_what_is_typed_survives_an_update_with_the_same_ids(slack, client, opened):
    slack.fill(opened, {"title": "Numbers"})
    await client.views_update(
        view_id=opened.id, view=modal(title_input(value="Suggested"), names_input("shown", "hidden"))
    )
    assert opened.values["title"]["title"]["value"] == "Numbers"
    await client.views_update(view_id=opened.id, view=modal(title_input("another", value="Suggested")))
    assert opened.values["another"]["title"]["value"] == "Suggested"


async def test_a_new_first_value_is_not_looked_at_where_the_ids_are_the_same(client, opened):
    await client.views_update(view_id=opened.id, view=modal(title_input(value="Suggested")))
    assert opened.values["title"]["title"]["value"] is None


async def test_a_choice_is_lost_when_its_option_is_gone(slack, client, ana, trigger):
    await client.views_open(trigger_id=trigger(), view=modal(names_input("shown", "hidden")))
    view = slack.fill(slack.modal(ana), {"names": "hidden"})
    await client.views_update(view_id=view.id, view=modal(names_input("shown", "hidden", "first")))
    assert view.values["names"]["names"]["selected_option"]["value"] == "hidden"
    await client.views_update(view_id=view.id, view=modal(names_input("shown", "first", chosen="shown")))
    assert view.values["names"]["names"]["selected_option"]["value"] == "shown"


async def test_a_hash_is_good_for_one_update(client, opened, refused):
    first = opened.hash
    second = (await client.views_update(view_id=opened.id, hash=first, view=modal()))["view"]["hash"]
    assert second != first
    answer = await refused(client.views_update(view_id=opened.id, hash=first, view=modal()))
    assert answer["error"] == "hash_conflict"


async def test_a_closed_view_is_not_found(slack, client, opened, refused):
    await slack.close(opened)
    assert (await refused(client.views_update(view_id=opened.id, view=modal())))["error"] == "not_found"


async def test_an_external_id_is_unique_and_finds_its_view(client, opened, trigger, refused):
    await client.views_update(view_id=opened.id, view=modal(external_id="draft-1"))
    answer = await refused(client.views_open(trigger_id=trigger(), view=modal(external_id="draft-1")))
    assert answer["error"] == "duplicate_external_id"
    updated = await client.views_update(
        external_id="draft-1", view=modal(title_input(), external_id="draft-1")
    )
    assert updated["view"]["id"] == opened.id


async def test_a_stack_holds_three_views_and_closing_shows_the_one_beneath(
    slack, client, ana, opened, trigger, refused
):
    for _ in range(2):
        await client.views_push(trigger_id=trigger(slack.modal(ana)), view=modal())
    top = slack.modal(ana)
    assert (top.json()["root_view_id"], top.previous.previous) == (opened.id, opened)
    answer = await refused(client.views_push(trigger_id=trigger(top), view=modal()))
    assert answer["error"] == "push_limit_reached"
    await slack.close(top)
    await slack.close(slack.modal(ana))
    assert slack.modal(ana) is opened


async def test_only_a_trigger_from_a_modal_pushes(client, opened, trigger, refused):
    assert (await refused(client.views_push(trigger_id=trigger(), view=modal())))["error"] == "not_found"


async def test_a_home_tab_is_one_per_person(slack, client, ana, jonas, refused):
    home = {"type": "home", "blocks": [{"type": "section", "text": plain("Your links")}]}
    first = (await client.views_publish(user_id=ana.id, view=home))["view"]
    second = (await client.views_publish(user_id=ana.id, view=home, hash=first["hash"]))["view"]
    assert (first["id"], slack.home(ana).id) == (second["id"], first["id"])
    answer = await refused(client.views_publish(user_id=ana.id, view=home, hash=first["hash"]))
    assert answer["error"] == "hash_conflict"
    with pytest.raises(NotPossible):
        slack.home(jonas)
    slack.app.home_enabled = False
    assert (await refused(client.views_publish(user_id=ana.id, view=home)))["error"] == "not_enabled"


@pytest.mark.parametrize(
    ("values", "why"),
    [
        ({}, "must be filled in"),
        ({"title": "x" * 3001}, "takes 0 to 3000 characters"),
        ({"title": "Fine", "link": "not a link"}, "takes a URL"),
        ({"name": "Fine"}, "0 inputs are called name"),
        ({"title": "Fine", "names": "nobody"}, "offers"),
    ],
)
async def test_slacks_client_keeps_a_wrong_form_to_itself(slack, client, ana, trigger, values, why):
    link = {"type": "input", "optional": True, "label": plain("Link")}
    link["element"] = {"type": "url_text_input", "action_id": "link"}
    await client.views_open(
        trigger_id=trigger(), view=modal(title_input(), link, names_input("shown", chosen="shown"))
    )
    with pytest.raises(NotPossible, match=why):
        await slack.submit(slack.modal(ana), values)
    assert slack.deliveries == []
