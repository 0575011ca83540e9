"""Which month-ends may be continued and which must be computed anew (docs/rules/bridge.md, "When the past changes")."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import date

from fleuve.value.estimation.customers import Customers
from fleuve.value.estimation.days import Purchases
from fleuve.value.estimation.models import Fit
from fleuve.value.estimation.month_ends import Closing, Method, Parameters
from fleuve.value.estimation.portfolio import SEED, Prospect, Question
from fleuve.value.estimation.ranges import Levels
from fleuve.value.models import BridgeMonth, MonthEnd
from fleuve.value.rules.packed import MonthRows
from fleuve.value.rules.periods import month_end
from fleuve.value.rules.stages import STAGES

__all__ = ["closing_of", "method_of", "series_fingerprint", "valuation_fingerprint"]

# Counted up when figures change: another number starts a new series of month-ends and values everybody anew.
METHOD_VERSION = 2


def valuation_fingerprint(question: Question, customers: Customers, basis: str, currency: str) -> str:
    """Of everything that a valuation of these customers reads: the same again gives the same figures."""
    days = question.purchases.known(None)
    told = hashlib.blake2b(question.group_of(customers.ids).tobytes(), digest_size=16)
    told.update(question.already_there(customers, 0.0).tobytes())
    period = (question.first_day, question.as_of, *question.complete_months)
    house = question.purchases.house_days
    return _digest(METHOD_VERSION, basis, currency, *period, house, told.hexdigest(), days.digest())


def series_fingerprint(purchases: Purchases, last_month: int, basis: str, currency: str) -> str:
    """Of what the month-ends up to a month were computed from: the purchases known at its end, in one currency."""
    return _digest(METHOD_VERSION, basis, currency, last_month, purchases.known(month_end(last_month)).digest())


def _digest(*parts: object) -> str:
    return hashlib.blake2b("|".join(map(str, parts)).encode(), digest_size=20).hexdigest()


def method_of(prospect: Prospect, limits: tuple[int, ...]) -> Method:
    """How month-ends are computed: ranges use the levels that were known at their date."""
    return Method(
        families=prospect.test.families,
        horizon_days=prospect.horizon.days,
        limits=limits,
        levels_on=_levels_on(prospect.horizon.cut, prospect.test.levels_before),
        seed=SEED,
    )


def _levels_on(cut: date, levels_before: Levels) -> Callable[[date], Levels]:
    """Nothing was calibrated before the cut of the back-test; from then on its first fold had spoken."""

    def levels(day: date) -> Levels:
        return levels_before if day >= cut else {}

    return levels


def closing_of(bridge: BridgeMonth) -> Closing:
    """A month-end as it was published, read back from its rows."""
    blocks = MonthEnd.objects.filter(valuation_id=bridge.valuation_id, month=bridge.month).order_by("first_party")
    found = MonthRows.unpack(blocks.values_list("rows", flat=True).iterator())
    stored = bridge.parameters
    return Closing(
        month=bridge.month,
        ids=found.party,
        value=found.value,
        is_lost=found.stage == STAGES.index("lost"),
        parameters=Parameters(
            {name: Fit.from_json(fit) for name, fit in stored["fits"].items()},
            stored["horizon_days"],
            stored["house_half"],
        ),
    )
