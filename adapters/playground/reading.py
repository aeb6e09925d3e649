"""What tabs read: the sidebar, threads, posts. Everything is JSON, with the posts as HTML in it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from aiohttp import web

from adapters.playground.chat import Chat
from adapters.playground.incoming import number_of, person_of, post_of, thread_of
from adapters.playground.records import Person, Thread
from adapters.playground.render import Looking, Pages, initials, tint
from bot.commands import HELP
from bot.model import ParticipantKind

SHOWN_AT_ONCE = 100


class Reading:
    def __init__(self, chat: Chat, pages: Pages) -> None:
        self._chat = chat
        self._pages = pages

    async def people(self, _request: web.Request) -> web.Response:
        """GET people: whom one can be."""
        return web.json_response({"people": [_person(p) for p in self._chat.people.values() if p.live]})

    async def state(self, request: web.Request) -> web.Response:
        """GET state: all that stands beside the conversation."""
        person = person_of(self._chat, request)
        unread = await self._chat.unread(person.id)
        threads = await self._chat.threads(person.id)
        channels = [
            {
                "id": channel.id,
                "name": channel.name,
                "topic": channel.topic,
                "private": channel.members is not None,
                "threads": [_thread(t, unread) for t in threads if t.channel == channel.id],
            }
            for channel in self._chat.channels.values()
            if channel.readable_by(person.id)
        ]
        everyone = [_person(p) for p in self._chat.people.values() if p.handle]
        commands = [{"command": h.command, "usage": h.usage, "summary": h.summary} for h in HELP]
        return web.json_response({"channels": channels, "people": everyone, "commands": commands})

    async def thread(self, request: web.Request) -> web.Response:
        """GET threads/{thread}?before=N: the last posts, or the last before one."""
        person = person_of(self._chat, request)
        thread = await thread_of(self._chat, person, request.match_info["thread"])
        before = number_of(request.query.get("before", ""), 2**62)
        posts = await self._chat.last_posts(thread.id, before=before, limit=SHOWN_AT_ONCE)
        earlier = bool(posts) and bool(
            await self._chat.last_posts(thread.id, before=int(posts[0].id), limit=1)
        )
        html = self._pages.posts(posts, await self._looking(person, thread.id))
        channel = self._chat.channels[thread.channel]
        return web.json_response(
            {
                "id": thread.id,
                "title": thread.title,
                "channel": {"id": channel.id, "name": channel.name},
                "messages": thread.messages,
                "html": html,
                "earlier": earlier,
                "mayDelete": person.moderator,
            }
        )

    async def post(self, request: web.Request) -> web.Response:
        """GET posts/{post}: one post as it is now."""
        person = person_of(self._chat, request)
        post = await post_of(self._chat, person, request.match_info["post"])
        html = self._pages.posts((post,), await self._looking(person, post.thread))
        source = post.source if post.message.author == person.id else ""
        return web.json_response({"id": post.id, "thread": post.thread, "html": html, "source": source})

    async def _looking(self, person: Person, thread: str) -> Looking:
        return Looking(person, self._chat.people, await self._chat.thread_files(thread))


def _thread(thread: Thread, unread: Mapping[str, int]) -> dict[str, Any]:
    return {
        "id": thread.id,
        "title": thread.title,
        "messages": thread.messages,
        "mentions": unread.get(thread.id, 0),
        "activeAt": thread.active_at.isoformat(),
    }


def _person(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.name,
        "handle": person.handle,
        "moderator": person.moderator,
        "app": person.participant.kind is ParticipantKind.BOT,
        "initials": initials(person.name),
        "tint": tint(person.name),
    }
