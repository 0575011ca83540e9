"""Bulk edits: choose what to change, look at what it would do, start it, follow it, undo it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fleuve.accounts.queries import organisation
from fleuve.accounts.requests import PrincipalRequest
from fleuve.attributes import EVERYTHING, FilterError, Node, describe, from_link, parse, registry
from fleuve.jobs.queries import job_state
from fleuve.kernel.errors import FleuveError, PermissionRefused
from fleuve.kernel.guard import guard
from fleuve.kernel.principal import Principal
from fleuve.lists.actions import may_start_undo, prepare_bulk, start_bulk, start_bulk_undo
from fleuve.lists.bulk.edits import BulkEdit
from fleuve.lists.bulk.pages import run_table
from fleuve.lists.bulk.preview import preview_of
from fleuve.lists.bulk.selection import MOST_TICKED
from fleuve.lists.bulk.wording import kept_lines, said_edit
from fleuve.lists.errors import BulkRefused
from fleuve.lists.forms.bulk import DeedForm, ValueForm
from fleuve.lists.mirror.reading import opened
from fleuve.lists.models import BulkRun
from fleuve.lists.queries.presets import preset_filter
from fleuve.ui.toasts import tell

__all__ = ["bulk_new", "bulk_run", "bulk_runs", "bulk_start", "bulk_undo"]

_MOST_KEPT: Final = 500
_CARRIED: Final = ("ids", "f", "q", "show")


@dataclass(frozen=True)
class _Chosen:
    """Whom the form means: ticked customers, or a filter with words."""

    ids: tuple[int, ...]
    node: Node
    words: str

    @property
    def is_ticked(self) -> bool:
        return bool(self.ids)


@guard("bulk")
@require_http_methods(["GET", "HEAD", "POST"])
def bulk_new(request: PrincipalRequest) -> HttpResponse:
    """Choose what to change for the ticked customers, or for all that match; the last step leads to its preview."""
    given = request.POST if request.method == "POST" else request.GET
    try:
        chosen = _chosen(request, given)
        count = _count(request, chosen)
    except (FilterError, BulkRefused) as refused:
        tell(request, refused, tone="warn")
        return redirect("workspace:customers")
    deed = given.get("deed", "")
    chooser = DeedForm(request.principal, {"deed": deed} if deed else None)
    context = {"chooser": chooser, "chosen": chosen, "count": count, "carried": _carried(given)}
    context["described"] = _described(chosen)
    if not chooser.is_bound or not chooser.is_valid():
        return render(request, "lists/bulk_new.html", context, status=422 if chooser.is_bound else 200)
    is_sent = "valued" in given and request.method == "POST"
    form = ValueForm(request.principal, deed, given if is_sent or not _asks_value(deed) else None)
    refusal = ""
    if (is_sent or (request.method == "POST" and not _asks_value(deed))) and form.is_valid():
        try:
            return redirect("lists:bulk_run", _prepared(request, chosen, form.edit()).pk)
        except PermissionRefused:
            raise
        except FleuveError as refused:
            refusal = str(refused)
    context |= {"form": form, "deed": deed, "refusal": refusal, "said": _said_deed(chooser, deed)}
    return render(request, "lists/bulk_value.html", context, status=422 if refusal or form.errors else 200)


@guard("bulk")
@require_GET
def bulk_runs(request: PrincipalRequest) -> HttpResponse:
    """The bulk edits so far: one's own, or everybody's for whoever reads the audit trail."""
    table = run_table(request.principal, request.GET.get("at", ""), organisation().currency)
    return render(request, "lists/bulk_runs.html", {"table": table})


@guard("bulk")
@require_GET
def bulk_run(request: PrincipalRequest, run_id: int) -> HttpResponse:
    """One bulk edit: what it would do, how far it is, what it did, what undoing left."""
    run = _run(request, run_id)
    by, currency = request.principal, organisation().currency or "EUR"
    job = job_state(run.job_id, by) if run.job_id else None
    is_waiting = job is not None and job.is_live
    context = {
        "run": run,
        "said": said_edit(BulkEdit.from_json(run.edit), by, currency),
        "described": _described_of(run, by, currency),
        "job": job if is_waiting or (job is not None and job.error) else None,
        "is_waiting": is_waiting,
        "may_undo": may_start_undo(run, by),
        "is_own": run.user_id == by.user_id and run.by_id == by.id,
        "kept": kept_lines(run, by, _MOST_KEPT) if run.kept else [],
    }
    if run.state == BulkRun.State.PREVIEW:
        try:
            context["preview"] = preview_of(run, by, timezone.now(), currency)
        except PermissionRefused:
            raise
        except FleuveError as refused:
            context["refusal"] = str(refused)
    return render(request, "lists/bulk_run.html", context)


@guard("bulk")
@require_POST
def bulk_start(request: PrincipalRequest, run_id: int) -> HttpResponse:
    """Start it: from here on it is fixed whom it is about."""
    run = _run(request, run_id)
    try:
        start_bulk(run=run, by=request.principal, at=timezone.now())
    except (BulkRefused, FilterError) as refused:
        tell(request, refused, tone="warn")
    return redirect("lists:bulk_run", run.pk)


@guard("bulk")
@require_POST
def bulk_undo(request: PrincipalRequest, run_id: int) -> HttpResponse:
    """Take back what it wrote."""
    run = _run(request, run_id)
    try:
        start_bulk_undo(run=run, by=request.principal, at=timezone.now())
    except BulkRefused as refused:
        tell(request, refused, tone="warn")
    return redirect("lists:bulk_run", run.pk)


def _run(request: PrincipalRequest, run_id: int) -> BulkRun:
    return get_object_or_404(BulkRun.objects.visible_to(request.principal), pk=run_id)


def _chosen(request: PrincipalRequest, given: QueryDict) -> _Chosen:
    ids = tuple(int(one) for one in given.getlist("ids") if one.isascii() and one.isdigit() and len(one) < 20)
    if len(ids) > MOST_TICKED:
        sentence = _("Choose at most %(most)s customers one by one, or filter the list and change all that match.")
        raise BulkRefused(sentence % {"most": MOST_TICKED}, code="bulk_too_many")
    if request.method == "POST" and not ids and "all" not in given:
        raise BulkRefused(_("Choose at least one customer."), code="bulk_nobody")
    visible = registry.visible_to(request.principal)
    node = from_link(given.getlist("f"), visible, currency=organisation().currency)
    return _Chosen(ids, preset_filter(given.get("show", "all"), node), given.get("q", "")[:200])


def _count(request: PrincipalRequest, chosen: _Chosen) -> int:
    if chosen.is_ticked:
        return len(set(chosen.ids))
    with opened(request.principal, timezone.now()) as view:
        return view.count(chosen.node, chosen.words)


def _carried(given: QueryDict) -> list[tuple[str, str]]:
    carried = [(name, str(one)) for name in _CARRIED for one in given.getlist(name) if one]
    return carried if given.getlist("ids") else [*carried, ("all", "yes")]


def _described(chosen: _Chosen) -> str:
    if chosen.is_ticked or (chosen.words and chosen.node == EVERYTHING):
        return ""  # the page says which ticks or words are meant
    return describe(chosen.node, currency=organisation().currency)


def _described_of(run: BulkRun, by: Principal, currency: str) -> str:
    """Whom the filter of a run means; blank for ticked customers, and where a field of it is hidden or gone."""
    if run.chosen is not None or run.filter is None:
        return ""
    seen = registry.visible_to(by)
    try:
        node = parse(run.filter, seen)
    except FilterError:
        return ""
    return "" if run.words and node == EVERYTHING else describe(node, seen, currency=currency)


def _asks_value(deed: str) -> bool:
    return deed.partition(":")[0] in ("set", "owner", "tags")


def _said_deed(chooser: DeedForm, deed: str) -> str:
    offered = dict(one for _group, choices in chooser.fields["deed"].choices for one in choices)  # type: ignore[attr-defined]
    return str(offered.get(deed, ""))


def _prepared(request: PrincipalRequest, chosen: _Chosen, edit: BulkEdit) -> BulkRun:
    return prepare_bulk(
        edit=edit,
        party_ids=chosen.ids or None,
        node=None if chosen.is_ticked else chosen.node,
        words=chosen.words,
        by=request.principal,
        at=timezone.now(),
    )
