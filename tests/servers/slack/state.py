"""Who and what there is in this Slack: the app, its installations, workspaces, people, channels."""

from __future__ import annotations

import itertools
import secrets
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from tests.servers.slack.messages import Message

Json = dict[str, Any]
REQUIRED_SCOPES = (
    *("commands", "chat:write", "app_mentions:read", "channels:history", "groups:history"),
    *("channels:read", "groups:read", "users:read", "links:read", "links:write"),
)
OPTIONAL_SCOPES = (
    *("files:read", "files:write", "emoji:read", "usergroups:read", "channels:join", "team:read"),
    *("chat:write.customize", "im:history", "im:read", "im:write", "mpim:history", "mpim:read"),
)
SUBSCRIPTIONS = ("app_mention", "link_shared", "app_home_opened", "app_uninstalled", "tokens_revoked")
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


class Ids:
    """Identifiers in Slack's form: a letter for the kind, then capitals and digits."""

    def __init__(self) -> None:
        self._next = itertools.count(1)

    def new(self, kind: str) -> str:
        number, text = next(self._next), ""
        while number:
            number, digit = divmod(number, 36)
            text = _DIGITS[digit] + text
        return kind + "0" + text.rjust(8, "0")


@dataclass(eq=False)
class SlackApp:
    """The one app that is tested: what its manifest and its settings page say."""

    id: str
    name: str = "Threadlink"
    handle: str = "threadlink"
    client_id: str = field(default_factory=lambda: f"{secrets.randbelow(10**12)}.{secrets.randbelow(10**12)}")
    client_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    signing_secret: str = field(default_factory=lambda: secrets.token_hex(16))
    verification_token: str = field(default_factory=lambda: secrets.token_hex(12))
    app_token: str = field(default_factory=lambda: "xapp-1-" + secrets.token_hex(16))
    scopes: tuple[str, ...] = (*REQUIRED_SCOPES, *OPTIONAL_SCOPES)
    """Granted to new installations."""
    subscriptions: set[str] = field(default_factory=lambda: set(SUBSCRIPTIONS))
    unfurl_domains: list[str] = field(default_factory=list)
    redirect_uris: list[str] = field(default_factory=list)
    commands: set[str] | None = None
    """Registered slash commands, with their stroke; None lets every command through."""
    callbacks: set[str] | None = None
    """Registered shortcuts by callback id; None lets every shortcut through."""
    home_enabled: bool = True
    socket_mode: bool = True
    should_escape: bool = False
    """Whether slash command text has users, channels and links turned into <…> forms."""


@dataclass(eq=False, repr=False)
class User:
    id: str
    team_id: str
    handle: str
    real_name: str
    display_name: str = ""
    email: str = ""
    is_admin: bool = False
    is_owner: bool = False
    is_restricted: bool = False
    is_ultra_restricted: bool = False
    is_bot: bool = False
    deleted: bool = False
    bot_id: str | None = None
    app_id: str | None = None
    hidden: bool = False
    """users.info answers user_not_visible."""
    has_picture: bool = False
    """They chose a picture themselves; else Slack drew one."""

    def __repr__(self) -> str:
        return f"<User {self.id} {self.real_name}>"

    @property
    def name(self) -> str:
        return self.display_name or self.real_name or self.handle

    @property
    def mention(self) -> str:
        return f"<@{self.id}>"


@dataclass(eq=False)
class Bot:
    """A bot user's other half: what messages name by `bot_id`."""

    id: str
    app_id: str
    user_id: str
    name: str
    deleted: bool = False


@dataclass(eq=False)
class Installation:
    """The app in one workspace. `token` is its bot token."""

    workspace: Workspace
    user: User
    bot: Bot
    token: str
    scopes: tuple[str, ...]
    installer_id: str
    revoked: bool = False
    uninstalled: bool = False


@dataclass(eq=False)
class UserGroup:
    id: str
    handle: str
    name: str
    members: list[str] = field(default_factory=list)


@dataclass(eq=False, repr=False)
class Channel:
    id: str
    team_id: str
    name: str
    kind: str = "public"
    """public, private, im or mpim."""
    members: list[str] = field(default_factory=list)
    creator: str = ""
    is_archived: bool = False
    is_ext_shared: bool = False
    shared_teams: set[str] = field(default_factory=set)
    """Other workspaces that see this channel (Slack Connect)."""
    read_only: bool = False
    """Only admins may post: apps get restricted_action_read_only_channel."""
    locked_threads: set[str] = field(default_factory=set)
    topic: str = ""
    messages: dict[str, Message] = field(default_factory=dict)
    """By ts, deleted ones gone, tombstones kept."""
    order: list[str] = field(default_factory=list)
    """The ts of `messages`, oldest first."""
    threads: dict[str, list[str]] = field(default_factory=dict)
    """The ts of the replies to each parent, oldest first."""
    repliers: dict[str, Counter[str]] = field(default_factory=dict)
    """Who answered in each thread, how often: users, or bots without one."""
    ephemerals: list[Message] = field(default_factory=list)
    last_ts: float = 0.0

    def __repr__(self) -> str:
        return f"<Channel {self.id} #{self.name}>"

    @property
    def is_private(self) -> bool:
        return self.kind != "public"

    def members_of(self, people: Iterable[User]) -> None:
        self.members.extend(person.id for person in people if person.id not in self.members)


@dataclass(eq=False, repr=False)
class Workspace:
    id: str
    name: str
    domain: str
    enterprise_id: str | None = None
    users: dict[str, User] = field(default_factory=dict)
    bots: dict[str, Bot] = field(default_factory=dict)
    channels: dict[str, Channel] = field(default_factory=dict)
    usergroups: dict[str, UserGroup] = field(default_factory=dict)
    emoji: dict[str, str] = field(default_factory=dict)
    """Custom emoji by name: an address, or "alias:name"."""
    installation: Installation | None = None
    blocked_unfurl_domains: set[str] = field(default_factory=set)

    def __repr__(self) -> str:
        return f"<Workspace {self.id} {self.name}>"

    @property
    def app(self) -> Installation:
        """The app's live installation here; fails where it was never installed."""
        assert self.installation is not None, f"the app is not installed in {self.name}"
        return self.installation

    def __getitem__(self, name: str) -> Channel:
        """The channel called `name`."""
        return next(channel for channel in self.channels.values() if channel.name == name)
