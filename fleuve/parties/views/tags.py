"""Settings: the tags of the house."""

from __future__ import annotations

from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from fleuve.accounts.requests import PrincipalRequest
from fleuve.kernel.errors import EditedMeanwhile
from fleuve.kernel.guard import guard
from fleuve.parties.actions import change_tag, create_tag, remove_tag, restore_tag
from fleuve.parties.errors import PartiesError
from fleuve.parties.forms import TagForm
from fleuve.parties.models import Tag
from fleuve.ui.toasts import tell

__all__ = ["tag", "tag_removal", "tag_restoration", "tags"]

_METHODS = ["GET", "HEAD", "POST"]


@guard("configure")
@require_http_methods(_METHODS)
def tags(request: PrincipalRequest) -> HttpResponse:
    """Every tag with how many records have it; a POST makes a new one."""
    form = TagForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        name, color = form.cleaned_data["name"], form.cleaned_data["color"]
        try:
            create_tag(name=name, color=color, by=request.principal, at=timezone.now())
        except PartiesError as refused:
            form.add_error("name", str(refused))
        else:
            return redirect("parties:tag_list")
    found = Tag.objects.visible_to(request.principal)
    context = {
        "form": form,
        "tags": found.filter(removed_at=None).annotate(uses=Count("record_tags")).order_by("order", "name_folded"),
        "removed": found.exclude(removed_at=None).order_by("-removed_at"),
    }
    return render(request, "parties/tags.html", context)


@guard("configure")
@require_http_methods(_METHODS)
def tag(request: PrincipalRequest, tag_id: int) -> HttpResponse:
    """One tag: its name and colour."""
    found = get_object_or_404(Tag.objects.visible_to(request.principal), pk=tag_id, removed_at=None)
    form = TagForm(request.POST or None, initial={"name": found.name, "color": found.color, "version": found.version})
    if request.method == "POST" and form.is_valid():
        told = form.cleaned_data
        try:
            change_tag(
                tag=found, name=told["name"], color=told["color"], version=told["version"] or 0, by=request.principal,
                at=timezone.now(),
            )  # fmt: skip
        except (PartiesError, EditedMeanwhile) as refused:
            form.add_error("name", str(refused))
        else:
            return redirect("parties:tag_list")
    return render(request, "parties/tag.html", {"form": form, "found": found})


@guard("configure")
@require_POST
def tag_removal(request: PrincipalRequest, tag_id: int) -> HttpResponse:
    """Put a tag into the trash."""
    remove_tag(tag=_tag(request, tag_id), by=request.principal, at=timezone.now())
    tell(request, _("The tag is in the trash."))
    return redirect("parties:tag_list")


@guard("configure")
@require_POST
def tag_restoration(request: PrincipalRequest, tag_id: int) -> HttpResponse:
    """Bring a tag back, on every customer that had it."""
    try:
        restore_tag(tag=_tag(request, tag_id), by=request.principal, at=timezone.now())
        tell(request, _("The tag is back."))
    except PartiesError as refused:
        tell(request, str(refused), tone="bad")
    return redirect("parties:tag_list")


def _tag(request: PrincipalRequest, tag_id: int) -> Tag:
    found: Tag = get_object_or_404(Tag.objects.visible_to(request.principal), pk=tag_id)
    return found
