"""The promise, through the platform's own path: simulated customers of every class, judged as a run judges a house."""

from __future__ import annotations

from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from fleuve_analytics.simulate import simulate_rhythms

from fleuve.alerts.estimation import Visits, early_customers, judge_rhythms
from fleuve.alerts.estimation.promise import false_alarms

Array = npt.NDArray[np.int64]
START = (date(2020, 1, 1) - date(1970, 1, 1)).days
SHAPES = {"clumpy": 0.5, "random": 1.0, "regular": 8.0}
GAPS = (10.0, 30.0, 90.0)


def shop(
    each: int, days: int, seed: int, *, change_at: float = np.inf, gap_factor: float = 1.0, basket_factor: float = 1.0
) -> Visits:
    """``each`` customers of every class: whole days, as purchases are kept, and minor units of money."""
    rng = np.random.default_rng(seed)
    rows: list[tuple[npt.NDArray[Any], npt.NDArray[Any], npt.NDArray[Any]]] = []
    number = 0
    for shape in SHAPES.values():
        for gap in GAPS:
            table = simulate_rhythms(
                np.full(each, gap),
                shape,
                days=float(days),
                rng=rng,
                change_at=change_at,
                gap_factor=gap_factor,
                basket_factor=basket_factor,
            )
            for customer in range(each):
                gaps = table.gaps.value[table.gaps.start[customer] : table.gaps.start[customer + 1]]
                spends = table.spends.value[table.spends.start[customer] : table.spends.start[customer + 1]]
                day, first = np.unique(np.floor(np.concatenate([[0.0], np.cumsum(gaps)])), return_index=True)
                rows.append((np.full(day.size, number), day + START, spends[first] * 100 + 1))
                number += 1
    party, day, money = (np.concatenate(part) for part in zip(*rows, strict=True))
    return Visits.of(party, day, money, money, START + days)


def alarms_at_the_end(visits: Visits, kind: str, per_year: float) -> set[int]:
    """Customers with an alert of a kind."""
    return {finding.party for finding in judge_rhythms(visits, per_year).findings if finding.kind == kind}


@pytest.mark.full
def test_no_class_of_rhythms_is_alarmed_more_often_than_promised() -> None:
    """1,000 customers of each of nine classes, three years: false alarms are counted for each class they were made of.

    Gaps of 90 days leave six or seven own gaps to be judged in that time, and the shortest ones a hundred.
    """
    promised = 0.1
    everybody = shop(1_000, 1_095, 5)
    judged = judge_rhythms(everybody, promised)
    assert judged.promise is not None
    assert judged.rhythm is not None
    assert judged.promise.measured.low <= promised
    for place, name in enumerate(f"{shape} {gap:.0f}" for shape in SHAPES for gap in GAPS):
        some = everybody.some(np.arange(1_000 * place, 1_000 * (place + 1)))
        counted, _naive, _classes = false_alarms(judged.rhythm, some, judged.promise.nominal)
        assert counted.low <= promised, (name, counted)


def test_a_small_house_keeps_its_promise_too() -> None:
    judged = judge_rhythms(shop(20, 730, 6), 0.1)
    assert judged.promise is not None
    assert judged.promise.measured.low <= 0.1
    assert max(judged.promise.nominal) <= 0.1
    assert judged.promise.naive.rate > 10 * judged.promise.measured.rate


def test_customers_who_stop_are_found_and_told_as_news_only_while_it_is_news() -> None:
    """Everybody falls silent on day 640 of 730, a quarter of a year before the end: regular buyers are noticed."""
    visits = shop(20, 640, 7)
    visits = Visits(visits.party, visits.first, visits.end, visits.day, visits.revenue, visits.money, START + 730)
    findings = [finding for finding in judge_rhythms(visits, 0.1).findings if finding.kind == "silence"]
    # 20 regular customers of 10 days and 20 of 30: the silence is nine and three usual gaps long by now.
    regular = {finding.party for finding in findings if 120 <= finding.party < 160}
    assert len(regular) > 30
    assert any(finding.is_news for finding in findings)
    for finding in findings:
        told = finding.facts["silence"] - finding.facts["fires_at"]
        assert told <= 180.1
        assert finding.is_news == (told <= 90.05)


def test_a_change_is_told_with_before_and_after() -> None:
    """From day 620 of 730 on everybody pays a third and comes half as often."""
    visits = shop(20, 730, 8, change_at=620.0, gap_factor=2.0, basket_factor=0.33)
    found = judge_rhythms(visits, 0.2).findings
    baskets = [finding for finding in found if finding.kind == "basket"]
    rhythms = [finding for finding in found if finding.kind == "rhythm"]
    assert len(baskets) > 20
    assert len(rhythms) > 5
    slower = [finding for finding in rhythms if finding.facts["factor"] == 2.0]
    assert all(finding.facts["after"] > finding.facts["before"] and finding.at_stake > 0 for finding in slower)
    assert len(slower) > 0.8 * len(rhythms)
    less = [finding for finding in baskets if finding.facts["factor"] == 0.6]
    assert sum(finding.facts["after"] < finding.facts["before"] for finding in less) > 0.9 * len(baskets)


def test_a_quiet_season_a_year_before_holds_the_alert_back() -> None:
    """Two customers buy weekly; one paused in the same weeks a year before, too."""

    def days(pause: bool) -> Array:
        every = np.arange(0, 730 - 84, 7)
        return every[~((every > 281) & (every < 366))] if pause else every

    rows = [(party, days(party == 1) + START) for party in (0, 1)]
    others = shop(20, 730, 9)
    day = np.concatenate([rows[0][1], rows[1][1], others.day])
    party = np.concatenate(
        [*(np.full(one.size, number) for number, one in rows), np.repeat(others.party + 2, others.count)]
    )
    visits = Visits.of(party, day, np.full(day.size, 100), np.full(day.size, 100), START + 730)
    silent = alarms_at_the_end(visits, "silence", 0.1)
    assert 0 in silent
    assert 1 not in silent


def test_new_customers_who_begin_like_the_best_are_found() -> None:
    rng = np.random.default_rng(10)
    rows: list[tuple[int, int, int]] = []
    for party in range(1_500):
        begin = int(rng.integers(60, 900))
        is_good = party % 5 == 0
        for visit in np.cumsum(rng.exponential(12 if is_good else 90, 60)):
            if begin + visit < 910:
                rows.append((party, START + begin + int(visit), 5_000 if is_good else 2_000))
    kept = {(party, day): money for party, day, money in rows}
    whose, when = (np.array(part) for part in zip(*sorted(kept), strict=True))
    paid = np.array([kept[key] for key in sorted(kept)])
    found = early_customers(Visits.of(whose, when, paid, paid, START + 910), date(2020, 1, 1))
    assert found.horizon_weeks == 52
    assert found.accuracy[-1].area_under_curve[0] > 0.9
    good = [finding for finding in found.findings if finding.party % 5 == 0]
    assert len(good) > 0.6 * len(found.findings) > 0


def test_a_house_with_nothing_to_learn_from_says_so() -> None:
    empty = Visits.of([], [], [], [], START)
    assert judge_rhythms(empty, 0.1).promise is None
    few = Visits.of([1, 1, 2], [START, START + 5, START], [1, 1, 1], [1, 1, 1], START + 9)
    assert judge_rhythms(few, 0.1).needs
    assert early_customers(few, date(2020, 1, 1)).findings == ()
