"""What the core wants said -> Discord posts: turns of a replay, heads of threads, notices. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from adapters.discord import words
from adapters.discord.marks import ADDED, key_mark, name_line, note_line
from adapters.discord.render import POST_LIMIT, render, render_text
from adapters.discord.render_card import NO_PINGS, Payload
from adapters.discord.render_escape import clean, cut, escape, size
from bot.model import Attachment, FileCopy, FileState, LinkCard, Participant
from bot.phrases import left_behind, shared_name
from bot.platforms import Turn
from bot.reply import ThreadHead
from bot.richtext.nodes import Block, Body, Bold, Inline, Link, Paragraph, Quote, Subtext, Text

FILE_LIMIT = 10 * 1024 * 1024
"""Bytes of one file, in a server without boosts (docs: reference, uploading files)."""

FILES_LIMIT = 24 * 1024 * 1024
"""Bytes of the files of a post: a request may have 25 MiB, of which its other parts take some."""

FILES_OF_POST = 10
SUPPRESS_EMBEDS = 1 << 2
THREAD_NAME = 100
_USERNAME = 80
_TITLE = 200
_NOTE = 300
_ROOM_FOR_FILES = 1200
"""A longer text keeps its files out of its post, so that there is room for the names of those that fail."""

_FORBIDDEN = re.compile(r"[@#:]|`{3,}|(clyde|discord)", re.IGNORECASE)
"""What Discord takes in no webhook's name (docs: resources/webhook, create webhook); it is on the safe side to
believe the same of the name of a single post."""


@dataclass(frozen=True, slots=True)
class Carried:
    """A file that goes with a post."""

    file: FileCopy
    attachment: Attachment


@dataclass(frozen=True, slots=True)
class TurnPost:
    """One post of a turn; `text` may be "" where it has files."""

    text: str
    files: tuple[Carried, ...] = ()


@dataclass(frozen=True, slots=True)
class TurnPosts:
    """A turn as posts, at least one. `name`: under which a webhook posts them. `line`: what stands above each of them
    where the bot posts it itself. `lane`, 0 or 1, is another one for the next turn of a replay, so that equal
    neighbours can be told apart: each has a webhook of its own, and a `line` of its own.
    """

    name: str
    lane: int
    line: str
    posts: tuple[TurnPost, ...]


def turn_posts(turn: Turn, file_limit: int) -> TurnPosts:
    """The posts are the same whoever posts them; `file_limit`: bytes of the largest file that goes along."""
    name, lane = copy_name(turn.author), _lane(turn.key)
    line = name_line(ADDED * lane + escape(name))
    carried, left = _sorted_files(turn, min(file_limit, FILE_LIMIT))
    said = (*turn.body, *(block for card in turn.cards for block in _card(card)))
    limit = POST_LIMIT - size(line) - 2
    texts = _with_notes(render(said, limit=limit), [left_note(file) for file in left], limit)
    posts = _with_files(texts, _batches(carried))
    return TurnPosts(name, lane, line, tuple(posts) or (TurnPost(note_line(escape(words.NO_WORDS))),))


def left_note(file: FileCopy) -> str:
    """The line that stands for a file which stays behind."""
    return note_line(cut(escape(" ".join(left_behind(file, words.LEFT_TOO_LARGE).split())), _NOTE))


def with_notes(text: str, files: Iterable[FileCopy], room: int = POST_LIMIT) -> str:
    """`text`, and below it what else stays behind, as far as there is room."""
    for file in files:
        longer = "\n".join(filter(None, (text, left_note(file))))
        if size(longer) > room:
            break
        text = longer
    return text


def post_payload(text: str, username: str = "") -> Payload:
    """The body of a request that posts a part of a turn."""
    made: Payload = {"content": text, "allowed_mentions": NO_PINGS, "flags": SUPPRESS_EMBEDS}
    return {**made, "username": username} if username else made


def head_payload(head: ThreadHead) -> Payload:
    """The first message of a thread: its title, behind it unseen the mark of its key, then what it says."""
    title = f"**{cut(escape(_one_line(head.title)), _TITLE) or words.UNTITLED}**{key_mark(head.key)}"
    return post_payload(f"{title}\n{render_text(head.body, POST_LIMIT - size(title) - 1)}".strip())


def notice_payload(body: Body, mark: str) -> Payload:
    """What is said to everyone in a thread, as much as fits into one post; `mark` stands unseen at its end."""
    return post_payload((render_text(body, POST_LIMIT - size(mark)) or "…") + mark)


def thread_name(title: str) -> str:
    return cut(_one_line(title), THREAD_NAME) or words.UNTITLED


def copy_name(author: Participant) -> str:
    """How the author of a copy is called above it: visibly a copy, and as Discord takes it."""
    room = _USERNAME - size(shared_name(""))
    name = _FORBIDDEN.sub(_allowed, _one_line(author.name))
    return shared_name(cut(_one_line(name), room) or words.SOMEBODY)


def file_name(carried: Carried) -> str:
    """The name of an upload. One that begins so is a spoiler (docs: reference, uploading files)."""
    name = re.sub(r'["\\/\x00-\x1f]', "_", _one_line(carried.file.name)) or "file"
    stem, dot, ending = name.rpartition(".")
    name = f"{cut(stem, 150)}{dot}{cut(ending, 20)}" if stem else cut(name, 150)
    spoiler = "SPOILER_"
    return f"{spoiler}{name}" if carried.attachment.spoiler and not name.startswith(spoiler) else name


def _lane(key: str) -> int:
    """Keys of a replay end with the number of the turn; of others, no two neighbours are known to be alike."""
    number = re.search(r"[0-9]+\Z", key)
    return int(number[0][-1]) % 2 if number else 0


def _allowed(found: re.Match[str]) -> str:
    """A forbidden word is still readable when it has a dot in it."""
    word = found[1]
    return f"{word[:3]}·{word[3:]}" if word else " "


def _one_line(text: str) -> str:
    return " ".join(clean(text).split())


def _sorted_files(turn: Turn, limit: int) -> tuple[list[Carried], list[FileCopy]]:
    known = {file.id: file for file in turn.files}
    carried: list[Carried] = []
    left: list[FileCopy] = []
    for attachment in turn.attachments:
        file = known.get(attachment.file)
        if file is None:
            continue
        if file.state is not FileState.COPIED or (file.size or 0) > limit:
            left.append(file)
        elif file.size == 0:
            left.append(replace(file, reason=file.reason or words.FILE_EMPTY))
        else:
            carried.append(Carried(file, attachment))
    return carried, left


def _batches(carried: Iterable[Carried]) -> Iterator[tuple[Carried, ...]]:
    batch: list[Carried] = []
    used = 0
    for one in carried:
        length = FILE_LIMIT if one.file.size is None else one.file.size
        if batch and (len(batch) == FILES_OF_POST or used + length > FILES_LIMIT):
            yield tuple(batch)
            batch, used = [], 0
        batch.append(one)
        used += length
    if batch:
        yield tuple(batch)


def _with_notes(texts: Sequence[str], notes: Iterable[str], limit: int) -> list[str]:
    made = list(texts)
    for note in notes:
        if made and size(made[-1]) + 1 + size(note) <= limit:
            made[-1] += f"\n{note}"
        else:
            made.append(note)
    return made


def _with_files(texts: Sequence[str], batches: Iterable[tuple[Carried, ...]]) -> list[TurnPost]:
    posts = [TurnPost(text) for text in texts]
    for i, batch in enumerate(batches):
        if i == 0 and posts and size(posts[-1].text) <= _ROOM_FOR_FILES:
            posts[-1] = TurnPost(posts[-1].text, batch)
        else:
            posts.append(TurnPost("", batch))
    return posts


def _card(card: LinkCard) -> Iterator[Block]:
    """A preview card as a quote: posts of ours draw no previews."""
    title: tuple[Inline, ...] = (Bold(card.title),) if card.title else ()
    if card.url:
        title = (Link(card.url, title or (Text(card.url),)),)
    site = " · ".join(filter(None, (card.site, card.author)))
    body: Body = (
        *((Subtext((Text(site),)),) if site else ()),
        *((Paragraph(title),) if title else ()),
        *card.body,
        *((Subtext(card.footer),) if card.footer else ()),
    )
    if body:
        yield Quote(body)
