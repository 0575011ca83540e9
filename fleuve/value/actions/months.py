"""Past month-ends: worked out on other cores while their valuation writes something else, and written in between."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from fleuve.value.actions.pen import Pen
from fleuve.value.actions.rows import bridge_row, month_end_rows
from fleuve.value.estimation.ahead import Ahead
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


class PastMonths(Ahead[_Ready]):
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
        super().__init__(self._made_of(closed), _MOST_WAITING)
        self._valuation, self._published = valuation, published
        self._afterwards, self._answer = afterwards, ""
        self._bridges: list[BridgeMonth] = []

    def write_ready(self, pen: Pen, step: str) -> None:
        """Write the months that are closed by now."""
        for month in self.ready():
            pen.create(month.blocks, step)
            self._bridges.append(month.bridge)

    def finish(self, pen: Pen, step: str) -> tuple[list[BridgeMonth], str]:
        """Wait for the rest and write it: all bridges, still to be stored, and what ``afterwards`` said."""
        while not self.is_over:
            pen.progress(step)  # a cancelled job ends here, and not a minute later
            self.wait(_LOOK_AGAIN_SECONDS)
            self.write_ready(pen, step)
        self.wait()  # says whether a fault ended it
        return self._bridges, self._answer

    def _made_of(self, closed: Iterator[MonthClosed]) -> Iterator[_Ready]:
        last = None
        for month in closed:
            last = month.month
            yield self._rows_of(month)
        self._answer = self._afterwards(last)

    def _rows_of(self, closed: MonthClosed) -> _Ready:
        earlier = self._published.get(closed.month)
        restated = None if earlier is None else int(closed.value.sum()) - earlier
        blocks = month_end_rows(closed, self._valuation)
        return _Ready(blocks, bridge_row(closed, self._valuation, restated))
