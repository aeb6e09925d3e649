"""Sharing a thread: every way in leads to the same preview, and from there to one link."""

from __future__ import annotations

import asyncio
import secrets

import pytest

from bot.commands import Request
from tests.adapters.slack.dialog.town import town_of
from tests.servers.slack import NotPossible

TITLE, NAMES, LINK = "tl:field:title", "tl:field:names", "tl:field:link"


async def modal_of(town, user):
    await town.settled()
    return town.slack.modal(user)


def is_preview(view):
    return view.title == "Share this thread?" and "3 messages from 2 people." in str(view.blocks)


class TestWaysIn:
    async def test_the_shortcut_on_any_message_of_the_thread(self, town):
        root = await town.talk()
        for message in (root, root.replies[0], root.replies[1]):
            assert is_preview(await town.preview(town.ana, message))

    async def test_the_modal_stands_there_before_the_thread_is_read(self, town):
        root = await town.talk()
        reading = town.slack.hold("conversations.replies")
        await town.slack.message_shortcut(town.ana, root, "share_thread")
        await reading.reached.wait()
        assert "Reading the thread…" in town.seen(town.ana)
        reading.release()
        assert is_preview(await modal_of(town, town.ana))

    async def test_a_mention_in_the_thread_offers_a_button_to_its_author_alone(self, town):
        root = await town.talk()
        await town.slack.mention(town.ana, town.general, "share  Our numbers", thread=root)
        await town.settled()
        (whisper,) = town.slack.ephemerals(town.ana)
        assert "nothing is public yet" in town.slack.see(whisper)
        assert whisper.raw["thread_ts"] == root.ts
        assert town.slack.ephemerals(town.jonas) == []
        await town.slack.click(town.ana, whisper, "tl:share")
        view = await modal_of(town, town.ana)
        assert is_preview(view)  # without the message that asked for it
        assert view.values[TITLE]["value"]["value"] == "Our numbers"

    async def test_a_link_behind_the_command(self, town):
        root = await town.talk()
        for message in (root, root.replies[0]):
            await town.slack.slash(town.ana, town.general, "/share", town.slack.permalink(message))
            assert is_preview(await modal_of(town, town.ana))

    async def test_a_link_and_a_title_behind_the_command(self, town):
        link = town.slack.permalink(await town.talk())
        await town.slack.slash(town.ana, town.general, "/share", f"<{link}|link> Our numbers")
        assert (await modal_of(town, town.ana)).values[TITLE]["value"]["value"] == "Our numbers"

    @pytest.mark.parametrize("way", ["command", "shortcut"])
    async def test_the_bare_command_and_the_global_shortcut_ask_for_a_link_and_teach_the_shorter_way(
        self, town, way
    ):
        root = await town.talk()
        if way == "command":
            await town.slack.slash(town.ana, town.general, "/share")
        else:
            await town.slack.global_shortcut(town.ana, "share_global")
        view = await modal_of(town, town.ana)
        assert "choose “Share this thread” in that same menu" in town.seen(town.ana)
        await town.slack.submit(view, {LINK: town.slack.permalink(root.replies[1])})
        assert is_preview(await modal_of(town, town.ana))

    async def test_a_message_outside_of_any_thread_is_shared_alone(self, town):
        await town.talk()
        alone = await town.slack.post(town.jonas, town.general, "The office is closed on Friday.")
        view = await town.preview(town.ana, alone)
        assert "1 message from 1 person." in town.seen(town.ana)
        assert view.values[TITLE]["value"]["value"] == "The office is closed on Friday."


class TestKindRefusals:
    async def test_a_link_that_is_none_is_said_at_the_field(self, town):
        await town.slack.slash(town.ana, town.general, "/share")
        view = await modal_of(town, town.ana)
        delivery = await town.slack.submit(view, {LINK: "the numbers"})
        assert list(delivery.errors) == [LINK]
        assert "Copy link" in delivery.errors[LINK]

    async def test_words_in_place_of_a_link_open_the_same_question(self, town):
        await town.slack.slash(town.ana, town.general, "/share", "the numbers")
        await modal_of(town, town.ana)
        assert "I found no link to a message in that." in town.seen(town.ana)

    async def test_a_link_of_another_workspace_can_be_put_right_in_the_same_modal(self, town):
        root = await town.talk()
        foreign = town.slack.permalink(root).replace("acme", "globex")
        await town.slack.slash(town.ana, town.general, "/share", f"{foreign} Numbers")
        view = await modal_of(town, town.ana)
        assert "That is no message of this workspace." in town.seen(town.ana)
        await town.slack.submit(view, {LINK: town.slack.permalink(root)})
        view = await modal_of(town, town.ana)
        assert is_preview(view)
        assert view.values[TITLE]["value"]["value"] == "Numbers"

    async def test_what_one_may_not_read_and_what_is_not_there_look_the_same(self, town):
        secret = town.slack.channel(town.acme, "secret", [town.jonas], kind="private")
        hidden = await town.slack.post(town.jonas, secret, "Not for Ana", quiet=True)
        link = town.slack.permalink(hidden)
        seen = set()
        for one in (link, link.replace(secret.id, "C0MISSING")):
            await town.slack.slash(town.ana, town.general, "/share", one)
            await modal_of(town, town.ana)
            seen.add(town.seen(town.ana))
        assert len(seen) == 1
        assert "Not for Ana" not in seen.pop()

    async def test_where_the_bot_may_not_join_it_says_how_to_invite_it(self, town):
        scopes = [scope for scope in town.slack.app.scopes if scope != "channels:join"]
        town.acme.app.scopes = tuple(scopes)
        design = town.slack.channel(town.acme, "design", [town.ana], bot=False)
        await town.preview(town.ana, await town.slack.post(town.ana, design, "Look"))
        assert "Invite me there with /invite @threadlink, then try again." in town.seen(town.ana)

    async def test_share_outside_of_a_thread_says_where_to_say_it(self, town):
        await town.slack.mention(town.ana, town.general, "share")
        await town.settled()
        assert "inside the thread that you want to share" in town.private(town.ana)

    @pytest.mark.parametrize("words", ["", "help", "what can you do?"])
    async def test_anything_else_behind_the_name_is_answered_with_help(self, town, words):
        await town.slack.mention(town.ana, town.general, words)
        await town.settled()
        assert "/share and the link" in town.private(town.ana)
        assert "/shares revoke all" in town.private(town.ana)

    async def test_a_click_that_slack_gave_up_on_is_answered_where_it_was_made(self, town):
        root = await town.talk()
        town.slack.fail_next("views.open", error="expired_trigger_id")
        await town.slack.message_shortcut(town.ana, root, "share_thread")
        await town.settled()
        assert "Please try that once more." in town.private(town.ana)


async def test_in_a_private_channel_it_says_how_to_be_invited_where_that_would_help(tmp_path):
    async with town_of(tmp_path, "socket", allow_private=True) as town:
        design = town.slack.channel(town.acme, "design", [town.ana], kind="private", bot=False)
        said = await town.slack.post(town.ana, design, "Look")
        await town.preview(town.ana, said)
        assert "only once I was invited there with /invite @threadlink" in town.seen(town.ana)
        design.members_of([town.acme.app.user])
        assert (await town.preview(town.ana, said)).title == "Share this thread?"


class TestPreview:
    async def test_what_is_typed_survives_a_look_at_the_choices(self, town):
        view = await town.preview(town.ana, await town.talk())
        town.slack.fill(view, {TITLE: "Still here", NAMES: "names"})
        await town.slack.click(town.ana, view, "tl:choose")
        await town.settled()
        assert "Everyone appears under their real name." in town.seen(town.ana)
        assert "> Ana  Shall we look" in town.seen(town.ana)
        assert "Title: [Still here]" in town.seen(town.ana)
        assert town.slack.modal(town.ana) is view

    async def test_suspected_secrets_hold_publishing_until_they_are_masked(self, town):
        secret = "xoxb-" + secrets.token_hex(8)
        root = await town.talk(None, "The key is", f"{secret}", "Thanks")
        view = await town.preview(town.ana, root)
        assert "[Publish]" not in town.seen(town.ana)
        assert secret not in town.seen(town.ana)
        town.slack.fill(view, {TITLE: "Keys"})
        delivery = await town.slack.click(town.ana, view, "tl:mask")
        assert delivery.confirm["title"]["text"] == "Mask them all?"
        await town.settled()
        assert "Masked. Read on, then publish." in town.seen(town.ana)
        await town.slack.submit(view)
        await town.settled()
        (share,) = await town.shares(town.ana)
        assert share.header.title == "Keys"

    async def test_submitting_while_something_is_suspected_only_looks_again(self, town):
        root = await town.talk(None, "The key is", "xoxb-" + secrets.token_hex(8))
        view = await town.preview(town.ana, root)
        await town.slack.submit(view, {TITLE: "Keys"})
        await town.settled()
        assert await town.shares(town.ana) == []
        assert "Looks like 1 secret" in town.seen(town.ana)
        assert "Title: [Keys]" in town.seen(town.ana)

    async def test_a_title_of_nothing_is_refused_above_the_preview_and_nothing_typed_is_lost(self, town):
        view = await town.preview(town.ana, await town.talk())
        await town.slack.submit(view, {TITLE: "   ", NAMES: "names"})
        await town.settled()
        assert "The page needs a title. Type one, then try again." in town.seen(town.ana)
        assert "(•) Real names" in town.seen(town.ana)
        await town.slack.submit(view, {TITLE: "Numbers"})
        await town.settled()
        assert [share.names for share in await town.shares(town.ana)] == ["names"]

    async def test_the_browser_button_leads_to_the_private_page_and_changes_nothing(self, town):
        view = await town.preview(town.ana, await town.talk())
        before = town.seen(town.ana)
        delivery = await town.slack.click(town.ana, view, "tl:open")
        await town.settled()
        assert delivery.acked
        assert delivery.opened_url.startswith(f"{town.base_url}/preview/")
        assert town.seen(town.ana) == before

    async def test_who_shared_it_before_may_update_the_link_or_make_a_new_one(self, town):
        root = await town.talk()
        await town.publish(town.ana, root, {TITLE: "Numbers"})
        await town.slack.post(town.jonas, town.general, "And 13.", thread=root, quiet=True)
        view = await town.preview(town.ana, root)
        assert "The same link shows this snapshot: 1 new message" in town.seen(town.ana)
        assert "[Update the link]" in town.seen(town.ana)
        await town.slack.submit(view)
        await town.settled()
        (share,) = await town.shares(town.ana)
        assert (share.revision, share.header.message_count) == (2, 4)
        await town.close_modal(town.ana)
        view = await town.preview(town.ana, root)
        await town.slack.submit(view, {LINK: "new"})
        await town.settled()
        assert len(await town.shares(town.ana)) == 2


class TestPublishing:
    async def test_submit_publishes_and_shows_the_link_and_the_card_stands_in_the_thread(self, town):
        root = await town.talk()
        view = await town.preview(town.ana, root)
        town.slack.fill(view, {TITLE: "Numbers"})
        await town.slack.submit(view)
        await town.settled()
        (share,) = await town.shares(town.ana)
        assert await town.url(share) in town.seen(town.ana)
        assert "Publishing…" in str(view.versions[-1])
        (card,) = town.cards()
        assert card.raw["thread_ts"] == root.ts
        assert "Shared by Ana" in town.slack.see(card)
        assert "Continue here…" in town.slack.see(card)

    async def test_a_submit_that_comes_ten_times_publishes_once(self, town):
        view = await town.preview(town.ana, await town.talk())
        await town.slack.submit(view, times=10)
        await town.settled()
        assert len(await town.shares(town.ana)) == len(town.cards()) == 1
        assert "Published." in town.seen(town.ana)

    async def test_two_submits_at_once_publish_once(self, town):
        view = await town.preview(town.ana, await town.talk())
        await asyncio.gather(town.slack.submit(view), town.slack.submit(view))
        await town.settled()
        assert len(await town.shares(town.ana)) == len(town.cards()) == 1

    async def test_closing_the_preview_leaves_nothing(self, town):
        view = await town.preview(town.ana, await town.talk())
        draft = view.private_metadata.split('"')[3]
        await town.slack.close(view)
        await town.settled()
        reply = await town.world.commands.handle(Request(town.actor(town.ana), "choose", draft))
        assert reply.error
        assert await town.shares(town.ana) == []
        with pytest.raises(NotPossible):
            town.slack.modal(town.ana)

    async def test_closing_what_was_published_takes_nothing_back(self, town):
        await town.publish(town.ana, await town.talk())
        assert len(await town.shares(town.ana)) == 1

    async def test_a_preview_whose_modal_was_closed_meanwhile_is_announced_to_its_person(self, town):
        root = await town.talk()
        reading = town.slack.hold("conversations.replies")
        await town.slack.message_shortcut(town.ana, root, "share_thread")
        await reading.reached.wait()
        await town.slack.close(town.slack.modal(town.ana))
        reading.release()
        await town.settled()
        (whisper,) = town.slack.ephemerals(town.ana)
        assert "The preview of “Shall we look at the numbers?” is ready." in town.slack.see(whisper)
        await town.slack.click(town.ana, whisper, "tl:choose")
        view = await modal_of(town, town.ana)
        assert is_preview(view)
        await town.slack.submit(view)
        await town.settled()
        assert len(await town.shares(town.ana)) == 1

    async def test_without_a_live_interaction_the_announcement_comes_as_a_direct_message(self, town):
        root = await town.talk()
        await town.slack.global_shortcut(town.ana, "share_global")
        view = await modal_of(town, town.ana)
        reading = town.slack.hold("conversations.replies")
        await town.slack.submit(view, {LINK: town.slack.permalink(root)})
        await reading.reached.wait()
        await town.slack.close(view)
        reading.release()
        await town.settled()
        (message,) = town.slack.posts(town.slack.direct(town.ana))
        assert "is ready" in town.slack.see(message)
        await town.slack.click(town.ana, message, "tl:choose")
        assert is_preview(await modal_of(town, town.ana))

    async def test_a_result_whose_modal_was_closed_meanwhile_reaches_its_person(self, town):
        root = await town.talk()
        view = await town.preview(town.ana, root)
        posting = town.slack.hold("chat.postMessage")
        await town.slack.submit(view)
        await posting.reached.wait()
        await town.slack.close(view)
        posting.release()
        await town.settled()
        (share,) = await town.shares(town.ana)
        assert await town.url(share) in town.private(town.ana)

    async def test_where_the_card_cannot_stand_nothing_is_published_and_the_preview_says_why(self, town):
        root = await town.talk()
        view = await town.preview(town.ana, root)
        town.general.read_only = True
        await town.slack.submit(view, {TITLE: "Numbers"})
        await town.settled()
        assert await town.shares(town.ana) == []
        assert "Nothing was published" in town.seen(town.ana)
