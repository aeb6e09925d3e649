"""Every refusal of Slack's is one kind sentence that says what to do."""

from __future__ import annotations

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError, SlackRequestError

from adapters.slack.clients import Clients
from adapters.slack.errors import FAILURES, Spot, translated
from bot.platforms import NotAllowed, PlatformError, PostGone, RateLimited, ThreadNotFound, Unavailable
from tests.adapters.slack.stages import TokensOfTheServer, staged
from tests.adapters.stage import capture


class Answer:
    """As slack_sdk's response, with what the errors look at."""

    def __init__(self, error, status=200, headers=None, **more):
        self.data = {"ok": False, "error": error, **more}
        self.status_code = status
        self.headers = headers or {}


def refused(error, **how):
    return SlackApiError("The request failed.", Answer(error, **how))


DESIGN = Spot("design", "threadlink")


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("not_in_channel", NotAllowed, "Invite me there with /invite @threadlink, then try again."),
        ("channel_not_found", NotAllowed, "invite me there with /invite @threadlink"),
        ("is_archived", NotAllowed, "#design is archived"),
        ("restricted_action", NotAllowed, "Ask an admin"),
        ("restricted_action_read_only_channel", NotAllowed, "#design"),
        ("token_revoked", NotAllowed, "install Threadlink here again"),
        ("account_inactive", NotAllowed, "install Threadlink here again"),
        ("ekm_access_denied", NotAllowed, "withdrawn the key"),
        ("cant_update_message", NotAllowed, "does not let me"),
        ("message_not_found", PostGone, "deleted"),
        ("thread_not_found", PostGone, "deleted"),
        ("internal_error", Unavailable, "try again in a minute"),
        ("fatal_error", Unavailable, "try again in a minute"),
        ("something_new", PlatformError, "something_new"),
        ("msg_too_long", PlatformError, "msg_too_long"),
    ],
)
def test_codes_become_sentences(code, kind, words):
    found = translated(refused(code), DESIGN)
    assert isinstance(found, kind)
    assert words in str(found)
    assert "The request failed" not in str(found)
    assert str(found).endswith(".")
    assert "{" not in str(found)


def test_a_missing_permission_is_named():
    found = translated(refused("missing_scope", needed="files:write", provided="chat:write"), DESIGN)
    assert isinstance(found, NotAllowed)
    assert "files:write" in str(found)
    assert "chat:write" not in str(found)


@pytest.mark.parametrize("code", ["channel_not_found", "thread_not_found", "message_not_found"])
def test_reading_what_is_not_there_has_one_text(code):
    found = translated(refused(code), DESIGN, reading=True)
    assert isinstance(found, ThreadNotFound)
    assert str(found) == str(translated(refused("thread_not_found"), reading=True))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"Retry-After": "17"}, 17),
        ({"retry-after": "0"}, 1),
        ({"Retry-After": "100000"}, 3600),
        ({"Retry-After": "soon"}, 30),
        ({"Retry-After": "nan"}, 30),
        ({}, 30),
    ],
)
def test_a_rate_limit_tells_how_long(headers, seconds):
    found = translated(refused("ratelimited", status=429, headers=headers))
    assert isinstance(found, RateLimited)
    assert found.seconds == seconds


@pytest.mark.parametrize(
    "failed",
    [
        aiohttp.ServerDisconnectedError(),
        aiohttp.ClientPayloadError(),
        TimeoutError(),
        ConnectionResetError(),
        SlackRequestError("x"),
        refused("", status=502),
        SlackApiError("Unexpectedly failed to read the response body", object()),
    ],
    ids=lambda failed: type(failed).__name__,
)
def test_silence_and_nonsense_are_unavailable(failed):
    assert isinstance(failed, FAILURES)
    assert isinstance(translated(failed), Unavailable)


def test_an_error_of_the_port_stays_what_it_is():
    gone = PostGone("x")
    assert translated(gone) is gone


# The clients


async def test_neither_a_proxy_nor_a_token_of_the_environment_is_used(monkeypatch):
    for name in ("HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("SLACK_BOT_TOKEN", "nonsense")
    async with staged() as stage:
        client = await stage.clients.of(stage.acme.id)
        assert (client.proxy, client.token) == (None, stage.acme.app.token)
        assert len((await capture(stage)).messages) == 5


async def test_the_bot_is_known_by_name_and_rights_for_ten_minutes():
    async with staged(("chat:write", "channels:read", "channels:history", "users:read")) as stage:
        identity = await stage.clients.identity_of(stage.acme.id)
        assert (identity.workspace, identity.name, identity.host) == (stage.acme.id, "Acme", "acme.slack.com")
        assert (identity.user, identity.bot) == (stage.acme.app.user.id, stage.acme.app.bot.id)
        assert identity.handle == "threadlink"
        assert identity.scopes == {"chat:write", "channels:read", "channels:history", "users:read"}
        stage.acme.app.scopes = ("chat:write",)
        assert (await stage.clients.identity_of(stage.acme.id)).has("channels:read")
        stage.clock.advance(601)
        assert not (await stage.clients.identity_of(stage.acme.id)).has("channels:read")


async def test_a_new_token_makes_the_bot_known_anew():
    async with staged() as stage:
        await stage.clients.identity_of(stage.acme.id)
        await stage.slack.uninstall(stage.acme.app)
        stage.slack.world.install(stage.acme, scopes=("chat:write",))
        assert (await stage.clients.identity_of(stage.acme.id)).scopes == {"chat:write"}


async def test_who_posts_repeats_nothing_and_who_reads_repeats_once():
    async with staged() as stage:
        tokens = TokensOfTheServer(stage.slack)
        clients = Clients(stage.config, tokens, stage.clients.session)
        assert (await clients.poster_of(stage.acme.id)).retry_handlers == []
        assert len((await clients.of(stage.acme.id)).retry_handlers) == 1
        stage.slack.fail_next("auth.test", drop=True)
        assert (await (await clients.of(stage.acme.id)).auth_test())["ok"]
