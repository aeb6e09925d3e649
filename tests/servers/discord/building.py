"""Setting the scene: people, servers, roles, channels and their permissions, put there at will.

Nothing is asked for here: whoever builds may do everything. What people do themselves, with their own
rights, is in `people`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from tests.servers.discord.clock import time_of
from tests.servers.discord.errors import Json
from tests.servers.discord.model import (
    Channel,
    Emoji,
    Guild,
    Kind,
    Member,
    Message,
    Overwrite,
    Role,
    Tag,
    User,
)
from tests.servers.discord.payloads import (
    channel_json,
    guild_create_json,
    guild_emojis_json,
    guild_json,
    member_json,
    role_json,
    thread_json,
)
from tests.servers.discord.permissions import EVERYBODY, NONE, Can, may_view
from tests.servers.discord.posting import Draft, put
from tests.servers.discord.threads import delete_thread, updated
from tests.servers.discord.world import PICTURE, World

_FIRST_GUILD = datetime(2020, 1, 1, tzinfo=UTC)

BOT_MAY = (
    Can.VIEW_CHANNEL
    | Can.SEND_MESSAGES
    | Can.EMBED_LINKS
    | Can.ATTACH_FILES
    | Can.READ_MESSAGE_HISTORY
    | Can.CREATE_PUBLIC_THREADS
    | Can.SEND_MESSAGES_IN_THREADS
    | Can.MANAGE_WEBHOOKS
)
"""What the bot's own role grants unless told otherwise: what an invite link asks for."""


@dataclass
class Building:
    world: World
    _guilds: int = 0

    def user(
        self,
        name: str,
        *,
        bot: bool = False,
        avatar: bytes | None = None,
        global_name: str | None = None,
        locale: str = "en-US",
    ) -> User:
        """A person or another bot. `avatar`: the picture that the CDN gives."""
        user = User(self.world.ids.next(), name, bot, global_name=global_name, locale=locale)
        if avatar is not None:
            user.avatar = f"{user.id:032x}"
            self.world.pictures[f"/avatars/{user.id}/{user.avatar}"] = avatar
        return self.world.keep_user(user)

    def guild(
        self, name: str, *, owner: User | None = None, bot_may: Can = BOT_MAY, bot_joins: bool = True
    ) -> Guild:
        """A server in which everyone may do what a new server lets everyone do."""
        self._guilds += 1
        guild_id = self.world.ids.next(_FIRST_GUILD + timedelta(milliseconds=self._guilds))
        everyone = Role(guild_id, "@everyone", EVERYBODY, position=0)
        guild = Guild(guild_id, name, owner or self.user(f"owner-of-{name.lower()}"), everyone)
        guild.roles[everyone.id] = everyone
        self.world.guilds[guild.id] = guild
        self.join(guild, guild.owner)
        if bot_joins:
            self.invite_bot(guild, bot_may)
        return guild

    def invite_bot(self, guild: Guild, bot_may: Can = BOT_MAY) -> Member:
        role = self.role(guild, self.world.app.name, permissions=bot_may)
        member = self.join(guild, self.world.bot, roles=[role])
        self.world.tell("GUILD_CREATE", lambda: guild_create_json(self.world, guild), guild=guild)
        return member

    def remove_bot(self, guild: Guild) -> None:
        told = {"id": str(guild.id)}
        self.world.tell("GUILD_DELETE", lambda: told, guild=guild)
        del guild.members[self.world.bot.id]
        self.world.changes.tell()

    def outage(self, guild: Guild, *, over: bool = False) -> None:
        """The server is unavailable, or comes back."""
        guild.available = over
        if over:
            self.world.tell("GUILD_CREATE", lambda: guild_create_json(self.world, guild), guild=guild)
        else:
            self.world.tell("GUILD_DELETE", lambda: {"id": str(guild.id), "unavailable": True}, guild=guild)

    def role(self, guild: Guild, name: str, *, permissions: Can = NONE, mentionable: bool = False) -> Role:
        role = Role(self.world.ids.next(), name, permissions, len(guild.roles), mentionable)
        guild.roles[role.id] = role
        self._role_told("GUILD_ROLE_CREATE", guild, role)
        return role

    def permit(self, guild: Guild, role: Role, permissions: Can) -> None:
        """What a role grants in the whole server; `guild.everyone` is a role too."""
        role.permissions = permissions
        self._role_told("GUILD_ROLE_UPDATE", guild, role)

    def join(
        self,
        guild: Guild,
        user: User,
        *,
        nick: str | None = None,
        roles: Iterable[Role] = (),
        avatar: bytes | None = None,
    ) -> Member:
        """`avatar`: a picture for this server alone."""
        member = Member(guild, user, self.world.now(), nick, list(roles))
        if avatar is not None:
            member.avatar = f"{guild.id ^ user.id:032x}"
            path = f"/guilds/{guild.id}/users/{user.id}/avatars/{member.avatar}"
            self.world.pictures[path] = avatar
        guild.members[user.id] = member
        if user is not self.world.bot:
            told = {**member_json(member), "guild_id": str(guild.id)}
            self.world.tell("GUILD_MEMBER_ADD", lambda: told, guild=guild)
        return member

    def leave(self, guild: Guild, user: User) -> None:
        del guild.members[user.id]
        told = {"guild_id": str(guild.id), "user": {"id": str(user.id), "username": user.name}}
        self.world.tell("GUILD_MEMBER_REMOVE", lambda: told, guild=guild)

    def give(self, guild: Guild, user: User, *roles: Role, nick: str | None = None) -> Member:
        """Sets a member's roles, and the nickname where one is given."""
        member = guild.members[user.id]
        member.roles = list(roles)
        member.nick = nick or member.nick
        told: Json = {**member_json(member), "guild_id": str(guild.id)}
        self.world.tell("GUILD_MEMBER_UPDATE", lambda: told, guild=guild)
        return member

    def channel(
        self,
        guild: Guild,
        name: str,
        kind: Kind = Kind.TEXT,
        *,
        parent: Channel | None = None,
        nsfw: bool = False,
        tags: Iterable[str] = (),
        require_tag: bool = False,
    ) -> Channel:
        """A channel of any type but a thread. `parent`: its category, whose overwrites it copies."""
        ids = self.world.ids
        channel = Channel(ids.next(), kind, name, guild, parent, nsfw=nsfw, require_tag=require_tag)
        channel.position = len(guild.channels)
        channel.tags = [Tag(ids.next(), tag) for tag in tags]
        if parent:
            channel.overwrites = dict(parent.overwrites)
        guild.channels[channel.id] = self.world.channels[channel.id] = channel
        self.world.tell("CHANNEL_CREATE", lambda: channel_json(channel), guild=guild)
        return channel

    def overwrite(
        self, channel: Channel, target: Role | User, *, allow: Can = NONE, deny: Can = NONE
    ) -> None:
        """An exception for a role or a person in one channel; it replaces an earlier one."""
        kind = 0 if isinstance(target, Role) else 1
        before = may_view(self.world.bot, channel)
        channel.overwrites[target.id] = Overwrite(target.id, kind, allow, deny)
        updated(self.world, channel)
        if not before and may_view(self.world.bot, channel):
            self._threads_told(channel)

    def hide(self, channel: Channel, *but_for: Role | User) -> None:
        """Nobody sees the channel any more, but those named."""
        assert channel.guild is not None
        for target in but_for:
            self.overwrite(channel, target, allow=Can.VIEW_CHANNEL)
        self.overwrite(channel, channel.guild.everyone, deny=Can.VIEW_CHANNEL)

    def delete_channel(self, channel: Channel) -> None:
        """A channel with its threads and webhooks, or a thread alone."""
        if channel.is_thread:
            delete_thread(self.world, channel)
            return
        guild = channel.guild
        assert guild is not None
        for thread in [t for t in guild.threads.values() if t.parent is channel]:
            delete_thread(self.world, thread)
        for webhook in [w for w in self.world.webhooks.values() if w.channel is channel]:
            del self.world.webhooks[webhook.id]
        channel.deleted = True
        del guild.channels[channel.id], self.world.channels[channel.id]
        self.world.tell("CHANNEL_DELETE", lambda: channel_json(channel), guild=guild)

    def emoji(self, guild: Guild, name: str, *, picture: bytes = PICTURE, animated: bool = False) -> Emoji:
        emoji = Emoji(self.world.ids.next(), name, animated)
        guild.emojis[emoji.id] = emoji
        self.world.pictures[f"/emojis/{emoji.id}"] = picture
        self.world.tell("GUILD_EMOJIS_UPDATE", lambda: guild_emojis_json(guild), guild=guild)
        return emoji

    def rename(self, guild: Guild, name: str) -> None:
        guild.name = name
        self.world.tell("GUILD_UPDATE", lambda: guild_json(guild), guild=guild)

    def recorded(self, channel: Channel, raw: Json) -> Message:
        """A message as some server once gave it, whatever it holds; only its channel is ours."""
        author = raw.get("author") or {}
        user = self.world.users.get(int(author.get("id", 0))) or self.user(author.get("username", "somebody"))
        hidden = ("channel_id", "guild_id", "member")
        more = {key: value for key, value in raw.items() if key not in hidden}
        draft = Draft(channel, user, raw.get("content") or "", kind=int(raw.get("type", 0)), more=more)
        known = channel.messages.get(int(raw["id"]))
        assert known is None, f"{raw['id']} stands there already"
        draft.id, draft.at = int(raw["id"]), time_of(int(raw["id"]))
        return put(self.world, draft)

    def leave_untold(self, answer: Message) -> None:
        """REST leaves out what this message answers, as if it had not been looked up."""
        assert answer.reference is not None
        answer.reference = replace(answer.reference, untold=True)

    def sticker(self, name: str, *, format_type: int = 1, picture: bytes = PICTURE) -> Json:
        """1 PNG, 2 APNG, 3 Lottie, 4 GIF; to be given to `write.post(stickers=[...])`."""
        sticker_id = self.world.ids.next()
        self.world.pictures[f"/stickers/{sticker_id}"] = picture
        return {"id": str(sticker_id), "name": name, "format_type": format_type}

    def _threads_told(self, channel: Channel) -> None:
        """The bot came to see a channel: it is told of the threads there."""
        guild, world = channel.guild, self.world
        assert guild is not None
        threads = [t for t in guild.threads.values() if t.parent is channel and not t.thread.archived]
        told: Json = {
            "guild_id": str(guild.id),
            "channel_ids": [str(channel.id)],
            "threads": [thread_json(world, t) for t in threads if may_view(world.bot, t)],
            "members": [],
        }
        world.tell("THREAD_LIST_SYNC", lambda: told, guild=guild)

    def _role_told(self, event: str, guild: Guild, role: Role) -> None:
        told: Json = {"guild_id": str(guild.id), "role": role_json(role)}
        self.world.tell(event, lambda: told, guild=guild)
