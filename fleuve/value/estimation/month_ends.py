"""The value of every customer at past month-ends, with what was known then, and the bridge from each to the next."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import numpy as np
import numpy.typing as npt
from fleuve_analytics.errors import AnalyticsError

from fleuve.value.estimation.customers import BoolArray, Customers, Rhythm
from fleuve.value.estimation.days import IntArray, day_number
from fleuve.value.estimation.known import Known
from fleuve.value.estimation.models import (
    Expected,
    Families,
    Fits,
    Group,
    Histories,
    expected_money,
    fit_groups,
    personal_rows,
)
from fleuve.value.estimation.ranges import Levels, Ranges, ranges_of
from fleuve.value.rules.bands import bands_of
from fleuve.value.rules.bridge import Bridge, Change, bridge_of
from fleuve.value.rules.contracts import contract_stages
from fleuve.value.rules.horizons import LEAST_REPEAT_BUYERS
from fleuve.value.rules.periods import month_end
from fleuve.value.rules.stages import STAGES, Standing, is_slipping, stage_codes_of

__all__ = [
    "Closing",
    "Method",
    "MonthClosed",
    "Parameters",
    "close_months",
    "months_to_close",
    "stage_codes",
    "standing_of",
]

_LOST: Final = STAGES.index("lost")
# A month-end keeps thousands of ranges that few will open: fewer draws move their ends by a few per cent.
_DRAWS: Final = 250
# Parameters of a past month move the bridge's line of method and nothing else.
_MOST_FITTED: Final = 20_000
# Three months show a rhythm; parameters learned from less move the portfolio more than customers do.
LEAST_MONTHS_BEFORE: Final = 3
NEW_FOR_HOUSE_GAPS: Final = 1.0


@dataclass(frozen=True)
class Parameters:
    """All that turns purchases into values: kept with the month, so that it can be applied again."""

    fits: Fits
    horizon_days: int
    house_half: float

    def expect(self, customers: Customers, group: Group, seen: dict[str, Histories] | None = None) -> Expected:
        """What these parameters expect of these customers, in whole minor units."""
        return expected_money(self.fits, customers, group, self.horizon_days, self.house_half, seen)


@dataclass(frozen=True)
class Closing:
    """A month-end as published: the values and losses of its customers, and its parameters."""

    month: int
    ids: IntArray
    value: IntArray
    is_lost: BoolArray
    parameters: Parameters


@dataclass(frozen=True)
class MonthClosed:
    """One month-end ready to be stored; without a bridge when it opens a series."""

    month: int
    ids: IntArray
    value: IntArray
    low: IntArray
    high: IntArray
    has_range: BoolArray
    band: IntArray
    stage_code: npt.NDArray[np.int8]
    parameters: Parameters
    bridge: Bridge | None
    realised: int

    def closing(self) -> Closing:
        """What the next month starts from."""
        return Closing(self.month, self.ids, self.value, self.stage_code == _LOST, self.parameters)


@dataclass(frozen=True)
class Method:
    """How month-ends are computed; the levels of ranges are those known at the date."""

    families: Families
    horizon_days: int
    limits: tuple[int, ...]
    levels_on: Callable[[date], Levels]
    seed: int


def months_to_close(months: Sequence[int], last: int | None) -> list[int]:
    """The complete months after the last that was closed; the first of all needs some before it."""
    return list(months[LEAST_MONTHS_BEFORE - 1 :]) if last is None else [month for month in months if month > last]


def close_months(months: Iterable[Known], method: Method, previous: Closing | None) -> Iterator[MonthClosed]:
    """Close each month in turn; months with too little before them are passed over at the start."""
    for known in months:
        closed = _close(known, method, previous)
        if closed is None:
            if previous is not None:
                raise AnalyticsError(
                    "A month after the first could not be valued.", code="month_end", month=known.month
                )
            continue
        previous = closed.closing()
        yield closed


def _close(known: Known, method: Method, previous: Closing | None) -> MonthClosed | None:
    customers, rhythm, group, already_there = known.customers, known.rhythm, known.group, known.already_there
    if rhythm is None:
        return None
    parameters = _parameters(customers, rhythm, group, method, previous)
    if parameters is None:
        return None
    expected = parameters.expect(customers, group)
    slipping = is_slipping(customers.purchases, rhythm.share_back)
    standing = standing_of(customers, rhythm, already_there, slipping)
    stage_code = stage_codes(customers, standing, NEW_FOR_HOUSE_GAPS * rhythm.house.nine_tenths)
    personal = personal_rows(customers, parameters.house_half)
    low, high = _ranges(customers, group, personal, parameters, expected, method, month_end(known.month))
    bridge = None
    if previous:
        same_method = previous.parameters.expect(customers, group, expected.histories).value
        bridge = _bridge(customers.ids, expected.value, same_method, stage_code == _LOST, already_there, previous)
    return MonthClosed(
        month=known.month,
        ids=customers.ids,
        value=expected.value,
        low=low,
        high=high,
        has_range=personal,
        band=bands_of(customers.money_12, method.limits),
        stage_code=stage_code,
        parameters=parameters,
        bridge=bridge,
        realised=known.realised,
    )


def _parameters(
    customers: Customers, rhythm: Rhythm, group: Group, method: Method, previous: Closing | None
) -> Parameters | None:
    """This month's own parameters; last month's stand where a fit fails, and nothing before the first."""
    enough = int((customers.purchases >= 2).sum()) >= LEAST_REPEAT_BUYERS
    try:
        before = previous.parameters.fits if previous else None
        fits = fit_groups(method.families, customers, group, _MOST_FITTED, before) if enough else None
    except AnalyticsError:
        fits = None
    if fits is None:
        return previous.parameters if previous else None
    return Parameters(fits, method.horizon_days, rhythm.house.half)


def standing_of(customers: Customers, rhythm: Rhythm, already_there: BoolArray, slipping: BoolArray) -> Standing:
    """What the stages depend on."""
    return Standing(
        purchases=customers.purchases,
        silent_days=customers.silent,
        first_seen_days_ago=customers.age,
        share_back=rhythm.share_back,
        was_already_there=already_there,
        is_slipping=slipping,
        returned_from_loss=rhythm.returned_from_loss,
    )


def stage_codes(customers: Customers, standing: Standing, new_for_days: float) -> npt.NDArray[np.int8]:
    """The stage of everybody: contracts by their debits, all others by their rhythm."""
    code = stage_codes_of(standing, new_for_days)
    rows = customers.is_contract
    code[rows] = contract_stages(customers.silent[rows], customers.age[rows], standing.was_already_there[rows])
    return code


def _ranges(
    customers: Customers,
    group: Group,
    personal: BoolArray,
    parameters: Parameters,
    expected: Expected,
    method: Method,
    end: date,
) -> tuple[IntArray, IntArray]:
    low, high = (np.zeros(len(customers), dtype=np.int64) for _ in range(2))
    rows = np.flatnonzero(personal)
    rng = np.random.default_rng([method.seed, day_number(end)])
    fits, days = parameters.fits, parameters.horizon_days
    found: Ranges = ranges_of(
        fits, customers, group, rows, days, method.levels_on(end), rng, draws=_DRAWS, expected=expected
    )
    low[rows], high[rows] = found.low, found.high
    return low, high


def _bridge(
    ids: IntArray,
    after: IntArray,
    same_method: IntArray,
    is_lost: BoolArray,
    already_there: BoolArray,
    previous: Closing,
) -> Bridge:
    """Rows are all who are known now or were at the last month-end: whom a return has since undone is worth nothing."""
    everybody = ids
    then = np.searchsorted(ids, previous.ids)
    undone = np.append(ids, -1)[then] != previous.ids
    if undone.any():  # a few: putting them in their places takes a tenth of the time of a union
        everybody = np.insert(ids, then[undone], previous.ids[undone])
        then = np.searchsorted(everybody, previous.ids)
    now = np.searchsorted(everybody, ids)

    def spread(values: np.ndarray, place: np.ndarray) -> np.ndarray:
        out = np.zeros(everybody.size, dtype=values.dtype)
        out[place] = values
        return out

    known_then = spread(np.ones(previous.ids.size, dtype=bool), then)
    return bridge_of(
        Change(
            before=spread(previous.value, then),
            same_method=spread(same_method, now),
            after=spread(after, now),
            is_first_seen=~known_then,
            was_already_there=spread(already_there, now),
            was_lost=spread(previous.is_lost, then),
            is_lost=spread(is_lost, now),
        )
    )
