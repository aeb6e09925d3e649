"""Socket Mode with the real AsyncSocketModeHandler: envelopes, acknowledgements, retries, broken sockets."""

from __future__ import annotations

import asyncio

import pytest

from tests.servers.slack import ManualClock


@pytest.fixture
def heard(bolt):
    """The app acknowledges /share and app_mention, and remembers what it got."""
    heard = []

    @bolt.command("/share")
    async def share(ack, body):
        heard.append(body["text"])
        await ack()

    @bolt.event("app_mention")
    async def mentioned(event, body, request):
        heard.append((event["ts"], body["event_id"], request.headers.get("x-slack-retry-num", [None])[0]))

    return heard


async def test_a_command_is_acknowledged_and_timed(slack, connect, ana, general, heard):
    await connect()
    delivery = await slack.slash(ana, general, "/share", "link")
    assert (heard, delivery.acked, delivery.response, delivery.failure) == (["link"], True, None, None)
    assert 0 < delivery.seconds < 3


async def test_without_a_socket_a_command_fails_for_the_person(slack, ana, general):
    delivery = await slack.slash(ana, general, "/share")
    assert (delivery.acked, delivery.failure) == (False, "dispatch_failed")


async def test_an_envelope_goes_to_one_socket_and_all_sockets_get_some(slack, connect, ana, general, heard):
    await connect()
    await connect()
    await asyncio.gather(*(slack.slash(ana, general, "/share", str(number)) for number in range(20)))
    assert sorted(map(int, heard)) == list(range(20))
    shares = [socket.sent for socket in slack.sockets.open]
    assert (len(shares), sum(shares), all(shares)) == (2, 20, True)


async def test_everything_can_come_ten_times(slack, connect, ana, general, heard):
    await connect()
    delivery = await slack.mention(ana, general, "share", times=10)
    assert len(heard) == 10
    assert len({event_id for _, event_id, _ in heard}) == 1
    assert len({attempt.envelope_id for attempt in delivery.attempts}) == 10
    assert all(attempt.acked for attempt in delivery.attempts)


async def test_an_envelope_itself_can_come_twice(slack, connect, ana, general, heard):
    await connect()
    slack.courier.same_envelope = True
    delivery = await slack.slash(ana, general, "/share", "twice", times=2)
    assert heard == ["twice", "twice"]
    assert len({attempt.envelope_id for attempt in delivery.attempts}) == 1
    assert (all(attempt.acked for attempt in delivery.attempts), slack.complaints) == (True, [])


@pytest.mark.parametrize("reason", ["refresh_requested", "warning"])
async def test_the_client_reconnects_when_asked(slack, connect, ana, general, heard, reason):
    await connect()
    before = slack.sockets.open[0]
    await slack.sockets.disconnect(reason)
    await slack.until(lambda: before not in slack.sockets.open and slack.sockets.open)
    assert len(slack.calls_of("apps.connections.open")) == 2
    assert (await slack.slash(ana, general, "/share", "again")).acked


async def test_the_client_reconnects_after_a_cut(slack, connect, ana, general, heard):
    await connect(ping_interval=0.1)
    assert slack.sockets.drop() == 1
    await slack.until(lambda: len(slack.sockets.all) == 2)
    assert (await slack.slash(ana, general, "/share", "again")).acked


class TestWithAClockByHand:
    @pytest.fixture
    def clock(self):
        return ManualClock()

    async def test_a_deaf_socket_looks_open_and_nothing_comes_through(
        self, slack, clock, client, session, ana, general
    ):
        url = (await client.apps_connections_open(app_token=slack.app.app_token))["url"]
        async with session.ws_connect(url) as socket:
            await socket.receive_json()
            slack.sockets.deafen()
            asking = asyncio.create_task(slack.slash(ana, general, "/share", "lost"))
            await clock.slept_on()
            clock.advance(3.1)
            assert ((await asking).failure, len(slack.sockets.open)) == ("operation_timeout", 1)
            slack.sockets.deafen(deaf=False)
            asking = asyncio.create_task(slack.slash(ana, general, "/share", "heard"))
            envelope = await socket.receive_json()
            assert envelope["payload"]["text"] == "heard"
            await socket.send_json({"envelope_id": envelope["envelope_id"], "payload": {"text": "Hello"}})
            assert (await asking).response == {"text": "Hello"}

    async def test_an_event_that_nobody_heard_comes_again_with_its_number(
        self, slack, clock, connect, ana, general, heard
    ):
        slack.courier.retries = [60.0]
        delivery = await slack.mention(ana, general)
        assert delivery.failure == "dispatch_failed"
        await connect()
        clock.advance(60.1)
        await slack.until(lambda: delivery.acked)
        await slack.until(lambda: heard)
        assert (heard[0][1], heard[0][2]) == (delivery.payload["event_id"], "1")

    async def test_an_unacknowledged_event_comes_again_now_and_after_a_minute(
        self, slack, clock, bolt, connect, ana, general
    ):
        @bolt.middleware
        async def never_acknowledge(body):
            pass

        await connect()
        mentioning = asyncio.create_task(slack.mention(ana, general))
        for number, seconds in ((1, 3.1), (2, 3.1), (2, 60.1)):
            await slack.until(
                lambda number=number: number == sum(len(one.attempts) for one in slack.deliveries)
            )
            await clock.slept_on()
            clock.advance(seconds)
        delivery = await mentioning
        await slack.until(lambda: len(delivery.attempts) == 3)
        assert [attempt.number for attempt in delivery.attempts] == [0, 1, 2]
        assert [attempt.reason for attempt in delivery.attempts] == ["", "timeout", "timeout"]


async def test_a_deaf_socket_answers_no_ping_so_that_the_client_notices(slack, connect):
    await connect(ping_interval=0.2)
    slack.sockets.deafen()
    await slack.until(lambda: len(slack.sockets.all) > 1)


async def test_a_ticket_opens_one_socket(slack, client, session):
    url = (await client.apps_connections_open(app_token=slack.app.app_token))["url"]
    async with session.ws_connect(url) as socket:
        hello = await socket.receive_json()
        assert (hello["type"], hello["connection_info"]["app_id"]) == ("hello", slack.app.id)
    async with session.get(url.replace("ws://", "http://")) as answer:
        assert answer.status == 404


async def test_an_app_has_at_most_ten_sockets(slack, client, session):
    async def opened():
        url = (await client.apps_connections_open(app_token=slack.app.app_token))["url"]
        socket = await session.ws_connect(url)
        return socket, await socket.receive_json()

    sockets = [await opened() for _ in range(11)]
    assert [told["type"] for _, told in sockets] == ["hello"] * 10 + ["disconnect"]
    assert sockets[-1][1]["reason"] == "too_many_websockets"
    for socket, _ in sockets:
        await socket.close()


async def test_an_acknowledgement_for_nothing_is_complained_of(slack, client, session):
    url = (await client.apps_connections_open(app_token=slack.app.app_token))["url"]
    async with session.ws_connect(url) as socket:
        await socket.send_json({"envelope_id": "none"})
        assert await slack.until(lambda: slack.complaints, timeout=1)
