"""What every fitted churn model can do: chances, and the reasons for each."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.churn.calibration import Steps, calibrated
from fleuve_analytics.errors import InvalidSetting, NotEnoughData
from fleuve_analytics.numerics import FloatArray
from fleuve_analytics.records import Record
from fleuve_analytics.weights import checked_weights

__all__ = ["FittedChurn", "Reason", "checked_features", "checked_outcomes"]


@dataclass(frozen=True)
class Reason:
    """One feature's part in one customer's log-odds of leaving: above zero towards leaving, below towards staying."""

    feature: str
    value: float
    contribution: float


@dataclass(frozen=True, kw_only=True)
class FittedChurn(Record):
    """A fitted churn model; see `FittedChurnModel` and `FittedChurnLogistic`.

    churners: sum of weights of those who left. names: of the features, in order. steps: the curve from log-odds to
    chances when the calibration is isotonic, else empty.
    """

    churners: float
    names: tuple[str, ...]
    steps: Steps

    @abstractmethod
    def contributions(self, features: npt.ArrayLike) -> tuple[float, FloatArray]:
        """Log-odds of the average customer, and what each feature adds for each customer, (n, p).

        Their sum is `log_odds`, exactly.
        """

    @abstractmethod
    def log_odds(self, features: npt.ArrayLike) -> FloatArray:
        """Log-odds of leaving of each customer, (n,); before the curve when the calibration is isotonic."""

    def probabilities(self, features: npt.ArrayLike) -> FloatArray:
        """Chance of leaving of each customer, (n,). features: (n, p) in the order of the fit; NaN where unknown."""
        return calibrated(self.log_odds(features), self.steps)

    def reasons(self, features: npt.ArrayLike, most: int = 3) -> tuple[tuple[Reason, ...], ...]:
        """The features that matter most for each customer, strongest first; those that do not matter are left out.

        They tell what the model saw, not what would happen if it were changed.
        """
        values = checked_features(features, len(self.names))
        added = self.contributions(values)[1]
        strongest = np.argsort(-np.abs(added), axis=1, kind="stable")[:, :most]
        return tuple(
            tuple(
                Reason(self.names[j], float(values[row, j]), float(added[row, j])) for j in places if added[row, j] != 0
            )
            for row, places in enumerate(strongest)
        )


def checked_features(features: npt.ArrayLike, width: int | None = None) -> FloatArray:
    """Features as floats of shape (n, p), NaN where unknown; `InvalidSetting` when infinite or of another width."""
    values = np.asarray(features, dtype=np.float64)
    if values.ndim != 2 or values.shape[1] == 0 or (width is not None and values.shape[1] != width):
        expected = "one column per feature" if width is None else f"{width} columns, in the order of the fit"
        raise InvalidSetting(f"Features come as one row per customer and {expected}.", code="features")
    if np.isinf(values).any():
        raise InvalidSetting("A feature is infinite. Give NaN where a figure is unknown.", code="features")
    return values


def checked_outcomes(
    features: FloatArray, happened: npt.ArrayLike, weights: npt.ArrayLike | None
) -> tuple[FloatArray, FloatArray]:
    """Outcomes as 0 and 1 with weights; `NotEnoughData` unless ten left and ten stayed."""
    answer = np.asarray(happened).ravel()
    if answer.size != len(features) or not np.isin(answer, (0, 1)).all():
        raise InvalidSetting("One outcome per row is needed, true for those who left.", code="happened")
    weight = checked_weights(weights, answer.size)
    outcome = answer.astype(np.float64)
    left, stayed = float(weight @ outcome), float(weight @ (1 - outcome))
    if min(left, stayed) < 10:
        raise NotEnoughData(
            f"{left:g} customers left and {stayed:g} stayed; ten of each are needed. Use a longer history, a longer "
            "window or several dates.",
            code="few_churners" if answer.size else "empty",
        )
    return outcome, weight


def checked_names(names: tuple[str, ...], width: int) -> tuple[str, ...]:
    """Given names, or "feature 0", "feature 1", … when none are."""
    if not names:
        return tuple(f"feature {place}" for place in range(width))
    if len(names) != width:
        raise InvalidSetting(f"There are {width} features and {len(names)} names.", code="names")
    return tuple(str(name) for name in names)
