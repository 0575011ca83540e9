"""Jobs of the API."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fleuve.api.actions import forget_answers
from fleuve.jobs import JobContext, job, schedule

__all__ = ["forget_api_answers"]


@job("api.forget_answers", title=_("Forget answers kept for repeated requests"), atomic=True)
def forget_api_answers(context: JobContext) -> dict[str, object]:
    """Once an hour."""
    return {"answers": forget_answers(by=context.by, at=context.now())}


schedule("api.forget_answers", cron="25 * * * *", queue="quick")
