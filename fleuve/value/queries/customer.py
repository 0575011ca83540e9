"""One customer: the relationship in figures, in a sentence, and what stands behind them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from typing import Any

import numpy as np
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fleuve.history import queries as history
from fleuve.kernel.principal import Principal
from fleuve.ui.formatting import number, percent
from fleuve.value.estimation.contracts import CONTRACT, renewal_chance
from fleuve.value.estimation.models import Fit
from fleuve.value.models import MonthEnd, Stage, Valuation
from fleuve.value.queries.calls import marks_of, of_ten, reason_of
from fleuve.value.queries.current import has_year_before, stage_label, until_of
from fleuve.value.queries.values import latest_value_of
from fleuve.value.queries.views import CustomerWorth, Cut, MonthValue, Why
from fleuve.value.rules.packed import MonthRows
from fleuve.value.rules.rhythm import HOUSE_GAPS, Returns
from fleuve.value.rules.stages import STAGES
from fleuve.value.rules.values import CustomerValue

__all__ = ["customer_worth", "why"]

_CURVE_POINTS = 60
# Before one in ten like this was back, nothing can be read off the silence.
_TOO_EARLY = 0.1


def customer_worth(party_id: int, principal: Principal) -> CustomerWorth | None:
    """What the current valuation says of a customer; nothing of somebody who never bought."""
    found = latest_value_of(party_id, principal)
    if found is None:
        return None
    valuation, value = found
    return CustomerWorth(
        party_id=party_id,
        as_of=valuation.as_of,
        until=until_of(valuation),
        horizon_months=valuation.horizon_months,
        currency=valuation.currency,
        basis=valuation.basis,
        stage=value.stage,
        stage_label=stage_label(value.stage),
        band=value.band,
        is_personal=value.is_personal,
        is_slipping=value.is_slipping,
        is_contract=value.is_contract,
        was_already_there=value.was_already_there,
        purchase_days=value.purchase_days,
        first_on=value.first_on,
        last_on=value.last_on,
        usual_gap_days=value.usual_gap_days,
        own_gaps=value.gaps,
        silent_days=value.silent_days,
        of_ten=of_ten(value.share_back),
        chance_back=value.chance_back,
        chance_active=value.probability_active,
        expected_purchases=value.expected_purchases,
        value=value.value if value.is_personal else None,
        low=value.value_low,
        high=value.value_high,
        group_value=None if value.is_personal else value.value,
        money_12=value.money_12,
        revenue_12=value.revenue_12,
        revenue_12_before=value.revenue_12_before if has_year_before(valuation) else None,
        revenue_total=value.revenue_total,
        at_stake=value.at_stake,
        mark=marks_of([party_id]).get(party_id),
        sentence=_sentence(value),
        history=_history(valuation, party_id, principal),
    )


def _sentence(value: CustomerValue) -> str:
    """The relationship in one sentence of facts."""
    figures = {"gap": max(1, round(value.usual_gap_days)), "silence": value.silent_days}
    if value.is_contract:
        return _contract_sentence(value)
    if value.purchase_days == 1:
        return (
            ngettext("Bought once, %(silence)d day ago.", "Bought once, %(silence)d days ago.", value.silent_days)
            % figures
        )
    if value.share_back < _TOO_EARLY:
        return (
            ngettext(
                "Buys every %(gap)d days; silent for %(silence)d day.",
                "Buys every %(gap)d days; silent for %(silence)d days.",
                value.silent_days,
            )
            % figures
        )
    return reason_of(value)


def _contract_sentence(value: CustomerValue) -> str:
    """Where the contract stands."""
    if value.stage == Stage.LOST:
        return _("The contract has ended: no debit for %(silence)d days.") % {"silence": value.silent_days}
    if value.is_slipping:
        return reason_of(value)
    return ngettext(
        "Debited every month: %(count)d debit so far.",
        "Debited every month: %(count)d debits so far.",
        value.purchase_days,
    ) % {"count": value.purchase_days}


def _history(valuation: Valuation, party_id: int, principal: Principal) -> tuple[MonthValue, ...]:
    if valuation.series is None:
        return ()
    blocks = MonthEnd.objects.visible_to(principal).filter(
        valuation__series=valuation.series,
        valuation__finished_at__isnull=False,
        first_party__lte=party_id,
        last_party__gte=party_id,
    )
    found = (
        _month_of(month, party_id, content) for month, content in blocks.order_by("month").values_list("month", "rows")
    )
    return tuple(value for value in found if value)


def _month_of(month: int, party_id: int, content: bytes | memoryview[int]) -> MonthValue | None:
    """What a block says of one of its customers; nothing of somebody who had not bought by then."""
    rows = MonthRows.unpack([content])
    at = int(np.searchsorted(rows.party, party_id))
    if at == len(rows) or rows.party[at] != party_id:
        return None
    low, high = (int(end[at]) if rows.has_range[at] else None for end in (rows.low, rows.high))
    return MonthValue(month, STAGES[rows.stage[at]], int(rows.band[at]), int(rows.value[at]), low, high)


def why(party_id: int, principal: Principal) -> Why | None:
    """The purchases, the gaps, the curve and the parameters from which the scores of a customer follow."""
    found = latest_value_of(party_id, principal)
    if found is None:
        return None
    valuation, value = found
    days = _purchase_days(party_id)
    house = valuation.parameters.get("house") or {}
    returns = valuation.parameters.get("returns")
    fits = valuation.parameters.get("fits", {})
    levels = valuation.honesty.get("levels", {}) if valuation.honesty else {}
    gaps = tuple((later - earlier).days for (earlier, _a), (later, _b) in pairwise(days))
    return Why(
        purchase_days=days,
        gaps=gaps,
        house_usual_days=house.get("usual", 0.0),
        house_gaps_counted=HOUSE_GAPS,
        curve=_curve(Returns.from_json(returns), value) if returns and not value.is_contract else (),
        model=valuation.model,
        parameters=_parameters(fits),
        level=max(levels.values(), default=None),
        sentences=tuple(_sentences(valuation, value, gaps, house)),
    )


def _purchase_days(party_id: int) -> tuple[tuple[date, int], ...]:
    if not history.is_built():
        return ()
    with history.connection() as duck:
        rows = duck.execute(
            "SELECT day, revenue FROM party_days WHERE party_id = ? ORDER BY day", [party_id]
        ).fetchall()
    return tuple((day, int(revenue)) for day, revenue in rows)


def _curve(returns: Returns, value: CustomerValue) -> tuple[Cut, ...]:
    """Share back by each number of days of silence, in this customer's rhythm, to a little beyond today."""
    last = max(value.silent_days * 1.3, value.usual_gap_days * 6)
    days = np.linspace(0, last, _CURVE_POINTS)
    shares = returns.share_back(days / max(value.usual_gap_days, 1e-9))
    return tuple(Cut(float(day), float(share)) for day, share in zip(days, shares, strict=True))


def _parameters(fits: dict[str, Any]) -> dict[str, Any]:
    """Parameters by group, without the covariance that only a statistician would ask for."""
    plain = {}
    for name, stored in fits.items():
        fit = Fit.from_json(stored)
        plain[name] = fit.lifetime.parameters | fit.spend.parameters | {"margin_rate": fit.margin_rate}
    return plain


def _sentences(
    valuation: Valuation, value: CustomerValue, gaps: tuple[int, ...], house: dict[str, float]
) -> Iterable[str]:
    if value.is_contract:
        yield from _contract_sentences(valuation, value)
        return
    if gaps:
        yield _(
            "Usual gap: read off this customer's own gaps (%(count)d) and the gap of all customers, %(days)d days, "
            "counted as %(house)d gaps."
        ) % {"count": len(gaps), "house": HOUSE_GAPS, "days": round(house.get("usual", 0))}
        yield _("Chance of buying within three months, given the silence so far: %(chance)s.") % {
            "chance": percent(value.chance_back)
        }
    if value.is_personal:
        yield _("Days with a purchase expected over %(months)d months: %(purchases)s.") % {
            "months": valuation.horizon_months,
            "purchases": number(value.expected_purchases or 0.0, decimals=1),
        }
    elif valuation.state == Valuation.State.VALUED:
        yield _(
            "Too little is known of this customer alone: the value is the average of those who began in the same month."
        )


def _contract_sentences(valuation: Valuation, value: CustomerValue) -> Iterable[str]:
    yield _(
        "Debited every month: valued as a contract, by how many contracts of this age are renewed, and not as so many "
        "purchases."
    )
    stored = valuation.parameters.get("fits", {}).get(CONTRACT)
    if value.stage == Stage.LOST:
        yield _("Two debits in a row are missing: the contract has ended, and nothing more is expected of it.")
    elif stored and value.is_personal:
        renewal = renewal_chance(stored["lifetime"], (value.last_on - value.first_on).days)
        yield _("Chance that the next debit is renewed, of contracts this old: %(chance)s.") % {
            "chance": percent(renewal)
        }
        yield _("Debits expected over %(months)d months: %(debits)s.") % {
            "months": valuation.horizon_months,
            "debits": number(value.expected_purchases or 0.0, decimals=1),
        }
    else:
        yield _("Too few contracts are in this history to learn how long they last: valued with all other customers.")
