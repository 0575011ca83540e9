"""A search that begins at an earlier fit ends where a fresh one does, and looks at the rows far less often."""

from __future__ import annotations

import numpy as np
import pytest
from fleuve_analytics.lifetime import BetaGeometric, FittedParetoNBD, ParetoNBD, pareto_nbd
from fleuve_analytics.lifetime.estimate import guide_from
from fleuve_analytics.lifetime.observations import observe
from fleuve_analytics.lifetime.pareto import mean_log_likelihood


def _history(customers: int, seed: int = 3) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(seed)
    age = rng.integers(60, 700, customers)
    truth = FittedParetoNBD.of(r=0.6, alpha=30.0, s=0.5, beta=200.0)
    made = truth.simulate(age, rng)
    recency = np.where(made.frequency > 0, np.clip(np.rint(made.recency), 1, age), 0)
    return made.frequency, recency, age


@pytest.mark.parametrize("model", [BetaGeometric, ParetoNBD])
def test_a_guided_fit_is_the_fit(model: type[BetaGeometric] | type[ParetoNBD]) -> None:
    frequency, recency, age = _history(6_000)
    earlier = model().fit(frequency[:5_000], recency[:5_000], age[:5_000])
    guided = model(start=earlier).fit(frequency, recency, age)  # type: ignore[arg-type]  # a fit of the same model
    fresh = model().fit(frequency, recency, age)
    # Both end on ground flatter than 1e-9; the weakest direction (of s and β together) turns that into 1e-6.
    assert list(guided.parameters.values()) == pytest.approx(list(fresh.parameters.values()), rel=1e-6)
    # One-sided second differences are right to a ten-thousandth, the weak direction makes it a thousandth.
    assert list(guided.standard_errors.values()) == pytest.approx(list(fresh.standard_errors.values()), rel=5e-3)


def test_it_looks_at_the_rows_a_third_as_often(monkeypatch: pytest.MonkeyPatch) -> None:
    frequency, recency, age = _history(3_000)
    looks: list[int] = []
    plain = mean_log_likelihood

    def counted(*arguments: object) -> object:
        looks.append(1)
        return plain(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(pareto_nbd, "mean_log_likelihood", counted)
    earlier = ParetoNBD().fit(frequency[:2_700], recency[:2_700], age[:2_700])
    fresh, looks[:] = len(looks), []
    ParetoNBD(start=earlier).fit(frequency, recency, age)
    assert len(looks) < fresh / 3


def test_a_guide_in_another_unit_of_time_is_brought_to_the_scale_of_the_search() -> None:
    frequency, recency, age = _history(3_000)
    weeks = ParetoNBD().fit(frequency, recency / 7, age / 7)
    guide = guide_from(weeks, observe(frequency, recency / 7, age / 7, None), times=(1, 3))
    days = guide_from(ParetoNBD().fit(frequency, recency, age), observe(frequency, recency, age, None), times=(1, 3))
    assert guide is not None
    assert days is not None
    assert guide.at == pytest.approx(days.at, abs=1e-5)
    assert guide.hessian == pytest.approx(days.hessian, rel=1e-2, abs=1e-5)


def test_parameters_without_data_behind_them_guide_nobody() -> None:
    seen = observe(*_history(100), None)
    assert guide_from(FittedParetoNBD.of(r=0.6, alpha=30.0, s=0.5, beta=200.0), seen, times=(1, 3)) is None
    assert guide_from(None, seen, times=(1, 3)) is None
