"""Jobs of accounts."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from fleuve.accounts.actions.prune import prune
from fleuve.jobs import JobContext, job, schedule

__all__ = ["prune_accounts"]


@job("accounts.prune", title=_("Forget old sessions and links"), atomic=True)
def prune_accounts(context: JobContext) -> dict[str, object]:
    """Once a night."""
    return prune(by=context.by, at=context.now())


schedule("accounts.prune", cron="15 3 * * *", queue="quick")
