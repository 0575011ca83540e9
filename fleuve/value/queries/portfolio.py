"""The portfolio: what customers are worth, what moved it, and how far the figures may be trusted."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from django.db.models import Q

from fleuve.kernel.principal import SYSTEM, Principal
from fleuve.parties.models import PartyCard
from fleuve.value.models import BridgeMonth, Valuation
from fleuve.value.queries.calls import call_list
from fleuve.value.queries.current import current_valuation, is_being_computed, missing_of, stage_counts, until_of
from fleuve.value.queries.values import values_of
from fleuve.value.queries.views import (
    BandRow,
    BridgeRow,
    Concentration,
    Headline,
    KeyAccount,
    PortfolioView,
    River,
    RiverFlow,
    ValueReport,
)
from fleuve.value.rules.honesty import BackTest
from fleuve.value.rules.key_accounts import SHOWN

__all__ = ["portfolio", "report"]

_TWO_YEARS_DAYS = 730


def portfolio(principal: Principal) -> PortfolioView:
    """Everything of the portfolio page but the call list."""
    valuation = current_valuation(principal)
    if valuation is None:
        return PortfolioView("none", is_being_computed=is_being_computed())
    accounts = _key_accounts(valuation, principal)
    key_value = sum(account.value or 0 for account in accounts)
    statement = valuation.statement
    return PortfolioView(
        state=str(valuation.state),
        missing=missing_of(valuation.needs),
        headline=_headline(valuation),
        honesty=BackTest.from_json(valuation.honesty) if valuation.honesty else None,
        bridge=_bridge(valuation, principal),
        bands=tuple(
            BandRow(row["band"], row["from"], row["customers"], row["money"]) for row in statement.get("bands", ())
        ),
        stages=stage_counts(valuation),
        concentration=_concentration(statement),
        river=_river(statement),
        key_accounts=accounts,
        key_accounts_value=key_value,
        mass_value=valuation.value - key_value,
        is_being_computed=is_being_computed(),
    )


def _headline(valuation: Valuation) -> Headline | None:
    until = until_of(valuation)
    if until is None or valuation.first_day is None:
        return None
    return Headline(
        as_of=valuation.as_of,
        until=until,
        horizon_months=valuation.horizon_months,
        currency=valuation.currency,
        basis=valuation.basis,
        margin_is_assumed=valuation.margin_is_assumed,
        customers=valuation.customers,
        expected_active=valuation.expected_active,
        value=valuation.value,
        low=valuation.value_low,
        high=valuation.value_high,
        range_from=valuation.parameters.get("range_from", ""),
        walk_in_share=valuation.statement.get("walk_in_share", 0.0),
        is_under_two_years=(valuation.as_of - valuation.first_day).days < _TWO_YEARS_DAYS,
    )


def _bridge(valuation: Valuation, principal: Principal) -> tuple[BridgeRow, ...]:
    """The months of the current series, oldest first."""
    if valuation.series is None:
        return ()
    months = BridgeMonth.objects.visible_to(principal).filter(
        valuation__series=valuation.series, valuation__finished_at__isnull=False
    )
    names = tuple(BridgeRow.__dataclass_fields__)
    return tuple(BridgeRow(**row) for row in months.order_by("month").values(*names))


def _concentration(statement: dict[str, Any]) -> Concentration | None:
    stored = statement.get("concentration")
    if not stored:
        return None
    return Concentration(**stored | {"lorenz": tuple((share, money) for share, money in stored["lorenz"])})


def _river(statement: dict[str, Any]) -> River | None:
    stored = statement.get("river")
    if not stored:
        return None
    flows = (RiverFlow(step["to"], *link) for step in stored["flows"] for link in step["links"])
    return River(tuple(quarter["quarter"] for quarter in stored["quarters"]), tuple(flows))


def _key_accounts(valuation: Valuation, principal: Principal) -> tuple[KeyAccount, ...]:
    ids = [int(number) for number in valuation.statement.get("key_accounts", ())]
    found = PartyCard.objects.visible_to(principal).filter(~Q(stage=""), revenue_12_months__gt=0).in_bulk(ids)
    best = [found[number] for number in ids if number in found][:SHOWN]
    expected = _expected_money(valuation.pk, tuple(card.pk for card in best))
    return tuple(
        KeyAccount(
            card.pk,
            card.name,
            card.is_simulated,
            expected.get(card.pk, 0),
            card.revenue_12_months,
            card.stage,
            card.value,
            card.value_low,
            card.value_high,
        )
        for card in best
    )


@lru_cache(maxsize=8)
def _expected_money(valuation_id: int, party_ids: tuple[int, ...]) -> dict[int, int]:
    """The money of the next twelve months, kept: a valuation that ended never changes, and each reads ten blocks.

    Whoever asks has seen the cards of these customers.
    """
    values = values_of(Valuation.objects.get(pk=valuation_id), party_ids, SYSTEM)
    return {party_id: value.money_12 for party_id, value in values.items()}


def report(principal: Principal) -> ValueReport:
    """The valuation in one value, for the command line."""
    valuation, view = current_valuation(principal), portfolio(principal)
    calls = call_list(principal, limit=0)
    ended = valuation.finished_at if valuation else None
    return ValueReport(
        state=view.state,
        valuation_id=valuation.pk if valuation else None,
        headline=view.headline,
        missing=view.missing,
        honesty=view.honesty,
        bridge=view.bridge,
        stages=view.stages,
        slipping=calls.total,
        at_stake=calls.at_stake,
        seconds=(ended - valuation.started_at).total_seconds() if valuation and ended else None,
    )
