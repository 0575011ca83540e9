"""What one was told: the list, opening one, having seen all."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from fleuve.accounts.actions.see_notices import see_notices
from fleuve.accounts.models import Notice
from fleuve.accounts.notices import notice_page, subject_of, unseen_count
from fleuve.accounts.requests import PrincipalRequest
from fleuve.kernel.guard import guard
from fleuve.ui.toasts import tell

__all__ = ["notice_opening", "notices", "notices_seen"]

_LONGEST_ID = 19


@require_safe
@guard("read")
def notices(request: PrincipalRequest) -> HttpResponse:
    """Mentions, reminders and work given to one, newest first."""
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < _LONGEST_ID else None
    shown, older = notice_page(request.principal, before)
    context = {"shown": shown, "older": older, "unseen": unseen_count(request.principal)}
    return render(request, "accounts/notices.html", context)


@require_POST
@guard("read")
def notice_opening(request: PrincipalRequest, pk: int) -> HttpResponse:
    """Go where a notice leads; it has been seen."""
    notice = get_object_or_404(Notice.objects.visible_to(request.principal), pk=pk)
    see_notices(notice_ids=[pk], by=request.principal, at=timezone.now())
    subject = subject_of(notice, request.principal)
    if subject is None:
        tell(request, _("What this was about is gone, or you may not see it any more."), tone="info")
        return redirect("accounts:notices")
    return redirect(subject.url)


@require_POST
@guard("read")
def notices_seen(request: PrincipalRequest) -> HttpResponse:
    """All of them have been seen."""
    see_notices(by=request.principal, at=timezone.now())
    return redirect("accounts:notices")
