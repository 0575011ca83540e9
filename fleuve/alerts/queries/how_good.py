"""How good are these alerts? What is promised, what past gaps say, what people judged, and the simple rules beside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from fleuve.alerts.models import Alert, Run
from fleuve.alerts.queries.words import class_label
from fleuve.alerts.rules import share_of
from fleuve.kernel.principal import Principal
from fleuve.ui import formatting
from fleuve.ui.figures import Figure
from fleuve.ui.tables import Column, Table, TableRow

__all__ = ["HowGood", "how_good"]


@dataclass(frozen=True)
class HowGood:
    """The page's answer, its figures and its three tables."""

    answer: str
    meta: tuple[str, ...]
    figures: tuple[Figure, ...]
    kept_sentence: str
    classes: Table
    verdicts: Table
    early: Table | None
    early_sentence: str


def how_good(run: Run, principal: Principal) -> HowGood:
    """What may be said of a run's alerts. ``run`` has judged somebody."""
    return HowGood(
        answer=_answer(run),
        meta=(
            _("as of %(day)s") % {"day": formatting.day(run.as_of)},
            ngettext("%(count)s customer watched", "%(count)s customers watched", run.watched)
            % {"count": formatting.number(run.watched)},
        ),
        figures=tuple(_figures(run)),
        kept_sentence=_kept(run),
        classes=_classes(run),
        verdicts=_verdicts(principal),
        early=_early(run) if run.early.get("weeks") else None,
        early_sentence=_early_sentence(run) if run.early.get("weeks") else "",
    )


def _answer(run: Run) -> str:
    measured, naive = run.measured["measured"], run.measured["naive"]
    return _(
        "Promised: at most %(promised)s false alarms per customer and year. On past gaps it was %(measured)s "
        "(%(interval)s); “silent for twice as long as usual” would have made %(naive)s."
    ) % {
        "promised": _rate(run.per_year_bp / 10_000),
        "measured": _rate(_of(measured)),
        "interval": formatting.interval(_rate(measured["low"]), _rate(measured["high"])),
        "naive": _rate(_of(naive)),
    }


def _figures(run: Run) -> Iterator[Figure]:
    measured, naive = run.measured["measured"], run.measured["naive"]
    unit = _("a customer and year")
    yield Figure(_("Promised, at most"), _rate(run.per_year_bp / 10_000), note=unit)
    yield Figure(
        _("False alarms on past gaps"),
        _rate(_of(measured)),
        _rate(measured["low"]),
        _rate(measured["high"]),
        _alarms(measured),
    )
    yield Figure(
        _("Silent for twice as long as usual"),
        _rate(_of(naive)),
        _rate(naive["low"]),
        _rate(naive["high"]),
        _alarms(naive),
    )
    yield Figure(
        _("Held back"),
        formatting.number(run.held_back),
        note=_("silent in the same weeks a year before, too"),
    )


def _alarms(counted: dict[str, float]) -> str:
    return _("%(alarms)s in %(years)s customer-years") % {
        "alarms": formatting.number(counted["alarms"]),
        "years": formatting.number(counted["years"]),
    }


def _kept(run: Run) -> str:
    if run.measured["is_held_out"]:
        return _(
            "The rule was set on one half of the customers and counted on the other half. Every alarm in a gap that "
            "ended was false for certain: the customer came back."
        )
    return _(
        "There are too few customers to set the rule on one half and count on the other: it was set and counted on "
        "the same. Every alarm in a gap that ended was false for certain: the customer came back."
    )


def _classes(run: Run) -> Table:
    rows = tuple(
        TableRow(
            id=name,
            cells=(
                class_label(name),
                formatting.number(counted["years"]),
                formatting.number(counted["alarms"]),
                _rate(_of(counted)),
                formatting.interval(_rate(counted["low"]), _rate(counted["high"])),
            ),
        )
        for name, counted in run.measured["by_class"].items()
    )
    return Table(
        id="classes",
        caption=_("False alarms by kind of rhythm"),
        columns=(
            Column("class", _("Rhythm"), primary=True),
            Column("years", _("Customer-years"), numeric=True, narrow=False),
            Column("alarms", _("False alarms"), numeric=True, narrow=False),
            Column("rate", _("A customer and year"), numeric=True),
            Column("interval", _("Interval, 95 %"), numeric=True),
        ),
        rows=rows,
    )


def _verdicts(principal: Principal) -> Table:
    counts = Alert.objects.visible_to(principal).exclude(verdict="").order_by().values_list("kind", "verdict")
    told = {(kind, verdict): many for kind, verdict, many in counts.annotate(many=Count("pk"))}
    rows = []
    for kind, label in Alert.Kind.choices:
        right, wrong = (told.get((kind, verdict), 0) for verdict in Alert.Verdict.values)
        share = share_of(right, right + wrong)
        if share.total:
            shown = (formatting.percent(share.value), formatting.percent_interval(share.low, share.high))
            figures = (formatting.number(share.total), formatting.number(right), *shown)
            rows.append(TableRow(id=kind, cells=(str(label), *figures)))
    return Table(
        id="verdicts",
        caption=_("What people judged"),
        columns=(
            Column("kind", _("Alert"), primary=True),
            Column("judged", _("Judged"), numeric=True),
            Column("right", _("Right, number"), numeric=True, narrow=False),
            Column("share", _("Share right"), numeric=True),
            Column("interval", _("Interval, 95 %"), numeric=True),
        ),
        rows=tuple(rows),
        empty_title=_("Nobody has judged an alert yet"),
        empty_text=_("Say “Right” or “False alarm” beside an alert: each judgement is counted here."),
    )


def _early(run: Run) -> Table:
    rows = tuple(
        TableRow(
            id=str(row["weeks"]),
            cells=(
                formatting.number(row["weeks"]),
                *(formatting.percent(share) for share in row["precision"]),
                formatting.number(max(row["area"][:2]), decimals=2),
            ),
        )
        for row in run.early["weeks"]
    )
    return Table(
        id="early",
        caption=_("Of those taken for the best, how many were, by weeks of knowing them"),
        columns=(
            Column("weeks", _("Weeks"), primary=True, numeric=True),
            Column("model", _("By all that is known"), numeric=True),
            Column("spent", _("By money spent so far"), numeric=True),
            Column("first", _("By the first order"), numeric=True, narrow=False),
            Column(
                "area",
                _("Ranking"),
                numeric=True,
                narrow=False,
                hint=_("Chance that one of the best stands above one who is not: ½ is guessing, 1 perfect"),
            ),
        ),
        rows=rows,
    )


def _early_sentence(run: Run) -> str:
    row = run.early["weeks"][-1]
    return _(
        "Best are the %(share)s who spent most in their first %(weeks)s weeks. Counted on %(customers)s customers, "
        "each judged by a rule that had not seen them; where money spent so far tells as well, it is used."
    ) % {
        "share": formatting.percent(run.early["share"]),
        "weeks": formatting.number(run.early["horizon_weeks"]),
        "customers": formatting.number(row["customers"]),
    }


def _of(counted: dict[str, float]) -> float:
    return counted["alarms"] / counted["years"] if counted["years"] else 0.0


def _rate(value: float) -> str:
    return formatting.number(value, decimals=2 if value >= 0.01 or value == 0 else 3)
