"""Workspaces that install the app by themselves, and those that leave."""

from __future__ import annotations

import asyncio
import time
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest

from adapters.slack.config import Uninstalled
from adapters.slack.oauth import COOKIE
from adapters.slack.workspaces import ManyWorkspaces
from bot.commands import Request
from tests.adapters.slack.dialog.town import MODES, town_of
from tests.servers.slack import Delivery


@pytest.fixture(params=MODES)
async def town(request, tmp_path):
    async with town_of(tmp_path, request.param, base_url="local", oauth=True) as town:
        yield town
        await town.settled()
        assert town.slack.complaints == []


@pytest.fixture
async def browser():
    """Keeps cookies, follows nothing by itself."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as browser:
        yield browser


async def begin(town, browser):
    """The address at Slack to which the browser is sent."""
    async with browser.get(f"{town.address}/slack/install", allow_redirects=False) as answer:
        assert answer.status == 302
        return answer.headers["Location"]


async def come_back(browser, address):
    async with browser.get(address, allow_redirects=False) as answer:
        return answer.status, await answer.text()


async def kept(town):
    return await town.installations.workspaces("slack")


class TestInstalling:
    async def test_a_workspace_installs_the_app_and_its_people_share(self, town):
        status, page = await town.slack.install(town.mei, f"{town.address}/slack/install")
        assert status == 200
        assert "It is at home in Acme now." in page
        view = await town.preview(town.ana, await town.talk())
        await town.slack.submit(view)
        await town.settled()
        assert len(await town.shares(town.ana)) == 1

    async def test_slack_is_asked_for_what_the_manifest_says(self, town, browser):
        asked = parse_qs(urlsplit(await begin(town, browser)).query)
        assert asked["redirect_uri"] == [f"{town.address}/slack/oauth_redirect"]
        assert {"commands", "chat:write", "files:write"} <= set(asked["scope"][0].split(","))
        assert len(asked["state"][0]) >= 40

    async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(self, town, browser):
        async with browser.get(f"{town.address}/slack/install", allow_redirects=False) as answer:
            cookie = answer.cookies[COOKIE]
            assert cookie["samesite"] == "Lax"
            assert cookie["httponly"]
            assert cookie["path"] == "/slack"
            assert answer.headers["Cache-Control"] == "no-store"

    async def test_the_token_is_kept_sealed(self, town):
        await town.slack.install(town.mei, f"{town.address}/slack/install")
        token = town.acme.app.token
        assert await ManyWorkspaces(town.installations).token_of(town.workspace) == token
        for file in town.folder.rglob("*"):
            assert token.encode() not in (file.read_bytes() if file.is_file() else b"")

    async def test_installing_again_replaces_the_token(self, town):
        for _ in range(2):
            await town.slack.install(town.mei, f"{town.address}/slack/install")
        assert await kept(town) == [town.workspace]
        assert await ManyWorkspaces(town.installations).token_of(town.workspace) == town.acme.app.token

    async def test_a_workspace_that_moved_into_an_enterprise_is_kept_once(self, town):
        await town.slack.install(town.mei, f"{town.address}/slack/install")
        town.acme.enterprise_id = "E0ENTERPRISE"
        await town.slack.install(town.mei, f"{town.address}/slack/install")
        assert await kept(town) == [f"E0ENTERPRISE/{town.acme.id}"]

    async def test_saying_no_installs_nothing_and_is_told_kindly(self, town, browser):
        address = town.slack.approve(town.mei, await begin(town, browser), deny=True)
        status, page = await come_back(browser, address)
        assert status == 200
        assert "Nothing was changed" in page
        assert await kept(town) == []

    async def test_a_state_works_once(self, town, browser):
        address = town.slack.approve(town.mei, await begin(town, browser))
        cookie = {COOKIE: parse_qs(urlsplit(address).query)["state"][0]}
        async with aiohttp.ClientSession(cookies=cookie) as fresh:
            answers = await asyncio.gather(*(come_back(fresh, address) for _ in range(5)))
        assert sorted(status for status, _ in answers) == [200, 400, 400, 400, 400]
        assert len(town.slack.calls_of("oauth.v2.access")) == 1

    async def test_a_state_works_only_in_the_browser_that_got_it(self, town, browser):
        address = town.slack.approve(town.mei, await begin(town, browser))
        async with aiohttp.ClientSession() as other:
            assert (await come_back(other, address))[0] == 400
        async with aiohttp.ClientSession(cookies={COOKIE: "é"}) as other:
            assert (await come_back(other, address))[0] == 400
        assert (await come_back(browser, address))[0] == 200

    @pytest.mark.parametrize(
        "query", ["", "?code=x", "?state=x&code=y", "?state=%00&code=", "?state=" + "x" * 5000]
    )
    async def test_what_was_never_asked_for_is_refused_on_a_friendly_page(self, town, browser, query):
        await begin(town, browser)
        status, page = await come_back(browser, f"{town.address}/slack/oauth_redirect{query}")
        assert status == 400
        assert "Please begin again." in page
        assert town.slack.calls_of("oauth.v2.access") == []

    async def test_a_code_that_slack_refuses_keeps_nothing(self, town, browser):
        address = town.slack.approve(town.mei, await begin(town, browser))
        town.slack.fail_next("oauth.v2.access", error="invalid_code")
        status, page = await come_back(browser, address)
        assert status == 502
        assert "invalid_code" not in page
        assert await kept(town) == []

    async def test_a_name_full_of_markup_is_shown_as_it_is(self, town):
        town.acme.name = "<script>alert(1)</script>"
        _, page = await town.slack.install(town.mei, f"{town.address}/slack/install")
        assert "<script>" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page

    async def test_the_page_lets_nothing_run_and_tells_its_address_to_nobody(self, town, browser):
        address = f"{town.address}/slack/oauth_redirect"
        async with browser.get(address) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert policy.startswith("default-src 'none'; style-src 'sha256-")
            assert "script-src" not in policy
            assert answer.headers["Referrer-Policy"] == "no-referrer"
            assert answer.headers["X-Content-Type-Options"] == "nosniff"

    async def test_looking_at_the_head_of_it_makes_no_ticket(self, town, browser):
        async with browser.head(f"{town.address}/slack/install") as answer:
            assert answer.status == 405


class TestLeaving:
    @pytest.fixture
    async def shared(self, town):
        await town.slack.install(town.mei, f"{town.address}/slack/install")
        await town.publish(town.ana, await town.talk())
        assert len(await town.shares(town.ana)) == 1

    @pytest.mark.parametrize("way", ["uninstall", "revoke"])
    async def test_its_token_is_forgotten_and_its_links_end_whatever_comes_first(self, town, shared, way):
        await getattr(town.slack, way)(town.acme.app)
        await town.settled()
        assert await kept(town) == []
        assert await town.shares(town.ana) == []

    async def test_both_events_may_come_ten_times(self, town, shared):
        town.slack.courier.times = 10
        await town.slack.uninstall(town.acme.app)
        await town.settled()
        assert await kept(town) == []
        assert await town.shares(town.ana) == []

    async def test_a_token_taken_back_alone_ends_no_link(self, town, shared):
        town.slack.app.subscriptions.discard("app_uninstalled")
        await town.slack.revoke(town.acme.app)
        await town.settled()
        assert await kept(town) == []
        assert len(await town.shares(town.ana)) == 1

    async def test_whoever_comes_back_starts_anew(self, town, shared):
        await town.slack.uninstall(town.acme.app)
        await town.settled()
        status, _ = await town.slack.install(town.mei, f"{town.address}/slack/install")
        assert status == 200
        await town.publish(town.ana, await town.talk())
        assert len(await town.shares(town.ana)) == 1

    async def test_a_leaving_that_is_told_after_the_return_ends_nothing(self, town, shared):
        for kind in ("tokens_revoked", "app_uninstalled"):
            payload = {
                "type": "event_callback",
                "event_id": f"Ev{kind}",
                "event_time": int(time.time()) - 60,
                "team_id": town.acme.id,
                "event": {"type": kind, "tokens": {"bot": ["U0BEFORE"]}},
            }
            await town.slack.courier.deliver(Delivery("events_api", payload))
            await town.settled()
        assert await kept(town) == [town.workspace]
        assert len(await town.shares(town.ana)) == 1

    async def test_events_that_do_not_name_the_enterprise_are_understood(self, town):
        town.acme.enterprise_id = "E0ENTERPRISE"
        await town.slack.install(town.mei, f"{town.address}/slack/install")
        await town.publish(town.ana, await town.talk())
        assert await kept(town) == [f"E0ENTERPRISE/{town.acme.id}"]
        for kind in ("tokens_revoked", "app_uninstalled"):
            told = {"type": kind, "tokens": {"bot": [town.acme.app.user.id]}}
            payload = {
                "type": "event_callback",
                "event_id": f"Ev{kind}",
                "team_id": town.acme.id,
                "event": told,
            }
            await town.slack.courier.deliver(Delivery("events_api", payload))
            await town.settled()
        assert await kept(town) == []
        assert await town.shares(town.ana) == []

    async def test_somebody_elses_workspace_stays(self, town, shared):
        other = town.slack.workspace("Globex", install=False)
        boss = town.slack.user(other, "Hank Scorpio", is_admin=True)
        await town.slack.install(boss, f"{town.address}/slack/install")
        await town.slack.uninstall(other.app)
        await town.settled()
        assert await kept(town) == [town.workspace]
        assert len(await town.shares(town.ana)) == 1


async def test_an_operator_may_keep_the_links_of_those_who_leave(tmp_path):
    async with town_of(tmp_path, "http", base_url="local", oauth=True, uninstalled=Uninstalled.KEEP) as town:
        await town.slack.install(town.mei, f"{town.address}/slack/install")
        await town.publish(town.ana, await town.talk())
        await town.slack.uninstall(town.acme.app)
        await town.settled()
        assert await kept(town) == []
        assert len(await town.shares(town.ana)) == 1


async def test_two_workspaces_never_see_each_other(town):
    other = town.slack.workspace("Globex", install=False)
    hank = town.slack.user(other, "Hank Scorpio", is_admin=True)
    for person in (town.mei, hank):
        await town.slack.install(person, f"{town.address}/slack/install")
    lobby = town.slack.channel(other, "lobby", [hank])
    await town.publish(town.ana, await town.talk())
    (share,) = await town.shares(town.ana)
    await town.slack.slash(hank, lobby, "/shares", f"revoke {await town.url(share)}")
    await town.settled()
    assert "I know no live link like that" in town.private(hank, lobby)
    await town.slack.slash(hank, lobby, "/share", town.slack.permalink(town.cards()[0]))
    await town.settled()
    assert "no message of this workspace" in town.seen(hank)
    reply = await town.world.commands.handle(Request(town.actor(town.ana), "shares"))
    assert len(reply.items) == 1


async def test_a_command_from_where_the_app_is_not_installed_is_answered_kindly(town):
    town.slack.world.install(town.acme)  # from Slack's own settings page, behind our back
    delivery = await town.slack.slash(town.ana, town.general, "/shares")
    await town.settled()
    assert "Threadlink is not installed" in str(delivery.response) + str(town.slack.responses.log)
