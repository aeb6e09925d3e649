"""Share links that people paste elsewhere: what their previews show."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.links import BadLink
from bot.platforms import PastedLink
from bot.reply import Card
from bot.sharing.base import Gone
from bot.sharing.reading import Reading
from bot.store import pasted as rows
from bot.store import shares
from bot.store.pasted import PastedRow
from bot.wording import closed_card, preview_card


class Pasting(Reading):
    async def pasted(self, pasted: PastedLink) -> Card | None:
        """What the preview of a pasted link shows now: the share, that it has ended, or None for no
        link of ours. That of a live share is remembered, so that it can be redrawn.
        """
        try:
            token = self.links.token_of(pasted.url)
        except BadLink:
            return None
        standing = await self.standing(token)
        if isinstance(standing, Gone):
            return closed_card(standing.reason)
        share = await self.share(standing.share_id) if standing else None
        if share is None:
            return None
        row = PastedRow(
            pasted.platform,
            pasted.workspace,
            pasted.place,
            self.digest(share.id, pasted.url),
            self.links.keyring.seal(pasted.url),
        )
        if not await self.store.write(lambda tx: self._remember_preview(tx, share.id, row)):
            return closed_card("revoked")  # it ended a moment ago
        return preview_card(share, self.links.share_url(token))

    async def _remember_preview(self, tx: AsyncConnection, share_id: str, row: PastedRow) -> bool:
        if await shares.standing_of(tx, share_id) is None:
            return False
        await rows.remember(tx, share_id, row)
        return True
