"""What a person does in Discord, each line of it, with the real core behind."""

from __future__ import annotations

import secrets

import pytest

from bot.model import Names
from bot.richtext.plain import plain
from tests.adapters.discord.dialog.booth import BASE_URL
from tests.adapters.discord.dialog.home import TEXTS, build_home, living
from tests.adapters.discord.dialog.test_listeners import message_link
from tests.servers.discord import Can, Kind


async def page(home, share):
    """All that the page of a share says."""
    shown = await home.world.sharing.page(share.id, 1)
    return "\n".join(plain(message.body) for message in shown.messages)


# Share


async def test_a_share_shows_a_preview_to_its_sharer_alone_and_publishes_nothing(home):
    preview = await home.preview()
    seen = home.server.see(preview)
    assert preview.ephemeral
    assert "Share this thread?" in seen
    assert "3 messages from 2 people" in seen
    assert "anyone with the link" in seen
    assert "Title: Thursday" in seen
    assert "make demo" in seen  # how the page will begin
    assert await home.links() == []
    assert home.cards() == []


async def test_publishing_makes_a_page_and_a_card_that_names_the_sharer_and_the_audience(home):
    card = await home.publish()
    [share] = await home.links()
    seen = home.server.see(card)
    assert not card.ephemeral
    assert "Thursday" in seen
    assert "Shared by Ana Moreno · anyone with the link" in seen
    assert "[Continue]" in seen
    assert "[Revoke]" in seen
    assert f"[Open]({BASE_URL}/share/" in seen
    assert card.previews == []
    assert card.pings == set()
    assert "make demo" in await page(home, share)


@pytest.mark.parametrize("kind", ["orphan", "announcement", "forum", "media", "private"])
async def test_every_kind_of_thread_can_be_shared(server, clock, tmp_path, kind):
    home = await build_home(server, clock, tmp_path)
    build, write = server.build, server.write
    if kind in ("forum", "media"):
        forum = build.channel(home.guild, kind, Kind.FORUM if kind == "forum" else Kind.MEDIA)
        thread = await write.forum_post(home.ana, forum, "A post", TEXTS[0])
    elif kind == "announcement":
        news = build.channel(home.guild, "news", Kind.ANNOUNCEMENT)
        thread = await write.thread(home.ana, await write.post(home.mod, news, TEXTS[0]), "A post")
    else:
        thread = await write.thread(home.ana, home.channel, "A post", private=kind == "private")
    if kind == "private":
        await write.add_to_thread(home.ana, thread, server.world.bot)
    await write.post(home.ana, thread, TEXTS[1])
    async with living(home, allow_private=True):
        await home.publish(place=thread)
        [share] = await home.links()
        assert share.thread.thread == str(thread.id)
        assert "make demo" in await page(home, share)


async def test_a_private_thread_is_refused_unless_the_operator_allows_it(home):
    thread = await home.server.write.thread(home.ana, home.channel, "Whispers", private=True)
    await home.server.write.add_to_thread(home.ana, thread, home.server.world.bot)
    interaction = await home.slash("share", place=thread)
    assert "Private threads are not shared here." in interaction.message.content


async def test_choices_are_made_in_the_preview_and_hold_on_the_page(home):
    preview = await home.preview()
    await home.choose(preview, "How people are called: Real names")
    assert "real name" in home.server.see(preview)
    await home.choose(preview, "The link expires: After 7 days")
    await home.choose(preview, "Your name as the sharer: On the page")
    opened = await home.press(preview, "Edit title")
    sent = await home.server.people.submit_modal(home.ana, opened, {"title": "Meet *on* Thursday"})
    await sent.answered()
    await home.publish(preview)
    [share] = await home.links()
    assert (share.header.title, share.names, share.sharer) == ("Meet *on* Thursday", Names.REAL, "Ana Moreno")
    assert (share.expires_at - home.clock()).days in (6, 7)


async def test_options_of_the_command_are_chosen_already(home):
    preview = await home.preview(options={"title": "My title", "names": "names", "expires": "30"})
    seen = home.server.see(preview)
    assert "Title: My title" in seen
    assert "*How people are called: Real names" in seen
    assert "*The link expires: After 30 days" in seen


async def test_messages_are_left_out_on_a_private_page_and_the_preview_can_be_looked_at_again(home):
    preview = await home.preview()
    address = home.server.see(preview).split("[Choose messages…](")[1].split(")")[0]
    assert address.startswith(f"{BASE_URL}/preview/")
    signed = address.rsplit("/", 1)[1]
    drafted = await home.world.sharing.draft_page(signed)
    await home.world.sharing.choose_messages(signed, left_out=[drafted.messages[-1].id], kept=[], findings={})
    await home.press(preview, "Show my choices")
    assert "1 message is left out" in home.server.see(preview)


async def test_a_suspected_secret_waits_until_it_is_masked(home):
    await home.server.write.post(
        home.ana, home.thread, f"key: AKIA{secrets.token_hex(8).upper()[:16]} ghp_{secrets.token_hex(18)}"
    )
    preview = await home.preview()
    assert "[Publish]" not in home.server.see(preview)
    button = next(b for b in home.server.see(preview).split("[") if b.startswith("Mask")).split("]")[0]
    await home.press(preview, button)
    assert "Mask them all?" in home.server.see(preview)
    await home.press(preview, "Not now")
    assert f"[{button}]" in home.server.see(preview)
    await home.press(preview, button)
    await home.press(preview, "Mask")
    assert "Masked. Read on, then publish." in home.server.see(preview)
    await home.publish(preview)


async def test_cancel_closes_the_preview_and_leaves_nothing(home):
    preview = await home.preview()
    await home.press(preview, "Cancel")
    assert home.server.see(preview).splitlines()[1:] == [
        "Cancelled. Nothing was published, and nothing of it is kept."
    ]
    assert await home.links() == []


async def test_a_thread_shared_before_offers_its_owner_an_update_or_a_new_link(home):
    await home.publish()
    await home.server.write.post(home.jonas, home.thread, "One more thing.")
    preview = await home.preview()
    seen = home.server.see(preview)
    assert "Update the link of 2 Nov 2026" in seen
    assert "1 new message" in seen or "[Update the link]" in seen
    pressed = await home.press(preview, "Update the link")
    assert "The link now shows the new snapshot." in home.server.see(pressed)
    [share] = await home.links()
    assert share.revision == 2
    assert "One more thing." in await page(home, share)
    await home.settle()
    assert "updated" in home.server.see(home.cards()[0])


async def test_somebody_else_is_offered_no_update(home):
    await home.publish()
    assert "Update the link" not in home.server.see(await home.preview(who=home.jonas))


async def test_a_stretch_of_a_channel_is_shared_by_its_links(home):
    posts = [await home.server.write.post(home.ana, home.channel, f"Message {i}") for i in range(4)]
    options = {"from": message_link(posts[1]), "to": message_link(posts[2])}
    preview = await home.preview(options=options, place=home.channel)
    assert "2 messages" in home.server.see(preview)
    await home.publish(preview, place=home.channel)
    [share] = await home.links()
    assert await page(home, share) == "Message 1\nMessage 2"


async def test_share_in_a_plain_channel_explains_the_ways(home):
    interaction = await home.slash("share", place=home.channel)
    text = interaction.message.content
    assert "/share" in text
    assert "Share thread" in text
    assert interaction.ephemeral


async def test_an_archived_thread_is_shared_by_the_menu_of_its_first_message(home):
    await home.server.write.archive(home.ana, home.thread)
    starter = home.channel.messages[0]
    menu = await home.server.people.message_menu(home.ana, home.channel, starter, "Share thread")
    await menu.answered(timeout=10)
    assert "3 messages" in home.server.see(menu)


async def test_without_message_content_whoever_asks_is_told_so(server, clock, tmp_path):
    server.world.app.message_content = False
    home = await build_home(server, clock, tmp_path)
    async with living(home) as life:
        interaction = await home.slash("share")
        assert "Message Content Intent" in interaction.message.content
        assert "admin of this Threadlink" in interaction.message.content
        assert (await life.opened.check()).endswith("message content off")


async def test_a_thread_that_the_bot_may_not_read_is_refused_kindly(home):
    home.server.build.overwrite(home.channel, home.server.world.bot, deny=Can.READ_MESSAGE_HISTORY)
    interaction = await home.slash("share")
    assert "Read Message History" in interaction.message.content


async def closed_window(home):
    """A share whose thread takes a quarter of an hour to read."""
    held = home.server.faults.hold("GET", "/channels/*/messages")
    opened = await home.server.people.slash(home.ana, home.thread, "share", {})
    await held.reached()
    assert home.server.see(opened) == "(thinking...)"
    home.clock.advance(minutes=15, seconds=1)
    held.release()
    return opened


async def test_whoever_takes_no_direct_messages_loses_an_answer_that_came_too_late_and_nothing_else(home):
    home.ana.takes_dms = False
    opened = await closed_window(home)
    await home.idle()
    assert opened.dead
    home.ana.takes_dms = True
    assert "Share this thread?" in home.server.see(await home.preview())


async def test_a_preview_whose_window_has_closed_comes_as_a_direct_message_with_working_buttons(home):
    await closed_window(home)
    await home.server.until(lambda: home.server.world.dm(home.ana), timeout=10)
    dm = home.server.world.dm(home.ana)
    await home.server.until(lambda: len(dm.messages), timeout=10)
    preview = dm.messages[0]
    assert "Share this thread?" in home.server.see(preview)
    await home.choose(preview, "How people are called: Real names")
    assert "real name" in home.server.see(preview)
    opened = await home.press(preview, "Edit title")
    await (await home.server.people.submit_modal(home.ana, opened, {"title": "By mail"})).answered()
    await home.publish(preview)
    [share] = await home.links()
    assert (share.header.title, share.names) == ("By mail", Names.REAL)


# Card


async def test_the_cards_continue_makes_a_thread_beside_this_one(home):
    card = await home.publish()
    pressed = await home.press(card, "Continue", home.jonas)
    assert pressed.ephemeral
    assert "goes on in a new thread here" in home.server.see(pressed)
    await home.settle()
    [made] = await home.started_threads()
    assert made.parent is home.channel
    assert "Thursday" in made.name


async def test_revoking_by_the_card_asks_first_and_then_closes_the_card(home):
    card = await home.publish()
    asked = await home.press(card, "Revoke")
    assert asked.ephemeral
    assert "“Thursday” will no longer open for anyone" in home.server.see(asked)
    kept = await home.press(asked.message, "Keep")
    assert "nothing was changed" in home.server.see(kept)
    assert len(await home.links()) == 1
    again = await home.press(card, "Revoke")
    revoked = await home.press(again.message, "Revoke")
    assert "Revoked." in home.server.see(revoked)
    await home.settle()
    assert await home.links() == []
    assert "The link was revoked and no longer opens." in home.server.see(card)
    assert card.components == []


async def test_a_stranger_is_told_that_they_may_not_and_a_moderator_may(home):
    card = await home.publish()
    refused = await home.press(card, "Revoke", home.jonas)
    assert "which you could revoke" in home.server.see(refused)
    asked = await home.press(card, "Revoke", home.mod)
    await home.press(asked.message, "Revoke", home.mod)
    assert await home.links() == []


# Continue


async def link_of(home) -> str:
    [share] = await home.links()
    return await home.world.sharing.url_of(share.id)


@pytest.mark.parametrize("where", ["channel", "thread", "forum"])
async def test_continue_makes_a_thread_where_it_is_asked_for(home, where):
    await home.publish()
    link = await link_of(home)
    if where == "forum":
        forum = home.server.build.channel(home.guild, "ideas", Kind.FORUM, tags=["idea"], require_tag=True)
        place = await home.server.write.forum_post(home.ana, forum, "Another", "Text", tags=["idea"])
        parent = forum
    else:
        place, parent = (home.channel if where == "channel" else home.thread), home.channel
    asked = await home.slash("continue", {"link": link}, place=place, who=home.jonas)
    assert "goes on in a new thread here" in home.server.see(asked)
    await home.settle()
    [made] = await home.started_threads()
    assert made.parent is parent
    texts = "\n".join(message.content for message in made.messages)
    assert "make demo" in texts
    assert all(message.pings == set() for message in made.messages)


async def test_a_link_that_is_none_is_refused_kindly(home):
    interaction = await home.slash("continue", {"link": "https://example.org/x"}, place=home.channel)
    assert "belongs to example.org" in interaction.message.content


# Manage


async def test_ones_links_are_listed_and_revoked_one_by_one_after_a_question(home):
    card = await home.publish()
    listed = await home.slash("shares", subcommand="list")
    assert listed.ephemeral
    seen = home.server.see(listed)
    assert "Your live link" in seen
    assert "#general · shared 2 Nov 2026 · 3 messages, 2 people" in seen
    asked = await home.press(listed.message, "Revoke")
    await home.press(asked.message, "Revoke")
    assert await home.links() == []
    await home.press(listed.message, "Refresh")
    assert "You have no live links." in home.server.see(listed)
    await home.settle()
    assert card.components == []


async def test_all_links_are_revoked_after_a_question_that_names_their_number(home):
    await home.publish()
    preview = await home.preview()
    await home.choose(preview, "You have shared this thread before: Make a new link")
    await home.publish(preview)
    listed = await home.slash("shares", subcommand="list")
    asked = await home.press(listed.message, "Revoke all 2 links")
    assert "2 links will no longer open for anyone" in home.server.see(asked)
    await home.press(asked.message, "Revoke 2 links")
    assert await home.links() == []


async def test_a_link_is_revoked_by_the_choice_that_is_offered_while_typing(home):
    await home.publish()
    [offered] = await home.server.people.autocomplete(
        home.ana, home.thread, "shares", {"link": "thurs"}, focused="link", subcommand="revoke"
    )
    assert offered["name"].startswith("Thursday · #general")
    done = await home.slash("shares", {"link": offered["value"]}, subcommand="revoke")
    assert "Revoked." in home.server.see(done)
    assert await home.links() == []


async def test_nobody_is_offered_the_links_of_others(home):
    await home.publish()
    choices = await home.server.people.autocomplete(
        home.jonas, home.thread, "shares", {"link": ""}, focused="link", subcommand="revoke"
    )
    assert choices == []


async def test_a_channels_links_are_shown_to_its_moderators_only(home):
    await home.publish()
    refused = await home.slash("shares", subcommand="here", who=home.jonas)
    assert "Only moderators" in home.server.see(refused)
    for place in (home.channel, home.thread):
        shown = await home.slash("shares", subcommand="here", who=home.mod, place=place)
        assert "by Ana Moreno" in home.server.see(shown)
