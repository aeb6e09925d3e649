"""What all sharing jobs stand on: the parts they use, the operator's policy, and refusals."""

from __future__ import annotations

import random
from collections import Counter, OrderedDict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from bot.files import Files
from bot.links import Links
from bot.model import Actor, Choices, Names, Snapshot
from bot.outbox import Outbox
from bot.platforms import Platform
from bot.privacy.findings import Review
from bot.privacy.patterns import Patterns
from bot.privacy.publish import digest
from bot.store.engine import Store

EXPIRY_CHOICES = (None, 1, 7, 30, 90)
"""Days that a link may live, None for ever."""

LONGEST_EXPIRY = 3650
"""No link that expires lives for more days than this."""


@dataclass(frozen=True, slots=True)
class Policy:
    """What the operator decided. Days are whole days, None for never; sizes are bytes."""

    default_names: Names = Names.PSEUDONYMS
    default_expiry: int | None = None
    max_expiry: int | None = None
    max_messages: int = 10_000
    max_file_bytes: int = 25 * 1024 * 1024
    max_share_bytes: int = 200 * 1024 * 1024
    draft_life: timedelta = timedelta(hours=1)

    def expiry_choices(self) -> tuple[int | None, ...]:
        """What a sharer may choose from, shortest last never."""
        if self.max_expiry is None:
            return EXPIRY_CHOICES
        allowed = {days for days in EXPIRY_CHOICES if days is not None and days <= self.max_expiry}
        return tuple(sorted(allowed | {self.max_expiry}))

    def allows(self, days: int | None) -> bool:
        if days is None:
            return self.max_expiry is None
        return 0 < days <= (self.max_expiry or LONGEST_EXPIRY)

    def first_expiry(self) -> int | None:
        return self.default_expiry if self.allows(self.default_expiry) else self.max_expiry


class Refused(Exception):
    """Not done, and nothing changed. `str()` is a kind sentence that says what to do."""


class DraftGone(Refused):
    """The draft was published, cancelled, has died, or is somebody else's: one text for all."""

    def __init__(self) -> None:
        super().__init__(
            "This preview is no longer open: it was published or cancelled, the link that it updates has "
            "ended, or an hour has passed. "
            "Nothing was made public by that. Share the thread again to get a new preview."
        )


class SecretsFound(Refused):
    """Something that looks like a secret is still open in the draft."""


@dataclass(frozen=True, slots=True)
class Gone:
    """A link that once worked: `reason` is "revoked" or "expired"."""

    reason: str


def now() -> datetime:
    return datetime.now(UTC)


class Base:
    """The parts, and a small memory of the drafts being looked at."""

    _KEPT_DRAFTS = 4

    def __init__(
        self,
        store: Store,
        files: Files,
        links: Links,
        outbox: Outbox,
        platforms: Mapping[str, Platform],
        policy: Policy,
        *,
        patterns: Patterns,
        clock: Callable[[], datetime] = now,
    ) -> None:
        self.store = store
        self.files = files
        self.links = links
        self.outbox = outbox
        self.platforms = platforms
        self.policy = policy
        self.patterns = patterns
        self.clock = clock
        self._drafts: OrderedDict[str, Snapshot] = OrderedDict()
        self._reviews: OrderedDict[tuple[str, Choices], Review] = OrderedDict()
        self._views: Counter[str] = Counter()

    @property
    def base_url(self) -> str:
        return self.links.base_url

    def digest(self, share_id: str, value: str) -> bytes:
        """How `value` (a person's key, a message's id) is remembered for `share_id`: comparable,
        not readable.
        """
        return digest(self.links.keyring.digest_key, share_id, value)

    def dice(self, draft_id: str) -> random.Random:
        """Random choices that are the same each time a draft is looked at: seeded by an HMAC of
        the draft's random id under the operator's secret, so nobody else can repeat them.
        """
        return random.Random(self.digest(draft_id, "dice"))  # noqa: S311  the seed is a 256-bit secret

    def _remember(self, draft_id: str, snapshot: Snapshot) -> None:
        self._drafts[draft_id] = snapshot
        self._drafts.move_to_end(draft_id)
        while len(self._drafts) > self._KEPT_DRAFTS:
            self._drafts.popitem(last=False)

    def platform_of(self, name: str) -> Platform:
        """The connected platform called `name`. Raises Refused."""
        platform = self.platforms.get(name)
        if platform is None:
            raise Refused(f"This Threadlink is not connected to {name.capitalize()} at the moment.")
        return platform

    def owns(self, actor: Actor, owner: Actor) -> bool:
        return (actor.platform, actor.workspace, actor.user) == (owner.platform, owner.workspace, owner.user)
