"""Count rows that leave against what a person may take out in 24 hours, before the first of them is read."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from fleuve.accounts.actions import notify
from fleuve.accounts.models import Notice, User
from fleuve.accounts.queries import organisation
from fleuve.events import record
from fleuve.kernel.principal import Principal, require
from fleuve.lists.errors import ExportRefused
from fleuve.lists.exporting.limits import DAY, DEFAULTS, Allowance, allowance
from fleuve.lists.models import Export, ExportLimit
from fleuve.ui import formatting

__all__ = ["NEAR", "REFUSED", "reserve_export"]

NEAR: Final = "export_near"
REFUSED: Final = "export_refused"


def reserve_export(
    *,
    subject: str,
    form: str,
    rows: int,
    columns: Sequence[str] = (),
    filter_digest: str = "",
    words_used: bool = False,
    with_refused: bool = False,
    asked: dict[str, Any] | None = None,
    by: Principal,
    at: datetime,
) -> Export:
    """Take note of an export and count its rows; raises ``ExportRefused`` beyond the limit and tells the owners.

    Exact with two at once: all exports of a role are counted under the lock of the role's limit.
    """
    require(by, "export")
    if form not in Export.Form.values:
        sentence = _("A list is taken out as CSV, Excel or Parquet.")
        raise ExportRefused(sentence, code="export_unknown_form")
    with transaction.atomic():
        found = _allowance_under_lock(by, at)
        if found.holds(rows):
            export = Export.objects.create(
                subject=subject, form=form, rows=rows, columns=list(columns), filter_digest=filter_digest,
                words_used=words_used, with_refused=with_refused, asked=asked, user_id=by.user_id, by_kind=by.kind,
                by_id=by.id, by_label=by.label, at=at,
            )  # fmt: skip
            about = ("list", subject)
            record("workspace.list_exported", by=by, at=at, subject=about, data=_told(export))
            if found.comes_near(rows):
                _tell_owners(NEAR, by, at)
            return export
        _tell_refused(rows, found, by, at)
    raise _refusal(rows, found)


def _allowance_under_lock(by: Principal, at: datetime) -> Allowance:
    if by.user_id is None:
        return allowance(None, (), at)
    ExportLimit.objects.bulk_create([ExportLimit(role=by.role, rows=DEFAULTS.get(by.role, 0))], ignore_conflicts=True)
    # Writing the row takes its lock: on one database the row's, on the other everybody's.
    ExportLimit.objects.filter(role=by.role).update(version=F("version"))
    most = ExportLimit.objects.values_list("rows", flat=True).get(role=by.role)
    taken = Export.objects.filter(user_id=by.user_id, at__gt=at - DAY).values_list("at", "rows")
    return allowance(most, list(taken), at)


def _told(export: Export) -> dict[str, Any]:
    """What the audit trail keeps: which columns, and enough of the filter to tell two apart."""
    return {
        "rows": export.rows,
        "form": export.form,
        "columns": export.columns,
        "filter": export.filter_digest[:16],
        "words_used": export.words_used,
        "with_refused": export.with_refused,
    }


def _tell_refused(rows: int, found: Allowance, by: Principal, at: datetime) -> None:
    data = {"rows": rows, "left": found.left, "most": found.most}
    record("lists.export_refused", by=by, at=at, subject=("user", by.user_id or 0), data=data)
    _tell_owners(REFUSED, by, at)


def _tell_owners(kind: str, by: Principal, at: datetime) -> None:
    """Every owner once: a button pressed ten times is one notice as long as nobody has read it."""
    about = ("user", by.user_id or 0)
    waiting = Notice.objects.filter(kind=kind, subject_kind="user", subject_id=str(about[1]), seen_at=None)
    owners = User.objects.filter(role="owner", is_active=True).exclude(pk__in=waiting.values("user_id"))
    notify(owners.values_list("pk", flat=True), kind, about, by, at)


def _refusal(rows: int, found: Allowance) -> ExportRefused:
    most, left = found.most or 0, found.left or 0
    told = {"rows": formatting.number(rows), "left": formatting.number(left), "most": formatting.number(most)}
    if found.until is None or rows > most:
        sentence = _(
            "The list has %(rows)s rows. People with your role take out at most %(most)s in 24 hours: filter the list, "
            "or ask an owner. The owners are told."
        )
    else:
        told["until"] = formatting.moment(timezone.localtime(found.until, organisation().zone))
        sentence = _(
            "The list has %(rows)s rows, and you may take out %(left)s more until %(until)s. People with your role "
            "take out at most %(most)s in 24 hours. The owners are told."
        )
    until = found.until.isoformat() if found.until else None
    return ExportRefused(sentence % told, code="export_limit_reached", rows=rows, left=left, most=most, until=until)
