"""Make a plan, and change one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from fleuve.events import record
from fleuve.imports.actions.settle_mapping import source_for
from fleuve.imports.keeping import sealed_header
from fleuve.imports.models import Plan
from fleuve.imports.places import inbox_of
from fleuve.imports.plan_wish import PlanWish, refuse_what_exists, refused
from fleuve.imports.repeating import origin_of
from fleuve.kernel.errors import EditedMeanwhile
from fleuve.kernel.principal import Principal, require

__all__ = ["add_plan", "change_plan"]


def add_plan(*, wish: PlanWish, allows_http: bool = False, by: Principal, at: datetime) -> Plan:
    """Make a plan, on from its next moment; a folder is made with it. Raises ``PlanExists`` and what cannot be."""
    require(by, "import")
    wish.refuse_what_cannot_be(allows_http=allows_http)
    if wish.header_name and not wish.header_value:
        raise refused("header_alone", "header_value")
    said = {"code": "never_ran", "values": {}}
    plan = Plan(**wish.columns(), **_saved_by(by), said=said, created_at=at, last_moment=at)
    plan.header_value = sealed_header(wish.header_value)
    _make_folder(plan)
    with _named_once(plan), transaction.atomic():
        plan.source = source_for(wish.source, at)
        plan.save(force_insert=True)
        data = {"what": sorted(wish.columns()), "is_new": True}
        record("imports.plan_saved", by=by, at=at, subject=("plan", plan.pk), data=data,
               values={"name": ["", plan.name]})  # fmt: skip
    return plan


def change_plan(
    *, plan: Plan, wish: PlanWish, version: int, allows_http: bool = False, by: Principal, at: datetime
) -> None:
    """Save what differs; from then on it runs with the rights of whoever saved it. Raises ``EditedMeanwhile``."""
    require(by, "import")
    wish.refuse_what_cannot_be(allows_http=allows_http)
    wanted = wish.columns()
    changed = [name for name, value in wanted.items() if getattr(plan, name) != value]
    columns: dict[str, Any] = {**wanted, **_saved_by(by), "header_value": _kept_header(plan, wish)}
    if wish.header_name and columns["header_value"] is None:
        raise refused("header_alone", "header_value")
    if "cron" in changed:
        columns["last_moment"] = at  # the moments of a rhythm begin with it
    with _named_once(Plan(pk=plan.pk, **wanted)), transaction.atomic():
        columns["source"] = source_for(wish.source, at)
        opened = Plan.objects.standing().filter(pk=plan.pk, version=version)
        if not opened.update(**columns, version=F("version") + 1):
            plan.refresh_from_db()
            raise EditedMeanwhile(
                _("Somebody saved this plan since you opened it. Look at what it holds now, then save again."),
                version=plan.version,
                theirs={name: getattr(plan, name) for name in wanted},
            )
        data = {"what": sorted(changed), "is_new": False}
        record("imports.plan_saved", by=by, at=at, subject=("plan", plan.pk), data=data)
    plan.refresh_from_db()
    _make_folder(plan)


def _kept_header(plan: Plan, wish: PlanWish) -> bytes | None:
    """The sealed secret of a changed plan. It was given for one host and one header, and goes to no other."""
    if wish.header_value:
        return sealed_header(wish.header_value)
    is_same = wish.header_name == plan.header_name and bool(wish.url) and origin_of(wish.url) == origin_of(plan.url)
    return bytes(plan.header_value) if is_same and wish.header_name and plan.header_value else None


@contextmanager
def _named_once(plan: Plan) -> Iterator[None]:
    refuse_what_exists(plan)
    try:
        yield
    except IntegrityError:  # of two at once the second
        refuse_what_exists(plan)
        raise


def _saved_by(by: Principal) -> dict[str, Any]:
    return {"by_kind": by.kind, "by_id": by.id, "by_label": by.label, "runs_as": by.user_id}


def _make_folder(plan: Plan) -> None:
    if plan.place == Plan.Place.FOLDER:
        with inbox_of(plan, makes=True):
            return
