"""What a *person* may read, and moderate: the bot sees more than those who ask it.

Asked anew each time, at capture and again at publish: nothing of it is remembered.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass

from adapters.slack import words
from adapters.slack.asking import Asking
from adapters.slack.config import SlackConfig
from adapters.slack.errors import STRANGERS, Lacking, Spot
from adapters.slack.identity import PLATFORM, enterprise_of, team_of
from adapters.slack.parse_raw import Raw, flag, mapping, string, strings
from bot.model import Actor, ChannelRef
from bot.platforms import NotAllowed, ThreadNotFound

_MEMBERS = 1000
_PAGES = 200
"""Pages of a channel's members that are looked through: 200,000 people."""


@dataclass(frozen=True, slots=True)
class Place:
    """A channel, as conversations.info tells. `name` without "#"; "" for direct messages."""

    workspace: str
    id: str
    name: str
    private: bool
    direct: bool
    shared: bool
    """With another company, through Slack Connect."""
    member: bool
    """Whether our bot is in it."""
    archived: bool
    partner: str
    """Of a direct message with our bot: the other person."""


def place_of_channel(raw: Raw, workspace: str) -> Place:
    """A conversation object as a Place. docs.slack.dev/reference/objects/conversation-object"""
    one_to_one = flag(raw, "is_im")
    direct = one_to_one or flag(raw, "is_mpim")
    return Place(
        workspace,
        string(raw, "id"),
        "" if direct else string(raw, "name_normalized") or string(raw, "name"),
        private=flag(raw, "is_private") or flag(raw, "is_group") or direct,
        direct=direct,
        shared=flag(raw, "is_ext_shared") or flag(raw, "is_pending_ext_shared"),
        member=flag(raw, "is_member") or direct,
        archived=flag(raw, "is_archived"),
        partner=string(raw, "user") if one_to_one else "",
    )


class Access:
    def __init__(self, config: SlackConfig, asking: Asking) -> None:
        self._config = config
        self._asking = asking

    async def shared_from(self, actor: Actor, ref: ChannelRef) -> Place:
        """The channel, for somebody who wants to share a thread of it.

        Raises ThreadNotFound where the person may not read it (or it is not there: one text for both), and
        NotAllowed where the operator does not want threads of such channels shared.
        """
        place = await self.read_by(actor, ref)
        if refusal := self._refusal(place):
            raise NotAllowed(refusal)
        return place

    def _refusal(self, place: Place) -> str:
        """Only for those who may read the place: it tells of what kind it is."""
        if place.shared and not self._config.allow_connect:
            return words.CONNECT_REFUSED.format(where=words.channel(place.name))
        if place.direct:
            return "" if self._config.allow_direct else words.DIRECT_REFUSED
        return words.PRIVATE_REFUSED if place.private and not self._config.allow_private else ""

    async def read_by(self, actor: Actor, ref: ChannelRef) -> Place:
        """The channel, where the person may read it. Raises ThreadNotFound where not."""
        if not self._is_of(actor, ref):
            raise ThreadNotFound(words.NOT_FOUND)
        person = await self._person(actor)
        place = await self.place(ref)
        if not (self._is_colleague(person, actor.workspace) and await self._reads(actor, person, place)):
            raise ThreadNotFound(words.NOT_FOUND)
        return place

    async def may_read(self, actor: Actor, ref: ChannelRef) -> bool:
        try:
            await self.shared_from(actor, ref)
        except (ThreadNotFound, NotAllowed):
            return False
        return True

    async def may_moderate(self, actor: Actor, ref: ChannelRef) -> bool:
        """Owners and admins of the workspace, and whom the operator named; the channel need not exist."""
        if not self._is_of(actor, ref):
            return False
        try:
            person = await self._person(actor)
        except (ThreadNotFound, NotAllowed):
            return False
        if not self._is_colleague(person, actor.workspace):
            return False
        named = actor.user in self._config.moderators
        return named or any(flag(person, key) for key in ("is_admin", "is_owner", "is_primary_owner"))

    async def place(self, ref: ChannelRef) -> Place:
        """The channel as our bot sees it. Raises ThreadNotFound."""
        found = await self._asking.read(
            ref.workspace, lambda web: web.conversations_info(channel=ref.channel)
        )
        return place_of_channel(mapping(found, "channel"), ref.workspace)

    async def enter(self, place: Place) -> None:
        """Makes sure that our bot is in the channel: joins a public one where it may. Raises NotAllowed."""
        if place.member:
            return
        identity = await self._asking.clients.identity_of(place.workspace)
        where = Spot(place.name, identity.handle)
        invite = NotAllowed(words.INVITE.format(where=words.channel(place.name), bot=identity.handle))
        if place.private or place.archived or not identity.has("channels:join"):
            raise invite
        try:
            await self._asking.read(
                place.workspace, lambda web: web.conversations_join(channel=place.id), where, reading=False
            )
        except NotAllowed:
            raise invite from None

    def _is_of(self, actor: Actor, ref: ChannelRef) -> bool:
        return actor.platform == ref.platform == PLATFORM and actor.workspace == ref.workspace

    async def _person(self, actor: Actor) -> Raw:
        try:
            found = await self._asking.read(actor.workspace, lambda web: web.users_info(user=actor.user))
        except Lacking as lacking:
            if lacking.code in STRANGERS:
                raise ThreadNotFound(words.NOT_FOUND) from None
            raise
        return mapping(found, "user")

    def _is_colleague(self, person: Raw, workspace: str) -> bool:
        """Somebody who belongs to this workspace now, and is no app."""
        if flag(person, "deleted") or flag(person, "is_bot") or flag(person, "is_stranger"):
            return False
        team, grid = team_of(workspace), mapping(person, "enterprise_user")
        at_home = string(person, "team_id") == team
        at_large = string(grid, "enterprise_id") == enterprise_of(workspace) and team in strings(
            grid, "teams"
        )
        return at_home or (bool(enterprise_of(workspace)) and at_large)

    async def _reads(self, actor: Actor, person: Raw, place: Place) -> bool:
        """Public channels are open to everyone but guests; whatever else, to its members."""
        guest = flag(person, "is_restricted") or flag(person, "is_ultra_restricted")
        if not place.private and not guest:
            return True
        if place.partner:
            return place.partner == actor.user
        async for page in self._members(place):
            if actor.user in page:
                return True
        return False

    async def _members(self, place: Place) -> AsyncIterator[list[str]]:
        cursor = ""
        for _ in range(_PAGES):
            found = await self._members_behind(place, cursor)
            yield strings(found, "members")
            cursor = string(mapping(found, "response_metadata"), "next_cursor")
            if not cursor:
                return

    async def _members_behind(self, place: Place, cursor: str) -> Raw:
        return await self._asking.read(
            place.workspace,
            lambda web: web.conversations_members(channel=place.id, limit=_MEMBERS, cursor=cursor or None),
        )
