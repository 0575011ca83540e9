"""What a back-test says of a valuation: predicted against what came, and which of two lists to trust."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from fleuve.value.rules.model_choice import ModelChoice

__all__ = [
    "COVERAGE_KEPT",
    "BackTest",
    "Decile",
    "ListJudgement",
    "ListTest",
    "deciles_of",
    "own_rhythm_is_better",
    "relative_error",
    "widest_range",
]

COVERAGE_KEPT: Final = (0.75, 0.85)


@dataclass(frozen=True)
class Decile:
    """A tenth of the customers, by predicted money: predicted and came, and how many were to buy and did."""

    customers: int
    predicted: int
    came: int
    buyers_predicted: float
    buyers_came: int


@dataclass(frozen=True)
class ListJudgement:
    """A list judged by what followed: ``right`` of ``length`` fell to less than half of their pace.

    ``caught``: money that did not come from those who were rightly listed. The first twenty are judged apart.
    """

    length: int
    right: int
    caught: int
    first_length: int
    first_right: int
    first_caught: int

    @property
    def precision(self) -> float | None:
        """Share of the list that was rightly there."""
        return self.right / self.length if self.length else None

    @property
    def first_precision(self) -> float | None:
        """The same of the first twenty of each list."""
        return self.first_right / self.first_length if self.first_length else None

    def __add__(self, other: ListJudgement) -> ListJudgement:
        pairs = zip(self.__dict__.values(), other.__dict__.values(), strict=True)
        return ListJudgement(*(mine + theirs for mine, theirs in pairs))


def deciles_of(
    predicted: npt.ArrayLike, came: npt.ArrayLike, chance: npt.ArrayLike, bought: npt.ArrayLike, parts: int = 10
) -> list[Decile]:
    """Ten groups of equal size from the least to the most predicted money."""
    expected, money, odds, did = (np.asarray(values) for values in (predicted, came, chance, bought))
    groups = np.array_split(np.argsort(expected, kind="stable"), parts)
    return [
        Decile(
            int(rows.size),
            round(float(expected[rows].sum())),
            int(money[rows].sum()),
            float(odds[rows].sum()),
            int(did[rows].sum()),
        )
        for rows in groups
        if rows.size
    ]


def relative_error(predicted: float, came: float) -> float:
    """How far apart two totals are, as the logarithm of their ratio: twice too high is as wrong as twice too low."""
    if predicted <= 0 or came <= 0:
        return float("inf") if predicted != came else 0.0
    return abs(float(np.log(came / predicted)))


def widest_range(total: float, parameter_spread: float, errors: Sequence[float]) -> tuple[int, int, str]:
    """The range of a total: the wider of the spread of its parameters and of its error in the back-test.

    ``parameter_spread``: half the width of the 80 % range in money; ``errors``: logarithms of the ratios by which
    past totals were missed. Returns low, high and which of the two decided (``parameters`` or ``backtest``).
    """
    worst = min(max(errors, default=0.0), np.log(10.0))
    by_error = (total * np.exp(-worst), total * np.exp(worst))
    # What nobody owes cannot be lost: money expected of customers is not below nothing.
    by_parameters = (max(total - parameter_spread, min(total, 0.0)), total + parameter_spread)
    wider = by_error if by_error[1] - by_error[0] >= by_parameters[1] - by_parameters[0] else by_parameters
    return round(float(wider[0])), round(float(wider[1])), "backtest" if wider is by_error else "parameters"


def own_rhythm_is_better(own: ListJudgement, naive: ListJudgement) -> bool:
    """Whether the list by own rhythm earned its place: more money caught, and no more than two points less often right.

    Where the naive rule is as good, the naive rule is used: it is the one that anybody can check.
    """
    if not own.length or not naive.length:
        return bool(own.length)
    return own.caught > naive.caught and (own.precision or 0) >= (naive.precision or 0) - 0.02


@dataclass(frozen=True)
class ListTest:
    """The list of slipping customers and the naive list of the same length, at several past dates together.

    ``base`` is the share of all who had come back before that fell: what a list drawn by lot would get right.
    """

    dates: tuple[str, ...]
    window_days: int
    base: float
    own: ListJudgement
    naive: ListJudgement
    naive_days: int
    uses: str  # "own" or "naive"


@dataclass(frozen=True)
class BackTest:
    """A valuation made with the first part of the history and judged on the rest. Money in minor units."""

    learned_from: str
    cut: str
    until: str
    horizon_days: int
    customers: int
    choices: tuple[ModelChoice, ...]  # one for each group of customers fitted apart
    predicted: int
    came: int
    naive_predicted: int  # as much again as in the time of the same length before
    predicted_purchases: float
    came_purchases: int
    predicted_buyers: float
    came_buyers: int
    mean_miss: int  # mean absolute error per customer
    naive_mean_miss: int
    judged_ranges: int
    levels_before: dict[str, float]
    coverage: float
    levels: dict[str, float]
    errors: tuple[float, ...]
    deciles: tuple[Decile, ...]
    lists: ListTest | None

    @property
    def families(self) -> dict[str, str]:
        """The model used for each group of customers."""
        return {choice.group: choice.chosen for choice in self.choices}

    @property
    def model(self) -> str:
        """The names of the models used, each once."""
        return ", ".join(dict.fromkeys(choice.chosen for choice in self.choices))

    @property
    def ranges_hold(self) -> bool:
        """Whether 75 to 85 of 100 ranges held what came, with a level chosen on earlier purchases only."""
        return COVERAGE_KEPT[0] <= self.coverage <= COVERAGE_KEPT[1]

    def to_json(self) -> dict[str, Any]:
        """Plain values for a row."""
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> BackTest:
        """What ``to_json`` wrote."""
        plain = dict(stored)
        lists = plain.pop("lists")
        deciles = tuple(Decile(**decile) for decile in plain.pop("deciles"))
        plain["errors"] = tuple(plain["errors"])
        plain["choices"] = tuple(ModelChoice.from_json(choice) for choice in plain["choices"])
        return cls(**plain, deciles=deciles, lists=_list_test(lists) if lists else None)


def _list_test(stored: dict[str, Any]) -> ListTest:
    plain = dict(stored)
    own, naive = ListJudgement(**plain.pop("own")), ListJudgement(**plain.pop("naive"))
    return ListTest(**plain | {"dates": tuple(plain["dates"]), "own": own, "naive": naive})
