"""One run of a plan: look for its file, and import it when it is like the files before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from django.db import IntegrityError
from django.utils.translation import gettext_noop

from fleuve.imports.actions.check_import import check_import
from fleuve.imports.actions.discard_import import discard_import
from fleuve.imports.actions.look_at_file import look_at_file
from fleuve.imports.actions.receive_file import receive_file
from fleuve.imports.actions.settle_plan import settle_plan
from fleuve.imports.actions.start_import import start_import
from fleuve.imports.errors import ImportsError, MappingIncomplete
from fleuve.imports.mapping.fields import Mapping
from fleuve.imports.models import Import, Plan
from fleuve.imports.places import DONE, REFUSED, Inbox, download, inbox_of
from fleuve.imports.planning import open_questions
from fleuve.imports.queries import brought_before, remembered_mapping
from fleuve.imports.reading import UnreadableFile
from fleuve.imports.repeating import Outcome, is_set_aside_too_much
from fleuve.jobs import JobContext
from fleuve.jobs.queries import job_state
from fleuve.kernel.errors import FleuveError, PermissionRefused
from fleuve.kernel.principal import SYSTEM, require

__all__ = ["run_plan"]

_OPEN: Final = (Import.State.RECEIVED, Import.State.LOOKED_AT, Import.State.CHECKED)
_UNDER_WAY: Final = (Import.State.QUEUED, Import.State.RUNNING)
# A file that proves how it writes these, otherwise than the files before, would be read wrongly without a fault.
_PROVEN: Final = ("date_order", "decimal")


def run_plan(*, context: JobContext, plan_id: int, by_hand: bool) -> dict[str, Any]:
    """Look for a file once. Every step finds what an interrupted run left: nothing is brought twice.

    A paused plan runs only when somebody asks ``by_hand``; one that waits for a person never does.
    """
    plan = Plan.objects.standing().select_related("source").filter(pk=plan_id).first()
    runs = (Plan.State.ON, Plan.State.PAUSED) if by_hand else (Plan.State.ON,)
    if plan is None or plan.state not in runs:
        return {"outcome": "not_run"}
    try:
        require(context.by, "import")
        outcome = _run(context, plan)
    except PermissionRefused:
        outcome = Outcome("failed", "permission_refused")
    except FleuveError as refused:
        outcome = Outcome("failed", refused.code, {key: str(value) for key, value in refused.values.items()})
    result = {"outcome": outcome.kind, "code": outcome.code}
    with context.transaction():
        settle_plan(plan=plan, outcome=outcome, by=SYSTEM, at=context.now())
        context.finish(result)
    return result


def _run(context: JobContext, plan: Plan) -> Outcome:
    last = Import.objects.filter(plan=plan, state__in=(*_OPEN, *_UNDER_WAY)).order_by("-received_at").first()
    if last is not None and last.state in _UNDER_WAY:
        job = job_state(last.job_id) if last.job_id else None
        if job is not None and job.is_live:
            return Outcome("done", "busy", has_more=True)
        return Outcome("waits", "import_stopped", {"name": last.file_name})
    if last is not None:  # an earlier attempt of this run was interrupted
        return _bring(context, plan, last, has_more=True)
    context.progress(step=gettext_noop("Looking for a file"))
    if plan.place == Plan.Place.FOLDER:
        with inbox_of(plan, makes=True) as inbox:
            return _from_folder(context, plan, inbox)
    return _from_address(context, plan)


def _from_address(context: JobContext, plan: Plan) -> Outcome:
    found = download(plan)
    before = brought_before(plan, found.digest)
    if before is not None:
        return _again(before)
    row = _received(context, plan, found.name, found.blocks())
    return _bring(context, plan, row, has_more=False) if isinstance(row, Import) else row


def _from_folder(context: JobContext, plan: Plan, inbox: Inbox) -> Outcome:
    names, is_moving = inbox.names(context.now())
    outcome = Outcome("done", "being_written" if is_moving else "nothing_there", has_more=is_moving)
    for place, name in enumerate(names):
        context.progress(step=gettext_noop("Looking for a file"), done=place, total=len(names))
        has_more = is_moving or place + 1 < len(names)
        before = brought_before(plan, inbox.digest(name))
        if before is not None:
            outcome = replace(_again(before), has_more=is_moving)
            inbox.put_away(name, DONE if outcome.kind == "done" else REFUSED)
            continue
        try:
            row = _received(context, plan, name, inbox.blocks(name))
        except UnreadableFile:
            inbox.put_away(name, REFUSED)
            raise
        outcome = _bring(context, plan, row, has_more=has_more) if isinstance(row, Import) else row
        inbox.put_away(name, REFUSED if outcome.kind == "failed" else DONE)
        return outcome
    return outcome


def _again(before: Import) -> Outcome:
    """The same bytes once more: nothing to do, and still no good if they were none."""
    if before.state in (Import.State.UNREADABLE, Import.State.FAILED):
        problem = before.problem or {"code": "not_a_table", "values": {}}
        return Outcome("failed", problem["code"], problem["values"])
    return Outcome("done", "same_file")


def _received(context: JobContext, plan: Plan, name: str, blocks: Iterable[bytes]) -> Import | Outcome:
    context.check()
    try:
        return receive_file(file_name=name, blocks=blocks, plan=plan, by=context.by, at=context.now())
    except IntegrityError:  # another attempt of this run brought it a moment ago, and goes on with it
        return Outcome("done", "busy", has_more=True)


def _bring(context: JobContext, plan: Plan, row: Import, *, has_more: bool) -> Outcome:
    """From a received file to a queued import, or to what keeps it from being one."""
    by, at, named = context.by, context.now(), {"name": row.file_name}
    if row.state == Import.State.RECEIVED:
        context.progress(step=gettext_noop("Looking at the file"))
        row = look_at_file(row=row, by=by, at=at)
    if row.state == Import.State.UNREADABLE:
        return _unreadable(context, row, has_more=has_more)
    why = _why_not_alike(plan, row)
    if why:
        return Outcome("waits", why, named)
    try:
        row = check_import(
            row=row, by=by, at=at, progress=lambda done: context.progress(step=gettext_noop("Checking rows"), done=done)
        )
        if row.state == Import.State.UNREADABLE:
            return _unreadable(context, row, has_more=has_more)
        if is_set_aside_too_much(row.check_result or {}):
            return Outcome("waits", "set_aside", named)
        context.check()
        start_import(row=row, by=by, at=context.now())
    except MappingIncomplete:
        return Outcome("waits", "new_columns", named)
    except ImportsError as refused:
        if refused.code != "nothing_to_import":
            raise
        return Outcome("waits", "nothing_in_it", named)
    return Outcome("done", "taken", named, has_more=has_more)


def _unreadable(context: JobContext, row: Import, *, has_more: bool) -> Outcome:
    problem = row.problem or {"code": "not_a_table", "values": {}}
    if problem["code"] == "no_rows":  # a day without a sale
        discard_import(row=row, by=context.by, at=context.now())
        return Outcome("done", "empty_file", has_more=has_more)
    return Outcome("failed", problem["code"], problem["values"])


def _why_not_alike(plan: Plan, row: Import) -> str:
    """The code of what makes the file another than those before; empty when a person has settled such files."""
    remembered = remembered_mapping([column["name"] for column in row.columns], plan.source_id)
    if remembered is None:
        return "new_columns"
    if Mapping.from_json(remembered.mapping).fields != Mapping.from_json(row.mapping or {"fields": []}).fields:
        return "fields_gone"
    if open_questions(row):
        return "questions_open"
    told = {question["key"]: question["value"] for question in row.questions if question["told"]}
    is_otherwise = any(key in told and row.answers.get(key, told[key]) != told[key] for key in _PROVEN)
    return "contradicts" if is_otherwise else ""
