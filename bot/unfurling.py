"""Draws previews of pasted links anew when the link was updated or has ended."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping

from bot.model import Share
from bot.platforms import CanUnfurl, PastedLink, Platform, PostGone, ThreadNotFound
from bot.reply import Card
from bot.store.pasted import PastedRow
from bot.wording import closed_card, preview_card

Unseal = Callable[[bytes], str | None]


def written(row: PastedRow, share_id: str, reason: str) -> str:
    """The promise to redraw one preview, as text; its address stays sealed. `reason`: why the link
    has ended, "" where it has not.
    """
    url = base64.b64encode(row.url).decode()
    return json.dumps([row.platform, row.workspace, row.place, url, share_id, reason])


def share_of(payload: str) -> str:
    """Id of the share that a promise is about."""
    found: str = json.loads(payload)[4]
    return found


async def redraw(
    payload: str, share: Share | None, share_url: str, platforms: Mapping[str, Platform], unseal: Unseal
) -> None:
    """Keeps such a promise. `share`: what stands of it now. Raises what the platform raises."""
    name, workspace, place, sealed, _, reason = json.loads(payload)
    url, platform = unseal(base64.b64decode(sealed)), platforms.get(name)
    if url is None or not isinstance(platform, CanUnfurl):
        return  # the key was changed, or the platform is not connected any more: nothing can be done
    card: Card | None = closed_card(reason) if reason else None
    if share is not None and card is None:
        card = preview_card(share, share_url)
    if card is None:
        return  # it has ended since, and its own promise follows
    try:
        await platform.unfurl(PastedLink(name, workspace, place, url), card)
    except (PostGone, ThreadNotFound):
        return  # deleted: it shows nothing any more
