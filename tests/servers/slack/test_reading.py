"""conversations.replies and history page, filter and refuse as Slack's documentation says."""

from __future__ import annotations

import pytest


@pytest.fixture
async def thread(slack, ana, jonas, general):
    root = await slack.post(ana, general, "Shall we look?")
    for number in range(7):
        await slack.post(jonas, general, f"Reply {number}", thread=root)
    return root


def texts(messages):
    return [message["text"] for message in messages]


async def pages_of(client, channel, ts, limit):
    """The client's response is the same object for every page."""
    answer = await client.conversations_replies(channel=channel.id, ts=ts, limit=limit)
    return [list(page["messages"]) async for page in answer]


async def test_the_clients_own_paging_reads_a_whole_thread(client, general, thread):
    found: dict[str, str] = {}
    async for page in await client.conversations_replies(channel=general.id, ts=thread.ts, limit=3):
        assert len(page["messages"]) <= 3
        found |= {message["ts"]: message["text"] for message in page["messages"]}
    assert list(found.values()) == ["Shall we look?", *(f"Reply {number}" for number in range(7))]


@pytest.mark.parametrize("repeat", [True, False])
async def test_the_parent_comes_with_every_page_only_where_that_is_the_trait(
    slack, client, general, thread, repeat
):
    slack.traits.repeat_parent = repeat
    first, *others = await pages_of(client, general, thread.ts, 4)
    assert first[0]["ts"] == thread.ts
    assert others
    assert all((page[0]["ts"] == thread.ts) == repeat for page in others)


async def test_a_page_may_come_empty_and_go_on(slack, client, general, thread):
    slack.traits.empty_pages = 1
    pages = await pages_of(client, general, thread.ts, 4)
    assert [] in pages
    assert len({message["ts"] for page in pages for message in page}) == 8


async def test_any_message_of_a_thread_names_it(client, general, thread):
    answer = await client.conversations_replies(channel=general.id, ts=thread.replies[3].ts)
    assert len(answer["messages"]) == 8


async def test_a_thread_is_counted_on_its_parent(client, general, thread, jonas):
    parent = (await client.conversations_replies(channel=general.id, ts=thread.ts))["messages"][0]
    assert (parent["reply_count"], parent["reply_users"], parent["thread_ts"]) == (7, [jonas.id], thread.ts)
    assert parent["latest_reply"] == thread.replies[-1].ts


async def test_the_cut_is_exclusive_unless_inclusive(client, general, thread):
    cut = thread.replies[2].ts
    ask = {"channel": general.id, "ts": thread.ts, "latest": cut}
    assert len((await client.conversations_replies(**ask))["messages"]) == 3
    assert len((await client.conversations_replies(**ask, inclusive=True))["messages"]) == 4
    after = await client.conversations_replies(channel=general.id, ts=thread.ts, oldest=cut)
    assert texts(after["messages"]) == ["Shall we look?", "Reply 3", "Reply 4", "Reply 5", "Reply 6"]


async def test_a_cursor_stays_right_when_somebody_writes_meanwhile(slack, client, ana, general, thread):
    ask = {"channel": general.id, "ts": thread.ts, "limit": 4}
    first = await client.conversations_replies(**ask)
    await slack.delete(thread.replies[0])
    rest = await client.conversations_replies(**ask, cursor=first["response_metadata"]["next_cursor"])
    assert texts(rest["messages"])[1:] == ["Reply 3", "Reply 4", "Reply 5"]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"ts": "1.000001"}, "thread_not_found"),
        ({"channel": "C0NOWHERE"}, "channel_not_found"),
        ({"cursor": "nonsense"}, "invalid_cursor"),
        ({"cursor": "b2Zmc2V0OjE="}, "invalid_cursor"),
        ({"latest": "soon"}, "invalid_ts_latest"),
        ({"limit": 2000}, "invalid_limit"),
        ({"colour": "red"}, "invalid_arguments"),
    ],
)
async def test_wrong_arguments_are_refused_by_their_name(client, general, thread, refused, change, error):
    ask = {"channel": general.id, "ts": thread.ts} | change
    assert (await refused(client.conversations_replies(**ask)))["error"] == error


async def test_a_public_channel_without_the_app_answers_not_in_channel(slack, client, acme, ana, refused):
    place = slack.channel(acme, "design", [ana], bot=False)
    message = await slack.post(ana, place, "Hello")
    answer = await refused(client.conversations_replies(channel=place.id, ts=message.ts))
    assert answer["error"] == "not_in_channel"


@pytest.mark.parametrize("kind", ["private", "im", "mpim"])
async def test_what_is_private_is_not_found_without_the_app(slack, client, acme, ana, refused, kind):
    place = slack.channel(acme, "secret", [ana], bot=False, kind=kind)
    message = await slack.post(ana, place, "Hello")
    answer = await refused(client.conversations_replies(channel=place.id, ts=message.ts))
    assert answer["error"] == "channel_not_found"


async def test_each_kind_of_conversation_needs_its_own_scope(slack, client, acme, ana, refused):
    acme.app.scopes = ("channels:history",)
    secret = slack.channel(acme, "secret", [ana], kind="private")
    message = await slack.post(ana, secret, "Hello")
    answer = await refused(client.conversations_replies(channel=secret.id, ts=message.ts))
    assert (answer["error"], answer["needed"]) == ("missing_scope", "groups:history")
    assert answer["provided"] == "channels:history"


async def test_history_is_newest_first_and_has_no_replies_but_broadcasts(slack, client, ana, general, thread):
    await slack.post(ana, general, "Told to all", thread=thread, subtype="thread_broadcast")
    await slack.post(ana, general, "Later")
    assert texts((await client.conversations_history(channel=general.id))["messages"]) == [
        "Later",
        "Told to all",
        "Shall we look?",
    ]


async def test_a_deleted_parent_leaves_a_tombstone_while_it_has_replies(slack, client, general, thread):
    await slack.delete(thread)
    answer = await client.conversations_replies(channel=general.id, ts=thread.ts)
    assert (answer["messages"][0]["subtype"], len(answer["messages"])) == ("tombstone", 8)
    for reply in thread.replies:
        await slack.delete(reply)
    assert (await client.conversations_history(channel=general.id))["messages"] == []


async def test_a_metadatas_payload_shows_only_when_asked_for(client, general):
    metadata = {"event_type": "thread_share_posted", "event_payload": {"share_id": "s1"}}
    posted = await client.chat_postMessage(channel=general.id, text="Card", metadata=metadata)
    ask = {"channel": general.id, "ts": posted["ts"]}
    silent = (await client.conversations_replies(**ask))["messages"][0]["metadata"]
    told = (await client.conversations_replies(**ask, include_all_metadata=True))["messages"][0]["metadata"]
    assert (silent, told) == ({"event_type": "thread_share_posted"}, metadata)
