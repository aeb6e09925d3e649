"""One's links: the private list, the home tab, and their end."""

from __future__ import annotations

from dataclasses import replace

import pytest

from adapters.slack.identity import thread_ref
from tests.servers.slack import NotPossible

TITLE = "tl:field:title"


async def share_several(town, number):
    """So many links of Ana's, each of a thread in a channel of its own: Slack takes one post a second in each.

    By the core alone: every step in Slack's dialogs would take longer than what is looked at here.
    """
    sharing, ana = town.world.sharing, town.actor(town.ana)
    for count in range(1, number + 1):
        channel = town.general
        if count > 1:
            channel = town.slack.channel(town.acme, f"project-{count}", [town.ana, town.jonas])
        root = await town.talk(channel)
        draft = await sharing.prepare(ana, thread_ref(town.workspace, channel.id, root.ts))
        await sharing.choose(draft.id, ana, replace(draft.choices, title=f"Thread {count}"))
        await sharing.publish(draft.id, ana)


async def listed(town, user, text=""):
    """The message that /shares answers with."""
    await town.slack.slash(user, town.general, "/shares", text)
    await town.settled()
    return town.slack.ephemerals(user, town.general)[-1]


async def press(town, user, where, action, **which):
    delivery = await town.slack.click(user, where, action, **which)
    await town.settled()
    return delivery


class TestList:
    async def test_it_names_each_link_with_what_can_be_done(self, town):
        share = await town.publish(town.ana, await town.talk(), {TITLE: "Numbers"})
        message = await listed(town, town.ana)
        seen = town.slack.see(message)
        assert "Your live link" in seen
        assert "Numbers\n#general · shared" in seen
        assert "[Open↗] [Revoke!]" in seen
        delivery = await town.slack.click(town.ana, message, "tl:open")
        assert delivery.opened_url == await town.url(share)
        with pytest.raises(NotPossible):
            await town.slack.click(town.jonas, message, "tl:revoke")

    async def test_without_links_it_says_how_to_share(self, town):
        seen = town.slack.see(await listed(town, town.ana))
        assert "You have no live links." in seen
        assert "choose “Share this thread”" in seen

    async def test_a_revoked_link_leaves_the_list_and_says_so_in_its_place(self, town):
        await share_several(town, 2)
        message = await listed(town, town.ana)
        one, other = await town.shares(town.ana)
        delivery = await press(town, town.ana, message, "tl:revoke", value=one.id)
        assert delivery.confirm["title"]["text"] == "Revoke this link?"
        assert [share.id for share in await town.shares(town.ana)] == [other.id]
        seen = town.slack.see(message)
        assert f"Revoked. “{one.header.title}” no longer opens for anyone." in seen
        assert "Your live link\n" in seen
        assert seen.count("[Revoke!]") == 1
        (card,) = town.cards(town.acme["project-2"])
        await town.slack.until(lambda: "no longer opens" in town.slack.see(card))

    async def test_saying_no_revokes_nothing(self, town):
        await share_several(town, 1)
        message = await listed(town, town.ana)
        await town.slack.click(town.ana, message, "tl:revoke", confirm=False)
        await town.settled()
        assert len(await town.shares(town.ana)) == 1

    async def test_all_can_be_revoked_at_once_behind_a_question_that_names_the_number(self, town):
        await share_several(town, 3)
        message = await listed(town, town.ana)
        delivery = await press(town, town.ana, message, "tl:revoke_all")
        assert delivery.confirm["confirm"]["text"] == "Revoke 3 links"
        assert await town.shares(town.ana) == []
        assert "Revoked 3 links." in town.slack.see(message)

    async def test_revoke_all_by_text_asks_first(self, town):
        await share_several(town, 2)
        message = await listed(town, town.ana, "revoke all")
        assert "Revoke all of your 2 live links?" in town.slack.see(message)
        assert len(await town.shares(town.ana)) == 2
        await press(town, town.ana, message, "tl:revoke_all")
        assert await town.shares(town.ana) == []

    async def test_revoke_all_by_text_asks_about_a_single_link_by_its_title(self, town):
        await town.publish(town.ana, await town.talk(), {TITLE: "Numbers"})
        message = await listed(town, town.ana, "revoke all")
        seen = town.slack.see(message)
        assert "Revoke your only live link, “Numbers”? It will not open for anyone after that." in seen
        assert "[Revoke!]" in seen
        await press(town, town.ana, message, "tl:revoke_all")
        assert "Revoked. Your link no longer opens for anyone." in town.slack.see(message)
        assert await town.shares(town.ana) == []

    async def test_a_link_is_revoked_by_text(self, town):
        share = await town.publish(town.ana, await town.talk(), {TITLE: "Numbers"})
        link = await town.url(share)
        for text in (link, f"<{link}>", f"<{link}|threads>"):
            message = await listed(town, town.ana, f"revoke {text}")
        assert await town.shares(town.ana) == []
        assert "it has been revoked" in town.slack.see(message)

    async def test_many_links_come_in_pages(self, town):
        await share_several(town, 12)
        message = await listed(town, town.ana)
        assert "Your 12 live links" in town.slack.see(message)
        assert "1 to 10 of 12" in town.slack.see(message)
        assert "[Older ›]" in town.slack.see(message)
        await press(town, town.ana, message, "tl:page:on")
        seen = town.slack.see(message)
        assert "11 to 12 of 12" in seen
        assert "Thread 1\n" in seen
        assert "[‹ Newer]" in seen
        oldest = (await town.shares(town.ana))[-1]
        await press(town, town.ana, message, "tl:revoke", value=oldest.id)
        assert "11 to 11 of 11" in town.slack.see(message)
        await press(town, town.ana, message, "tl:page:back")
        assert "1 to 10 of 11" in town.slack.see(message)

    async def test_moderators_see_and_end_what_is_shared_from_a_channel(self, town):
        await share_several(town, 1)
        message = await listed(town, town.mei, "here")
        assert "1 live link of threads in this channel" in town.slack.see(message)
        assert "by Ana" in town.slack.see(message)
        await press(town, town.mei, message, "tl:revoke")
        assert await town.shares(town.ana) == []
        assert "No thread of this channel is shared at the moment." in town.slack.see(message)

    async def test_others_are_told_that_they_may_not(self, town):
        await share_several(town, 1)
        assert "Only moderators" in town.slack.see(await listed(town, town.jonas, "here"))

    @pytest.mark.parametrize("command", ["/share", "/continue", "/shares"])
    async def test_help_explains_all_of_it(self, town, command):
        await town.slack.slash(town.ana, town.general, command, "help")
        await town.settled()
        assert "Share a thread: open ⋮" in town.private(town.ana)

    async def test_what_is_not_understood_is_answered_with_what_is(self, town):
        seen = town.slack.see(await listed(town, town.ana, "frobnicate"))
        assert "I understand /shares, /shares here" in seen

    async def test_buttons_of_an_old_list_work_after_a_restart(self, town):
        await share_several(town, 12)
        message = await listed(town, town.ana)
        await press(town, town.ana, message, "tl:page:on")
        await town.restart()
        oldest = (await town.shares(town.ana))[-1]
        await press(town, town.ana, message, "tl:revoke", value=oldest.id)
        assert len(await town.shares(town.ana)) == 11
        assert "11 to 11 of 11" in town.slack.see(message)


class TestCard:
    async def test_its_owner_revokes_it_there_and_is_told_in_the_thread(self, town):
        root = await town.talk()
        await town.publish(town.ana, root)
        (card,) = town.cards()
        await press(town, town.ana, card, "tl:revoke")
        assert await town.shares(town.ana) == []
        whisper = town.slack.ephemerals(town.ana, town.general)[-1]
        assert "Revoked." in town.slack.see(whisper)
        assert whisper.raw["thread_ts"] == root.ts
        await town.slack.until(lambda: "no longer opens" in town.slack.see(town.cards()[0]))

    async def test_somebody_else_is_told_that_it_is_not_theirs(self, town):
        await town.publish(town.ana, await town.talk())
        (card,) = town.cards()
        await press(town, town.jonas, card, "tl:revoke")
        assert len(await town.shares(town.ana)) == 1
        assert "I know no live link like that" in town.private(town.jonas)

    async def test_its_buttons_work_after_a_restart(self, town):
        await town.publish(town.ana, await town.talk())
        (card,) = town.cards()
        await town.restart()
        await press(town, town.mei, card, "tl:revoke")
        assert await town.shares(town.ana) == []

    async def test_revoking_it_ten_times_answers_once(self, town):
        await town.publish(town.ana, await town.talk())
        before = len(town.slack.ephemerals(town.ana, town.general))
        await town.slack.click(town.ana, town.cards()[0], "tl:revoke", times=10)
        await town.settled()
        assert len(town.slack.ephemerals(town.ana, town.general)) == before + 1


class TestHome:
    async def home(self, town, user):
        await town.slack.open_home(user)
        await town.settled()
        return town.slack.home(user)

    async def test_it_says_how_to_start(self, town):
        seen = town.slack.see(await self.home(town, town.ana))
        assert "You have no live links." in seen
        assert "How to share a thread" in seen
        assert "type /share and the link" in seen

    async def test_links_are_ended_there_and_it_is_drawn_anew(self, town):
        await share_several(town, 3)
        home = await self.home(town, town.ana)
        assert "Your 3 live links" in town.slack.see(home)
        one, *others = await town.shares(town.ana)
        await press(town, town.ana, home, "tl:revoke", value=one.id)
        assert [share.id for share in await town.shares(town.ana)] == [share.id for share in others]
        assert "Revoked." in town.slack.see(home)
        assert "Your 2 live links\n" in town.slack.see(home)
        await press(town, town.ana, home, "tl:revoke_all")
        assert "Revoked 2 links." in town.slack.see(home)
        assert "You have no live links." in town.slack.see(home)

    async def test_many_links_come_in_pages(self, town):
        await share_several(town, 17)
        home = await self.home(town, town.ana)
        assert "1 to 15 of 17" in town.slack.see(home)
        await press(town, town.ana, home, "tl:page:on")
        assert "16 to 17 of 17" in town.slack.see(home)

    async def test_looking_at_the_messages_tab_draws_nothing(self, town):
        await town.slack.open_home(town.ana, tab="messages")
        await town.settled()
        assert town.slack.calls_of("views.publish") == []

    async def test_nobody_sees_the_links_of_another(self, town):
        await share_several(town, 1)
        assert "You have no live links." in town.slack.see(await self.home(town, town.jonas))
