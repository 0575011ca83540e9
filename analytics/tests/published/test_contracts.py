"""Printed figures about contracts, survival and migration."""

from __future__ import annotations

import numpy as np
import pytest
from fleuve_analytics import BetaDiscreteWeibull, ShiftedBetaGeometric, kaplan_meier, log_rank, nelson_aalen
from fleuve_analytics.retention import constant_retention_value, expected_lifetime, recency_migration

HIGH_END = [1000, 869, 743, 653, 593, 551, 517, 491, 468, 445, 427, 409, 394]
REGULAR = [1000, 631, 468, 382, 326, 289, 262, 241, 223, 207, 194, 183, 173]
# Weeks of remission of 21 patients with 6-mercaptopurine and 21 with placebo; + were still in remission when last seen.
TREATED = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
RELAPSED = [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def test_four_renewals_give_the_shifted_beta_geometric_and_the_next_three() -> None:
    fitted = ShiftedBetaGeometric().fit_survivors([1000, 631, 468, 382, 326])
    # Printed to six, six, four and two decimals: half a unit of the last one.
    assert fitted.alpha == pytest.approx(0.763665, abs=5e-7)
    assert fitted.beta == pytest.approx(1.295830, abs=5e-7)
    assert fitted.log_likelihood == pytest.approx(-1401.5594, abs=5e-5)
    assert 1000 * fitted.survival([5, 6, 7]) == pytest.approx([284.45, 253.68, 229.64], abs=5e-3)


@pytest.mark.parametrize(("survivors", "alpha", "beta"), [(HIGH_END, 0.668, 3.806), (REGULAR, 0.704, 1.182)])
def test_seven_renewals_as_in_fader_and_hardie_2007(survivors: list[int], alpha: float, beta: float) -> None:
    """Fader & Hardie (2007), high-end and regular customers, model fitted on years 1 to 7."""
    fitted = ShiftedBetaGeometric().fit_survivors(survivors[:8])
    assert [fitted.alpha, fitted.beta] == pytest.approx([alpha, beta], abs=5e-4)
    # The paper's point: five years on, the projection is still within a point or two of what came.
    assert 1000 * fitted.survival(range(8, 13)) == pytest.approx(survivors[8:], abs=25)


def test_duration_dependence_as_in_fader_and_others_2018() -> None:
    """Fader, Hardie, Liu, Davin & Steenburgh (2018), high-end customers, model fitted on years 1 to 4."""
    fitted = BetaDiscreteWeibull().fit_survivors(HIGH_END[:5])
    # Survivors are known here to whole customers in a thousand only: β moves by .001 with their rounding.
    assert list(fitted.parameters.values()) == pytest.approx([0.259, 1.722, 1.584], abs=1.5e-3)
    simple = ShiftedBetaGeometric().fit_survivors(HIGH_END[:5])
    came = np.array(HIGH_END[5:]) / 1000
    off = [np.abs(model.survival(range(5, 13)) - came).mean() for model in (fitted, simple)]
    assert off[0] < 0.012
    assert off[0] < off[1] / 4


def test_berger_and_nasr_case_1() -> None:
    """Berger & Nasr (1998), case 1: 568.78 for a customer over ten years."""
    assert constant_retention_value(260, 0.75, 0.20, 10, promotion_cost=50) == pytest.approx(568.7831, abs=5e-5)


def test_three_quarters_retention_is_four_periods() -> None:
    assert float(expected_lifetime(0.75)) == 4


def test_pfeifer_and_carraway_recency_states() -> None:
    """Pfeifer & Carraway (2000): four recencies, worth over four periods and for ever."""
    model = recency_migration((0.30, 0.20, 0.15, 0.05), contribution=40, remarketing=4)
    assert model.value(0.20) == pytest.approx([52.3196, 5.5538, 1.2508, -1.8200, 0], abs=5e-5)
    assert model.value(0.20, horizon=4) == pytest.approx([50.1150, 4.2199, 0.5921, -1.9801, 0], abs=5e-5)


def test_it_pays_to_stop_after_the_third_recency() -> None:
    """Pfeifer & Carraway (2000): the fourth state is worth less than nothing; without it all others are worth more."""
    model = recency_migration((0.30, 0.20, 0.15, 0.05), contribution=40, remarketing=4)
    best = model.best_stop(0.20)
    assert best.goes_on == (True, True, True, False, False)
    shorter = recency_migration((0.30, 0.20, 0.15), contribution=40, remarketing=4).value(0.20)
    assert best.value[:3] == pytest.approx(shorter[:3])


def test_remission_of_leukaemia_kaplan_meier() -> None:
    """Freireich et al. (1963) as tabulated by Kalbfleisch & Prentice (1980) and Klein & Moeschberger (2003)."""
    curve = kaplan_meier(TREATED, RELAPSED)
    assert curve.time.tolist() == [6, 7, 10, 13, 16, 22, 23]
    assert curve.at_risk.tolist() == [21, 17, 15, 12, 11, 7, 6]
    assert curve.left.tolist() == [3, 1, 1, 1, 1, 1, 1]
    assert curve.survival == pytest.approx([0.857, 0.807, 0.753, 0.690, 0.627, 0.538, 0.448], abs=5e-4)
    errors = [0.0764, 0.0869, 0.0963, 0.1068, 0.1141, 0.1282, 0.1346]
    assert curve.standard_error == pytest.approx(errors, abs=5e-5)
    assert curve.median().estimate == 23
    assert kaplan_meier(PLACEBO, np.ones(21)).median().estimate == 8


def test_remission_of_leukaemia_nelson_aalen() -> None:
    """Klein & Moeschberger (2003), table 4.2: gathered hazard and its standard error."""
    curve = nelson_aalen(TREATED, RELAPSED)
    assert curve.hazard == pytest.approx([0.1428, 0.2017, 0.2683, 0.3517, 0.4426, 0.5854, 0.7521], abs=1.5e-4)
    errors = [0.0825, 0.1013, 0.1212, 0.1471, 0.1729, 0.2243, 0.2795]
    assert curve.standard_error == pytest.approx(errors, abs=1e-4)


def test_remission_of_leukaemia_log_rank() -> None:
    """The classic comparison: 9 and 21 relapses against 19.25 and 10.75 expected, chi-square 16.79."""
    group = ["6-MP"] * 21 + ["placebo"] * 21
    test = log_rank(TREATED + PLACEBO, RELAPSED + [1] * 21, group)
    assert test.observed == (9, 21)
    assert test.expected == pytest.approx((19.25, 10.75), abs=5e-3)
    assert test.statistic == pytest.approx(16.79, abs=5e-3)
    assert test.degrees_of_freedom == 1
    assert test.p_value == pytest.approx(4.17e-5, rel=2e-3)
