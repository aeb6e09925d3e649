"""What lives for a short while or is good for a few uses: triggers, response addresses, OAuth codes."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass, field

from tests.servers.slack.clock import Clock
from tests.servers.slack.errors import ApiError
from tests.servers.slack.messages import Message
from tests.servers.slack.state import Channel, User, Workspace

TRIGGER_SECONDS = 3.0
RESPONSE_SECONDS = 30 * 60.0
RESPONSE_USES = 5
CODE_SECONDS = 10 * 60.0


@dataclass(eq=False)
class Trigger:
    id: str
    workspace: Workspace
    user_id: str
    issued_at: float
    view_id: str | None = None
    """The modal it came from; only such a trigger may push."""
    channel: Channel | None = None
    """Where the person was."""
    used: bool = False


@dataclass(eq=False)
class ResponseAddress:
    token: str
    workspace: Workspace
    channel: Channel
    user_id: str
    issued_at: float
    message: Message | None = None
    """The message whose element was used."""
    uses: int = 0
    kind: str = "commands"

    @property
    def path(self) -> str:
        return f"/{self.kind}/{self.workspace.id}/{self.token}"


@dataclass(eq=False)
class Code:
    value: str
    workspace: Workspace
    user: User
    scopes: tuple[str, ...]
    redirect_uri: str
    issued_at: float
    used: bool = False


@dataclass(eq=False)
class Tickets:
    clock: Clock
    triggers: dict[str, Trigger] = field(default_factory=dict)
    addresses: dict[str, ResponseAddress] = field(default_factory=dict)
    codes: dict[str, Code] = field(default_factory=dict)

    def trigger(
        self,
        workspace: Workspace,
        user: User,
        view_id: str | None = None,
        channel: Channel | None = None,
    ) -> str:
        name = f"{secrets.randbelow(10**13)}.{secrets.randbelow(10**12)}.{secrets.token_hex(16)}"
        self.triggers[name] = Trigger(name, workspace, user.id, self.clock.now(), view_id, channel)
        return name

    def exchange(self, trigger_id: str, workspace: Workspace) -> Trigger:
        """The trigger, used up. Raises ApiError as views.open does."""
        trigger = self.triggers.get(trigger_id)
        if trigger is None or trigger.workspace is not workspace:
            raise ApiError("invalid_trigger_id")
        if trigger.used:
            raise ApiError("exchanged_trigger_id")
        if self.clock.now() - trigger.issued_at > TRIGGER_SECONDS:
            raise ApiError("expired_trigger_id")
        trigger.used = True
        return trigger

    def address(
        self, workspace: Workspace, channel: Channel, user: User, kind: str, message: Message | None = None
    ) -> ResponseAddress:
        """A response_url. `kind` is commands, actions or app, as in Slack's own addresses."""
        made = ResponseAddress(
            secrets.token_urlsafe(18), workspace, channel, user.id, self.clock.now(), message, kind=kind
        )
        self.addresses[made.token] = made
        return made

    def use(self, token: str) -> ResponseAddress:
        """Raises ApiError for what is used up, too old or never was."""
        address = self.addresses.get(token)
        if address is None:
            raise ApiError("invalid_url")
        if self.clock.now() - address.issued_at > RESPONSE_SECONDS:
            raise ApiError("expired_url")
        if address.uses >= RESPONSE_USES:
            raise ApiError("used_url")
        address.uses += 1
        return address

    def code(self, workspace: Workspace, user: User, scopes: Sequence[str], redirect_uri: str) -> Code:
        made = Code(secrets.token_hex(16), workspace, user, tuple(scopes), redirect_uri, self.clock.now())
        self.codes[made.value] = made
        return made

    def redeem(self, value: str, redirect_uri: str | None) -> Code:
        code = self.codes.get(value)
        if code is None:
            raise ApiError("invalid_code")
        if code.used:
            raise ApiError("code_already_used")
        if self.clock.now() - code.issued_at > CODE_SECONDS:
            raise ApiError("code_expired")
        if redirect_uri != (code.redirect_uri or None):
            raise ApiError("bad_redirect_uri")
        code.used = True
        return code
