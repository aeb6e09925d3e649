"""Turns as posts: under whose name, in which parts, with which files; and that they disturb nobody."""

from __future__ import annotations

import pytest
from discord.http import Route

from adapters.discord.render_turn import FILE_LIMIT
from bot.model import LinkCard
from bot.platforms import NotAllowed, PostGone
from bot.richtext.nodes import CodeBlock, Link, Mention, Text
from tests.adapters.discord.posting.turns import (
    EXECUTE,
    NOTHING,
    WITHOUT_WEBHOOKS,
    begun,
    copied,
    copies,
    may,
    post,
    said,
    turn,
    with_files,
)
from tests.adapters.stage import ADDRESS, a_head, a_turn, blobs, line
from tests.servers.discord import Can, Flag
from tests.servers.discord.building import BOT_MAY


async def test_a_turn_is_posted_by_webhook_under_its_authors_name(stage, server):
    thread = await begun(stage)
    await post(stage, thread, turn(0, "Hello", by="Ana"))
    (copy,) = copies(stage, thread)
    assert (copy.shown_as, copy.content) == ("Ana (shared)", "Hello")
    assert copy.webhook_id is not None
    assert copy.flags & Flag.SUPPRESS_EMBEDS
    assert copy.webhook_id in server.world.webhooks


async def test_a_channel_gets_two_webhooks_of_ours_and_no_more_however_often_we_start_anew(stage, server):
    thread = await begun(stage)
    for number in range(6):
        stage.platform = stage.another()
        await post(stage, thread, turn(number, "Hello"))
    assert len(copies(stage, thread)) == 6
    assert sorted(one.name for one in server.world.webhooks.values()) == ["Threadlink", "Threadlink 2"]


async def test_where_the_bot_may_not_manage_webhooks_it_posts_with_the_name_above(stage):
    may(stage, WITHOUT_WEBHOOKS)
    thread = await begun(stage)
    await post(stage, thread, turn(0, "Hello", by="Ana_*x*"))
    (copy,) = copies(stage, thread)
    name, text = copy.content.split("\n")
    assert name.replace("\u2063", "") == "**Ana\\_\\*x\\* (shared)**"
    assert text == "Hello"
    assert copy.author is stage.server.world.bot


async def test_a_channel_full_of_webhooks_is_no_obstacle(stage, server):
    for number in range(14):
        await server_webhook(stage, f"theirs {number}")
    thread = await begun(stage)
    await post(stage, thread, turn(0, "One"), turn(1, "Two"))
    assert {copy.shown_as for copy in copies(stage, thread)} == {"Quiet Otter (shared)"}
    assert len({copy.webhook_id for copy in copies(stage, thread)}) == 1
    other = stage.channel_ref(stage.server.build.channel(stage.guild, "full"))
    for number in range(15):
        await server_webhook(stage, f"theirs {number}", other)
    thread = await stage.platform.start_thread(stage.reader, other, a_head("c2:head"))
    await post(stage, thread, turn(0, "One"))
    assert copies(stage, thread)[0].author is server.world.bot


async def server_webhook(stage, name, place=None):
    """A webhook of somebody's."""
    path = f"/channels/{(place or stage.place).channel}/webhooks"
    await stage.client.http.request(Route("POST", path), json={"name": name})


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Discord Fan", "Dis·cord Fan (shared)"),
        ("clyde", "cly·de (shared)"),
        ("@everyone", "everyone (shared)"),
        ("Ana: dev #1 ```x```", "Ana dev 1 x (shared)"),
        ("here", "here (shared)"),
        (" \n ", "Somebody (shared)"),
        ("x" * 200, "x" * 70 + "… (shared)"),
        ("🦦" * 80, "🦦" * 35 + "… (shared)"),
    ],
)
async def test_a_name_that_discord_refuses_is_written_as_it_takes_it(stage, name, shown):
    thread = await begun(stage)
    await post(stage, thread, turn(0, "Hello", by=name))
    (copy,) = copies(stage, thread)
    assert copy.shown_as == shown
    assert copy.webhook_id


async def test_a_name_that_discord_refuses_after_all_is_said_by_the_bot(stage, server):
    thread = await begun(stage)
    server.faults.fail_next("POST", EXECUTE, status=400, code=50035)
    await post(stage, thread, turn(0, "Hello"))
    (copy,) = copies(stage, thread)
    assert copy.author is server.world.bot
    assert copy.content.endswith("Hello")


async def test_nothing_pings_and_nothing_draws_a_second_preview(stage, server):
    loud = (
        line(Mention("everyone", "everyone"), " @here <@&1> ", Mention("person", "Ana Moreno", "p2")),
        line(f"<@{stage.reader.user}> {ADDRESS} ", Link(ADDRESS, (Text(ADDRESS),))),
    )
    for permissions in (BOT_MAY | Can.MENTION_EVERYONE, WITHOUT_WEBHOOKS | Can.MENTION_EVERYONE):
        may(stage, permissions)
        stage.platform = stage.another()
        thread = await begun(stage, f"head {permissions}")
        made = a_turn(loud, cards=(LinkCard((Text("Notes"),), ADDRESS, body=loud),))
        await stage.platform.post_turn(thread, made, NOTHING)
        await stage.platform.post_notice(thread, loud, f"notice {permissions}")
        await stage.platform.edit_head(thread, a_head())
        assert all(message.previews == [] for message in stage.messages(thread))
    assert server.pings == 0


async def test_long_code_goes_on_in_a_fence_of_its_own(stage):
    thread = await begun(stage)
    code = "\n".join(f"print({i:04})  # ```" for i in range(300))
    made = a_turn((CodeBlock(code, "python"),))
    (posts,) = await post(stage, thread, made)
    texts = said(stage, thread)
    assert len(posts) == len(texts) > 3
    assert all(text.startswith("```python\n") and text.endswith("\n```") for text in texts)
    assert all(len(text) <= 2000 for text in texts)


async def test_a_turn_without_anything_is_still_seen(stage):
    thread = await begun(stage)
    await post(stage, thread, turn(0))
    assert "a message without words" in said(stage, thread)[0]


async def test_a_link_card_is_a_quote(stage):
    thread = await begun(stage)
    card = LinkCard((Text("The notes"),), ADDRESS, site="Example", body=(line("All of them."),))
    await post(stage, thread, turn(0, "See", cards=(card,)))
    assert f"> [**The notes**](<{ADDRESS}>)" in said(stage, thread)[0]
    assert "> All of them." in said(stage, thread)[0]


async def test_more_than_ten_files_take_several_posts(stage):
    thread = await begun(stage)
    files = [copied(f"{i}.txt", 2) for i in range(12)]
    made = with_files(0, *files, lines=("Twelve",))
    (posts,) = await post(stage, thread, made, open_blob=blobs({file.blob: b"ab" for file in files}))
    assert [len(copy.attachments) for copy in copies(stage, thread)] == [10, 2]
    assert [copy.content for copy in copies(stage, thread)] == ["Twelve", ""]
    assert list(await stage.another().find_turn(thread, made)) == posts


async def test_files_are_spread_over_posts_that_discord_takes(stage):
    thread = await begun(stage)
    files = [copied(f"{i}.bin", 9 * 2**20) for i in range(3)]
    data = blobs({file.blob: b"x" * (file.size or 0) for file in files})
    await post(stage, thread, with_files(0, *files), open_blob=data)
    assert [len(copy.attachments) for copy in copies(stage, thread)] == [2, 1]


async def test_what_is_too_large_or_empty_or_not_as_it_said_is_named(stage):
    thread = await begun(stage)
    files = (copied("large.bin", FILE_LIMIT + 1), copied("empty.txt", 0), copied("liar.txt", 2))
    fits = copied("fits.bin", FILE_LIMIT)
    data = blobs({"liar.txt": b"more than two", "fits.bin": b"x" * FILE_LIMIT})
    await post(stage, thread, with_files(0, *files, fits), open_blob=data)
    text = "\n".join(said(stage, thread))
    assert "large.bin (10.5 MB) was not carried over: it is too large for this server" in text
    assert "empty.txt (0 bytes) was not carried over: it is empty" in text
    assert "liar.txt" in text
    assert [one.filename for copy in copies(stage, thread) for one in copy.attachments] == ["fits.bin"]


async def test_where_files_are_refused_the_words_arrive_and_name_them(stage):
    may(stage, WITHOUT_WEBHOOKS & ~Can.ATTACH_FILES)
    stage.server.build.permit(stage.guild, stage.guild.everyone, Can.VIEW_CHANNEL | Can.SEND_MESSAGES)
    stage.server.build.give(stage.guild, stage.people["Ana Moreno"], threads_for(stage))
    thread = await begun(stage)
    made = with_files(0, copied("a.txt", 2), lines=("Here",))
    (posts,) = await post(stage, thread, made, open_blob=blobs({"a.txt": b"ab"}))
    (copy,) = copies(stage, thread)
    assert "Here" in copy.content
    assert "a.txt (2 bytes) was not carried over: Discord did not take it" in copy.content
    assert list(await stage.another().find_turn(thread, made)) == posts


def threads_for(stage):
    allowed = BOT_MAY | Can.CREATE_PUBLIC_THREADS
    return stage.server.build.role(stage.guild, "Starters", permissions=allowed)


async def test_a_file_keeps_its_name_description_and_spoiler(stage):
    thread = await begun(stage)
    made = with_files(0, copied('a "b"/c.txt', 2), description="Two letters", spoiler=True)
    await post(stage, thread, made, open_blob=blobs({'a "b"/c.txt': b"ab"}))
    (attached,) = copies(stage, thread)[0].attachments
    assert (attached.filename, attached.description) == ("SPOILER_a__b__c.txt", "Two letters")


@pytest.mark.parametrize("permissions", [BOT_MAY, WITHOUT_WEBHOOKS])
async def test_a_file_may_have_any_name(stage, permissions):
    may(stage, permissions)
    thread = await begun(stage)
    names = ("Übersicht 2.txt", "🦦.png", "a\n;b=%22.txt", "", ".env", "x" * 300 + ".tar")
    made = with_files(0, *(copied(name, 1) for name in names))
    await post(stage, thread, made, open_blob=blobs(dict.fromkeys(names, b"x")))
    attached = copies(stage, thread)[0].attachments
    assert [one.filename for one in attached][2:5] == ["a__b__22.txt", "file", ".env"]
    assert [one.title for one in attached][:2] == ["Übersicht 2", "🦦"]


async def test_a_locked_thread_is_refused_with_what_to_do(stage):
    thread = await begun(stage)
    await stage.server.write.archive(stage.guild.owner, stage.channel(thread), locked=True)
    with pytest.raises(NotAllowed, match="unlock"):
        await post(stage, thread, turn(0, "Hello"))


async def test_an_archived_thread_is_woken_by_its_next_turn(stage):
    thread = await begun(stage)
    await stage.server.write.archive(stage.guild.owner, stage.channel(thread))
    await post(stage, thread, turn(0, "Hello"))
    assert said(stage, thread) == ["Hello"]


async def test_a_thread_that_is_gone_is_gone_for_both_ways_of_posting(stage):
    for permissions in (BOT_MAY, WITHOUT_WEBHOOKS):
        may(stage, permissions)
        thread = await begun(stage, f"head {permissions}")
        await stage.delete_thread(thread)
        with pytest.raises(PostGone):
            await post(stage, thread, turn(0, "Hello"))
        with pytest.raises(PostGone):
            await stage.platform.find_turn(thread, turn(0, "Hello"))
