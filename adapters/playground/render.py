"""Records -> the playground's own HTML, by autoescaped templates. What a message says is drawn by
the renderer that is handed in, the same one that draws the shared page.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from zlib import crc32

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from adapters.playground import words
from adapters.playground.parse_inline import find_emoji
from adapters.playground.records import Person, Post, Role
from bot.model import FileCopy, Header, Message, Participant, ParticipantKind, ReplyTo, Source
from bot.phrases import shared_name
from bot.reply import Reply
from bot.richtext.nodes import Body
from bot.richtext.plain import plain_inline

RenderMessage = Callable[[Message, Header, Callable[[str], str]], Markup]
"""Draws what a message says, without its author; as `web.render.render_message_parts`."""

_HERE = Path(__file__).parent
_TINTS = 8
_QUICK = ("+1", "heart", "joy", "tada", "eyes", "pray")


def file_url(file_id: str) -> str:
    return f"/playground/files/{file_id}"


def initials(name: str) -> str:
    """One or two letters that stand for `name` in a circle."""
    parts = name.replace("(", " ").split()
    return "".join(part[0] for part in (parts[0], *parts[1:][-1:]))[:2].upper() if parts else "?"


def tint(key: str) -> int:
    """Which of the circle's colours somebody has, always the same."""
    return crc32(key.encode()) % _TINTS


@dataclass(frozen=True, slots=True)
class Speaker:
    name: str
    initials: str
    tint: int
    app: bool


@dataclass(frozen=True, slots=True)
class Answered:
    post: str
    name: str
    words: str


@dataclass(frozen=True, slots=True)
class ShownReaction:
    name: str
    char: str
    count: int
    mine: bool
    who: str


@dataclass(frozen=True, slots=True)
class Looking:
    """Who looks at a thread, and what drawing its posts takes."""

    viewer: Person
    people: Mapping[str, Person]
    files: tuple[FileCopy, ...] = ()


class Pages:
    """Draws everything that tabs show."""

    def __init__(self, render_message: RenderMessage) -> None:
        self._render_message = render_message
        self._templates = Environment(
            loader=FileSystemLoader(_HERE / "templates"), autoescape=True, undefined=StrictUndefined
        )
        self._quick = [(name, known.char) for name in _QUICK if (known := find_emoji(name))]

    def page(self) -> str:
        return self._templates.get_template("page.html").render()

    def posts(self, posts: Sequence[Post], looking: Looking) -> Markup:
        """The posts one after another."""
        header = self._header(looking)
        return Markup("\n").join(self._post(post, looking, header) for post in posts)

    def reply(self, reply: Reply, notice: str = "") -> Markup:
        """A private reply; `notice` is its id where it waits to be dismissed."""
        body, sample = self._words(reply.body), self._words(reply.sample)
        return self._drawn("reply.html", reply=reply, body=body, sample=sample, notice=notice)

    def _words(self, body: Body) -> Markup:
        if not body:
            return Markup()
        said = Message("", None, datetime(1970, 1, 1, tzinfo=UTC), body=body)
        return self._render_message(said, _empty_header(), file_url)

    def _post(self, post: Post, looking: Looking, header: Header) -> Markup:
        message = post.message
        words_only = replace(message, reactions=(), reply_to=None, edited_at=None)
        mine = message.author == looking.viewer.id
        return self._drawn(
            "post.html",
            post=post,
            speaker=_speaker(post, looking.people),
            content=self._render_message(words_only, header, file_url) if post.card is None else Markup(),
            answered=_answered(message.reply_to, looking.people),
            reactions=_reactions(message, looking),
            quick=self._quick,
            may_edit=mine and post.role is Role.MESSAGE,
            may_delete=mine or looking.viewer.moderator,
        )

    def _drawn(self, template: str, **values: object) -> Markup:
        drawn = self._templates.get_template(template).render(values)
        return Markup(drawn)  # noqa: S704 - what an autoescaping template made

    def _header(self, looking: Looking) -> Header:
        people = tuple(person.participant for person in looking.people.values())
        return replace(_empty_header(), participants=people, files=looking.files)


def _empty_header() -> Header:
    return Header("", Source(words.LABEL), datetime(1970, 1, 1, tzinfo=UTC))


def _speaker(post: Post, people: Mapping[str, Person]) -> Speaker:
    known = people.get(post.message.author or "")
    who = post.speaker or (known.participant if known else Participant("", words.SOMEBODY))
    name = shared_name(who.name) if post.role is Role.TURN else who.name
    return Speaker(name, initials(who.name), tint(who.name), who.kind is ParticipantKind.BOT)


def _answered(reply_to: ReplyTo | None, people: Mapping[str, Person]) -> Answered | None:
    if reply_to is None or reply_to.message is None:
        return None
    author = people.get(reply_to.author or "")
    return Answered(
        reply_to.message, author.name if author else words.SOMEBODY, plain_inline(reply_to.excerpt)
    )


def _reactions(message: Message, looking: Looking) -> Sequence[ShownReaction]:
    return [
        ShownReaction(
            reaction.emoji.name,
            reaction.emoji.char or f":{reaction.emoji.name}:",
            reaction.count,
            looking.viewer.id in reaction.people,
            ", ".join(looking.people[key].name for key in reaction.people if key in looking.people),
        )
        for reaction in message.reactions
    ]
