"""Coming to a workspace by OAuth, and leaving it."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import ManualClock, NotPossible

# slack_sdk's own way of sending a client's id and secret.
pytestmark = pytest.mark.filterwarnings("ignore:BasicAuth is deprecated:DeprecationWarning")
BACK = "https://bot.example/slack/oauth_redirect"


@pytest.fixture
def ask(slack):
    slack.app.redirect_uris.append(BACK)

    def address(**changes):
        asked = {"client_id": slack.app.client_id, "scope": "chat:write,commands", "state": "s1"} | changes
        return f"https://slack.com/oauth/v2/authorize?{urlencode(asked)}"

    return address


def code_in(address):
    return parse_qs(urlsplit(address).query)["code"][0]


async def access(slack, address, **changes):
    asked = {"client_id": slack.app.client_id, "client_secret": slack.app.client_secret}
    return await AsyncWebClient(base_url=slack.api_url).oauth_v2_access(
        **asked, code=code_in(address), **changes
    )


async def test_a_code_becomes_a_token_once(slack, ask, refused):
    other = slack.workspace("Other", install=False, enterprise_id="E1")
    bo = slack.user(other, "Bo Lind", is_owner=True)
    address = slack.approve(bo, ask())
    assert parse_qs(urlsplit(address).query)["state"] == ["s1"]
    answer = await access(slack, address)
    assert (answer["team"]["id"], answer["enterprise"]["id"], answer["scope"]) == (
        other.id,
        "E1",
        "chat:write,commands",
    )
    assert (answer["bot_user_id"], answer["authed_user"]["id"]) == (other.app.user.id, bo.id)
    assert (await AsyncWebClient(answer["access_token"], base_url=slack.api_url).auth_test())[
        "team"
    ] == "Other"
    assert (await refused(access(slack, address)))["error"] == "code_already_used"


async def test_wrong_papers_are_refused(slack, ask, ana, refused):
    client = AsyncWebClient(base_url=slack.api_url)
    code = code_in(slack.approve(ana, ask(redirect_uri=BACK)))

    async def error(name, secret, code, uri):
        call = client.oauth_v2_access(client_id=name, client_secret=secret, code=code, redirect_uri=uri)
        return (await refused(call))["error"]

    name, secret = slack.app.client_id, slack.app.client_secret
    assert await error("1.2", secret, code, BACK) == "invalid_client_id"
    assert await error(name, "x", code, BACK) == "bad_client_secret"
    assert await error(name, secret, "x", BACK) == "invalid_code"
    assert await error(name, secret, code, None) == "bad_redirect_uri"


class TestOverTime:
    @pytest.fixture
    def clock(self):
        return ManualClock()

    async def test_a_code_lives_ten_minutes(self, slack, clock, ask, ana, refused):
        address = slack.approve(ana, ask())
        clock.advance(601)
        assert (await refused(access(slack, address)))["error"] == "code_expired"


def test_slacks_own_page_refuses_what_is_not_configured(slack, ask, ana):
    for wrong in ({"client_id": "1.2"}, {"redirect_uri": "https://evil.example/"}, {"scope": ""}):
        with pytest.raises(NotPossible, match="Slack's page says"):
            slack.approve(ana, ask(**wrong))
    assert "error=access_denied" in slack.approve(ana, ask(), deny=True)


async def test_the_whole_way_goes_through_the_apps_own_pages(slack, ask, ana):
    async def begin(_request):
        raise web.HTTPFound(ask(redirect_uri=slack.app.redirect_uris[-1]))

    async def back(request):
        await access(slack, str(request.url), redirect_uri=slack.app.redirect_uris[-1])
        return web.Response(text="Installed")

    app = web.Application()
    app.router.add_get("/slack/install", begin)
    app.router.add_get("/slack/oauth_redirect", back)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    base = f"http://127.0.0.1:{runner.addresses[0][1]}/slack"
    slack.app.redirect_uris.append(f"{base}/oauth_redirect")
    assert await slack.install(ana, f"{base}/install") == (200, "Installed")
    await runner.cleanup()


@pytest.mark.parametrize("by", ["an admin", "the app"])
async def test_uninstalling_kills_the_token_and_tells_the_app(slack, bolt, client, connect, acme, by):
    told = []
    for name in ("app_uninstalled", "tokens_revoked"):

        @bolt.event(name)
        async def gone(event):
            told.append(event["type"])

    await client.auth_test()
    await connect()
    installation = acme.app
    if by == "an admin":
        await slack.uninstall(installation)
    else:
        await client.apps_uninstall(client_id=slack.app.client_id, client_secret=slack.app.client_secret)
    await slack.until(lambda: len(slack.deliveries) == 2)
    assert [one.event["type"] for one in slack.deliveries] == ["tokens_revoked", "app_uninstalled"]
    assert slack.deliveries[0].event["tokens"]["bot"] == [installation.user.id]
    assert installation.user.deleted
    with pytest.raises(AssertionError, match="not installed in Acme"):
        assert acme.app


async def test_revoking_the_token_tells_the_app_the_other_way_round(slack, client, acme, connect, refused):
    assert not (await client.auth_revoke(test=True))["revoked"]
    assert (await client.auth_revoke())["revoked"]
    assert (await refused(client.auth_test()))["error"] == "token_revoked"
    await slack.until(
        lambda: [one.event["type"] for one in slack.deliveries] == ["app_uninstalled", "tokens_revoked"]
    )


async def test_installed_again_the_app_keeps_its_bot_user(slack, acme):
    before = acme.app
    assert slack.world.install(acme, scopes=["commands"]) is before
    await slack.uninstall(before)
    after = slack.world.install(acme)
    assert (after.user, after.token == before.token) == (before.user, False)
