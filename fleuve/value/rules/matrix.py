"""Value × loyalty (docs/rules/matrix.md): four cells, and what each asks for.

Kept about a person is only what to do, never a name for what they are: whoever asks for their data reads a policy.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

__all__ = ["CELLS", "DEFAULT_POLICIES", "POLICIES", "Borders", "Cell", "cells_of"]

Cell = Literal["ll", "lh", "hl", "hh"]
# By 2 · (high value) + (high loyalty): the first letter is value, the second loyalty.
CELLS: Final[tuple[Cell, ...]] = ("ll", "lh", "hl", "hh")
POLICIES: Final = ("grow", "keep", "serve_lower", "win_back", "leave")
DEFAULT_POLICIES: Final[dict[Cell, str]] = {"hh": "grow", "hl": "win_back", "lh": "serve_lower", "ll": "leave"}


@dataclass(frozen=True)
class Borders:
    """High is at least this much: value in minor units, loyalty as the chance of buying again."""

    value: int
    loyalty: float


def cells_of(value: npt.NDArray[np.int64], loyalty: npt.NDArray[np.float64], borders: Borders) -> npt.NDArray[np.int64]:
    """The place in ``CELLS`` of each customer.

    >>> worth, staying = np.array([100, 40, 30, 10]), np.array([0.9, 0.2, 0.8, 0.1])
    >>> [CELLS[place] for place in cells_of(worth, staying, Borders(100, 0.5))]
    ['hh', 'll', 'lh', 'll']
    """
    return np.asarray(2 * (value >= borders.value) + (loyalty >= borders.loyalty), dtype=np.int64)
