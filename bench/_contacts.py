"""People, options and limits of a contact plan, the same for everybody who is measured."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

__all__ = ["limits_of", "values_of"]

# Ten offers over e-mail, letters and calls: a cost each, and the channel it needs.
COST = [0.05, 0.70, 2.60, 0.06, 0.75, 3.10, 0.05, 0.80, 2.90, 0.06]
CHANNEL = [0, 1, 2, 0, 1, 2, 0, 1, 2, 0]
OPTIONS = len(COST)


def values_of(people: int, folder: Path) -> Path:
    """A file of expected incremental values: a few people are worth much, a tenth of contacts not allowed."""
    import numpy as np

    path = folder / f"contacts-{people}.npy"
    if path.exists():
        return path
    folder.mkdir(parents=True, exist_ok=True)
    value = np.lib.format.open_memmap(path, "w+", np.float64, (people, OPTIONS))
    rng = np.random.default_rng(20261122)
    appeal = rng.uniform(0.5, 1.5, OPTIONS)
    for start in range(0, people, 100_000):
        count = min(100_000, people - start)
        block = rng.lognormal(0, 1, (count, 1)) * appeal * 2 * rng.gamma(2, 0.5, (count, OPTIONS))
        block[rng.random(block.shape) < 0.1] = np.nan
        value[start : start + count] = block
    value.flush()
    return path


def limits_of(people: int) -> tuple[float, list[float]]:
    """The budget, and the capacity of each channel: all bind but the last."""
    return 0.3 * people, [0.3 * people, 0.2 * people, 0.08 * people]


def programme(value: np.ndarray) -> tuple[np.ndarray, object, np.ndarray]:
    """The same plan as a linear programme for solvers: gains, sparse rows (limits, then people), right sides."""
    import numpy as np
    from scipy.sparse import csr_array, vstack

    cost, channel = np.array(COST), np.array(CHANNEL)
    person, option = np.nonzero(value > cost)  # what never pays is left out, as a good modeller would
    gain, count = value[person, option] - cost[option], len(person)
    budget, rooms = limits_of(len(value))
    shared = np.vstack([cost[option], *(1.0 * (channel[option] == one) for one in range(3))])
    own = csr_array((np.ones(count), (person, np.arange(count))), (len(value), count))
    return gain, vstack([csr_array(shared), own]).tocsr(), np.r_[budget, rooms, np.ones(len(value))]
