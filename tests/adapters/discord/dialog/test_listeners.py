"""What people do in Discord reaches the core once, in order and in time, and its answer finds them."""

from __future__ import annotations

import asyncio

import discord
import pytest

from adapters.discord.answering import Pace
from adapters.discord.render_reply import dm_payload
from bot.model import Actor, ChannelRef, ThreadRef
from bot.reply import Action, ChoiceField, Option, Reply, TextField
from bot.richtext.plain import plain
from bot.wording import said
from tests.adapters.discord.dialog.booth import open_booth
from tests.adapters.discord.dialog.test_render_reply import DRAFT, SHARE, a_list, preview
from tests.servers.discord import Kind

LINK = "https://share.example.org/share/" + "x" * 24


def message_link(message) -> str:
    return f"https://discord.com/channels/{message.channel.guild.id}/{message.channel.id}/{message.id}"


async def asked(booth, interaction):
    await interaction.answered()
    return booth.commands.asked[-1]


# What is asked


async def test_a_share_in_a_thread_names_the_person_the_thread_and_the_moment(booth):
    options = {"title": "Plans", "names": "Real names", "expires": "After 7 days"}
    options |= {"names": "names", "expires": "7"}
    interaction = await booth.slash("share", options)
    request = await asked(booth, interaction)
    guild, channel = str(booth.guild.id), str(booth.channel.id)
    assert request.actor == Actor("discord", guild, str(booth.ana.id), "Ana Moreno")
    assert request.thread == ThreadRef("discord", guild, channel, str(booth.thread.id))
    assert request.place == ChannelRef("discord", guild, channel)
    assert (request.verb, request.argument) == ("share", "Plans")
    assert request.values == {"names": "names", "expires": "7"}
    assert request.delivery == f"discord:{interaction.id}"
    assert request.asked_at == interaction.created_at
    assert interaction.ephemeral


@pytest.mark.parametrize("kind", [Kind.TEXT, Kind.ANNOUNCEMENT])
async def test_a_share_in_a_plain_channel_names_no_thread(booth, kind):
    channel = booth.server.build.channel(booth.guild, "plain", kind)
    request = await asked(booth, await booth.slash("share", place=channel))
    assert request.thread is None
    assert request.place.channel == str(channel.id)


async def test_a_stretch_is_named_by_the_links_of_its_first_and_last_message(booth):
    channel = booth.server.build.channel(booth.guild, "plain")
    first, last = [await booth.server.write.post(booth.ana, channel, text) for text in ("a", "b")]
    request = await asked(booth, await booth.slash("share", {"from": message_link(first)}, place=channel))
    assert request.thread.thread == f"{first.id}-"
    options = {"from": message_link(first), "to": message_link(last)}
    request = await asked(booth, await booth.slash("share", options, place=channel))
    assert (request.thread.channel, request.thread.thread) == (str(channel.id), f"{first.id}-{last.id}")


async def test_a_part_of_a_thread_can_be_named_from_anywhere(booth):
    posts = [await booth.server.write.post(booth.ana, booth.thread, text) for text in ("a", "b")]
    for place in (booth.thread, booth.channel):
        options = {"from": message_link(posts[0]), "to": message_link(posts[1])}
        request = await asked(booth, await booth.slash("share", options, place=place))
        assert request.thread.channel == str(booth.channel.id)
        assert request.thread.thread == f"{booth.thread.id}:{posts[0].id}-{posts[1].id}"
    request = await asked(booth, await booth.slash("share", {"to": message_link(posts[0])}))
    assert request.thread.thread == f"{booth.thread.id}:{booth.thread.id}-{posts[0].id}"


async def test_an_archived_thread_is_found_by_its_own_link(booth):
    await booth.server.write.archive(booth.ana, booth.thread)
    link = f"https://discord.com/channels/{booth.guild.id}/{booth.thread.id}"
    request = await asked(booth, await booth.slash("share", {"from": link}, place=booth.channel))
    assert request.thread == ThreadRef(
        "discord", str(booth.guild.id), str(booth.channel.id), str(booth.thread.id)
    )


@pytest.mark.parametrize(
    ("first", "last", "sentence"),
    [
        ("the second one", "", "Copy Message Link"),
        ("https://discord.com/channels/1/2/3", "", "another server"),
        ("{plans}", "{other}", "two different channels"),
        ("", "{other}", "needs “from”"),
        ("{other2}", "{other}", "Swap the two"),
    ],
)
async def test_links_that_make_no_sense_are_refused_with_what_to_do(booth, first, last, sentence):
    channel = booth.server.build.channel(booth.guild, "other")
    posts = {
        "plans": await booth.server.write.post(booth.ana, booth.thread, "a"),
        "other": await booth.server.write.post(booth.ana, channel, "b"),
        "other2": await booth.server.write.post(booth.ana, channel, "c"),
    }
    links = {name: message_link(post) for name, post in posts.items()}
    options = {name: text.format(**links) for name, text in (("from", first), ("to", last)) if text}
    interaction = await (await booth.slash("share", options, place=channel)).answered()
    assert sentence in interaction.message.content
    assert interaction.ephemeral
    assert booth.commands.asked == []


async def test_the_message_menu_shares_the_thread_that_hangs_on_a_message(booth):
    starter = booth.channel.messages[0]
    await booth.server.write.archive(booth.ana, booth.thread)
    menu = await booth.server.people.message_menu(booth.ana, booth.channel, starter, "Share thread")
    request = await asked(booth, menu)
    assert (request.verb, request.thread.thread) == ("share", str(booth.thread.id))


async def test_the_message_menu_in_a_thread_shares_that_thread(booth):
    post = await booth.server.write.post(booth.ana, booth.thread, "Here")
    menu = await booth.server.people.message_menu(booth.ana, booth.thread, post, "Share thread")
    assert (await asked(booth, menu)).thread.thread == str(booth.thread.id)


async def test_the_message_menu_on_any_other_message_names_no_thread(booth):
    post = await booth.server.write.post(booth.ana, booth.channel, "Here")
    menu = await booth.server.people.message_menu(booth.ana, booth.channel, post, "Share thread")
    assert (await asked(booth, menu)).thread is None


@pytest.mark.parametrize(
    ("name", "subcommand", "options", "verb", "argument"),
    [
        ("continue", "", {"link": LINK}, "continue", LINK),
        ("continue", "", {"link": LINK, "messages": "20"}, "continue", f"{LINK} 20"),
        ("shares", "list", {}, "shares", ""),
        ("shares", "here", {}, "shares", "here"),
        ("shares", "revoke", {"link": "all"}, "shares", "revoke all"),
    ],
)
async def test_every_command_becomes_a_wish(booth, name, subcommand, options, verb, argument):
    interaction = await booth.slash(name, options, subcommand=subcommand)
    request = await asked(booth, interaction)
    assert (request.verb, request.argument) == (verb, argument)
    assert request.place.channel == str(booth.channel.id)  # in a thread: the channel beside it
    assert interaction.ephemeral


async def test_links_are_offered_while_one_is_typed(booth):
    booth.commands.replies["shares"] = a_list(3)
    choices = await booth.server.people.autocomplete(
        booth.ana, booth.thread, "shares", {"link": "thread 2"}, focused="link", subcommand="revoke"
    )
    assert [choice["value"] for choice in choices] == [f"{2:032x}"]
    assert booth.commands.asked[-1].delivery == ""


# In time, once, in order


async def test_a_command_is_acknowledged_before_its_work_begins(booth):
    booth.commands.hold.clear()
    interaction = await (await booth.slash()).acked()
    assert booth.server.see(interaction) == "(thinking...)"
    booth.commands.hold.set()
    await interaction.answered()
    assert "Done." in booth.server.see(interaction)


async def test_a_delivery_repeated_ten_times_is_one_wish(booth):
    await (await booth.slash(times=10)).answered()
    card = await booth.shown(preview())
    pressed = await booth.server.people.click(booth.ana, card.message, "Publish", times=10)
    await booth.server.until(lambda: pressed.edits)
    await booth.server.quiet()
    assert [request.verb for request in booth.commands.asked] == ["share", "share", "publish"]
    assert pressed.refusals == []


async def test_two_hundred_at_once_are_all_acknowledged_in_time(booth):
    booth.commands.hold.clear()
    interactions = [await booth.slash("shares", subcommand="list") for _ in range(200)]
    for interaction in interactions:
        await interaction.acked()
    assert max(interaction.ack_seconds for interaction in interactions) < 3
    booth.commands.hold.set()
    for interaction in interactions:
        await interaction.answered(timeout=20)


async def test_whoever_shares_a_hundred_threads_at_once_waits_for_themselves_alone(booth):
    booth.commands.hold.clear()
    many = [await booth.slash() for _ in range(100)]
    for interaction in many:
        await interaction.acked()
    other = await booth.slash(who=booth.jonas)
    await booth.server.until(lambda: booth.commands.asked[-1].actor.user == str(booth.jonas.id))
    assert [request.actor.user for request in booth.commands.asked] == [
        *[str(booth.ana.id)] * 3,
        str(booth.jonas.id),
    ]
    booth.commands.hold.set()
    for interaction in (*many, other):
        await interaction.answered(timeout=20)
    assert len(booth.commands.asked) == 101


async def test_what_is_too_late_is_not_done_because_discord_has_told_so(booth):
    booth.server.gateway.drop()
    interaction = await booth.slash()
    booth.clock.advance(4)
    await booth.server.until(lambda: interaction.refusals, timeout=15)
    await booth.server.quiet()
    assert booth.server.see(interaction) == "(The application did not respond)"
    assert booth.commands.asked == []


async def test_an_acknowledgement_whose_answer_is_lost_counts(booth):
    fault = booth.server.faults.fail_next("POST", "/interactions/*/callback", status=502, after_effect=True)
    interaction = await (await booth.slash()).answered(timeout=10)
    assert fault.struck == 1
    assert interaction.refusals == [40060]
    assert len(booth.commands.asked) == 1


async def test_an_acknowledgement_that_is_cut_off_is_sent_again(booth):
    booth.server.faults.fail_next("POST", "/interactions/*/callback", status=0)
    await (await booth.slash()).answered()
    assert len(booth.commands.asked) == 1


async def test_a_choice_and_a_click_on_publish_are_done_in_the_order_in_which_they_were_made(booth):
    shown = await booth.shown(preview())
    booth.commands.hold.clear()
    people, message = booth.server.people, shown.message
    chosen = await people.select(booth.ana, message, f"tl:choose=names:{DRAFT}", ["b"])
    published = await people.click(booth.ana, message, "Publish")
    await published.acked()
    await chosen.acked()
    await booth.server.quiet()
    assert [request.verb for request in booth.commands.asked[1:]] == ["choose"]
    booth.commands.hold.set()
    await published.answered()
    assert [request.verb for request in booth.commands.done[1:]] == ["choose", "publish"]


async def test_an_event_that_cannot_be_read_does_not_end_the_connection(booth):
    booth.server.deliver("INTERACTION_CREATE", {"id": "1", "type": 2})
    booth.server.deliver("CHANNEL_CREATE", {"odd": True})
    await (await booth.slash()).answered()
    assert booth.server.gateway.identifies[1:] == []


# Answers


async def test_a_select_sends_its_choice_and_the_preview_is_drawn_anew(booth):
    shown = await booth.shown(preview())
    booth.commands.replies["choose"] = preview(title="Share it now?")
    pressed = await booth.server.people.select(booth.ana, shown.message, f"tl:choose=names:{DRAFT}", ["b"])
    request = await asked(booth, pressed)
    assert (request.verb, request.argument, request.values) == ("choose", DRAFT, {"names": "b"})
    assert "Share it now?" in booth.server.see(shown)
    assert len(shown.messages) == 1


async def test_the_title_is_edited_in_a_window_that_shows_it(booth):
    shown = await booth.shown(preview())
    opened = await (await booth.server.people.click(booth.ana, shown.message, "Edit title")).answered()
    assert booth.server.see(opened).splitlines()[:3] == ["== Edit title ==", "Title", "  [How to *frob* it]"]
    sent = await booth.server.people.submit_modal(booth.ana, opened, {"title": "Better"})
    request = await asked(booth, sent)
    assert (request.verb, request.argument, request.values) == ("choose", DRAFT, {"title": "Better"})


async def test_a_refused_choice_leaves_the_preview_and_says_why_below_it(booth):
    shown = await booth.shown(preview())
    booth.commands.replies["publish"] = said("The page needs a title.", error=True)
    before = booth.server.see(shown)
    pressed = await (await booth.server.people.click(booth.ana, shown.message, "Publish")).answered()
    assert booth.server.see(shown) == before
    assert pressed.followups[0].content == "The page needs a title."
    assert pressed.followups[0].ephemeral


async def test_a_list_turns_its_pages_in_place(booth):
    shown = await booth.shown(a_list(12), "shares")
    assert "Page 1 of 2" in booth.server.see(shown)
    pressed = await (await booth.server.people.click(booth.ana, shown.message, "Older ▶")).answered()
    assert "Page 2 of 2" in booth.server.see(shown)
    request = booth.commands.asked[-1]
    assert (request.verb, request.argument) == ("shares", "")
    await (await booth.server.people.click(booth.ana, pressed.message, "◀ Newer")).answered()
    assert "Page 1 of 2" in booth.server.see(shown)


async def test_a_link_picked_in_a_list_is_asked_about_below_it(booth):
    shown = await booth.shown(a_list(3), "shares")
    booth.commands.replies["ask"] = Reply(title="Revoke?", actions=(Action("Revoke", "revoke", SHARE),))
    picked = await booth.server.people.select(booth.ana, shown.message, "tl-pick:0", ["Thread 1"])
    await picked.answered()
    assert booth.commands.asked[-1].argument == f"revoke {1:032x}"
    assert picked.ephemeral
    assert "Your 3 live links" in booth.server.see(shown)
    await (await booth.server.people.click(booth.ana, picked.message, "Revoke")).answered()
    assert (booth.commands.asked[-1].verb, booth.commands.asked[-1].argument) == ("revoke", SHARE)
    assert "Done." in booth.server.see(picked)


async def test_a_button_of_another_version_says_so(booth):
    shown = await booth.shown(Reply(title="x", actions=(Action("Go", "publish", "a"),)))
    shown.message.components[0]["components"][0]["custom_id"] = "v0:publish"
    pressed = await (await booth.server.people.click(booth.ana, shown.message, "v0:publish")).answered()
    assert "another version" in pressed.followups[0].content


async def test_a_command_of_another_version_says_so(booth):
    for command in booth.server.world.commands.values():
        command.payload = {**command.payload, "name": command.name.replace("shares", "links")}
    listed = await (await booth.slash("links", subcommand="list")).answered()
    assert "I don't know that command any more" in listed.message.content


async def test_when_the_window_has_closed_the_answer_comes_by_another_way(booth):
    booth.commands.reply = preview()
    booth.commands.hold.clear()
    interaction = await (await booth.slash()).acked()
    booth.clock.advance(minutes=16)
    booth.commands.hold.set()
    await booth.server.until(lambda: interaction.refusals)
    await booth.server.quiet()
    [(actor, reply)] = booth.notified
    assert (actor.user, reply) == (str(booth.ana.id), preview())


async def test_what_discord_does_not_accept_is_said_in_plain_words(booth):
    booth.server.faults.fail_next("PATCH", "/webhooks/*/messages/@original", status=400, code=50035)
    interaction = await booth.shown(preview())
    assert interaction.message.content.startswith("Share this thread?\n24 messages from 3 people.")


async def test_progress_is_shown_while_a_long_thread_is_read(server, clock):
    async with open_booth(server, clock, Pace(first=0, every=0)) as booth:
        read = asyncio.Event()

        async def reading(request):
            await request.progress(1200, 5000)
            await read.wait()

        booth.commands.meanwhile = reading
        interaction = await booth.slash()
        await server.until(lambda: interaction.messages)
        assert interaction.message.content == "Reading the thread… 1,200 of 5,000 messages."
        read.set()
        await server.until(lambda: interaction.message.content == "Done.")


async def test_progress_is_not_shown_faster_than_its_pace(server, clock):
    async with open_booth(server, clock, Pace(first=0, every=60)) as booth:

        async def reading(request):
            for done in range(100):
                await request.progress(done, None)

        booth.commands.meanwhile = reading
        interaction = await booth.slash()
        await server.until(lambda: interaction.messages and interaction.message.content == "Done.")
        assert interaction.edits == 2


async def test_whoever_waits_when_threadlink_stops_is_told_so(booth):
    booth.commands.hold.clear()
    interaction = await (await booth.slash()).acked()
    await booth.listeners.close(0)
    assert "restarted" in interaction.message.content
    ignored = await booth.slash()
    await booth.server.quiet()
    assert ignored.answer is None


async def test_a_core_that_fails_leaves_nobody_waiting(booth):
    async def fail(_request):
        raise RuntimeError("odd")

    booth.commands.meanwhile = fail
    interaction = await (await booth.slash()).answered()
    assert interaction.message.content == "Something went wrong on my side. Please try again."


async def test_whoever_was_answered_can_be_told_more_for_a_while(booth):
    actor = Actor("discord", str(booth.guild.id), str(booth.ana.id))
    assert not await booth.live.tell(actor, said("Early."))
    interaction = await (await booth.slash()).answered()
    await booth.server.quiet()
    assert await booth.live.tell(actor, said("It is done."))
    assert interaction.message.content == "It is done."
    assert interaction.message.ephemeral
    booth.clock.advance(minutes=16)
    assert not await booth.live.tell(actor, said("Late."))


async def test_what_concerns_one_server_is_not_told_where_somebody_asked_in_another(booth):
    await (await booth.slash()).answered()
    await booth.server.quiet()
    elsewhere = booth.server.build.guild("Badgers")
    booth.server.build.join(elsewhere, booth.ana)
    assert not await booth.live.tell(Actor("discord", str(elsewhere.id), str(booth.ana.id)), said("Done."))


async def test_a_button_in_a_server_is_about_that_server_whatever_it_says(booth):
    elsewhere = booth.server.build.guild("Badgers")
    button = {"type": 2, "style": 1, "label": "Publish", "custom_id": f"tl:publish@{elsewhere.id}:d1"}
    body = {"content": "A preview", "components": [{"type": 1, "components": [button]}]}
    await booth.client.http.request(
        discord.http.Route("POST", f"/channels/{booth.channel.id}/messages"), json=body
    )
    message = booth.channel.messages[-1]
    await (await booth.server.people.click(booth.ana, message, "Publish")).answered()
    assert booth.commands.asked[-1].actor.workspace == str(booth.guild.id)


async def test_no_answer_and_no_change_of_one_notifies_anybody(booth):
    shown = await booth.shown(preview())
    await (await booth.server.people.click(booth.ana, shown.message, "Publish")).answered()
    await booth.server.quiet()
    await booth.live.tell(Actor("discord", str(booth.guild.id), str(booth.ana.id)), said("It is done."))
    bodies = [seen.body for seen in booth.server.requests if seen.path.startswith("/webhooks/")]
    assert len(bodies) == 3
    assert [body for body in bodies if body.get("allowed_mentions") != {"parse": []}] == []


async def test_nothing_that_is_answered_stays_in_memory(booth):
    """discord.py would keep every view and window that it sent; ours are not kept."""
    shown = await booth.shown(preview())
    await (await booth.server.people.click(booth.ana, shown.message, "Edit title")).answered()
    await booth.server.quiet()
    store = booth.client._connection._view_store
    assert (store._views, store._modals, store._synced_message_views) == ({}, {}, {})
    assert booth.listeners._running == set()
    assert plain(booth.commands.reply.body) == "Done."


async def test_field_values_are_sent_with_the_verb_of_the_reply(booth):
    choice = ChoiceField("expires", "Expires", (Option("7", "A week"), Option("1", "A day")), "7")
    reply = Reply(
        fields=(TextField("title", "Title", "x", 9), choice), actions=(Action("Show", "choose", "d1"),)
    )
    shown = await booth.shown(reply)
    await (
        await booth.server.people.select(booth.ana, shown.message, "tl:choose=expires:d1", ["Expires: A day"])
    ).answered()
    assert booth.commands.asked[-1].values == {"expires": "1"}


async def test_whoever_was_answered_by_direct_message_is_told_more_there_with_working_buttons(booth):
    guild = str(booth.guild.id)
    channel = await booth.client.http.start_private_message(booth.ana.id)
    payload = dm_payload(preview(), guild)
    sent = await booth.client.http.request(
        discord.http.Route("POST", f"/channels/{channel['id']}/messages"), json=payload
    )
    dm = booth.server.world.dm(booth.ana)
    await (await booth.server.people.click(booth.ana, dm.messages.get(int(sent["id"])), "Publish")).answered()
    request = booth.commands.asked[-1]
    assert (request.actor.workspace, request.actor.user, request.place) == (guild, str(booth.ana.id), None)
    await booth.server.quiet()
    assert await booth.live.tell(request.actor, preview())
    await (await booth.server.people.click(booth.ana, dm.messages[-1], "Cancel")).answered()
    assert booth.commands.asked[-1].actor.workspace == guild
