"""Messages of one channel in the order of their ids."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.servers.discord.model import Message


class History:
    def __init__(self) -> None:
        self._ids: list[int] = []
        self._by_id: dict[int, Message] = {}

    def __iter__(self) -> Iterator[Message]:
        return (self._by_id[i] for i in self._ids)

    def __len__(self) -> int:
        return len(self._ids)

    def __getitem__(self, index: int) -> Message:
        return self._by_id[self._ids[index]]

    def get(self, message_id: int) -> Message | None:
        return self._by_id.get(message_id)

    def add(self, message: Message) -> None:
        assert message.id not in self._by_id, "a message's id is given once"
        insort(self._ids, message.id)
        self._by_id[message.id] = message

    def remove(self, message: Message) -> None:
        self._ids.remove(message.id)
        del self._by_id[message.id]

    def before(self, message_id: int, limit: int) -> Sequence[Message]:
        end = bisect_left(self._ids, message_id)
        return [self._by_id[i] for i in self._ids[max(0, end - limit) : end]]

    def after(self, message_id: int, limit: int) -> Sequence[Message]:
        start = bisect_left(self._ids, message_id + 1)
        return [self._by_id[i] for i in self._ids[start : start + limit]]
