"""Continuing a shared thread: by the command, and by the button of its card."""

from __future__ import annotations

import pytest

PLACE, NUMBER = "tl:field:place", "tl:field:number"


@pytest.fixture
async def shared(town):
    """The link of a published thread."""
    return await town.url(await town.publish(town.ana, await town.talk()))


async def replayed(town, channel):
    """The head of the thread that goes on in `channel`, all of it copied."""
    await town.settled()
    await town.world.continuing.settle()
    heads = [post for post in town.slack.posts(channel) if "thread_ts" not in post.raw]
    return heads[-1]


class TestCommand:
    async def test_it_goes_on_in_the_channel_where_it_was_typed(self, town, shared):
        ideas = town.slack.channel(town.acme, "ideas", [town.jonas])
        await town.slack.slash(town.jonas, ideas, "/continue", shared)
        head = await replayed(town, ideas)
        assert "Continued from" in town.slack.see(head)
        assert len(head.replies) == 3
        seen = town.private(town.jonas, ideas)
        assert "goes on in a new thread here" in seen

    async def test_a_number_says_how_much_of_it_is_copied(self, town, shared):
        ideas = town.slack.channel(town.acme, "ideas", [town.jonas])
        await town.slack.slash(town.jonas, ideas, "/continue", f"<{shared}> 1")
        assert len((await replayed(town, ideas)).replies) == 1

    async def test_ten_deliveries_make_one_thread(self, town, shared):
        ideas = town.slack.channel(town.acme, "ideas", [town.jonas])
        await town.slack.slash(town.jonas, ideas, "/continue", shared, times=10)
        await replayed(town, ideas)
        assert len([post for post in town.slack.posts(ideas) if "thread_ts" not in post.raw]) == 1
        assert len(town.slack.ephemerals(town.jonas, ideas)) == 1

    async def test_in_a_direct_message_it_says_where_to_type_it(self, town, shared):
        direct = town.slack.direct(town.ana, town.jonas)
        await town.slack.slash(town.ana, direct, "/continue", shared)
        await town.settled()
        assert "Go to the channel where it should go on" in town.private(town.ana, direct)

    @pytest.mark.parametrize(
        ("text", "answer"),
        [
            ("", "Say which link: /continue"),
            ("https://example.org/share/x", "That link belongs to example.org."),
            ("{link} many", "How many turns are to be copied? Say a number, or the word all."),
        ],
    )
    async def test_what_is_not_understood_is_answered_kindly(self, town, shared, text, answer):
        await town.slack.slash(town.ana, town.general, "/continue", text.format(link=shared))
        await town.settled()
        assert answer in town.private(town.ana)

    async def test_a_link_that_has_ended_is_told(self, town, shared):
        await town.slack.click(town.ana, town.cards()[0], "tl:revoke")
        await town.settled()
        await town.slack.slash(town.ana, town.general, "/continue", shared)
        await town.settled()
        assert "That link no longer works: it has been revoked." in town.private(town.ana)


class TestCardButton:
    async def opened(self, town, user=None):
        await town.slack.click(user or town.jonas, town.cards()[0], "tl:continue")
        await town.settled()
        return town.slack.modal(user or town.jonas)

    async def test_it_asks_for_a_channel_and_how_much_and_begins_with_the_one_it_stands_in(
        self, town, shared
    ):
        await self.opened(town)
        seen = town.seen(town.jonas)
        assert "Channel where it goes on: <#general ▾>" in seen
        assert "A short one in full, the end of a long one" in seen

    async def test_it_goes_on_in_the_chosen_channel(self, town, shared):
        ideas = town.slack.channel(town.acme, "ideas", [town.jonas])
        view = await self.opened(town)
        await town.slack.submit(view, {PLACE: ideas, NUMBER: "0"})
        head = await replayed(town, ideas)
        assert head.replies == []
        assert "goes on in a new thread" in town.seen(town.jonas)
        assert "You find it in #ideas." in town.seen(town.jonas)
        assert "Starting the new thread…" in str(view.versions[-1])

    async def test_a_submit_that_comes_ten_times_makes_one_thread(self, town, shared):
        ideas = town.slack.channel(town.acme, "ideas", [town.jonas])
        await town.slack.submit(await self.opened(town), {PLACE: ideas}, times=10)
        await replayed(town, ideas)
        assert len([post for post in town.slack.posts(ideas) if "thread_ts" not in post.raw]) == 1

    async def test_a_refusal_leaves_the_question_open_with_what_was_chosen(self, town, shared):
        closed = town.slack.channel(town.acme, "closed", [town.jonas], kind="private", bot=False)
        view = await self.opened(town)
        await town.slack.submit(view, {PLACE: closed, NUMBER: "5"})
        await town.settled()
        seen = town.seen(town.jonas)
        assert ":warning:" in seen
        assert "<#closed ▾>" in seen
        assert "<The last 5 turns ▾>" in seen

    async def test_it_works_after_a_restart_and_so_does_its_open_modal(self, town, shared):
        ideas = town.slack.channel(town.acme, "ideas", [town.jonas])
        await town.restart()
        view = await self.opened(town)
        await town.restart()
        await town.slack.submit(view, {PLACE: ideas})
        assert len((await replayed(town, ideas)).replies) == 3

    async def test_after_the_end_of_its_link_the_modal_says_so(self, town, shared):
        view = await self.opened(town)
        await town.slack.click(town.ana, town.cards()[0], "tl:revoke")
        await town.settled()
        await town.slack.submit(view, {PLACE: town.general})
        await town.settled()
        assert ":warning:" in town.seen(town.jonas)
