"""The Markdown twin of a page: the whole snapshot as a document to keep, to print, or to hand to a program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date

from bot.model import (
    Attachment,
    FileCopy,
    FileState,
    Forward,
    LinkCard,
    Message,
    MessageKind,
    Names,
    Participant,
    ParticipantKind,
    Poll,
    Reaction,
    Share,
)
from bot.richtext.markdown import markdown
from bot.richtext.nodes import (
    Block,
    Bold,
    Divider,
    Heading,
    Inline,
    Italic,
    List,
    Paragraph,
    Quote,
    Subtext,
    Text,
    make_link,
)
from bot.wording import count, day, snapshot_of
from web.files import file_kind, size_text
from web.messages import SOMEBODY, excerpt
from web.pages import PageView
from web.parts import moment

_DEEPEST_OWN_HEADING = 3
"""Level of the authors' headings; those inside messages are put below."""


class MarkdownTwin:
    """Writes one snapshot, a piece at a time, from the oldest message to the newest.

    `head` comes first, then what `messages` gives for each next part of the messages. It remembers
    whose turn it was, so an instance is good for one document.
    """

    def __init__(self, view: PageView) -> None:
        self.head = f"{markdown(_head(view.share, view.url))}\n\n"
        self._url = view.url
        self._people = {person.key: person for person in view.share.header.participants}
        self._files = {file.id: file for file in view.share.header.files}
        self._day: date | None = None

    def messages(self, messages: Sequence[Message]) -> str:
        """The Markdown of the next `messages`."""
        return "".join(map(self._message, messages))

    def _message(self, message: Message) -> str:
        sent = message.sent_at.astimezone(UTC)
        parts: list[str] = []
        if sent.date() != self._day:
            self._day = sent.date()
            heading = Heading(2, (Text(f"{sent:%A}, {sent.day} {sent:%B %Y}"),))
            parts.append(markdown((heading,)))
        if message.kind is MessageKind.SYSTEM:
            parts.append(
                markdown((*message.body, Subtext((Text(f"{sent:%H:%M} UTC"),))), below=_DEEPEST_OWN_HEADING)
            )
        else:
            author = self._people.get(message.author or "", SOMEBODY)
            parts.append(markdown((Heading(3, _byline(author, f"{sent:%H:%M} UTC")),)))
            parts.append(markdown(self._body(message), below=_DEEPEST_OWN_HEADING))
        return "".join(f"{part}\n\n" for part in parts if part)

    def _body(self, message: Message) -> Iterator[Block]:
        if message.reply_to is not None:
            author = self._people.get(message.reply_to.author or "")
            words = excerpt(message.reply_to.excerpt)
            to = author.name if author else "a message"
            yield Subtext((Text(f"Reply to {to}: {words}" if words else f"Reply to {to}"),))
        if message.kind is MessageKind.DELETED:
            yield _aside("This message was deleted.")
        yield from message.body
        yield from self._parts(message.attachments, message.cards)
        for forward in message.forwards:
            yield from self._forward(forward)
        if message.poll is not None:
            yield from _poll(message.poll)
        if message.reactions:
            yield Subtext((Text("Reactions: "), *_joined(map(_reaction, message.reactions))))
        if message.edited_at is not None:
            yield Subtext((Text(f"Edited {moment(message.edited_at.astimezone(UTC))}"),))

    def _parts(self, attachments: Iterable[Attachment], cards: Iterable[LinkCard]) -> Iterator[Block]:
        lines = tuple((Paragraph(self._attachment(attached)),) for attached in attachments)
        if lines:
            yield List(lines)
        for card in cards:
            yield Quote(tuple(_card(card)))

    def _attachment(self, attached: Attachment) -> tuple[Inline, ...]:
        file = self._files.get(attached.file) or FileCopy(attached.file, "A file", FileState.MISSING)
        name = file.name or "A file"
        if file.state is not FileState.COPIED:
            return (Text(f"{name} (not available: {file.reason or 'it could not be copied'})"),)
        facts = [file_kind(file), *([size_text(file.size)] if file.size is not None else [])]
        if attached.description:
            facts.append(attached.description)
        return (*make_link(f"{self._url}/file/{file.id}", (Text(name),)), Text(f" ({', '.join(facts)})"))

    def _forward(self, forward: Forward) -> Iterator[Block]:
        when = f", {moment(forward.sent_at.astimezone(UTC))}" if forward.sent_at else ""
        yield _aside(f"Forwarded message{when}")
        yield Quote((*forward.body, *self._parts(forward.attachments, forward.cards)))


def markdown_twin(view: PageView) -> MarkdownTwin:
    """The twin of `view`'s share; the messages of `view` itself are not looked at."""
    return MarkdownTwin(view)


def _head(share: Share, url: str) -> Iterator[Block]:
    header = share.header
    yield Heading(1, (Text(header.title or "A conversation"),))
    sharer = f"shared by {share.sharer}" if share.sharer else "shared anonymously"
    yield Paragraph((Text(f"Snapshot of {snapshot_of(header)}, taken {day(header.taken_at)}, {sharer}."),))
    place = " in ".join(
        part
        for part in (header.source.channel and f"#{header.source.channel}", header.source.workspace)
        if part
    )
    facts = [
        f"From {place or header.source.platform}",
        *(["Names are pseudonyms"] if share.names is Names.PSEUDONYMS else []),
        "Later messages are not included",
        f"Valid until {day(share.expires_at)}" if share.expires_at else "Valid until it is revoked",
        "Times are in UTC",
    ]
    yield List(tuple((Paragraph((Text(fact),)),) for fact in facts))
    yield Paragraph(make_link(url))
    yield Divider()


def _byline(author: Participant, time: str) -> tuple[Inline, ...]:
    bot = " (app)" if author.kind is ParticipantKind.BOT else ""
    return (Text(f"{author.name}{bot}, {time}"),)


def _aside(text: str) -> Paragraph:
    return Paragraph((Italic((Text(text),)),))


def _card(card: LinkCard) -> Iterator[Block]:
    by = " · ".join(part for part in (card.site, card.author) if part)
    if by:
        yield Subtext((Text(by),))
    if card.title or card.url:
        label = card.title or (Text(card.url or ""),)
        yield Paragraph((Bold(make_link(card.url, label) if card.url else label),))
    yield from card.body
    if card.footer:
        yield Subtext(card.footer)


def _poll(poll: Poll) -> Iterator[Block]:
    state = "closed" if poll.closed else "open when this was taken"
    yield Paragraph((Text("Poll: "), Bold(poll.question), Text(f" ({state})")))
    yield List(
        tuple(
            (Paragraph((*o.text, *(() if o.votes is None else (Text(f", {count(o.votes, 'vote')}"),)))),)
            for o in poll.options
        )
    )


def _reaction(reaction: Reaction) -> tuple[Inline, ...]:
    return (reaction.emoji, Text(f" {reaction.count:,}"))


def _joined(parts: Iterable[tuple[Inline, ...]]) -> Iterator[Inline]:
    for i, part in enumerate(parts):
        if i:
            yield Text(" · ")
        yield from part
