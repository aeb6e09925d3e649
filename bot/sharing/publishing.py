"""From a draft to a link, or to the next revision of one."""

from __future__ import annotations

import asyncio
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import codec
from bot.links import new_token, token_hash
from bot.model import Actor, Draft, Names, Share, Snapshot
from bot.outbox import CardRefused
from bot.platforms import ThreadNotFound
from bot.privacy.publish import clean_name, publishable
from bot.sharing.base import DraftGone, Refused, SecretsFound
from bot.sharing.drafting import Drafting
from bot.store import blobs, drafts, pasted, shares

log = structlog.get_logger(__name__)

CHANGED_TEXT = "Your choices were changed while this was being published, so nothing was. Look at them again."
GONE_TEXT = "I can't find that thread, or you may not read it. Nothing was published."


@dataclass(frozen=True, slots=True)
class Published:
    """A live link. `card_posted`: its card stands in the thread already; else it follows as soon
    as the platform lets it be posted. `updated`: the link existed before.
    """

    share: Share
    url: str
    card_posted: bool
    updated: bool = False


class Publishing(Drafting):
    async def publish(self, draft_id: str, actor: Actor) -> Published:
        """Makes the draft public as it is chosen, in one transaction that also promises its card.

        Publishing one draft twice gives the same link. Raises DraftGone, SecretsFound or another
        Refused; then nothing is public. Where the card turns out to be refused for good by the
        platform, the link is withdrawn again before this returns.
        """
        try:
            return await self._already(draft_id, actor) or await self._publish(draft_id, actor)
        except DraftGone:
            again = await self._already(draft_id, actor)  # the same click, delivered twice, was faster
            if again is None:
                raise
            return again

    async def _publish(self, draft_id: str, actor: Actor) -> Published:
        draft = await self.draft(draft_id, actor)
        await self._check_rights(draft)
        snapshot = await self.captured(draft)
        await self._check_review(draft)
        share, token, public, given = await self._compose(draft, snapshot)
        url = self.links.share_url(token) if token else await self._url(share.id)
        chunks = await asyncio.to_thread(_encode, public)
        left_out = [self.digest(share.id, message) for message in draft.choices.left_out]

        async def save(tx: AsyncConnection) -> None:
            await self._check_unchanged(tx, draft)
            await self._save(tx, draft, share, token, chunks)
            await shares.remember_people(tx, share.id, given)
            await shares.remember_left_out(tx, share.id, left_out)
            await drafts.set_published(tx, draft.id, share.id)

        await self.store.write(save)
        self._drafts.pop(draft.id, None)
        return await self._announce(share, url, updated=draft.updates is not None)

    async def _already(self, draft_id: str, actor: Actor) -> Published | None:
        draft = await self.store.read(lambda tx: drafts.get(tx, draft_id))
        if draft is None or draft.share is None or not self.owns(actor, draft.actor):
            return None
        share_id = draft.share
        share = await self.store.read(lambda tx: shares.get(tx, share_id))
        if share is None:
            return None
        cards = await self.store.read(lambda tx: shares.cards(tx, share_id))
        return Published(
            share, await self._url(share.id), card_posted=bool(cards), updated=share.revision > 1
        )

    async def _check_unchanged(self, tx: AsyncConnection, draft: Draft) -> None:
        """Raises Refused where the draft is no longer the one that was composed: what was left out a
        moment ago must not become public.
        """
        current = await drafts.get(tx, draft.id)
        if current is None or current.share is not None:
            raise DraftGone
        if (current.choices, current.updates) != (draft.choices, draft.updates):
            raise Refused(CHANGED_TEXT)

    async def _check_rights(self, draft: Draft) -> None:
        if draft.thread.platform not in self.platforms:
            return  # the operator's own archives: no room to ask, no room to tell
        platform = self.platform_of(draft.thread.platform)
        try:
            allowed = await platform.may_read(draft.actor, draft.thread)
        except ThreadNotFound:
            allowed = False
        if not allowed:
            raise Refused(GONE_TEXT)

    async def _check_review(self, draft: Draft) -> None:
        found = await self.review_of(draft)
        if found.messages == 0:
            raise Refused(
                "Every message is left out, so there is nothing to publish. Take at least one back in."
            )
        if found.title_quotes:
            raise Refused(
                "The title repeats a message that is left out. Give the page another title, then publish."
            )
        if found.blocked:
            raise SecretsFound(
                "Something in this thread looks like a password or key. Leave the message out, mask it, or "
                "say that it may be published, then try again."
            )

    async def _compose(
        self, draft: Draft, snapshot: Snapshot
    ) -> tuple[Share, str | None, Snapshot, dict[bytes, str]]:
        """The share as it will be, its token (None for an update), its public form, and the
        pseudonyms to remember by digest.
        """
        pseudonyms = await self.pseudonyms(draft) if draft.choices.names is Names.PSEUDONYMS else {}
        public = await asyncio.to_thread(publishable, snapshot, draft.choices, pseudonyms, self.patterns)
        earlier = await self._updated_share(draft)
        now = self.clock()
        share = Share(
            id=earlier.id if earlier else secrets.token_hex(16),
            owner=draft.actor,
            thread=draft.thread,
            header=public.header,
            names=draft.choices.names,
            sharer=(clean_name(draft.actor.name) or None) if draft.choices.show_sharer else None,
            created_at=earlier.created_at if earlier else now,
            revision=earlier.revision + 1 if earlier else 1,
            updated_at=now if earlier else None,
            expires_at=_expiry(now, draft.choices.expires_days),
            channel_name=clean_name(snapshot.header.source.channel),
        )
        given = {self.digest(share.id, key): name for key, name in pseudonyms.items()}
        return share, None if earlier else new_token(), public, given

    async def _updated_share(self, draft: Draft) -> Share | None:
        if draft.updates is None:
            return None
        share_id = draft.updates
        earlier = await self.store.read(lambda tx: shares.get(tx, share_id))
        if earlier is None or (earlier.expires_at is not None and earlier.expires_at <= self.clock()):
            raise Refused(
                "The link to update has been revoked or has expired. Choose a new link, then publish again."
            )
        return earlier

    async def _save(
        self, tx: AsyncConnection, draft: Draft, share: Share, token: str | None, chunks: list[str]
    ) -> None:
        replaced: list[str] = []
        if token is None:
            current = await shares.standing_of(tx, share.id)
            if current is None or current.is_over(self.clock()):
                raise Refused("The link to update has just ended. Nothing was published.")
            if current.revision != share.revision - 1:
                raise Refused("The link was updated a moment ago. Share the thread again to see what is new.")
            replaced = await blobs.of_share(tx, share.id)
            await shares.update(tx, share, chunks)
            await self.outbox.redraw_pasted(tx, share.id, await pasted.of_share(tx, share.id))
        else:
            await shares.insert(tx, share, token_hash(token), self.links.keyring.seal(token), chunks)
        used = {file.blob for file in share.header.files if file.blob}
        await blobs.move(tx, draft.id, share.id, used)
        unused = [*replaced, *await blobs.of_draft(tx, draft.id)]
        await blobs.delete(tx, unused)
        await self.outbox.delete_files(tx, unused)
        await self.outbox.forget(tx)
        if share.thread.platform in self.platforms:
            await self.outbox.show_card(tx, share.id)

    async def _announce(self, share: Share, url: str, *, updated: bool) -> Published:
        try:
            posted = await self.outbox.post_now(share.id)
        except CardRefused as refused:
            raise Refused(str(refused)) from None
        except Exception:  # it is public all the same, and its card is promised
            log.exception("publish.card_delayed")
            posted = False
        self.outbox.wake()
        return Published(share, url, posted, updated)

    async def _url(self, share_id: str) -> str:
        return await self.url_of(share_id) or ""

    async def url_of(self, share_id: str) -> str | None:
        """The link of a live share, or None where its text was given up with an old key."""
        sealed = await self.store.read(lambda tx: shares.cipher(tx, share_id))
        token = self.links.keyring.unseal(sealed) if sealed else None
        return self.links.share_url(token) if token else None


def _encode(public: Snapshot) -> list[str]:
    return [codec.dump_messages(chunk) for chunk in codec.chunked(public.messages)]


def _expiry(now: datetime, days: int | None) -> datetime | None:
    return None if days is None else now + timedelta(days=days)
