"""Who asks: names of commands as the operator chose them, people of other companies, and a Slack that is silent."""

from __future__ import annotations

import pytest

from adapters.slack.identity import thread_ref
from bot.model import PostRef
from bot.platforms import NotAllowed
from tests.adapters.slack.dialog.town import MODES, town_of
from tests.adapters.stage import a_card


@pytest.fixture(params=MODES)
async def prefixed(request, tmp_path):
    """A Threadlink beside another one: its commands are called /tl-share and so on."""
    async with town_of(tmp_path, request.param, command_prefix="tl-") as town:
        town.slack.app.commands = {"/tl-share", "/tl-continue", "/tl-shares", "/share"}
        yield town


async def test_commands_are_called_as_the_operator_wants_everywhere(prefixed):
    town = prefixed
    root = await town.talk()
    await town.slack.slash(town.ana, town.general, "/tl-share", town.slack.permalink(root))
    await town.settled()
    assert town.slack.modal(town.ana).title == "Share this thread?"
    await town.slack.slash(town.ana, town.general, "/tl-shares", "help")
    await town.settled()
    assert "/tl-share and the link" in town.private(town.ana)
    assert " /share" not in town.private(town.ana)
    await town.slack.open_home(town.ana)
    await town.settled()
    assert "type /tl-continue and its link" in town.slack.see(town.slack.home(town.ana))


async def test_a_command_by_its_old_name_is_answered_with_the_new_ones(prefixed):
    await prefixed.slack.slash(prefixed.ana, prefixed.general, "/share")
    await prefixed.settled()
    assert "/tl-share and the link" in prefixed.private(prefixed.ana)


class TestOtherCompanies:
    @pytest.fixture
    async def shared(self, town):
        """A channel with somebody from another company."""
        globex = town.slack.workspace("Globex", install=False)
        hank = town.slack.user(globex, "Hank Scorpio", is_admin=True)
        channel = town.slack.channel(
            town.acme, "with-globex", [town.ana, hank], is_ext_shared=True, shared_teams={globex.id}
        )
        return channel, hank

    async def test_a_stranger_shares_nothing(self, town, shared):
        channel, hank = shared
        said = await town.slack.post(town.ana, channel, "Our prices")
        await town.slack.message_shortcut(hank, said, "share_thread")
        await town.settled()
        assert "I can't find that thread, or you can't read it." in town.seen(hank)
        assert "Our prices" not in town.seen(hank)

    async def test_a_stranger_ends_nothing_although_they_are_an_admin_at_home(self, town, shared):
        _, hank = shared
        await town.publish(town.ana, await town.talk())
        link = await town.url((await town.shares(town.ana))[0])
        pasted = await town.slack.paste(town.ana, shared[0], link)
        await town.settled()
        await town.slack.click(hank, pasted, "tl:continue")
        await town.settled()
        view = town.slack.modal(hank)
        await town.slack.submit(view, {"tl:field:place": shared[0]})
        await town.settled()
        assert ":warning:" in town.seen(hank)
        assert len(await town.shares(town.ana)) == 1
        assert [
            post for post in town.slack.posts(shared[0]) if "Continued from" in town.slack.see(post)
        ] == []

    async def test_threads_of_such_channels_are_not_shared_unless_the_operator_allows_it(self, town, shared):
        channel, _ = shared
        view = await town.preview(town.ana, await town.slack.post(town.ana, channel, "Our prices"))
        assert "is shared with another company through Slack Connect" in town.slack.see(view)


async def test_the_token_of_the_settings_is_taken_to_no_other_workspace(town):
    await town.publish(town.ana, await town.talk())
    (card,) = town.cards()
    elsewhere = PostRef(thread_ref("T0BEFORE", town.general.id, card.raw["thread_ts"]), card.ts)
    before = town.slack.calls_of("chat.update")
    with pytest.raises(NotAllowed, match="not installed"):
        await town.app.platform.edit_card(elsewhere, a_card())
    assert town.slack.calls_of("chat.update") == before


async def test_names_come_from_slack_and_not_from_what_was_sent(town):
    town.ana.display_name = "Ana"
    town.ana.handle = "somebody.else"
    await town.publish(town.ana, await town.talk())
    assert "Shared by Ana ·" in town.slack.see(town.cards()[0])


@pytest.mark.parametrize("trouble", [{"status": 500}, {"hang": True}, {"error": "ratelimited"}], ids=str)
async def test_where_slack_does_not_tell_again_who_we_are_people_are_answered_all_the_same(town, trouble):
    await town.slack.slash(town.ana, town.general, "/shares")
    await town.settled()
    town.app._clients.forget(town.workspace)
    town.slack.fail_next("auth.test", times=9, **trouble)
    delivery = await town.slack.slash(town.ana, town.general, "/shares")
    assert delivery.acked
    await town.settled()
    assert len(town.slack.ephemerals(town.ana)) == 2
