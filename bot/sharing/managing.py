"""What an owner, a moderator, the operator and time itself do to links."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.links import BadLink, token_hash
from bot.model import Actor, ChannelRef, Share
from bot.platforms import PlatformError
from bot.sharing.base import Refused
from bot.sharing.drafting import Drafting
from bot.store import blobs, claims, continuations, drafts, outbox, pasted, shares

EXPIRED = "expired"
NOT_YOURS = (
    "I know no live link like that which you could revoke: whoever shared it can, and the moderators of its "
    "channel. List your own links to see them."
)
_CLAIMS_KEPT = timedelta(days=7)
_FAILURES_KEPT = timedelta(days=30)
_ORPHAN_AGE = timedelta(hours=2)


class Managing(Drafting):
    async def owned(self, actor: Actor) -> list[Share]:
        """The live links of `actor`, newest first."""
        return self._live(await self.store.read(lambda tx: shares.owned(tx, actor)))

    async def every(self) -> list[Share]:
        """All live links of this Threadlink, for its operator."""
        return self._live(await self.store.read(shares.every))

    async def in_channel(self, actor: Actor, place: ChannelRef) -> list[Share]:
        """The live links of threads in `place`, for its moderators. Raises Refused for others."""
        if not await self._moderates(actor, place):
            raise Refused(
                "Only moderators can see all links of a channel. Your own are in your list of links."
            )
        return self._live(await self.store.read(lambda tx: shares.in_channel(tx, place)))

    def _live(self, found: list[Share]) -> list[Share]:
        """Without those that have expired and only wait for the sweep."""
        now = self.clock()
        return [share for share in found if share.expires_at is None or share.expires_at > now]

    async def find(self, link: str) -> Share:
        """The live share of `link` or of a share's id. Raises Refused."""
        share = await self.store.read(lambda tx: shares.get(tx, link))
        if share is not None:
            return share
        try:
            digest = token_hash(self.links.token_of(link))
        except BadLink as bad:
            raise Refused(str(bad)) from None
        share = await self.store.read(lambda tx: shares.by_token(tx, digest))
        if share is None or (share.expires_at is not None and share.expires_at <= self.clock()):
            reason = await self.store.read(lambda tx: shares.gone_reason(tx, digest))
            known = reason or ("expired" if share else None)
            raise Refused(
                f"That link no longer works: it has {'been revoked' if known == 'revoked' else 'expired'}."
                if known
                else "I don't know that link. Check that it is complete."
            )
        return share

    async def revoke(self, link: str, actor: Actor) -> Share:
        """Ends the link for everyone, by its address or share id. Raises Refused unless `actor` owns
        it, or moderates where it came from; one text for not allowed and not found.
        """
        share = await self.revocable(link, actor)
        await self.end(share.id, "revoked")
        return share

    async def revocable(self, link: str, actor: Actor) -> Share:
        """The live share that `actor` may revoke. Raises Refused as `revoke` does, and ends nothing."""
        share = await self.find(link)
        if not await self.may_revoke(actor, share):
            raise Refused(NOT_YOURS)
        return share

    async def may_revoke(self, actor: Actor, share: Share) -> bool:
        if self.owns(actor, share.owner) or actor.platform == "cli":
            return True
        same_house = (actor.platform, actor.workspace) == (share.thread.platform, share.thread.workspace)
        return same_house and await self._moderates(actor, share.thread.place)

    async def _moderates(self, actor: Actor, place: ChannelRef) -> bool:
        if (actor.platform, actor.workspace) != (place.platform, place.workspace):
            return False
        try:
            return await self.platform_of(place.platform).may_moderate(actor, place)
        except PlatformError:
            return False

    async def revoke_all(self, actor: Actor) -> int:
        """Ends every link of `actor`; returns how many."""
        owned = await (self.every() if actor.platform == "cli" else self.owned(actor))
        ended = [await self.end(share.id, "revoked") for share in owned]
        return sum(ended)

    async def end(self, share_id: str, reason: str) -> bool:
        """Deletes all of a share, and the drafts that would update it, in one transaction that also
        promises what must follow outside the database: their files' deletion, its cards' edit. False
        if it was gone already, or has not `EXPIRED` after all: an update may have given it more time.
        """
        updating: list[str] = []

        async def drop(tx: AsyncConnection) -> bool:
            standing = await shares.standing_of(tx, share_id)
            if standing is None or (reason == EXPIRED and not standing.is_over(self.clock())):
                return False
            updating.extend(await drafts.updating(tx, share_id))
            files = await blobs.of_share(tx, share_id)
            for draft_id in updating:
                files += await blobs.of_draft(tx, draft_id)
                await drafts.delete(tx, draft_id)
            cards = await shares.cards(tx, share_id)
            previews = await pasted.of_share(tx, share_id)
            await shares.delete(tx, share_id, self.clock(), reason)
            await blobs.delete(tx, files)
            await self.outbox.withdraw(tx, share_id)
            await self.outbox.close_cards(tx, cards, reason)
            await self.outbox.close_pasted(tx, previews, reason)
            await self.outbox.delete_files(tx, files)
            await self.outbox.forget(tx)
            return True

        ended = await self.store.write(drop)
        self._views.pop(share_id, None)
        for draft_id in updating:
            self._drafts.pop(draft_id, None)
        self.outbox.wake()
        return ended

    async def end_workspace(self, platform: str, workspace: str) -> int:
        """Ends every share of threads in `workspace`, e.g. because it removed the app; returns how many."""
        found = await self.store.read(lambda tx: shares.in_workspace(tx, platform, workspace))
        ended = [await self.end(share_id, "revoked") for share_id in found]
        return sum(ended)

    async def whereabouts(self, share: Share, actor: Actor) -> list[str]:
        """Where the share was continued, in words, for its owner only."""
        if not self.owns(actor, share.owner):
            return []
        found = await self.store.read(lambda tx: continuations.of_share(tx, share.id))
        return [f"“{one.title or 'a thread'}” ({self._label(one.thread.platform)})" for one in found]

    def _label(self, platform: str) -> str:
        known = self.platforms.get(platform)
        return known.label if known else platform.capitalize()

    async def sweep(self) -> None:
        """Ends what has expired and drops drafts that have died. Called every little while."""
        now = self.clock()
        for share_id in await self.store.read(lambda tx: shares.expired(tx, now)):
            await self.end(share_id, EXPIRED)
        for draft_id in await self.store.read(lambda tx: drafts.dead(tx, now)):
            await self._drop_draft(draft_id)
        await self.store.write(lambda tx: claims.sweep(tx, now - _CLAIMS_KEPT))
        await self.store.write(lambda tx: outbox.sweep(tx, now - _FAILURES_KEPT))

    async def sweep_files(self) -> None:
        """Deletes copies that no draft or share owns: a crash between copying and saving leaves them."""
        young = self.clock() - _ORPHAN_AGE
        await self.files.drop_unfinished(before=young)
        made = await self.files.list(before=young)
        orphans = made - await self.store.read(blobs.all)
        await self.files.delete(orphans)
