"""One workspace with three people, a channel, a client and an app: all of them the real slack_sdk and slack_bolt."""

from __future__ import annotations

import aiohttp
import pytest
from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from tests.servers.slack import LocalSlack, RealClock


@pytest.fixture
def clock():
    """Real time; modules that move time by hand override this."""
    return RealClock()


@pytest.fixture
async def slack(clock):
    async with LocalSlack.started(clock) as slack:
        slack.app.unfurl_domains.append("share.example.com")
        yield slack
        assert not [one for one in slack.complaints if "itself failed" in one]


@pytest.fixture
def acme(slack):
    return slack.workspace("Acme")


@pytest.fixture
def ana(slack, acme):
    return slack.user(acme, "Ana Moreno", is_admin=True)


@pytest.fixture
def jonas(slack, acme):
    return slack.user(acme, "Jonas Weber", display_name="jonas")


@pytest.fixture
def mei(slack, acme):
    return slack.user(acme, "Mei Tanaka", is_restricted=True)


@pytest.fixture
def general(slack, acme, ana, jonas):
    return slack.channel(acme, "general", [ana, jonas])


@pytest.fixture
async def session():
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def client(slack, acme, session):
    return AsyncWebClient(token=acme.app.token, base_url=slack.api_url, session=session, retry_handlers=[])


@pytest.fixture
def bolt(slack, client):
    """The app, not connected yet."""
    return AsyncApp(client=client, signing_secret=slack.app.signing_secret)


@pytest.fixture
async def connect(slack, bolt):
    """`await connect()` opens one more socket of the app, its handler returned."""
    handlers = []

    async def connected(ping_interval=5):
        handler = AsyncSocketModeHandler(bolt, slack.app.app_token, ping_interval=ping_interval)
        handlers.append(handler)
        await handler.connect_async()
        await slack.connected(len(handlers))
        return handler

    yield connected
    for handler in handlers:
        await handler.close_async()


@pytest.fixture
def refused():
    """`await refused(client.call(…))` is Slack's answer to a call that must fail."""

    async def answer(call):
        with pytest.raises(SlackApiError) as caught:
            await call
        return caught.value.response

    return answer
