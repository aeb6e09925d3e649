"""Opening, updating and publishing views. docs.slack.dev/reference/methods/views.open"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from adapters.slack import words_dialog as words
from adapters.slack.asking import Asking
from adapters.slack.errors import code_of
from adapters.slack.parse_raw import mapping, string
from bot.platforms import PlatformError, RateLimited

Json = dict[str, Any]

LONGEST_WAIT = 30.0
"""Seconds that a person is kept waiting for a view when Slack asks for patience."""

_WAITS = 3
_GONE = frozenset({"not_found", "view_not_found", "hash_conflict"})
_TOO_LATE = frozenset({"expired_trigger_id", "trigger_expired", "invalid_trigger_id"})
_USED = frozenset({"exchanged_trigger_id", "trigger_exchanged"})


class TooLate(PlatformError):
    """More than three seconds went by since the click: only another one opens a modal."""


@dataclass(frozen=True, slots=True)
class Modal:
    """A modal that stands before a person; `hash`: of what it shows."""

    id: str
    hash: str = ""


class Views:
    def __init__(self, asking: Asking) -> None:
        self._asking = asking

    async def open(self, workspace: str, trigger: str, view: Json) -> Modal | None:
        """The modal that now stands before the person; None where this trigger has opened one before, because
        Slack has told twice of one click. Raises TooLate and other PlatformErrors.
        """
        try:
            answer = await self._asking.post(
                workspace, lambda web: web.views_open(trigger_id=trigger, view=view)
            )
        except PlatformError as refused:
            code = code_of(refused)
            if code in _USED:
                return None
            raise (TooLate(words.TOO_LATE) if code in _TOO_LATE else refused) from None
        return _modal(answer)

    async def update(self, workspace: str, modal: Modal, view: Json) -> bool:
        """False where the person has closed it. Raises PlatformError, after some patience."""

        async def call() -> bool:
            return await self._update(workspace, Modal(modal.id), view) is not None

        return await self._patiently(call)

    async def update_now(self, workspace: str, modal: Modal, view: Json) -> Modal | None:
        """As `update`, for what may as well be left undone: does not wait, and changes nothing where the modal
        shows something else by now. None where that is so, or where it was closed.
        """
        return await self._update(workspace, modal, view)

    async def _update(self, workspace: str, modal: Modal, view: Json) -> Modal | None:
        of = {"hash": modal.hash} if modal.hash else {}
        try:
            answer = await self._asking.read(
                workspace, lambda web: web.views_update(view_id=modal.id, view=view, **of), reading=False
            )
        except PlatformError as refused:
            if code_of(refused) in _GONE:
                return None
            raise
        return _modal(answer)

    async def publish(self, workspace: str, user: str, view: Json) -> None:
        """The person's home tab. Raises PlatformError, after some patience."""

        async def call() -> bool:
            await self._asking.read(
                workspace, lambda web: web.views_publish(user_id=user, view=view), reading=False
            )
            return True

        await self._patiently(call)

    async def _patiently(self, call: Callable[[], Awaitable[bool]]) -> bool:
        for _ in range(_WAITS):
            try:
                return await call()
            except RateLimited as limited:
                await self._asking.sleep(min(limited.seconds, LONGEST_WAIT))
        return await call()


def _modal(answer: Json) -> Modal:
    view = mapping(answer, "view")
    return Modal(string(view, "id"), string(view, "hash"))
