"""Notes of a customer: reading, writing, rewriting, pinning, the way to the trash and back."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from fleuve.accounts.requests import PrincipalRequest
from fleuve.kernel.errors import EditedMeanwhile
from fleuve.kernel.guard import guard
from fleuve.notes.actions import change_note, pin_note, remove_note, restore_note
from fleuve.notes.errors import NoteRefused
from fleuve.notes.forms import NoteForm, WriteForm
from fleuve.notes.panels import shown_notes
from fleuve.notes.queries import NoteFound, is_author, note_found, notes_of
from fleuve.notes.rendering import rendered
from fleuve.notes.views.places import back_to, head_or_404, older_than
from fleuve.notes.views.written import written
from fleuve.ui.toasts import tell

__all__ = ["customer_notes", "note", "note_pinning", "note_removal", "note_restoration"]

_A_PAGE = 30


@guard("read")
@require_http_methods(["GET", "POST"])
def customer_notes(request: PrincipalRequest, party_id: int) -> HttpResponse:
    """All notes of a customer; a POST writes something down: a note, or a point of contact."""
    head = head_or_404(party_id, request.principal)
    form = WriteForm(request.POST or None)
    if request.method == "POST" and form.is_valid() and (answer := written(request, party_id, form)):
        return answer
    found = notes_of(party_id, request.principal, before=older_than(request.GET.get("before", "")), most=_A_PAGE)
    context = {
        "head": head,
        "party_id": party_id,
        "form": form,
        "may_write": request.principal.write_reach != "none",
        "notes": shown_notes(found, request.principal),
        "older": found[-1].pk if len(found) >= _A_PAGE else None,
    }
    return render(request, "notes/notes_page.html", context, status=422 if form.errors else 200)


@guard("read")
@require_http_methods(["GET", "POST"])
def note(request: PrincipalRequest, note_id: int) -> HttpResponse:
    """One note; its author rewrites it. Whoever is mentioned in it has seen it now."""
    found = _found(request, note_id)
    form = NoteForm(request.POST or None, initial={"version": found.note.version, "body": found.note.body})
    theirs = ""
    if request.method == "POST" and form.is_valid():
        try:
            change_note(
                note_id=note_id,
                body=form.cleaned_data["body"],
                version=form.cleaned_data["version"],
                by=request.principal,
                at=timezone.now(),
            )
        except NoteRefused as refusal:
            form.add_error("body", str(refusal))
        except EditedMeanwhile as meanwhile:
            theirs = str(meanwhile.theirs["body"])
            form = NoteForm(initial={"version": meanwhile.version, "body": form.cleaned_data["body"]})
        else:
            tell(request, _("The note is saved."))
            return redirect("notes:note", note_id)
    return _drawn(request, found, form, theirs)


def _drawn(request: PrincipalRequest, found: NoteFound, form: NoteForm, theirs: str) -> HttpResponse:
    context = {
        "head": head_or_404(found.customer.party_id, request.principal),
        "party_id": found.customer.party_id,
        "note": found.note,
        "body": rendered(found.note.body),
        "form": form,
        "theirs": theirs,
        "may_change": is_author(found.note, request.principal) and request.principal.write_reach != "none",
    }
    return render(request, "notes/note_page.html", context, status=409 if theirs else 422 if form.errors else 200)


@guard("write")
@require_POST
def note_pinning(request: PrincipalRequest, note_id: int) -> HttpResponse:
    """Pin the note on top, or unpin it."""
    found = _found(request, note_id)
    is_pinned = request.POST.get("pinned") == "1"
    pin_note(note_id=note_id, is_pinned=is_pinned, by=request.principal, at=timezone.now())
    tell(request, _("The note stays on top.") if is_pinned else _("The note is back in line."))
    return back_to(found.customer.party_id, "customer.notes", request.principal)


@guard("write")
@require_POST
def note_removal(request: PrincipalRequest, note_id: int) -> HttpResponse:
    """Put the note into the trash."""
    _found(request, note_id)
    found = remove_note(note_id=note_id, by=request.principal, at=timezone.now())
    tell(request, _("The note is in the trash."), undo_url=reverse("notes:note_restoration", args=[note_id]))
    return back_to(found.customer.party_id, "customer.notes", request.principal)


@guard("write")
@require_POST
def note_restoration(request: PrincipalRequest, note_id: int) -> HttpResponse:
    """Take the note back out of the trash."""
    if note_found(note_id, request.principal, from_trash=True) is None:
        _found(request, note_id)  # restored already, or never there
        return redirect("notes:note", note_id)
    found = restore_note(note_id=note_id, by=request.principal, at=timezone.now())
    tell(request, _("The note is back."))
    return back_to(found.customer.party_id, "customer.notes", request.principal)


def _found(request: PrincipalRequest, note_id: int) -> NoteFound:
    found = note_found(note_id, request.principal)
    if found is None:
        raise Http404(_("There is no such note. It may have been put into the trash."))
    return found
