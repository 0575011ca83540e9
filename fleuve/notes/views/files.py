"""Files of a customer: attaching, downloading, the way to the trash and back."""

from __future__ import annotations

from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from fleuve.accounts.requests import PrincipalRequest
from fleuve.kernel.guard import guard
from fleuve.notes.actions import add_file, remove_file, restore_file
from fleuve.notes.downloads import download_of
from fleuve.notes.errors import FileRefused
from fleuve.notes.forms import FileForm
from fleuve.notes.panels import shown_files
from fleuve.notes.queries import FileFound, file_found, files_of
from fleuve.notes.views.places import back_to, head_or_404
from fleuve.ui.toasts import tell

__all__ = ["customer_files", "file_content", "file_removal", "file_restoration"]


@guard("read")
@require_http_methods(["GET", "POST"])
def customer_files(request: PrincipalRequest, party_id: int) -> HttpResponse:
    """The files of a customer; a POST attaches one more."""
    head = head_or_404(party_id, request.principal)
    form = FileForm(request.POST or None, request.FILES or None) if request.method == "POST" else FileForm()
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            file = add_file(
                party_id=party_id,
                name=upload.name,
                blocks=upload.chunks(),
                by=request.principal,
                at=timezone.now(),
            )
        except FileRefused as refusal:
            form.add_error("file", str(refusal))
        else:
            tell(request, _("The file is attached."), undo_url=reverse("notes:file_removal", args=[file.pk]))
            return back_to(party_id, "customer.files", request.principal)
    context = {
        "head": head,
        "party_id": party_id,
        "form": form,
        "may_write": request.principal.write_reach != "none",
        "files": shown_files(files_of(party_id, request.principal), request.principal),
    }
    return render(request, "notes/files_page.html", context, status=422 if form.errors else 200)


@guard("read")
@require_GET
def file_content(request: PrincipalRequest, file_id: int) -> HttpResponseBase:
    """The bytes, always as a download: nothing that somebody attached is ever shown as a page of this address."""
    return download_of(_found(request, file_id).file)


@guard("write")
@require_POST
def file_removal(request: PrincipalRequest, file_id: int) -> HttpResponse:
    """Put the file into the trash."""
    _found(request, file_id)
    found = remove_file(file_id=file_id, by=request.principal, at=timezone.now())
    tell(request, _("The file is in the trash."), undo_url=reverse("notes:file_restoration", args=[file_id]))
    return back_to(found.customer.party_id, "customer.files", request.principal)


@guard("write")
@require_POST
def file_restoration(request: PrincipalRequest, file_id: int) -> HttpResponse:
    """Take the file back out of the trash."""
    if file_found(file_id, request.principal, from_trash=True) is None:
        found = _found(request, file_id)  # restored already, or never there
    else:
        found = restore_file(file_id=file_id, by=request.principal, at=timezone.now())
        tell(request, _("The file is back."))
    return back_to(found.customer.party_id, "customer.files", request.principal)


def _found(request: PrincipalRequest, file_id: int) -> FileFound:
    found = file_found(file_id, request.principal)
    if found is None:
        raise Http404(_("There is no such file. It may have been put into the trash."))
    return found
