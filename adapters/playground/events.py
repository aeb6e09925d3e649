"""Who is looking: the open tabs, and how news reaches them."""

from __future__ import annotations

import asyncio
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

from bot.reply import Reply

Event = Mapping[str, str | int | None]

_QUEUE_LIMIT = 1_000
"""News that a tab may lag behind; then it is cut off, and reads everything anew when it reconnects."""
_NOTICES_KEPT = 20


@dataclass(eq=False, slots=True)
class Tab:
    """One open tab: as whom it looks, and the news it has not been sent yet (None: cut off)."""

    id: str
    person: str
    news: asyncio.Queue[Event | None] = field(default_factory=lambda: asyncio.Queue(_QUEUE_LIMIT))


@dataclass(frozen=True, slots=True)
class Notice:
    """A private reply that waits until its person dismisses it."""

    id: str
    reply: Reply


class Events:
    """Tells open tabs what happened. Never waits: a tab that does not listen is cut off."""

    def __init__(self) -> None:
        self._tabs: set[Tab] = set()
        self._notices: defaultdict[str, deque[Notice]] = defaultdict(lambda: deque(maxlen=_NOTICES_KEPT))

    @contextmanager
    def tab(self, tab_id: str, person: str) -> Iterator[Tab]:
        """A tab, for as long as it is open."""
        tab = Tab(tab_id, person)
        self._tabs.add(tab)
        try:
            yield tab
        finally:
            self._tabs.discard(tab)

    def tell(self, event: Event, to: Callable[[Tab], bool]) -> None:
        """Sends `event` to every tab that `to` chooses."""
        for tab in [tab for tab in self._tabs if to(tab)]:
            if tab.news.qsize() >= _QUEUE_LIMIT - 1:
                self._tabs.discard(tab)
                tab.news.put_nowait(None)
            else:
                tab.news.put_nowait(event)

    def close(self) -> None:
        """Ends every stream, so that a server can stop."""
        for tab in self._tabs:
            if not tab.news.full():
                tab.news.put_nowait(None)
        self._tabs.clear()

    def notify(self, person: str, reply: Reply) -> None:
        """Keeps `reply` for `person` and shows it in their open tabs; of many, the latest stay."""
        notice = Notice(uuid4().hex, reply)
        self._notices[person].append(notice)
        self.tell({"kind": "notice", "id": notice.id}, lambda tab: tab.person == person)

    def notices(self, person: str) -> tuple[Notice, ...]:
        return tuple(self._notices[person]) if person in self._notices else ()

    def dismiss(self, person: str, notice_id: str) -> None:
        kept = [notice for notice in self.notices(person) if notice.id != notice_id]
        self._notices[person] = deque(kept, maxlen=_NOTICES_KEPT)
        self.tell({"kind": "dismissed", "id": notice_id}, lambda tab: tab.person == person)
