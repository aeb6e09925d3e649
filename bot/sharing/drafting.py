"""A draft and its sharer: look at it, choose, leave messages out, cancel."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import codec
from bot.links import PreviewTicket
from bot.model import (
    Actor,
    Choices,
    Draft,
    Message,
    Share,
    Snapshot,
)
from bot.privacy.findings import Review, review
from bot.privacy.pseudonyms import assign, people
from bot.privacy.publish import clean_name
from bot.sharing.base import LONGEST_EXPIRY, DraftGone, Refused
from bot.sharing.capturing import TITLE_LIMIT, Capturing
from bot.store import blobs, drafts, shares

PREVIEW_PAGE_SIZE = 500

Change = Callable[[Choices], Choices]


@dataclass(frozen=True, slots=True)
class DraftPage:
    """What the private preview page shows; `messages` of page `number` of `pages`, captured form."""

    draft: Draft
    review: Review
    messages: tuple[Message, ...]
    number: int
    pages: int


class Drafting(Capturing):
    async def draft(self, draft_id: str, actor: Actor) -> Draft:
        """The open draft of that id. Raises DraftGone unless it is alive and `actor`'s."""
        draft = await self.store.read(lambda tx: drafts.get(tx, draft_id))
        if (
            draft is None
            or draft.share is not None
            or draft.dies_at <= self.clock()
            or not self.owns(actor, draft.actor)
        ):
            raise DraftGone
        return draft

    async def captured(self, draft: Draft) -> Snapshot:
        """All that the draft holds. Raises DraftGone."""
        if snapshot := self._drafts.get(draft.id):
            self._drafts.move_to_end(draft.id)
            return snapshot
        chunks = await self.store.read(lambda tx: drafts.chunks(tx, draft.id))
        if not chunks:
            raise DraftGone
        snapshot = Snapshot(draft.header, await asyncio.to_thread(_decode, chunks))
        self._remember(draft.id, snapshot)
        return snapshot

    async def choose(
        self, draft_id: str, actor: Actor, choices: Choices, *, update: bool | None = None
    ) -> Draft:
        """Keeps `choices`, whatever was chosen before. See `change`."""
        return await self.change(draft_id, actor, lambda _: choices, update=update)

    async def change(
        self, draft_id: str, actor: Actor, change: Change, *, update: bool | None = None
    ) -> Draft:
        """Keeps what `change` makes of the choices as they stand when nobody else can change them: what
        was left out a moment ago, on another page, stays left out. With `update`, keeps whether the draft
        updates the earlier link (True) or makes a new one (False). Raises Refused.
        """
        draft = await self.draft(draft_id, actor)
        earlier = await self._earlier_share(actor, draft.thread) if update else None

        async def save(tx: AsyncConnection) -> Draft:
            current = await self._still_open(tx, draft_id)
            choices = self._valid(change(current.choices))
            updates = current.updates if update is None else earlier.id if earlier else None
            await drafts.set_choices(tx, draft_id, choices)
            await drafts.set_updates(tx, draft_id, updates)
            return replace(current, choices=choices, updates=updates)

        return await self.store.write(save)

    async def _still_open(self, tx: AsyncConnection, draft_id: str) -> Draft:
        """The draft as it is now. Raises DraftGone where another click has published or cancelled it."""
        current = await drafts.get(tx, draft_id)
        if current is None or current.share is not None:
            raise DraftGone
        return current

    def _valid(self, choices: Choices) -> Choices:
        if not self.policy.allows(choices.expires_days):
            longest = self.policy.max_expiry or LONGEST_EXPIRY
            raise Refused(f"A link may live for {longest:,} days at most here.")
        return replace(choices, title=self._valid_title(choices.title))

    def _valid_title(self, title: str) -> str:
        title = clean_name(title)
        if not any(c.isprintable() for c in title if c != " "):
            raise Refused("The page needs a title. Type one, then try again.")
        if len(title) > TITLE_LIMIT:
            raise Refused(
                f"That title has {len(title)} characters; up to {TITLE_LIMIT} fit. Shorten it a little."
            )
        return title

    async def review(self, draft_id: str, actor: Actor) -> Review:
        """What the preview must say about the draft as it is chosen now."""
        draft = await self.draft(draft_id, actor)
        return await self.review_of(draft)

    async def review_of(self, draft: Draft) -> Review:
        key = (draft.id, draft.choices)
        found = self._reviews.get(key)
        if found is None:
            snapshot = await self.captured(draft)
            found = self._reviews[key] = await asyncio.to_thread(
                review, snapshot, draft.choices, self.patterns
            )
            while len(self._reviews) > self._KEPT_DRAFTS:
                self._reviews.popitem(last=False)
        return found

    async def pseudonyms(self, draft: Draft) -> dict[str, str]:
        """Everyone's pseudonym by key: those the updated link has already given, and for the rest the
        ones this draft would give, the same at every look.
        """
        snapshot = await self.captured(draft)
        share_id = draft.updates or ""
        given = await self.store.read(lambda tx: shares.people(tx, share_id))
        return await asyncio.to_thread(self._assigned, draft, snapshot, given)

    def _assigned(self, draft: Draft, snapshot: Snapshot, given: Mapping[bytes, str]) -> dict[str, str]:
        keys = people(snapshot)
        digests = {self.digest(draft.updates or "", key): key for key in keys}
        # The pseudonym of somebody who is gone from the thread is never given to another.
        taken = {digests.get(digest, digest.hex()): name for digest, name in given.items()}
        known = [name for person in snapshot.header.participants for name in (person.name, *person.aliases)]
        return assign(keys, taken, self.dice(draft.id).choice, avoid=known)

    async def earlier_of(self, draft: Draft) -> tuple[Share, int] | None:
        """The link that the draft can update, and how many of its messages are new since then."""
        earlier = await self._earlier_share(draft.actor, draft.thread)
        if earlier is None:
            return None
        snapshot = await self.captured(draft)
        return earlier, sum(1 for m in snapshot.messages if m.sent_at > earlier.header.taken_at)

    def preview_url(self, draft: Draft) -> str:
        """Where single messages of the draft are left out, for its sharer's eyes only."""
        return self.links.preview_url(PreviewTicket(draft.id, draft.actor))

    async def draft_page(self, signed: str, number: int = 1) -> DraftPage:
        """Page `number` (clamped) of the draft whose private address ends in `signed`. Raises DraftGone."""
        ticket = self.links.read_ticket(signed)
        if ticket is None:
            raise DraftGone
        return await self._page_of(await self.draft(ticket.draft, ticket.actor), number)

    async def _page_of(self, draft: Draft, number: int) -> DraftPage:
        snapshot = await self.captured(draft)
        pages = max(1, -(-len(snapshot.messages) // PREVIEW_PAGE_SIZE))
        number = min(max(number, 1), pages)
        start = (number - 1) * PREVIEW_PAGE_SIZE
        found = await self.review_of(draft)
        return DraftPage(draft, found, snapshot.messages[start : start + PREVIEW_PAGE_SIZE], number, pages)

    async def choose_messages(
        self,
        signed: str,
        *,
        left_out: Collection[str],
        kept: Collection[str],
        findings: Mapping[str, str],
    ) -> DraftPage:
        """Leaves `left_out` out, takes `kept` back in, and decides on `findings` (id -> "open",
        "masked" or "acknowledged"); what is not named stays as chosen. Raises DraftGone.
        """
        ticket = self.links.read_ticket(signed)
        if ticket is None:
            raise DraftGone
        draft = await self.draft(ticket.draft, ticket.actor)
        known = {message.id for message in (await self.captured(draft)).messages}
        decided = {
            name: {key for key, value in findings.items() if value == name}
            for name in ("masked", "acknowledged")
        }
        undecided = findings.keys()

        def change(now: Choices) -> Choices:
            return replace(
                now,
                left_out=frozenset((now.left_out - set(kept)) | (set(left_out) & known)),
                masked=frozenset((now.masked - undecided) | decided["masked"]),
                acknowledged=frozenset((now.acknowledged - undecided) | decided["acknowledged"]),
            )

        return await self._page_of(await self.change(draft.id, ticket.actor, change), 1)

    async def cancel(self, draft_id: str, actor: Actor) -> None:
        """Ends a draft; nothing of it is left. Raises DraftGone."""
        await self.draft(draft_id, actor)
        await self._drop_draft(draft_id, only_open=True)

    async def _drop_draft(self, draft_id: str, *, only_open: bool = False) -> None:
        """Deletes a draft and promises the deletion of its files, in one transaction. With `only_open`,
        raises DraftGone for one that is published or gone.
        """
        self._drafts.pop(draft_id, None)

        async def drop(tx: AsyncConnection) -> None:
            if only_open:
                await self._still_open(tx, draft_id)
            copied = await blobs.of_draft(tx, draft_id)
            await drafts.delete(tx, draft_id)
            await blobs.delete(tx, copied)
            await self.outbox.delete_files(tx, copied)
            await self.outbox.forget(tx)

        await self.store.write(drop)
        self.outbox.wake()


def _decode(chunks: Sequence[str]) -> tuple[Message, ...]:
    return tuple(message for chunk in chunks for message in codec.load_messages(chunk))
