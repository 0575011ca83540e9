"""What lifetimes 0.11.3 and pymc-marketing 0.19.2 say, and where they are wrong: `dev.py bench agreement` asked them.

Their answers lie in peers.json, so that the peers' old pandas and samplers enter nobody's environment.
"""

from __future__ import annotations

import json
import math
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fleuve_analytics import BetaGeometric, GammaGamma, ModifiedBetaGeometric, ParetoNBD, purchase_table
from fleuve_analytics.datasets.cdnow import CALIBRATION_END, cdnow_purchases, cdnow_sample_purchases
from fleuve_analytics.history import PurchaseTable
from fleuve_analytics.lifetime import FittedBetaGeometric, FittedModifiedBetaGeometric, FittedParetoNBD
from scipy.integrate import quad
from scipy.special import betaln

SAID: dict[str, Any] = json.loads((Path(__file__).parent / "peers.json").read_text())
MODELS: dict[str, Any] = {
    "BG/NBD": BetaGeometric(),
    "MBG/NBD": ModifiedBetaGeometric(),
    "Pareto/NBD": ParetoNBD(),
    "Gamma-Gamma": GammaGamma(),
}
RECORDS: dict[str, Any] = {
    "BG/NBD": FittedBetaGeometric,
    "MBG/NBD": FittedModifiedBetaGeometric,
    "Pareto/NBD": FittedParetoNBD,
}
PEERS = ("lifetimes", "pymc")


@pytest.fixture(scope="module", params=["sample", "full"])
def base(request: pytest.FixtureRequest) -> tuple[str, PurchaseTable]:
    source = cdnow_sample_purchases() if request.param == "sample" else cdnow_purchases()
    return request.param, purchase_table(
        source, customer="customer_id", at="date", spend="dollars", until=CALIBRATION_END
    )


def fitted_to(model: str, table: PurchaseTable) -> Any:
    good = (table.frequency == 0) | (table.mean_spend > 0)
    if model == "Gamma-Gamma":
        return MODELS[model].fit(table.frequency[good], table.mean_spend[good])
    return MODELS[model].fit(table.frequency[good], table.recency[good], table.age[good])


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("peer", PEERS)
def test_maximum_likelihood_finds_the_parameters_that_peers_find(
    base: tuple[str, PurchaseTable], model: str, peer: str
) -> None:
    name, table = base
    theirs = {"gamma" if key == "v" else key: value for key, value in SAID["fits"][name][model][peer].items()}
    ours = fitted_to(model, table)
    assert ours.parameters.keys() == theirs.keys()
    for parameter, value in theirs.items():
        # Peers stop where the likelihood changes in its eighth digit: a hundredth of a standard error.
        assert abs(ours.parameters[parameter] - value) < 0.01 * ours.standard_errors[parameter], parameter


@pytest.mark.parametrize("model", ["BG/NBD", "MBG/NBD", "Pareto/NBD"])
def test_default_priors_of_a_peer_move_the_parameters_away_from_the_papers(model: str) -> None:
    default, likelihood = (SAID["fits"]["sample"][model][who] for who in ("pymc default", "pymc"))
    assert max(abs(default[name] / likelihood[name] - 1) for name in default) > 0.1


@pytest.mark.parametrize("peer", PEERS)
@pytest.mark.parametrize("case", SAID["predictions"]["ordinary"], ids=lambda case: case["model"])
def test_ordinary_histories_are_predicted_alike(case: dict[str, Any], peer: str) -> None:
    # pymc-marketing takes Pareto/NBD's integral from a series: it agrees to nine digits, the others to rounding.
    assert answer(case) == pytest.approx(case[peer], rel=1e-8, abs=1e-12)


def answer(case: dict[str, Any]) -> tuple[float, float]:
    """Expected purchases and chance of being a customer, from the parameters of the case."""
    fitted = RECORDS[case["model"]].of(**case["parameters"])
    history = (case["frequency"], case["recency"], case["age"])
    return float(fitted.expected_purchases(case["horizon"], *history)), float(fitted.probability_alive(*history))


def is_wrong(theirs: list[float | None], truth: tuple[float, float]) -> bool:
    """No number, a negative one, a chance beyond one, or more than a hundredth beside the truth."""
    if None in theirs:
        return True
    expected, alive = theirs
    assert expected is not None
    assert alive is not None
    return (
        expected < 0
        or alive > 1 + 1e-9
        or any(abs(said - true) > 0.01 * max(abs(true), 1e-6) for said, true in zip(theirs, truth, strict=True))
    )


HARD = SAID["predictions"]["hard"]


@pytest.mark.parametrize("case", HARD, ids=lambda case: f"{case['model']} x={case['frequency']} T={case['age']:.0f}")
def test_hard_histories_get_the_number_that_integration_gives(case: dict[str, Any]) -> None:
    assert answer(case) == pytest.approx(truth(case), rel=1e-6, abs=1e-12)


def test_peers_give_no_number_or_a_wrong_one_for_some_of_them() -> None:
    wrong = {peer: sum(is_wrong(case[peer], truth(case)) for case in HARD) for peer in PEERS}
    assert all(count >= len(HARD) // 20 for count in wrong.values()), wrong
    assert not any(is_wrong(list(answer(case)), truth(case)) for case in HARD)


def test_a_peer_says_lost_for_certain_of_somebody_who_bought_yesterday() -> None:
    """pymc-marketing's difference of two hypergeometric functions cancels to nothing, and no warning is given."""
    assert any(case["pymc"][1] == 0 and truth(case)[1] > 0.5 for case in HARD if case["model"] == "Pareto/NBD")


def truth(case: dict[str, Any]) -> tuple[float, float]:
    """The same two numbers by adaptive integration over what was averaged out, with formulas of single customers."""
    letters = case["parameters"]
    x, last, age, ahead = (float(case[name]) for name in ("frequency", "recency", "age", "horizon"))
    r, alpha = letters["r"], letters["alpha"]
    if case["model"] == "Pareto/NBD":
        return _pareto_truth(r, alpha, letters["s"], letters["beta"], x, last, age, ahead)
    a, b = letters["a"], letters["b"]
    chances = x + (case["model"] == "MBG/NBD")
    gone = a / (b + chances - 1) * math.exp((r + x) * math.log((alpha + age) / (alpha + last)))
    alive = 1 / (1 + gone)
    # A living customer with chance p of leaving at each purchase and Gamma(r+x, α+T) makes (1 − (1+pt/(α+T))^−(r+x))/p.
    rate, shape, lasting = alpha + age, r + x, b + chances

    def share(logit: float) -> float:
        log_p, log_q = -np.logaddexp(0, -logit), -np.logaddexp(0, logit)
        growth = shape * math.log1p(math.exp(log_p) * ahead / rate)
        return math.exp((a - 1) * log_p + lasting * log_q - betaln(a, lasting)) * -math.expm1(-growth)

    centre = math.log(a / lasting)
    width = 40 / min(a, lasting, 1.0) ** 0.5 if min(a, lasting) >= 1 else 40 / min(a, lasting)
    count = _integral(share, max(-600, centre - width), min(600, centre + width), centre)
    return alive * count, alive


def _pareto_truth(
    r: float, alpha: float, s: float, beta: float, x: float, last: float, age: float, ahead: float
) -> tuple[float, float]:
    def left_at(moment: float) -> float:
        return (s / (beta + moment)) * math.exp(
            (r + x) * math.log((alpha + age) / (alpha + moment)) + s * math.log((beta + age) / (beta + moment))
        )

    steep = 1 / ((r + x) / (alpha + last) + (s + 1) / (beta + last))
    edges = [last] + [last + steep * k for k in (1, 5, 20, 100) if last + steep * k < age] + [age]
    gone = sum(quad(left_at, low, high, epsabs=0, epsrel=1e-11, limit=400)[0] for low, high in pairwise(edges))
    alive = 1 / (1 + gone)

    def still_there(moment: float) -> float:
        return math.exp(-s * math.log1p(moment / (beta + age)))

    time = quad(still_there, 0, ahead, epsabs=0, epsrel=1e-11, limit=400)[0]
    return alive * (r + x) / (alpha + age) * time, alive


def _integral(of: Any, low: float, high: float, centre: float) -> float:
    """Over a range much wider than where the function lives: cut around the centre first."""
    edges = np.unique(
        np.clip(centre + np.array([-1e9, -50, -20, -8, -3, -1, -0.3, 0, 0.3, 1, 3, 8, 20, 50, 1e9]), low, high)
    )
    return float(sum(quad(of, a, b, epsabs=0, epsrel=1e-10, limit=200)[0] for a, b in pairwise(edges)))
