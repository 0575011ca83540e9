"""``fleuve imports list | undo | plans | run``: what was brought in, taking it back, and what comes by itself."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from fleuve.cli.options import common_options
from fleuve.cli.output import report
from fleuve.cli.startup import COMMAND_LINE, now, start

if TYPE_CHECKING:
    from fleuve.imports.models import Import, Plan

__all__ = ["add_arguments", "run"]

_SHOWN = 100


def add_arguments(parser: ArgumentParser) -> None:
    """One sub-command per verb."""
    verbs = parser.add_subparsers(dest="verb", metavar="VERB", required=True)
    common = [common_options(is_nested=True)]
    listing = verbs.add_parser("list", help="the files that were brought, the latest first", parents=common)
    listing.add_argument("--limit", type=int, default=_SHOWN, help=f"how many (default: {_SHOWN})")
    undo = verbs.add_parser("undo", help="take a whole import back; what somebody changed since stays", parents=common)
    undo.add_argument("id", type=int, help="the import, as 'fleuve imports list' names it")
    verbs.add_parser("plans", help="the scheduled imports, and what came of their last run", parents=common)
    running = verbs.add_parser("run", help="look for the file of a scheduled import now, and import it", parents=common)
    running.add_argument("plan", metavar="NAME", help="the plan, as 'fleuve imports plans' names it")


def run(arguments: Namespace) -> int:
    """Do the verb."""
    start(arguments)
    verbs: dict[str, Callable[[Namespace], None]] = {"list": _list, "undo": _undo, "plans": _plans, "run": _run}
    verbs[arguments.verb](arguments)
    return 0


def _list(arguments: Namespace) -> None:
    from fleuve.imports.models import Import

    found = Import.objects.select_related("source").order_by("-received_at", "-pk")[: max(arguments.limit, 0)]
    facts = [_facts(row) for row in found]
    lines = (f"{one['id']}  {one['received']}  {one['state']}  {one['file']}  {one['source']}" for one in facts)
    report(arguments, {"imports": facts}, *lines)


def _undo(arguments: Namespace) -> None:
    from fleuve.cli.follow import follow_job
    from fleuve.imports.actions import start_undo
    from fleuve.imports.queries import import_of_id

    row = import_of_id(arguments.id)
    follow_job(start_undo(row=row, by=COMMAND_LINE, at=now()), by=COMMAND_LINE)
    row.refresh_from_db()
    kept = f"{row.file_name}: taken back, but for {row.conflicts_met} values that were changed since"
    told = kept if row.conflicts_met else f"{row.file_name}: taken back, everything is as it was before"
    report(arguments, _facts(row), told)


def _plans(arguments: Namespace) -> None:
    from fleuve.imports.models import Plan

    found = Plan.objects.standing().select_related("source").order_by("name", "pk")
    facts = [_plan_facts(plan) for plan in found]
    lines = (f"{one['name']}  {one['state']}  {one['cron']}  {one['place']}  {one['said']}" for one in facts)
    report(arguments, {"plans": facts}, *lines)


def _run(arguments: Namespace) -> None:
    from fleuve.cli.follow import follow_job
    from fleuve.imports.actions import run_plan_now
    from fleuve.imports.models import Import
    from fleuve.imports.queries import plan_of_name

    plan = plan_of_name(arguments.plan)
    follow_job(run_plan_now(plan=plan, by=COMMAND_LINE, at=now()), by=COMMAND_LINE)
    brought = Import.objects.filter(plan=plan, state=Import.State.QUEUED).first()
    if brought is not None and brought.job_id is not None:
        follow_job(brought.job_id, by=COMMAND_LINE)
    plan.refresh_from_db()
    report(arguments, _plan_facts(plan), f"{plan.name}: {_plan_facts(plan)['said']}")


def _plan_facts(plan: Plan) -> dict[str, Any]:
    from fleuve.imports.plan_wording import plan_sentence

    return {
        "id": str(plan.pk),
        "name": plan.name,
        "state": str(plan.state),
        "cron": plan.cron,
        "place": plan.folder or plan.url.partition("?")[0],
        "source": plan.source.name,
        "ran": plan.ran_at.isoformat(timespec="seconds") if plan.ran_at else None,
        "outcome": plan.said["code"],
        "said": plan_sentence(plan.said["code"], plan.said["values"]),
    }


def _facts(row: Import) -> dict[str, Any]:
    return {
        "id": str(row.pk),
        "received": row.received_at.isoformat(timespec="seconds"),
        "state": str(row.state),
        "file": row.file_name,
        "source": row.source.name if row.source else "",
        "rows": (row.result or row.check_result or {}).get("rows"),
        "conflicts": row.conflicts_met,
    }
