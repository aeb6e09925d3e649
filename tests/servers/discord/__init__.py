"""An honest local Discord, against which unpatched discord.py runs: REST, gateway and CDN.

It keeps what real Discord keeps, permissions, limits, archived threads, dying tokens, and refuses what real
Discord refuses, with the same codes. Everything runs in the event loop of the test, on a free port of 127.0.0.1.

    async with LocalDiscord(clock := Clock()) as discord_:
        # settings of the bot: discord_.token, discord_.api_url, discord_.gateway_url, discord_.cdn_url
        guild = discord_.build.guild("Otters")              # the bot is in it, with its own role
        ana = discord_.build.user("Ana")
        discord_.build.join(guild, ana, nick="Ana M")
        channel = discord_.build.channel(guild, "general")  # Kind.FORUM, tags=["help"], require_tag=True, nsfw=True...
        first = await discord_.write.post(ana, channel, "Shall we?", files={"a.csv": b"1,2"})
        thread = await discord_.write.thread(ana, first, "Plans")
        await discord_.ready()                              # the bot has connected
        asked = await discord_.people.slash(ana, thread, "share", {"title": "Plans"})
        await asked.answered()                              # a message, modal or choices are there
        assert "Publish" in discord_.see(asked)
        pressed = await discord_.people.click(ana, asked.message, "Publish", times=10)
        await discord_.until(lambda: len(thread.messages) == 2)

The rooms of `LocalDiscord`:

* `build`: sets the scene with every right: user, guild, role, join, give, permit, channel, overwrite, hide,
  delete_channel, emoji, sticker, outage, invite_bot, remove_bot, recorded (a message as raw JSON),
  leave_untold (an answer whose `referenced_message` is absent).
* `write`: what people do in channels, with their rights: post, edit, delete, react, forward, poll, voice, pin,
  thread, forum_post, archive, unarchive, rename, add_to_thread.
* `people`: what they do with the bot: slash, autocomplete, message_menu, click, select, submit_modal, again.
  Each returns an `Interaction` at once: `await .acked()`, `await .answered()`; `.message`, `.messages`,
  `.ephemeral`, `.modal`, `.choices`, `.edits`, `.refusals`, `.ack_seconds`, `.dead`.
  Where Discord's client would not let a person do it, `Refused` is raised.
* `world`: everything as it is: guilds, channels, `bot`, `app` (`app.message_content = False`), webhooks, commands,
  `find(name)`, `dm(user)`. A `Channel` has `messages` (ordered, indexable) and, as a thread, `thread` (its state);
  a `Message` has `pings` (ids of the people whom it notified) and `previews` (addresses that get an automatic
  preview). A user with `takes_dms = False` refuses direct messages. `world.posted`: all that the bot posted by
  whatever way; `pings` of the server itself: how many notifications that made.
* `gateway`: drop(code), ask_to_reconnect(), invalidate(resumable=...), forget_sessions(), `repeat_on_resume`,
  `answers_heartbeats`, `identifies`, `connected`.
* `faults`: fail_next(method, path_pattern, status=..., times=..., after_effect=...) and
  hold(method, path_pattern) -> `await .reached()`, `.release()`; for REST below /api/v10 and for the CDN.
* `rates`: `rates.enforced = True`; `rates.speed = 60` lets the windows pass faster; `rates.denied`.
* `guilds.shards = 2` recommends shards; `commands.syncs`; `cdn.asked`; `requests`, every REST request, and
  `invalid_requests`, those that Discord counts against a bot.
* `until(condition)` wakes whenever something changes; `heard()` waits until the bot has seen every event so far;
  `quiet()`; `see(message_or_interaction)`.
* `client.pointed_at(server)` and `client.running(server, discord_client)` point discord.py here and back.

The clock that is given rules nonces, the 3 seconds and 15 minutes of interactions, addresses of attachments and
the sleep of threads; rate limits run on real time, as discord.py waits on it.

An error of this server itself ends the test: leaving the block raises it.

Left open by Discord's documents, and how it is here: a nonce holds for 3 minutes; the bot's own webhook posts
show their content without Message Content; `app_permissions` in a private thread are the parent's; a button may be
pressed in an archived thread, but its message cannot be changed there (50083); messages there can be deleted; an
edit that names somebody anew counts as a notification; a name that a webhook post overrides keeps the rules of the
webhook's own. Not there: asking for members through the gateway; pins and moderation by the bot. Not enforced: the
gateway's 120 sends a minute, ages in age-restricted channels, slow mode, timeouts of members, how often channels
may be renamed.

`python -m tests.servers.discord --port 4004` runs one to play with by hand.
"""

from __future__ import annotations

from tests.servers.discord.clock import Clock, real_now
from tests.servers.discord.errors import Refused
from tests.servers.discord.faults import DROPPED
from tests.servers.discord.interaction import Answer, Interaction
from tests.servers.discord.model import Channel, Flag, Guild, Kind, Message, Role, User
from tests.servers.discord.permissions import Can
from tests.servers.discord.server import LocalDiscord

__all__ = [
    "DROPPED",
    "Answer",
    "Can",
    "Channel",
    "Clock",
    "Flag",
    "Guild",
    "Interaction",
    "Kind",
    "LocalDiscord",
    "Message",
    "Refused",
    "Role",
    "User",
    "real_now",
]
