"""Past month-ends: worked out on other cores while their valuation writes something else, and written in between."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from queue import Empty, Full, Queue
from types import TracebackType
from typing import Final, Self

from fleuve.value.actions.pen import Pen
from fleuve.value.actions.rows import bridge_row, month_end_rows
from fleuve.value.estimation.month_ends import MonthClosed
from fleuve.value.models import BridgeMonth, MonthEnd, Valuation

__all__ = ["PastMonths"]

# Month-ends that wait to be written: some megabytes each, so that the computation hardly ever has to wait.
_MOST_WAITING: Final = 4
_LOOK_AGAIN_SECONDS: Final = 0.2


@dataclass(frozen=True)
class _Ready:
    """A month-end as rows of the database."""

    blocks: list[MonthEnd]
    bridge: BridgeMonth


class _Abandoned(Exception):
    """Nobody waits for the months any more."""


class PastMonths:
    """Month-ends of one valuation, closed in a thread of their own from the moment on that this is entered.

    ``published``: closings that an earlier series had published, by month, when this one starts anew. ``afterwards``
    is called in that thread when all are closed, with the last month closed (nothing without any); its answer is
    given back by ``finish``.
    """

    def __init__(
        self,
        closed: Iterator[MonthClosed],
        valuation: Valuation,
        published: Mapping[int, int],
        afterwards: Callable[[int | None], str],
    ) -> None:
        self._closed, self._valuation, self._published = closed, valuation, published
        self._afterwards, self._answer = afterwards, ""
        self._ready: Queue[_Ready | None] = Queue(_MOST_WAITING)
        self._fault: BaseException | None = None
        self._has_ended = False
        self._is_abandoned = threading.Event()
        self._thread = threading.Thread(target=self._work, name="past months", daemon=True)
        self._bridges: list[BridgeMonth] = []

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Whoever leaves early stops the computation at the next month."""
        self._is_abandoned.set()
        self._thread.join()

    def write_ready(self, pen: Pen, step: str) -> None:
        """Write the months that are closed by now."""
        with suppress(Empty):
            while not self._has_ended:
                self._write(self._ready.get_nowait(), pen, step)

    def finish(self, pen: Pen, step: str) -> tuple[list[BridgeMonth], str]:
        """Wait for the rest and write it: all bridges, still to be stored, and what ``afterwards`` said."""
        while not self._has_ended:
            pen.progress(step)  # a cancelled job ends here, and not a minute later
            with suppress(Empty):
                self._write(self._ready.get(timeout=_LOOK_AGAIN_SECONDS), pen, step)
        if self._fault:
            raise self._fault
        return self._bridges, self._answer

    def _write(self, ready: _Ready | None, pen: Pen, step: str) -> None:
        if ready is None:
            self._has_ended = True
            return
        pen.create(ready.blocks, step)
        self._bridges.append(ready.bridge)

    def _work(self) -> None:
        last = None
        try:
            for closed in self._closed:
                self._hand_over(self._rows_of(closed))
                last = closed.month
            self._answer = self._afterwards(last)
        except BaseException as fault:  # raised again where the months are waited for
            self._fault = fault
        with suppress(_Abandoned):
            self._hand_over(None)

    def _hand_over(self, ready: _Ready | None) -> None:
        while not self._is_abandoned.is_set():
            with suppress(Full):
                self._ready.put(ready, timeout=_LOOK_AGAIN_SECONDS)
                return
        raise _Abandoned

    def _rows_of(self, closed: MonthClosed) -> _Ready:
        earlier = self._published.get(closed.month)
        restated = None if earlier is None else int(closed.value.sum()) - earlier
        blocks = month_end_rows(closed, self._valuation)
        return _Ready(blocks, bridge_row(closed, self._valuation, restated))
