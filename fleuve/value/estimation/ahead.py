"""Things made on another core while whoever needs them deals with something else."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Generic, Self, TypeVar

__all__ = ["Ahead"]

Item = TypeVar("Item")


class Ahead(Generic[Item]):
    """An iterator whose items are made in a thread of its own from the moment that it is entered, in their order.

    ``most``: how much may wait to be taken, each item counted by ``weight``; one may always wait, however heavy. A
    fault while making one is raised where the items are taken. Leaving stops the thread at its next item.
    """

    def __init__(self, items: Iterator[Item], most: int = 1, weight: Callable[[Item], int] = lambda _item: 1) -> None:
        self._items, self._most, self._weight = items, most, weight
        self._waiting: deque[Item] = deque()
        self._changed = threading.Condition()
        self._has_ended = self._is_left = False
        self._fault: BaseException | None = None
        self._thread = threading.Thread(target=self._make, name="ahead", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._changed:
            self._is_left = True
            self._changed.notify_all()
        self._thread.join()

    def __iter__(self) -> Iterator[Item]:
        """Everything, waiting for what is not made yet."""
        while self.wait():
            yield self._waiting[0]
            self._drop_first()

    def ready(self) -> Iterator[Item]:
        """What has been made by now."""
        while self._waiting:
            yield self._waiting[0]
            self._drop_first()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait until there is something to take or nothing more will come, but not longer; whether there is something.

        Raises what went wrong after the last item was made.
        """
        with self._changed:
            self._changed.wait_for(lambda: self._waiting or self._has_ended, seconds)
        if self._fault and not self._waiting:
            raise self._fault
        return bool(self._waiting)

    @property
    def is_over(self) -> bool:
        """Everything was made and taken."""
        return self._has_ended and not self._waiting

    def _drop_first(self) -> None:
        with self._changed:
            self._waiting.popleft()
            self._changed.notify_all()

    def _make(self) -> None:
        try:
            for item in self._items:
                if not self._hand_over(item):
                    return
        except BaseException as fault:  # raised again where the items are taken
            self._fault = fault
        with self._changed:
            self._has_ended = True
            self._changed.notify_all()

    def _hand_over(self, item: Item) -> bool:
        weight = self._weight(item)
        with self._changed:
            self._changed.wait_for(lambda: self._is_left or self._has_room_for(weight))
            if self._is_left:
                return False
            self._waiting.append(item)
            self._changed.notify_all()
        return True

    def _has_room_for(self, weight: int) -> bool:
        return not self._waiting or sum(map(self._weight, self._waiting)) + weight <= self._most
