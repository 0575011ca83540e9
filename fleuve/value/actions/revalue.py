"""Value every customer: rebuild history where it changed, estimate, judge, and store figures with their doubts."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from functools import partial
from typing import Any, Final

import numpy as np
from django.db import transaction
from django.utils.translation import gettext_noop

from fleuve.accounts.queries import organisation
from fleuve.events import record
from fleuve.history import queries as history
from fleuve.history.actions import rebuild_history
from fleuve.history.errors import HistoryNotBuilt
from fleuve.jobs import JobContext
from fleuve.kernel.principal import Principal, require
from fleuve.value.actions.cards import write_cards
from fleuve.value.actions.months import PastMonths
from fleuve.value.actions.pen import Pen
from fleuve.value.actions.rows import SLIPPING_COLUMNS, slipping_rows, to_call, value_blocks, value_rows
from fleuve.value.actions.tidy import tidy
from fleuve.value.errors import ValuationReplaced
from fleuve.value.estimation.ahead import Ahead
from fleuve.value.estimation.from_history import ask_history, stopped_products
from fleuve.value.estimation.known import Known, known_at
from fleuve.value.estimation.month_ends import close_months, months_to_close
from fleuve.value.estimation.portfolio import Judged, Outlook, Portfolio, Question, judge, look_ahead
from fleuve.value.estimation.series import closing_of, method_of, series_fingerprint, valuation_fingerprint
from fleuve.value.estimation.summed import customers_at
from fleuve.value.models import BridgeMonth, SlippingCustomer, Stage, Valuation
from fleuve.value.queries.house import house_rule_days
from fleuve.value.rules.horizons import needs_of
from fleuve.value.rules.key_accounts import KEY_ACCOUNTS
from fleuve.value.rules.values import ValueRows

__all__ = ["revalue"]

# Customers, counted once for each month-end that is summed up before it can be valued: a hundred bytes each.
_MOST_KNOWN_AHEAD: Final = 1_500_000


@dataclass(frozen=True)
class _Series:
    """The month-ends that this valuation adds, and where they start."""

    number: int
    last: BridgeMonth | None
    replaced: dict[int, int]
    """Closings that an earlier series had published, by month; only when this series starts anew."""


def revalue(*, by: Principal, at: datetime, context: JobContext | None = None) -> Valuation:
    """Value every customer who has bought, as of the last day of the history.

    Nothing is computed when nothing that it reads has changed. Safe to run twice at once: the later start wins, and the
    earlier one raises ``ValuationReplaced`` before it writes another row.
    """
    require(by, "configure")
    rebuild_history(by=by, at=at, context=context)
    latest = Valuation.objects.filter(finished_at__isnull=False).order_by("-finished_at").first()
    try:
        question = ask_history(_kept_limits(latest), house_rule_days())
    except HistoryNotBuilt:
        return _store_nothing(by, at, context)
    basis, currency = history.basis(), organisation().currency
    customers = customers_at(question.purchases, question.as_of)
    fingerprint = valuation_fingerprint(question, customers, basis, currency)
    if latest and latest.fingerprint == fingerprint and latest.cards_written_at:
        return latest
    valuation = _begin(question, basis, currency, fingerprint, by, at)
    pen = Pen(valuation, context)
    pen.progress(gettext_noop("Estimating and judging"))
    series = _series(question, valuation, latest)
    with _known_months(question, series) as known:
        judged = judge(question, customers)
        with _past_months(known, question, judged, valuation, series) as months:
            portfolio = look_ahead(judged)
            figures, rows = _figures(portfolio, series), value_rows(portfolio)
            del customers, judged, portfolio  # a million customers take hundreds of megabytes
            pen.meanwhile = partial(months.write_ready, pen, gettext_noop("Closing past months"))
            _write_parties(rows, valuation, pen)
            _write_list(rows, latest, pen)
            pen.meanwhile = None
            bridges, figures["series_fingerprint"] = months.finish(pen, gettext_noop("Closing past months"))
    _finish(figures, valuation, bridges, pen, by, at)
    tidy(valuation, pen)
    valuation.refresh_from_db()
    return valuation


def _kept_limits(latest: Valuation | None) -> tuple[int, ...] | None:
    """The bands of the last valuation of the same basis and currency, so that months compare."""
    if latest is None or (latest.basis, latest.currency) != (history.basis(), organisation().currency):
        return None
    return tuple(latest.parameters.get("limits", ())) or None


def _begin(question: Question, basis: str, currency: str, fingerprint: str, by: Principal, at: datetime) -> Valuation:
    """The new valuation; every other unfinished one is told to stop."""
    with transaction.atomic():
        Valuation.objects.filter(state=Valuation.State.RUNNING).update(state=Valuation.State.SUPERSEDED)
        return Valuation.objects.create(
            as_of=question.as_of,
            first_day=question.first_day,
            basis=basis,
            margin_is_assumed=history.margin_is_assumed(),
            currency=currency,
            history_generation=history.generation(),
            fingerprint=fingerprint,
            **_actor(by),
            started_at=at,
        )


def _actor(by: Principal) -> dict[str, str]:
    return {"by_kind": by.kind, "by_id": by.id, "by_label": by.label}


def _known_months(question: Question, series: _Series) -> Ahead[Known]:
    """What is known at the month-ends that the series lacks, summed up from now on."""
    months = months_to_close(question.complete_months, series.last.month if series.last else None)
    known = (known_at(question.purchases, month, question.group_of, question.already_there) for month in months)
    return Ahead(known, _MOST_KNOWN_AHEAD, lambda month: len(month.customers))


def _past_months(
    known: Ahead[Known], question: Question, judged: Judged, valuation: Valuation, series: _Series
) -> PastMonths:
    """The month-ends that the series lacks; their bridges are stored when the valuation ends."""
    if judged.prospect is None:
        return PastMonths(iter(()), valuation, {}, lambda _last: "")
    method = method_of(judged.prospect, judged.limits)
    previous = closing_of(series.last) if series.last else None

    def fingerprint(last: int | None) -> str:
        month = last or (series.last.month if series.last else None)
        purchases, told = question.purchases, (valuation.basis, valuation.currency)
        return "" if month is None else series_fingerprint(purchases, month, *told)

    return PastMonths(close_months(known, method, previous), valuation, series.replaced, fingerprint)


def _series(question: Question, valuation: Valuation, latest: Valuation | None) -> _Series:
    """Continue the last series while nothing of what it was computed from has changed; else start a new one."""
    if latest is None or latest.series is None:
        return _Series(valuation.pk, None, {})
    published = BridgeMonth.objects.filter(
        valuation__series=latest.series, valuation__finished_at__isnull=False
    ).order_by("month")
    last = published.last()
    if last is None:
        return _Series(valuation.pk, None, {})
    same = series_fingerprint(question.purchases, last.month, valuation.basis, valuation.currency)
    if same == latest.series_fingerprint:
        return _Series(latest.series, last, {})
    comparable = latest.currency == valuation.currency
    return _Series(valuation.pk, None, dict(published.values_list("month", "closing")) if comparable else {})


def _write_parties(rows: ValueRows, valuation: Valuation, pen: Pen) -> None:
    """Insert what is said of everybody, and the customers to call."""
    step = gettext_noop("Writing customer values")
    pen.create(value_blocks(rows, valuation), step)
    slipping = to_call(rows)
    stopped = stopped_products(np.asarray(slipping["party_id"]))
    made = partial(slipping_rows, slipping, valuation, stopped)
    pen.insert(SlippingCustomer, SLIPPING_COLUMNS, slipping.num_rows, made, step)


def _write_list(rows: ValueRows, latest: Valuation | None, pen: Pen) -> None:
    """Rewrite the list of customers. Until it is whole, no valuation claims it: the next one would write all of it."""
    # Asked anew: a valuation that this one has replaced may have begun to rewrite the list.
    whole = Valuation.objects.filter(pk=latest.pk if latest else 0, cards_written_at__isnull=False)
    before = latest if whole.update(cards_written_at=None) else None
    write_cards(rows, before, pen, gettext_noop("Writing the list of customers"))


def _finish(
    figures: dict[str, Any], valuation: Valuation, bridges: list[BridgeMonth], pen: Pen, by: Principal, at: datetime
) -> None:
    """Make the valuation the current one, with its bridges and its event, in one transaction."""
    ended = pen.now(at)
    figures = figures | {"finished_at": ended, "cards_written_at": ended}
    with pen.transaction():
        running = Valuation.objects.filter(pk=valuation.pk, state=Valuation.State.RUNNING)
        if not running.update(**figures):
            raise ValuationReplaced(f"Valuation {valuation.pk} was replaced by a newer one.")
        BridgeMonth.objects.bulk_create(bridges)
        counts = {"customers": figures["customers"], "months": len(bridges)}
        record("value.revalued", by=by, at=at, subject=("valuation", valuation.pk), data=counts)


def _figures(portfolio: Portfolio, series: _Series) -> dict[str, Any]:
    facts, outlook = portfolio.facts, portfolio.outlook
    plain: dict[str, Any] = {
        "state": Valuation.State.VALUED if outlook else Valuation.State.TOO_LITTLE,
        "customers": len(facts.customers),
        "statement": facts.statement
        | {
            "walk_in_share": history.headline().walk_in_share,
            "stages": _stages(portfolio),
            "slipping": _slipping(portfolio),
            "key_accounts": _key_accounts(portfolio),
        },
        "needs": [asdict(need) for need in portfolio.needs],
        "parameters": _parameters(portfolio),
    }
    return plain if outlook is None else plain | {"series": series.number} | _outlook_figures(outlook)


def _stages(portfolio: Portfolio) -> list[dict[str, Any]]:
    """Customers and value of each stage that occurs, in the order of a relationship."""
    stage, outlook = portfolio.facts.stage, portfolio.outlook
    worth = outlook.predicted.value if outlook else np.zeros(stage.size, dtype=np.int64)
    rows = ((name, stage == name) for name in Stage.values)
    return [
        {"stage": name, "customers": int(here.sum()), "value": int(worth[here].sum())}
        for name, here in rows
        if here.any()
    ]


def _key_accounts(portfolio: Portfolio) -> list[str]:
    """Ids of the customers with the most revenue of twelve months, the most first."""
    customers = portfolio.facts.customers
    first = np.argsort(-customers.revenue_12, kind="stable")[:KEY_ACCOUNTS]
    return [str(number) for number in customers.ids[first[customers.revenue_12[first] > 0]]]


def _slipping(portfolio: Portfolio) -> dict[str, int]:
    """Everybody who slips away: the list to call holds the first of them."""
    facts = portfolio.facts
    return {"customers": int(facts.is_slipping.sum()), "at_stake": int(facts.at_stake[facts.is_slipping].sum())}


def _outlook_figures(outlook: Outlook) -> dict[str, Any]:
    return {
        "model": outlook.test.model,
        "horizon_days": outlook.horizon.days,
        "horizon_months": outlook.horizon.months,
        "honesty": outlook.test.to_json(),
        "expected_active": float(outlook.predicted.probability_active.sum()),
        "value": outlook.value,
        "value_low": outlook.low,
        "value_high": outlook.high,
    }


def _parameters(portfolio: Portfolio) -> dict[str, Any]:
    facts, outlook = portfolio.facts, portfolio.outlook
    rhythm = facts.rhythm
    return {
        "limits": list(facts.limits),
        "house": asdict(rhythm.house) if rhythm else None,
        "returns": rhythm.returns.to_json() if rhythm else None,
        "fits": {name: fit.to_json() for name, fit in outlook.fits.items()} if outlook else {},
        "range_from": outlook.range_from if outlook else "",
    }


def _store_nothing(by: Principal, at: datetime, context: JobContext | None) -> Valuation:
    """There is no purchase at all: say so, and empty what an earlier valuation had written."""
    needs = [asdict(need) for need in needs_of(None, None, 0)]
    with transaction.atomic():
        Valuation.objects.filter(state=Valuation.State.RUNNING).update(state=Valuation.State.SUPERSEDED)
        valuation = Valuation.objects.create(
            as_of=at.date(),
            basis="revenue",
            currency=organisation().currency,
            state=Valuation.State.TOO_LITTLE,
            needs=needs,
            **_actor(by),
            started_at=at,
            finished_at=at,
        )
        record("value.revalued", by=by, at=at, subject=("valuation", valuation.pk), data={"customers": 0, "months": 0})
    pen = Pen(valuation, context)
    write_cards(ValueRows.unpack([]), None, pen, gettext_noop("Writing the list of customers"))
    Valuation.objects.filter(pk=valuation.pk).update(cards_written_at=pen.now(at))
    tidy(valuation, pen)
    valuation.refresh_from_db()
    return valuation
