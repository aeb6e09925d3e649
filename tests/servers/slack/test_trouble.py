"""Failures on order, rate limits and refusals of tokens: what a client sees when Slack has a bad day."""

from __future__ import annotations

import asyncio

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.builtin_async_handlers import AsyncRateLimitErrorRetryHandler
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import ManualClock


def texts(channel):
    return [channel.messages[ts].text for ts in channel.order]


async def test_a_429_says_how_long_to_wait(slack, client, general, refused):
    slack.fail_next("chat.postMessage", status=429, retry_after=7)
    answer = await refused(client.chat_postMessage(channel=general.id, text="x"))
    assert (answer.status_code, answer.headers["Retry-After"], answer["error"]) == (429, "7", "ratelimited")
    assert texts(general) == []
    assert (await client.chat_postMessage(channel=general.id, text="x"))["ok"]


async def test_the_clients_own_handler_waits_it_out(slack, client, general):
    slack.fail_next("chat.postMessage", status=429, retry_after=0, times=2)
    client.retry_handlers = [AsyncRateLimitErrorRetryHandler(max_retry_count=2)]
    await client.chat_postMessage(channel=general.id, text="x")
    assert [call.status for call in slack.calls_of("chat.postMessage")] == [429, 429, 200]


@pytest.mark.parametrize("after_effect", [False, True])
async def test_a_500_comes_before_or_after_the_effect(slack, client, general, after_effect):
    slack.fail_next("chat.postMessage", status=500, after_effect=after_effect)
    with pytest.raises(SlackApiError):
        await client.chat_postMessage(channel=general.id, text="x")
    assert texts(general) == ["x"] * after_effect


@pytest.mark.parametrize("after_effect", [False, True])
async def test_a_dropped_connection_does_not_say_whether_it_took_effect(slack, client, general, after_effect):
    slack.fail_next("chat.postMessage", drop=True, after_effect=after_effect)
    with pytest.raises(aiohttp.ClientError):
        await client.chat_postMessage(channel=general.id, text="x")
    assert texts(general) == ["x"] * after_effect


async def test_a_hanging_call_ends_with_the_clients_patience(slack, acme, general):
    slack.fail_next("chat.postMessage", hang=True, after_effect=True)
    impatient = AsyncWebClient(token=acme.app.token, base_url=slack.api_url, timeout=1, retry_handlers=[])
    with pytest.raises(asyncio.TimeoutError):
        await impatient.chat_postMessage(channel=general.id, text="x")
    assert texts(general) == ["x"]


async def test_a_failure_can_be_aimed(slack, client, general, refused):
    fault = slack.fail_next(error="fatal_error", when=lambda args: args.get("text") == "b", skip=2, times=1)
    for text in ("a", "b", "b"):
        await client.chat_postMessage(channel=general.id, text=text)
    assert (await refused(client.chat_postMessage(channel=general.id, text="b")))["error"] == "fatal_error"
    assert fault.struck == 1


async def test_calls_can_be_held_before_and_after_their_effect(slack, client, general):
    before = slack.hold("chat.postMessage")
    after = slack.hold("chat.postMessage", after_effect=True)
    posting = asyncio.create_task(client.chat_postMessage(channel=general.id, text="x"))
    await before.reached.wait()
    assert texts(general) == []
    before.release()
    await after.reached.wait()
    assert texts(general) == ["x"]
    after.release()
    assert (await posting)["ok"]


async def test_calls_can_be_made_slow(slack, client, general):
    delay = slack.slow("chat.postMessage", 60)
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(client.chat_postMessage(channel=general.id, text="x"), 0.2)
    delay.release()
    await client.chat_postMessage(channel=general.id, text="y")
    assert texts(general) == ["y"]


async def test_watchers_see_every_call_before_it_is_carried_out(slack, client, general):
    seen = []

    async def watch(call):
        seen.append((call.method, len(texts(general))))

    slack.api.watchers.append(watch)
    await client.chat_postMessage(channel=general.id, text="x")
    assert seen == [("chat.postMessage", 0)]


async def test_responses_can_be_forgotten(slack, client):
    slack.api.keep_responses = False
    assert (await client.auth_test())["team"] == "Acme"
    assert slack.calls[0].response == {"ok": True}


async def test_tokens_are_refused_by_their_fault(slack, client, acme, general, refused):
    async def error(token, method="auth.test"):
        return (await refused(AsyncWebClient(token, base_url=slack.api_url).api_call(method)))["error"]

    assert await error("xoxb-unknown") == "invalid_auth"
    assert await error(None) == "not_authed"
    assert await error(slack.app.app_token, "users.list") == "not_allowed_token_type"
    assert await error(acme.app.token, "apps.connections.open") == "not_allowed_token_type"
    assert await error(acme.app.token, "chat.shout") == "unknown_method"
    acme.app.revoked = True
    assert await error(acme.app.token) == "token_revoked"
    acme.app.uninstalled = True
    assert await error(acme.app.token) == "account_inactive"


async def test_a_missing_scope_is_named_with_what_there_is(client, acme, general, refused):
    acme.app.scopes = ("users:read", "channels:read")
    answer = await refused(client.chat_postMessage(channel=general.id, text="x"))
    told = (answer["error"], answer["needed"], answer["provided"])
    assert told == ("missing_scope", "chat:write", "users:read,channels:read")
    assert answer.headers["x-oauth-scopes"] == "users:read,channels:read"


async def test_bodies_that_are_no_json_objects_are_refused(slack, acme, session):
    headers = {"Authorization": f"Bearer {acme.app.token}", "Content-Type": "application/json"}
    for body, error in (("{", "invalid_json"), ("[]", "json_not_object")):
        async with session.post(f"{slack.api_url}chat.postMessage", data=body, headers=headers) as answer:
            assert (await answer.json())["error"] == error


class TestLimits:
    @pytest.fixture
    def clock(self):
        return ManualClock()

    async def test_nothing_is_limited_until_asked_for(self, client, general):
        for _ in range(30):
            await client.chat_postMessage(channel=general.id, text="x")
            await client.emoji_list()

    @pytest.mark.parametrize(
        ("method", "quota"), [("emoji.list", 20), ("conversations.info", 50), ("users.info", 100)]
    )
    async def test_a_tier_is_a_number_of_calls_a_minute(
        self, slack, clock, client, ana, general, refused, method, quota
    ):
        slack.limits.enforce = True
        args = {"conversations.info": {"channel": general.id}, "users.info": {"user": ana.id}}.get(method)
        for _ in range(quota):
            await client.api_call(method, params=args)
        answer = await refused(client.api_call(method, params=args))
        assert (answer.status_code, int(answer.headers["Retry-After"]) > 0) == (429, True)
        clock.advance(60 / quota)
        assert (await client.api_call(method, params=args))["ok"]

    async def test_a_channel_takes_a_burst_then_a_post_a_second(
        self, slack, clock, client, acme, ana, general, refused
    ):
        slack.limits.enforce = True
        other = slack.channel(acme, "design", [ana])
        for _ in range(4):
            await client.chat_postMessage(channel=general.id, text="x")
        answer = await refused(client.chat_postMessage(channel=general.id, text="x"))
        assert answer.headers["Retry-After"] == "1"
        await client.chat_postMessage(channel=other.id, text="x")
        clock.advance(1)
        await client.chat_postMessage(channel=general.id, text="x")

    async def test_workspaces_do_not_use_up_each_others_quota(self, slack, client, refused):
        slack.limits.enforce = True
        other = AsyncWebClient(slack.workspace("Other").app.token, base_url=slack.api_url)
        for _ in range(20):
            await client.emoji_list()
        await refused(client.emoji_list())
        assert (await other.emoji_list())["ok"]

    async def test_the_restricted_class_is_fifteen_messages_and_one_call_a_minute(
        self, slack, clock, client, ana, general, refused
    ):
        slack.limits.restricted = True
        root = await slack.post(ana, general, "Root")
        for number in range(20):
            await slack.post(ana, general, str(number), thread=root)
        ask = {"channel": general.id, "ts": root.ts, "limit": 200}
        first = await client.conversations_replies(**ask)
        assert (len(first["messages"]), first["has_more"]) == (15, True)
        answer = await refused(client.conversations_replies(**ask))
        assert 55 <= int(answer.headers["Retry-After"]) <= 60
        clock.advance(60)
        rest = await client.conversations_replies(**ask, cursor=first["response_metadata"]["next_cursor"])
        assert len({m["ts"] for m in [*first["messages"], *rest["messages"]]}) == 21


async def test_two_workspaces_never_see_each_other(slack, acme, ana, general, refused):
    message = await slack.post(ana, general, "Secret of Acme")
    other = slack.workspace("Other")
    theirs = AsyncWebClient(other.app.token, base_url=slack.api_url)
    for call in (
        theirs.conversations_info(channel=general.id),
        theirs.conversations_replies(channel=general.id, ts=message.ts),
        theirs.chat_postMessage(channel=general.id, text="x"),
        theirs.chat_getPermalink(channel=general.id, message_ts=message.ts),
        theirs.users_info(user=ana.id),
        theirs.bots_info(bot=acme.app.bot.id),
        theirs.api_call("auth.test", params={"team_id": general.team_id}),
    ):
        answer = await refused(call)
        assert answer["error"].endswith(("_not_found", "team_access_not_granted"))
    assert [one["id"] for one in (await theirs.users_list())["members"]] == [other.app.user.id]
    assert (await theirs.conversations_list())["channels"] == []
