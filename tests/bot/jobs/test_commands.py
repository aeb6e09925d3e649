"""What a person asks, and what they are told."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot.commands import HELP, Request
from bot.reply import ChoiceField, Reply, TextField
from bot.richtext.plain import plain
from bot.terms import Terms
from bot.wording import FILES_STAY


def text(reply: Reply) -> str:
    return plain(reply.body)


def action(reply: Reply, verb: str):
    return next(a for a in reply.actions if a.verb == verb)


async def ask(town, who, verb, argument="", thread=None, place=None, **more):
    place = place or (thread.place if thread else None)
    return await town.world.commands.handle(Request(town.actor(who), verb, argument, place, thread, **more))


async def test_the_whole_job_by_replies(town):
    thread = await town.thread("ana", index=3)
    preview = await ask(town, "ana", "share", "My title", thread)
    assert not preview.error
    assert "anyone with the link" in text(preview)
    assert next(f for f in preview.fields if isinstance(f, TextField)).value == "My title"
    assert {f.name for f in preview.fields if isinstance(f, ChoiceField)} == {"names", "sharer", "expires"}
    draft = action(preview, "cancel").argument
    if not any(a.verb == "publish" for a in preview.actions):
        preview = await ask(town, "ana", "mask", draft)
    done = await ask(
        town, "ana", "publish", draft, values={"title": "Better title", "names": "pseudonyms", "expires": "7"}
    )
    assert done.done
    url = done.actions[0].url
    [item] = (await ask(town, "ana", "shares")).items
    assert (item.title, item.url) == ("Better title", url)
    assert "valid until" in item.detail
    continued = await ask(town, "jonas", "continue", url, place=town.channel("general"))
    assert "new thread" in text(continued)
    await town.world.continuing.settle()
    revoked = await ask(town, "ana", "shares", f"revoke {url}")
    assert "no longer opens" in text(revoked)
    assert not (await ask(town, "ana", "shares")).items


async def test_pseudonyms_and_a_hidden_sharer_are_what_a_preview_offers_first(town):
    preview = await ask(town, "ana", "share", thread=await town.thread("ana"))
    chosen = {f.name: f.value for f in preview.fields}
    assert (chosen["names"], chosen["sharer"], chosen["expires"]) == ("pseudonyms", "hidden", "never")


@pytest.mark.parametrize(
    ("names", "files", "told"),
    [("pseudonyms", True, True), ("names", True, False), ("pseudonyms", False, False)],
)
async def test_a_preview_says_that_names_inside_files_stay(town, names, files, told):
    threads = [await town.thread("mei", index=i) for i in range(5)]
    found = {bool(await town.chat.thread_files(thread.thread)): thread for thread in threads}
    preview = await ask(town, "mei", "share", thread=found[files])
    shown = await ask(town, "mei", "choose", action(preview, "cancel").argument, values={"names": names})
    assert (FILES_STAY in text(shown)) is told


async def test_cancel_publishes_nothing(town):
    preview = await ask(town, "ana", "share", thread=await town.thread("ana"))
    cancelled = await ask(town, "ana", "cancel", action(preview, "cancel").argument)
    assert cancelled.done
    again = await ask(town, "ana", "publish", action(preview, "cancel").argument)
    assert again.error
    assert "no longer open" in text(again)


async def test_a_click_delivered_ten_times_makes_one_share(town):
    preview = await ask(town, "ana", "share", thread=await town.thread("ana"))
    draft = action(preview, "cancel").argument
    if not any(a.verb == "publish" for a in preview.actions):
        await ask(town, "ana", "mask", draft)
    for delivery in ("x", "x", "x", "y", "y"):
        await ask(town, "ana", "publish", draft, delivery=delivery)
    assert len(await town.sharing.owned(town.actor("ana"))) == 1


async def test_only_moderators_see_all_links_of_a_channel(town):
    thread = await town.thread("ana")
    await town.publish("ana", thread)
    assert (await ask(town, "jonas", "shares", "here", thread=thread)).error
    [item] = (await ask(town, "mei", "shares", "here", thread=thread)).items
    assert town.actor("ana").name in item.detail


async def test_revoking_all_asks_first_and_names_the_number(town):
    await town.publish("ana", await town.thread("ana", index=0))
    await town.publish("ana", await town.thread("ana", index=1))
    asked = await ask(town, "ana", "shares", "revoke all")
    assert "2 live links" in text(asked)
    assert len(await town.sharing.owned(town.actor("ana"))) == 2
    done = await ask(town, "ana", asked.actions[0].verb)
    assert "2 links" in text(done)
    assert await town.sharing.owned(town.actor("ana")) == []


@pytest.mark.parametrize(
    ("verb", "argument", "says"),
    [
        ("share", "", "Go to the thread"),
        ("continue", "", "Say which link"),
        ("continue", "http://localhost:8080/share/x lots", "Type|Go to the channel|number"),
        ("shares", "dance", "I understand /shares"),
        ("shares", "revoke nonsense", "not a share link"),
        ("publish", "nothing", "no longer open"),
        ("revoke", "nothing", "not a share link"),
        ("dance", "", "I don't know /dance"),
    ],
)
async def test_what_cannot_be_done_is_said_kindly_and_changes_nothing(town, verb, argument, says):
    reply = await ask(town, "ana", verb, argument)
    assert reply.error
    assert re.search(says, text(reply))


@pytest.mark.parametrize(
    "values",
    [
        {"title": ""},
        {"title": "x" * 151},
        {"expires": "9999999999999"},
        {"names": "bogus", "sharer": "bogus"},
    ],
)
async def test_values_from_a_forged_form_break_nothing(town, values):
    preview = await ask(town, "ana", "share", thread=await town.thread("ana"))
    draft = action(preview, "cancel").argument
    reply = await ask(town, "ana", "choose", draft, values=values)
    assert "wrong on my side" not in text(reply)
    reply = await ask(town, "ana", "publish", draft, values=values)
    assert "wrong on my side" not in text(reply)


async def test_an_expiry_beyond_the_operators_maximum_is_refused(town):
    town.sharing.policy = replace(town.sharing.policy, max_expiry=30)
    preview = await ask(town, "ana", "share", thread=await town.thread("ana"))
    offered = next(f for f in preview.fields if f.name == "expires")
    assert [o.value for o in offered.options] == ["1", "7", "30"]
    assert offered.value == "30"
    refused = await ask(town, "ana", "choose", action(preview, "cancel").argument, values={"expires": "90"})
    assert refused.error


def test_every_command_has_help_that_fits_one_line():
    assert {one.command for one in HELP} == {"share", "continue", "shares"}
    assert all(len(one.summary) < 100 for one in HELP)


async def test_the_sample_in_a_preview_shows_no_name_and_no_secret_that_the_page_would_not(town):
    thread = await town.thread("ana", containing="staging")
    preview = await ask(town, "ana", "share", thread=thread)
    sample = plain(preview.sample)
    draft = await town.sharing.draft(action(preview, "cancel").argument, town.actor("ana"))
    snapshot = await town.sharing.captured(draft)
    assert (await town.sharing.review_of(draft)).open
    assert sample
    assert not [
        person.name
        for person in snapshot.header.participants
        if person.kind == "person" and person.name in sample
    ]
    assert "█" in sample


async def test_choices_that_come_with_the_wish_are_made_already(town):
    values = {"names": "names", "sharer": "shown", "expires": "7"}
    preview = await ask(town, "ana", "share", "My title", await town.thread("ana"), values=values)
    assert {f.name: f.value for f in preview.fields if f.name != "title"} == values
    assert next(f for f in preview.fields if isinstance(f, TextField)).value == "My title"


async def test_a_capture_ends_when_it_was_asked_for(town):
    thread = await town.thread("ana", index=3)
    whole = await town.sharing.captured(await town.sharing.prepare(town.actor("ana"), thread))
    asked_at = whole.messages[-2].sent_at
    preview = await ask(town, "ana", "share", thread=thread, asked_at=asked_at)
    draft = await town.sharing.draft(action(preview, "cancel").argument, town.actor("ana"))
    assert draft.header.last_at == asked_at


async def test_a_card_s_own_button_continues_its_share(town):
    done = await town.publish("ana", await town.thread("ana"))
    continued = await ask(town, "jonas", "continue", done.share.id, place=town.channel("general"))
    assert "new thread" in text(continued)
    await town.sharing.revoke(done.url, town.actor("ana"))
    again = await ask(town, "jonas", "continue", done.share.id, place=town.channel("general"))
    assert again.error


async def test_refusals_name_commands_as_the_platform_calls_them(town):
    town.platform.terms = Terms(here="/tl-shares here", how_to_share="Open a message's menu.")
    assert "Open a message's menu." in text(await ask(town, "ana", "share"))
    assert "Open a message's menu." in text(await ask(town, "ana", "shares"))
    assert "/tl-shares here" in text(await ask(town, "ana", "shares", "here"))


async def published(town, who="ana"):
    thread = await town.thread(who)
    return (await town.publish(who, thread)).share


async def test_a_platform_without_dialogs_can_ask_first_and_nothing_happens_until_the_answer(town):
    share = await published(town)
    asked = await ask(town, "ana", "ask", f"revoke {share.id}")
    assert asked.title == "Revoke this link?"
    assert share.header.title in text(asked)
    assert [(a.verb, a.argument, a.label) for a in asked.actions] == [
        ("revoke", share.id, "Revoke"),
        ("keep", "", "Keep"),
    ]
    assert (await ask(town, "ana", "keep")).done
    assert len(await town.sharing.owned(town.actor("ana"))) == 1


async def test_nobody_is_asked_about_what_they_may_not_do(town):
    share = await published(town)
    refused = await ask(town, "jonas", "ask", f"revoke {share.id}")
    assert refused.error
    assert not refused.actions


async def test_the_question_about_all_links_names_their_number_and_is_not_asked_without_any(town):
    await published(town)
    asked = await ask(town, "ana", "ask", "revoke_all ")
    assert asked.title == "Revoke 1 link?"
    assert [a.verb for a in asked.actions] == ["revoke_all", "keep"]
    assert not (await ask(town, "mei", "ask", "revoke_all ")).actions


async def test_the_question_in_a_preview_leads_back_to_it(town):
    thread = await town.thread("ana", containing="staging")
    preview = await ask(town, "ana", "share", thread=thread)
    draft = action(preview, "mask").argument
    asked = await ask(town, "ana", "ask", f"mask {draft}")
    assert asked.title == "Mask them all?"
    assert [(a.verb, a.argument) for a in asked.actions] == [("mask", draft), ("choose", draft)]
    await ask(town, "ana", "mask", draft)
    again = await ask(town, "ana", "ask", f"mask {draft}")
    assert again.error
    assert "decided" in text(again)
