"""Change how many rows people of a role may take out in 24 hours."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from fleuve.events import record
from fleuve.kernel.principal import Principal, require
from fleuve.lists.errors import ExportRefused
from fleuve.lists.exporting.limits import DEFAULTS
from fleuve.lists.models import ExportLimit

__all__ = ["change_export_limit"]


def change_export_limit(*, role: str, rows: int | None, version: int, by: Principal, at: datetime) -> None:
    """``rows`` none: as many as they like. Only who manages people may: a manager does not widen the own limit.

    ``version`` is the one that was shown; raises ``ExportRefused`` when somebody changed it since.
    """
    require(by, "manage_users")
    if role not in DEFAULTS or role == "owner":
        raise ExportRefused(_("Owners have no limit, and other roles take nothing out."), code="export_no_such_limit")
    with transaction.atomic():
        ExportLimit.objects.bulk_create([ExportLimit(role=role, rows=DEFAULTS[role])], ignore_conflicts=True)
        there = ExportLimit.objects.filter(role=role, version=version)
        if not there.update(rows=rows, version=F("version") + 1, by_label=by.label[:120], at=at):
            sentence = _("Somebody changed this limit since you opened the page. Look at it again.")
            raise ExportRefused(sentence, code="export_limit_moved_on")
        record("lists.export_limit_changed", by=by, at=at, data={"role": role, "rows": rows})
