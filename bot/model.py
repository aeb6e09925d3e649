"""What Threadlink talks about: threads, snapshots, shares and the people around them.

Plain frozen values without behaviour. A `Snapshot` is what a thread said at one moment and is
never changed: a later share of the same thread is another Snapshot. The same types carry a
snapshot in two forms, and privacy.py is the only door between them:

* **captured**: keys and ids are the platform's own, `Participant.aliases` is filled, files may
  still be `PENDING` with the platform's `locator`. Lives in drafts only.
* **published**: keys are p1, p2, …, message ids m1, m2, …, file ids f1, f2, …; no platform id,
  alias or locator is left, and what the sharer left out, masked or made pseudonymous is gone.

All moments are timezone-aware UTC datetimes.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.richtext.nodes import Body, Emoji, Inline, is_safe_url


@dataclass(frozen=True, slots=True)
class Actor:
    """Who asks: an identity that a platform has proven. Never shown; names are `name`.

    `platform` "slack", "discord", "playground" or "cli"; `workspace` the platform's id of the
    workspace or server ("enterprise/team" on Slack); `user` the platform's id of the person.
    """

    platform: str
    workspace: str
    user: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class ChannelRef:
    """A channel, by the platform's own ids."""

    platform: str
    workspace: str
    channel: str


@dataclass(frozen=True, slots=True)
class ThreadRef:
    """A thread, by the platform's own ids. `thread` is the root message's or thread's id."""

    platform: str
    workspace: str
    channel: str
    thread: str

    @property
    def place(self) -> ChannelRef:
        return ChannelRef(self.platform, self.workspace, self.channel)


@dataclass(frozen=True, slots=True)
class PostRef:
    """One post that the bot made, so that it can be edited later."""

    thread: ThreadRef
    post: str


class ParticipantKind(StrEnum):
    PERSON = "person"
    BOT = "bot"
    """An app or AI assistant that posts under its own name."""


@dataclass(frozen=True, slots=True)
class Participant:
    """Someone as the page shows them.

    `avatar`: id of a `FileCopy`, or None for a generated one. `aliases`: other names this person
    is known by (handle, full name, e-mail), captured form only.
    """

    key: str
    name: str
    kind: ParticipantKind = ParticipantKind.PERSON
    avatar: str | None = None
    aliases: tuple[str, ...] = ()


class FileState(StrEnum):
    PENDING = "pending"
    COPIED = "copied"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class FileCopy:
    """Our own copy of a file that a message showed, or why there is none.

    `locator`: what the platform's `open_file` needs to fetch it (captured form only).
    `blob`: its key in our file store once `COPIED`. `media_type` by content, `size` in bytes,
    `width` and `height` in pixels for images that are shown inline, else None: exactly those with
    a width are drawn on the page, all others are downloads. `reason`: why it is `MISSING`, as a
    short sentence for the reader.
    """

    id: str
    name: str
    state: FileState = FileState.PENDING
    locator: str = ""
    blob: str = ""
    media_type: str = "application/octet-stream"
    size: int | None = None
    width: int | None = None
    height: int | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file uploaded with a message. `file` is a `FileCopy.id`; `description` its alt text."""

    file: str
    description: str = ""
    spoiler: bool = False


@dataclass(frozen=True, slots=True)
class LinkCard:
    """A preview card inside a message (Slack: attachment, Discord: embed).

    `body` holds description and fields as rich text; `image` and `thumbnail` are `FileCopy.id`s;
    `url`, where given, has passed `is_safe_url`: ValueError for any other.
    """

    title: tuple[Inline, ...] = ()
    url: str | None = None
    site: str = ""
    author: str = ""
    body: Body = ()
    footer: tuple[Inline, ...] = ()
    image: str | None = None
    thumbnail: str | None = None
    color: str | None = None
    """#rrggbb, lower case."""

    def __post_init__(self) -> None:
        if self.url is not None and not is_safe_url(self.url):
            raise ValueError("a LinkCard takes only http, https and mailto addresses")


@dataclass(frozen=True, slots=True)
class Reaction:
    """`people`: the keys of those known to have reacted; may be fewer than `count`."""

    emoji: Emoji
    count: int
    people: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReplyTo:
    """What a message answers. `message` is the answered `Message.id` (it may lie outside the
    snapshot, or be None where unknown), `author` a `Participant.key`, `excerpt` its first words.
    """

    message: str | None = None
    author: str | None = None
    excerpt: tuple[Inline, ...] = ()


@dataclass(frozen=True, slots=True)
class PollOption:
    text: tuple[Inline, ...]
    votes: int | None = None


@dataclass(frozen=True, slots=True)
class Poll:
    question: tuple[Inline, ...]
    options: tuple[PollOption, ...]
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Forward:
    """A forwarded message: content without an author, as the platforms give it."""

    body: Body = ()
    attachments: tuple[Attachment, ...] = ()
    cards: tuple[LinkCard, ...] = ()
    sent_at: datetime | None = None


class MessageKind(StrEnum):
    NORMAL = "normal"
    SYSTEM = "system"
    """Something that happened, told by the platform ("joined the thread")."""
    DELETED = "deleted"
    """A placeholder: somebody deleted what stood here. Its body is empty."""


@dataclass(frozen=True, slots=True)
class Message:
    """One message. `author` is a `Participant.key`; a NORMAL message has always one."""

    id: str
    author: str | None
    sent_at: datetime
    kind: MessageKind = MessageKind.NORMAL
    body: Body = ()
    edited_at: datetime | None = None
    reply_to: ReplyTo | None = None
    attachments: tuple[Attachment, ...] = ()
    cards: tuple[LinkCard, ...] = ()
    reactions: tuple[Reaction, ...] = ()
    forwards: tuple[Forward, ...] = ()
    poll: Poll | None = None
    pinned: bool = False


@dataclass(frozen=True, slots=True)
class Source:
    """Where a snapshot comes from, as readers may see it: `platform` "Slack", "Discord", …;
    `workspace` and `channel` names, "" where they are withheld.
    """

    platform: str
    workspace: str = ""
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Header:
    """All of a snapshot but its messages: small enough to be read for every page.

    `first_at`, `last_at`: moments of the first and last message; None without messages.
    """

    title: str
    source: Source
    taken_at: datetime
    participants: tuple[Participant, ...] = ()
    files: tuple[FileCopy, ...] = ()
    message_count: int = 0
    first_at: datetime | None = None
    last_at: datetime | None = None
    author_count: int | None = None
    """How many of the participants wrote something; None where nobody counted."""
    bot_author_count: int = 0
    """How many of them are bots."""
    bystanders: tuple[Participant, ...] = ()
    """Others who are known where this was said and take no part in it: so that their names can be found
    in what was said about them. Captured form only.
    """

    @property
    def people_count(self) -> int:
        """Between how many people it is: who only was mentioned or reacted does not count."""
        if self.author_count is None:
            return sum(1 for p in self.participants if p.kind is ParticipantKind.PERSON)
        return max(0, self.author_count - self.bot_author_count)

    @property
    def app_count(self) -> int:
        """How many bots take part in it, as `people_count` counts people."""
        if self.author_count is None:
            return sum(1 for p in self.participants if p.kind is ParticipantKind.BOT)
        return self.bot_author_count

    @property
    def file_count(self) -> int:
        """How many files were attached, whether or not a copy exists. Pictures of people, emoji and
        link cards have no `name` and do not count.
        """
        return sum(1 for f in self.files if f.name)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A thread as it was at `header.taken_at`; messages from the oldest to the newest."""

    header: Header
    messages: tuple[Message, ...]


class Names(StrEnum):
    """How everyone in a snapshot is called on its page."""

    REAL = "names"
    PSEUDONYMS = "pseudonyms"


@dataclass(frozen=True, slots=True)
class Choices:
    """What the sharer decided in the preview. Message ids are captured ones.

    `left_out`: ids of messages that are not published. `masked`, `acknowledged`: ids of findings
    (privacy.Finding.id) that are blacked out, or published as they stand.
    `expires_days`: None for never.
    """

    title: str
    names: Names = Names.PSEUDONYMS
    show_sharer: bool = True
    expires_days: int | None = None
    left_out: frozenset[str] = frozenset()
    masked: frozenset[str] = frozenset()
    acknowledged: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Draft:
    """A capture waiting for its sharer's decision; dies at `dies_at`.

    `updates`: id of the share whose link it would update, None for a new link. `share`: id of the
    share it became, once published.
    """

    id: str
    actor: Actor
    thread: ThreadRef
    choices: Choices
    header: Header
    dies_at: datetime
    updates: str | None = None
    share: str | None = None


@dataclass(frozen=True, slots=True)
class Share:
    """One link. `sharer`: the name the page shows, None for anonymously. `continued`: in how many
    live threads it was continued. `revision` begins at 1 and grows with each update of the link.
    `channel_name`: where the thread stood when it was shared, "" where unknown; for whoever may manage
    the link, never for its readers.
    """

    id: str
    owner: Actor
    thread: ThreadRef
    header: Header
    names: Names
    sharer: str | None
    created_at: datetime
    revision: int = 1
    updated_at: datetime | None = None
    expires_at: datetime | None = None
    views: int = 0
    continued: int = 0
    channel_name: str = ""


class ContinuationState(StrEnum):
    RUNNING = "running"
    DONE = "done"
    STOPPED = "stopped"
    """The share was revoked or expired before the replay ended."""
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class Continuation:
    """A live thread born from a share. `share` is None once that share is revoked. Turns are
    counted from 0 to `total`; those before `first` are not replayed, those before `done` need no posting.
    `thread.thread` is "" until the thread has been made.
    """

    id: str
    share: str | None
    actor: Actor
    thread: ThreadRef
    state: ContinuationState
    first: int
    total: int
    done: int
    created_at: datetime
    title: str = ""
    revision: int = 1
    """The share's revision that is replayed; a later one is not mixed in."""
