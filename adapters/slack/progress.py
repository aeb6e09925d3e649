"""How far a capture is, shown in the modal that waits for it."""

from __future__ import annotations

import time
from collections.abc import Callable

from adapters.slack import words_dialog as words
from adapters.slack.patience import Estimate
from adapters.slack.render_views import working_modal
from adapters.slack.views import Modal, Views
from bot.platforms import PlatformError

EVERY = 2.0
"""Seconds between two updates: Slack takes a hundred a minute from the whole app."""


class CaptureProgress:
    """A `bot.platforms.Progress`. `estimate` tells of a slow capture, None while it goes at full speed."""

    def __init__(
        self,
        views: Views,
        workspace: str,
        modal: Modal,
        estimate: Callable[[], Estimate | None],
        *,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self._views = views
        self._workspace = workspace
        self._modal: Modal | None = modal
        self._estimate = estimate
        self._now = now
        self._shown_at = now()
        self._slow = False

    async def __call__(self, done: int, total: int | None) -> None:
        slow = self._estimate()
        news = slow is not None and not self._slow
        if self._modal is None or not (news or self._now() - self._shown_at >= EVERY):
            return
        self._shown_at, self._slow = self._now(), slow is not None
        view = working_modal(words.SHARE_TITLE, *said(done, total, slow))
        try:
            self._modal = await self._views.update_now(self._workspace, self._modal, view)
        except PlatformError:
            return  # the next one may be shown


def said(done: int, total: int | None, slow: Estimate | None) -> tuple[str, str]:
    """What the modal says meanwhile."""
    if total is None or total < done:
        first = words.READ_SO_FAR.format(done=f"{done:,}")
    else:
        first = words.READ_OF.format(done=f"{done:,}", total=f"{total:,}")
    if slow is None:
        return first, words.CAPTURING_TIP
    wait = words.UNKNOWN_WAIT if slow.seconds is None else words.about(slow.seconds)
    return first, words.SLOWLY.format(wait=wait)
