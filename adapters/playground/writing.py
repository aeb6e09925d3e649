"""What people do in the chat: threads, posts, edits, reactions, files."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from http import HTTPStatus

from aiohttp import web

from adapters.playground import words
from adapters.playground.chat import Chat
from adapters.playground.files import SIZE_LIMIT
from adapters.playground.guard import Refused
from adapters.playground.incoming import Sent, person_of, post_of, read_sent, thread_of
from adapters.playground.parse import mentioned, parse_text
from adapters.playground.parse_inline import find_emoji
from adapters.playground.records import Person, Post, Role, StoredFile, Thread, answer_to
from bot.model import Attachment, Message, MessageKind, Reaction
from bot.richtext.nodes import Body

_TITLE_LIMIT = 120
_NAME_LIMIT = 120
_FILES_LIMIT = 10


class Writing:
    def __init__(self, chat: Chat) -> None:
        self._chat = chat

    async def start_thread(self, request: web.Request) -> web.Response:
        """POST threads {channel, title, text, files}"""
        person, sent = person_of(self._chat, request), await read_sent(request)
        channel = self._chat.channels.get(sent.text("channel"))
        if channel is None or not channel.readable_by(person.id):
            raise Refused(words.NO_CHANNEL, HTTPStatus.NOT_FOUND)
        title = " ".join(sent.text("title", _TITLE_LIMIT).split())
        if not title:
            raise Refused(words.NO_TITLE)
        _check_not_empty(sent)
        thread = await self._chat.start_thread(channel.id, title, person.id)
        await self._add(thread, person, sent)
        return web.json_response({"thread": thread.id})

    async def add_post(self, request: web.Request) -> web.Response:
        """POST threads/{thread}/posts {text, files, answers}"""
        person, sent = person_of(self._chat, request), await read_sent(request)
        thread = await thread_of(self._chat, person, request.match_info["thread"])
        _check_not_empty(sent)
        post = await self._add(thread, person, sent)
        return web.json_response({"post": post.id})

    async def _add(self, thread: Thread, person: Person, sent: Sent) -> Post:
        body = parse_text(sent.text("text"), self._chat.names())
        answered = await self._chat.post(sent.text("answers"))
        message = Message(
            "",
            person.id,
            self._chat.now(),
            body=body,
            reply_to=answer_to(answered.message) if answered and answered.thread == thread.id else None,
            attachments=await self._attach(thread, sent.texts("files")),
        )
        post = Post(thread.id, message, source=sent.text("text"))
        added = await self._chat.add_post(post, mentions=self._pinged(body, thread, person))
        if added is None:
            raise Refused(words.THREAD_GONE, HTTPStatus.GONE)
        return added

    def _pinged(self, body: Body, thread: Thread, author: Person) -> list[str]:
        """Those mentioned by somebody else's message who can read it."""
        named = mentioned(body)
        channel = self._chat.channels[thread.channel]
        readers = [p.id for p in self._chat.people.values() if p.live and channel.readable_by(p.id)]
        return [key for key in readers if key != author.id and (key in named or "everyone" in named)]

    async def _attach(self, thread: Thread, file_ids: tuple[str, ...]) -> tuple[Attachment, ...]:
        attached = []
        for file_id in file_ids[:_FILES_LIMIT]:
            stored = await self._chat.file(file_id)
            if stored is None or stored.thread is not None:
                raise Refused(words.FILE_GONE)
            await self._chat.record_file(StoredFile(stored.copy, thread.id))
            attached.append(Attachment(file_id))
        return tuple(attached)

    async def edit_post(self, request: web.Request) -> web.Response:
        """POST posts/{post}/edit {text}"""
        person, sent = person_of(self._chat, request), await read_sent(request)
        post = await post_of(self._chat, person, request.match_info["post"])
        if post.message.author != person.id or post.role is not Role.MESSAGE:
            raise Refused(words.NOT_YOURS, HTTPStatus.FORBIDDEN)
        source = sent.text("text")
        if not source.strip() and not post.message.attachments:
            raise Refused(words.EMPTY)
        body, now = parse_text(source, self._chat.names()), self._chat.now()
        return await self._change(
            post,
            lambda old: replace(old, source=source, message=replace(old.message, body=body, edited_at=now)),
        )

    async def delete_post(self, request: web.Request) -> web.Response:
        """POST posts/{post}/delete"""
        person = person_of(self._chat, request)
        post = await post_of(self._chat, person, request.match_info["post"])
        if post.message.author != person.id and not person.moderator:
            raise Refused(words.NOT_YOURS, HTTPStatus.FORBIDDEN)
        return await self._change(post, _without_content)

    async def react(self, request: web.Request) -> web.Response:
        """POST posts/{post}/react {emoji}: adds one's reaction, or takes it back."""
        person, sent = person_of(self._chat, request), await read_sent(request)
        post = await post_of(self._chat, person, request.match_info["post"])
        emoji = find_emoji(sent.text("emoji", _NAME_LIMIT))
        if emoji is None:
            raise Refused(words.NO_EMOJI)

        def change(old: Post) -> Post:
            by_name = {reaction.emoji.name: reaction for reaction in old.message.reactions}
            by_name[emoji.name] = _toggled(by_name.get(emoji.name, Reaction(emoji, 0)), person.id)
            left = tuple(reaction for reaction in by_name.values() if reaction.count)
            return replace(old, message=replace(old.message, reactions=left))

        return await self._change(post, change)

    async def _change(self, post: Post, change: Callable[[Post], Post]) -> web.Response:
        if await self._chat.change_post(post.id, change) is None:
            raise Refused(words.POST_GONE, HTTPStatus.GONE)
        return web.json_response({})

    async def mark_read(self, request: web.Request) -> web.Response:
        """POST threads/{thread}/read"""
        person = person_of(self._chat, request)
        await self._chat.mark_read(person.id, request.match_info["thread"])
        return web.json_response({})

    async def delete_thread(self, request: web.Request) -> web.Response:
        """POST threads/{thread}/delete"""
        person = person_of(self._chat, request)
        thread = await thread_of(self._chat, person, request.match_info["thread"])
        if not person.moderator:
            raise Refused(words.NOT_MODERATOR, HTTPStatus.FORBIDDEN)
        await self._chat.delete_thread(thread.id)
        return web.json_response({})

    async def upload(self, request: web.Request) -> web.Response:
        """POST files?name=…, the bytes as application/octet-stream: which, like JSON, no other site
        can send without being asked for permission first.
        """
        person_of(self._chat, request)
        data = bytearray()
        async for chunk in request.content.iter_any():
            data += chunk
            if len(data) > SIZE_LIMIT:
                raise Refused(
                    words.TOO_LARGE.format(limit=SIZE_LIMIT // 2**20), HTTPStatus.REQUEST_ENTITY_TOO_LARGE
                )
        name = " ".join(request.query.get("name", "").split())[:_NAME_LIMIT] or "file"
        copy = await self._chat.add_file(name, bytes(data))
        return web.json_response({"file": copy.id, "name": copy.name})


def _check_not_empty(sent: Sent) -> None:
    if not sent.text("text").strip() and not sent.texts("files"):
        raise Refused(words.EMPTY)


def _without_content(post: Post) -> Post:
    message = post.message
    gone = Message(message.id, message.author, message.sent_at, MessageKind.DELETED)
    return replace(post, message=gone, source="", card=None)


def _toggled(reaction: Reaction, person: str) -> Reaction:
    if person in reaction.people:
        people = tuple(key for key in reaction.people if key != person)
        return replace(reaction, people=people, count=reaction.count - 1)
    return replace(reaction, people=(*reaction.people, person), count=reaction.count + 1)
