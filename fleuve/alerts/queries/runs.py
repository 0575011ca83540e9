"""The run that holds now, and the rate that was chosen."""

from __future__ import annotations

from fleuve.alerts.models import Rate, Run
from fleuve.alerts.rules import RATE_BP
from fleuve.kernel.principal import Principal

__all__ = ["chosen_rate_bp", "has_alerts", "latest_run"]


def chosen_rate_bp() -> int:
    """False alarms allowed per customer and year, in ten-thousandths."""
    newest = Rate.objects.order_by("-at", "-pk").values_list("per_year_bp", flat=True).first()
    return RATE_BP if newest is None else newest


def latest_run(principal: Principal) -> Run | None:
    """The latest run that ended, whether or not it could judge anybody."""
    return Run.objects.visible_to(principal).filter(finished_at__isnull=False).order_by("-finished_at").first()


def has_alerts(principal: Principal) -> bool:
    """Whether alerts exist at all: a run has judged somebody."""
    run = latest_run(principal)
    return run is not None and run.state == Run.State.JUDGED
