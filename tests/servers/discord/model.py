"""What the local Discord knows: people, servers, channels and threads, messages."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, IntFlag

from tests.servers.discord.errors import Json
from tests.servers.discord.history import History
from tests.servers.discord.permissions import NONE, Can


class Kind(IntEnum):
    """Channel types (docs: resources/channel)."""

    TEXT = 0
    DM = 1
    VOICE = 2
    CATEGORY = 4
    ANNOUNCEMENT = 5
    ANNOUNCEMENT_THREAD = 10
    PUBLIC_THREAD = 11
    PRIVATE_THREAD = 12
    STAGE = 13
    FORUM = 15
    MEDIA = 16


THREADS = frozenset({Kind.ANNOUNCEMENT_THREAD, Kind.PUBLIC_THREAD, Kind.PRIVATE_THREAD})
FORUMS = frozenset({Kind.FORUM, Kind.MEDIA})


class Flag(IntFlag):
    """Message flags (docs: resources/message)."""

    CROSSPOSTED = 1 << 0
    SUPPRESS_EMBEDS = 1 << 2
    HAS_THREAD = 1 << 5
    EPHEMERAL = 1 << 6
    LOADING = 1 << 7
    SUPPRESS_NOTIFICATIONS = 1 << 12
    VOICE = 1 << 13
    HAS_SNAPSHOT = 1 << 14
    COMPONENTS_V2 = 1 << 15


NO_FLAGS = Flag(0)


class Said(IntEnum):
    """Message types that the server itself makes; others are put in as numbers."""

    DEFAULT = 0
    PINNED = 6
    THREAD_CREATED = 18
    REPLY = 19
    COMMAND = 20
    THREAD_STARTER = 21
    MENU = 23


@dataclass(eq=False)
class User:
    id: int
    name: str
    bot: bool = False
    avatar: str | None = None
    global_name: str | None = None
    locale: str = "en-US"
    takes_dms: bool = True
    """False: a direct message is refused with 50007."""


@dataclass(eq=False)
class Role:
    id: int
    name: str
    permissions: Can = NONE
    position: int = 1
    mentionable: bool = False
    color: int = 0


@dataclass(eq=False, repr=False)
class Member:
    guild: Guild
    user: User
    joined_at: datetime
    nick: str | None = None
    roles: list[Role] = field(default_factory=list)
    avatar: str | None = None

    @property
    def display_name(self) -> str:
        return self.nick or self.user.global_name or self.user.name


@dataclass(eq=False)
class Overwrite:
    """An exception for one role (`kind` 0) or one member (1) in one channel."""

    target: int
    kind: int
    allow: Can = NONE
    deny: Can = NONE


@dataclass(eq=False)
class Emoji:
    id: int
    name: str
    animated: bool = False


@dataclass(eq=False)
class Tag:
    id: int
    name: str


@dataclass(eq=False, repr=False)
class Guild:
    id: int
    name: str
    owner: User
    everyone: Role
    roles: dict[int, Role] = field(default_factory=dict)
    members: dict[int, Member] = field(default_factory=dict)
    channels: dict[int, Channel] = field(default_factory=dict)
    threads: dict[int, Channel] = field(default_factory=dict)
    emojis: dict[int, Emoji] = field(default_factory=dict)
    icon: str | None = None
    locale: str = "en-US"
    available: bool = True
    max_active_threads: int = 1000

    def __repr__(self) -> str:
        return f"<Guild {self.name}>"

    def member(self, user: User) -> Member | None:
        return self.members.get(user.id)


@dataclass(eq=False)
class ThreadState:
    owner_id: int
    created_at: datetime
    archive_changed_at: datetime
    archived: bool = False
    locked: bool = False
    auto_archive: int = 1440
    invitable: bool = True
    members: dict[int, datetime] = field(default_factory=dict)
    applied_tags: list[int] = field(default_factory=list)
    sent: int = 0
    """How many messages were ever sent, without the first one."""
    flags: int = 0


@dataclass(eq=False, repr=False)
class Channel:
    """A channel of any type; a thread has its `state`, a direct message its `recipients`."""

    id: int
    kind: Kind
    name: str
    guild: Guild | None = None
    parent: Channel | None = None
    overwrites: dict[int, Overwrite] = field(default_factory=dict)
    nsfw: bool = False
    topic: str | None = None
    position: int = 0
    tags: list[Tag] = field(default_factory=list)
    require_tag: bool = False
    recipients: list[User] = field(default_factory=list)
    state: ThreadState | None = None
    messages: History = field(default_factory=History)
    last_message_id: int | None = None
    deleted: bool = False

    def __repr__(self) -> str:
        return f"<{self.kind.name} {self.name}>"

    @property
    def is_thread(self) -> bool:
        return self.kind in THREADS

    @property
    def is_private_thread(self) -> bool:
        return self.kind is Kind.PRIVATE_THREAD

    @property
    def thread(self) -> ThreadState:
        assert self.state is not None, f"{self.name} is no thread"
        return self.state


@dataclass(eq=False)
class Attachment:
    id: int
    filename: str
    content: bytes
    content_type: str
    description: str | None = None
    width: int | None = None
    height: int | None = None
    duration: float | None = None
    waveform: str | None = None
    spoiler: bool = False
    title: str | None = None
    """The name without ending, where `filename` had to change it."""


@dataclass(eq=False)
class Reaction:
    emoji: Emoji | str
    users: list[User] = field(default_factory=list)


@dataclass(frozen=True)
class Reference:
    """What a message answers (`kind` 0) or forwards (1). `untold`: the answer leaves
    `referenced_message` out, as the API does when it did not look it up.
    """

    message_id: int
    channel_id: int
    guild_id: int | None
    kind: int = 0
    untold: bool = False


@dataclass(eq=False, repr=False)
class Message:
    id: int
    channel: Channel
    author: User
    at: datetime
    content: str = ""
    kind: int = Said.DEFAULT
    flags: Flag = NO_FLAGS
    embeds: list[Json] = field(default_factory=list)
    components: list[Json] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)
    stickers: list[Json] = field(default_factory=list)
    reactions: list[Reaction] = field(default_factory=list)
    poll: Json | None = None
    snapshots: list[Message] = field(default_factory=list)
    """What it forwards, as it was then."""
    reference: Reference | None = None
    mentions: list[User] = field(default_factory=list)
    mention_roles: list[Role] = field(default_factory=list)
    mention_everyone: bool = False
    edited_at: datetime | None = None
    pinned: bool = False
    tts: bool = False
    nonce: str | None = None
    webhook_id: int | None = None
    application_id: int | None = None
    shown_name: str | None = None
    """The name and picture that a webhook post overrides."""
    shown_avatar: str | None = None
    interaction: Json | None = None
    """`interaction_metadata` as the API gives it."""
    thread: Channel | None = None
    """The thread that was started from this message."""
    seen_by: User | None = None
    """The one person who sees it, where it is ephemeral."""
    pings: set[int] = field(default_factory=set)
    """Ids of the people who were notified of it."""
    previews: list[str] = field(default_factory=list)
    """Addresses for which Discord itself adds a preview below the message."""
    position: int | None = None
    deleted: bool = False
    more: Json = field(default_factory=dict)
    """Fields that the API gives and that we have no place for, e.g. of a recorded message."""

    def __repr__(self) -> str:
        return f"<Message {self.id} by {self.shown_as}: {self.content[:60]!r}>"

    @property
    def ephemeral(self) -> bool:
        return bool(self.flags & Flag.EPHEMERAL)

    @property
    def shown_as(self) -> str:
        """The name that stands above it."""
        if self.shown_name:
            return self.shown_name
        member = self.channel.guild and self.channel.guild.member(self.author)
        return member.display_name if member else self.author.global_name or self.author.name
