"""Workspaces that installed the app by themselves: what they gave us, sealed under the operator's key."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from bot.links import Keyring
from bot.store import installations
from bot.store.engine import Store

TICKET_LIFE = timedelta(minutes=10)
"""How long somebody may take between beginning to install the app and coming back."""


def _now() -> datetime:
    return datetime.now(UTC)


class Installations:
    """`workspace` is the platform's id of it, as in `Actor.workspace`; what is kept is any text."""

    def __init__(self, store: Store, keyring: Keyring, *, clock: Callable[[], datetime] = _now) -> None:
        self._store = store
        self._keyring = keyring
        self._clock = clock

    async def keep(self, platform: str, workspace: str, text: str) -> None:
        """Keeps `text` for a workspace in place of what was kept before."""
        sealed, now = self._keyring.seal(text), self._clock()
        await self._store.write(lambda tx: installations.put(tx, platform, workspace, sealed, now))

    async def find(self, platform: str, workspace: str) -> str | None:
        """What was kept; None where there is nothing, or it was kept under another key."""
        sealed = await self._store.read(lambda tx: installations.get(tx, platform, workspace))
        return self._keyring.unseal(sealed) if sealed else None

    async def workspaces(self, platform: str) -> list[str]:
        return await self._store.read(lambda tx: installations.workspaces(tx, platform))

    async def remove(self, platform: str, workspace: str) -> bool:
        """Forgets a workspace; False where it was not known."""
        return await self._store.write(lambda tx: installations.remove(tx, platform, workspace))

    async def issue_ticket(self) -> str:
        """A proof, 256 random bits, that `redeem_ticket` accepts once within `TICKET_LIFE`."""
        ticket, now = secrets.token_urlsafe(32), self._clock()
        await self._store.write(lambda tx: installations.issue(tx, _key(ticket), now, now + TICKET_LIFE))
        return ticket

    async def redeem_ticket(self, ticket: str) -> bool:
        """Whether `ticket` is one of ours, alive and not used before. Of several who ask, one gets True."""
        return await self._store.write(lambda tx: installations.redeem(tx, _key(ticket), self._clock()))


def _key(ticket: str) -> bytes:
    return hashlib.sha256(ticket.encode("utf-8", "replace")).digest()
