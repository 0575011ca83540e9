"""Pages of imports: the list, bringing a file, its columns, the dry run, progress, result, undo."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fleuve.accounts.requests import PrincipalRequest
from fleuve.accounts.views import guard
from fleuve.imports.actions import (
    discard_import,
    receive_file,
    settle_mapping,
    start_import,
    start_undo,
)
from fleuve.imports.actions.import_file import source_from_file_name
from fleuve.imports.actions.start_undo import may_be_undone
from fleuve.imports.errors import AnswerNeeded, ImportsError, MappingIncomplete
from fleuve.imports.forms import ColumnsForm, UploadForm
from fleuve.imports.models import Import, Match
from fleuve.imports.pages.steps import (
    effects_of,
    fault_lines,
    faults_title,
    import_list,
    is_foreign,
    layout_facts,
    problem_of,
    result_facts,
    totals_of,
)
from fleuve.imports.planning import open_questions
from fleuve.imports.reading import Layout, UnreadableFile
from fleuve.imports.stepping import check_soon, look_soon
from fleuve.imports.wording import sentence
from fleuve.jobs.queries import job_state
from fleuve.kernel.principal import may
from fleuve.ui.toasts import tell

__all__ = [
    "check",
    "check_again",
    "columns",
    "detail",
    "discard",
    "import_of",
    "imports",
    "sheet",
    "steps",
    "undo",
    "upload",
]


@guard("read")
@require_GET
def imports(request: PrincipalRequest) -> HttpResponse:
    """Every file that was brought."""
    table = import_list(request.principal, request.GET.get("at", ""))
    return render(request, "imports/list.html", {"table": table, "may_import": may(request.principal, "import")})


@guard("import")
@require_http_methods(["GET", "POST"])
def upload(request: PrincipalRequest) -> HttpResponse:
    """Bring a file; it is streamed to the data folder."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        uploaded = form.cleaned_data["file"]
        try:
            row = receive_file(
                file_name=uploaded.name, blocks=uploaded.chunks(1 << 20), by=request.principal, at=timezone.now()
            )
        except UnreadableFile as error:
            form.add_error("file", sentence(error.code, error.values))
        else:
            _look(request, row, "")
            return redirect("imports:detail", row.pk)
    return render(request, "imports/upload.html", {"form": form, "steps": steps()}, status=_status(form))


def _status(form: Any) -> int:
    return 422 if form.is_bound and form.errors else 200


def steps() -> list[str]:
    """The steps of an import, as the pages name them."""
    return [_("File"), _("Columns"), _("Check"), _("Import")]


def _look(request: PrincipalRequest, row: Import, sheet_name: str) -> None:
    look_soon(row, sheet_name, by=request.principal, at=timezone.now())


def import_of(request: PrincipalRequest, pk: int) -> Import:
    """The import of this address, or *not found*."""
    return get_object_or_404(Import.objects.visible_to(request.principal).select_related("source"), pk=pk)


@guard("read")
@require_GET
def detail(request: PrincipalRequest, pk: int) -> HttpResponse:
    """Where the import stands; the steps before it have pages of their own."""
    row = import_of(request, pk)
    state = Import.State(row.state)
    job = job_state(row.job_id, request.principal) if row.job_id else None
    is_waiting = job is not None and job.is_live
    if may(request.principal, "import") and not is_waiting:
        if state == Import.State.LOOKED_AT:
            return redirect("imports:columns", pk)
        if state == Import.State.CHECKED:
            return redirect("imports:check", pk)
    context = {
        "row": row,
        "job": job if is_waiting or (job is not None and job.error) else None,
        "is_waiting": is_waiting,
        "problem": problem_of(row),
        "facts": result_facts(row) if row.result else [],
        "faults": fault_lines(row, is_check=False) if row.result else [],
        "faults_title": faults_title((row.result or {}).get("set_aside", 0)),
        "totals": totals_of(row),
        "next_url": _next_url(),
        "waiting_matches": Match.objects.filter(of_import=row, decided_at__isnull=True).count(),
        "matches": Match.objects.filter(of_import=row).exists(),
        "may_undo": may(request.principal, "import") and may_be_undone(row),
        "steps": steps(),
    }
    return render(request, "imports/detail.html", context)


def _next_url() -> str:
    """The page that says what was understood; its module is a stranger to this one and known by address only."""
    try:
        return reverse("history:understood")
    except NoReverseMatch:
        return reverse("imports:list")


@guard("import")
@require_http_methods(["GET", "POST"])
def columns(request: PrincipalRequest, pk: int) -> HttpResponse:
    """Confirm what the columns stand for; the check follows at once."""
    row = import_of(request, pk)
    if row.state not in (Import.State.LOOKED_AT, Import.State.CHECKED):
        return redirect("imports:detail", pk)
    source = row.source.name if row.source else source_from_file_name(row.file_name)
    form = ColumnsForm(row, source, request.POST if request.method == "POST" else None)
    refusal = ""
    if request.method == "POST" and form.is_valid():
        try:
            return _settle(request, row, form)
        except (MappingIncomplete, AnswerNeeded) as error:
            refusal = str(error)
            if isinstance(error, AnswerNeeded):  # other columns may ask other questions: draw them
                form = ColumnsForm(row, form.cleaned_data["source"])
    return _columns_page(request, row, form, refusal)


def _settle(request: PrincipalRequest, row: Import, form: ColumnsForm) -> HttpResponse:
    by, now = request.principal, timezone.now()
    settle_mapping(
        row=row, fields=form.chosen_fields(), shape=_chosen_shape(form, row), source_name=form.cleaned_data["source"],
        answers=form.answers(), by=by, at=now,
    )  # fmt: skip
    unanswered = open_questions(row)
    if unanswered:
        raise AnswerNeeded(_("Please answer the questions below: the file leaves them open."), keys=unanswered)
    check_again(request, row)
    return redirect("imports:detail", row.pk)


def check_again(request: PrincipalRequest, row: Import) -> None:
    """Count what the import would do, at once or by a job that the next page follows."""
    check_soon(row, by=request.principal, at=timezone.now())


def _chosen_shape(form: ColumnsForm, row: Import) -> str:
    """A shape that the person changed; else what the chosen columns suggest."""
    chosen: str = form.cleaned_data["shape"]
    is_same = form.chosen_fields() == list((row.mapping or {}).get("fields", []))
    return chosen if chosen != (row.mapping or {}).get("shape") or is_same else ""


def _columns_page(request: PrincipalRequest, row: Import, form: ColumnsForm, refusal: str) -> HttpResponse:
    layout = Layout.from_json(row.layout or {})
    context = {
        "row": row,
        "form": form,
        "columns": list(form.column_rows()),
        "asked": list(form.questions(told=False)),
        "told": list(form.questions(told=True)),
        "refusal": refusal,
        "facts": layout_facts(row),
        "sheets": layout.sheets if len(layout.sheets) > 1 else (),
        "sheet": layout.sheet,
        "is_remembered": bool(row.source_id) and not refusal,
        "is_foreign": is_foreign(row),
        "steps": steps(),
    }
    return render(request, "imports/columns.html", context, status=422 if refusal or form.errors else 200)


@guard("import")
@require_POST
def sheet(request: PrincipalRequest, pk: int) -> HttpResponse:
    """Read another sheet of the workbook."""
    row = import_of(request, pk)
    if row.state in (Import.State.LOOKED_AT, Import.State.CHECKED):
        _look(request, row, request.POST.get("sheet", ""))
    return redirect("imports:detail", pk)


@guard("import")
@require_http_methods(["GET", "POST"])
def check(request: PrincipalRequest, pk: int) -> HttpResponse:
    """What the import would do; a POST starts it."""
    row = import_of(request, pk)
    refusal = ""
    if request.method == "POST":
        try:
            start_import(row=row, by=request.principal, at=timezone.now())
            return redirect("imports:detail", pk)
        except ImportsError as error:
            refusal = str(error)
    if row.state != Import.State.CHECKED and not refusal:
        return redirect("imports:detail", pk)
    totals = totals_of(row)
    context = {
        "row": row,
        "totals": totals,
        "effects": effects_of(row),
        "faults": fault_lines(row, is_check=True),
        "faults_title": faults_title(totals["set_aside"]),
        "refusal": refusal,
        "steps": steps(),
    }
    return render(request, "imports/check.html", context, status=409 if refusal else 200)


@guard("import")
@require_http_methods(["GET", "POST"])
def undo(request: PrincipalRequest, pk: int) -> HttpResponse:
    """Say what undoing takes away; a POST does it."""
    row = import_of(request, pk)
    if request.method == "POST":
        start_undo(row=row, by=request.principal, at=timezone.now())
        return redirect("imports:detail", pk)
    if not may_be_undone(row):
        return redirect("imports:detail", pk)
    return render(request, "imports/undo.html", {"row": row, "facts": result_facts(row)})


@guard("import")
@require_POST
def discard(request: PrincipalRequest, pk: int) -> HttpResponse:
    """Forget a file that was not imported."""
    row = import_of(request, pk)
    discard_import(row=row, by=request.principal, at=timezone.now())
    tell(request, _("The file is gone. Nothing was imported."))
    return redirect("imports:list")
