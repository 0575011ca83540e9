"""Which model speaks for a group of customers: the one that gave what came the higher chance, ties to the simplest."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

__all__ = ["ModelChoice", "ModelScore", "choose_model"]

# Two standard errors: one time in twenty, luck alone tells two equal models further apart.
_ERRORS: Final = 2.0
# A tenth of a per cent in the chance of what came moves no figure that anybody reads, however surely it is there.
_LEAST: Final = 0.001


@dataclass(frozen=True)
class ModelScore:
    """How likely a model held what came: mean logarithm of its chance, and how far it is behind the best.

    ``behind`` is the mean difference per customer to the best model, ``error`` the standard error of that difference.
    """

    name: str
    score: float
    behind: float
    error: float

    @property
    def is_tied(self) -> bool:
        """Whether the history cannot tell it from the best."""
        return self.behind <= max(_LEAST, _ERRORS * self.error)


@dataclass(frozen=True)
class ModelChoice:
    """The model of a group, and the scores of all that could be fitted, from the simplest to the least."""

    group: str
    judged: int
    chosen: str
    scores: tuple[ModelScore, ...]

    @property
    def is_tie(self) -> bool:
        """Whether another model was as good: then the simplest of them is used."""
        return sum(score.is_tied for score in self.scores) > 1

    def to_json(self) -> dict[str, Any]:
        """Plain values for a row."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> ModelChoice:
        """What ``to_json`` wrote."""
        return cls(**stored | {"scores": tuple(ModelScore(**score) for score in stored["scores"])})


def choose_model(group: str, log_chances: Mapping[str, npt.NDArray[np.float64]]) -> ModelChoice:
    """Choose among models, given from the simplest to the least, by the logarithms of the chances they gave.

    ``log_chances``: per model, one number for each customer who was judged; the customers are the same for all, so
    that differences are told far more exactly than scores are.
    """
    means = {name: float(chances.mean()) for name, chances in log_chances.items()}
    best = max(means, key=lambda name: means[name])
    scores = []
    for name, chances in log_chances.items():
        difference = log_chances[best] - chances
        error = float(difference.std() / np.sqrt(max(difference.size, 1)))
        scores.append(ModelScore(name, means[name], float(difference.mean()), error))
    chosen = next(score.name for score in scores if score.is_tied)
    return ModelChoice(group, int(log_chances[best].size), chosen, tuple(scores))
