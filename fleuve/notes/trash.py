"""Notes and files in the trash, as its page lists them: of customers that one may change, newest first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from django.urls import reverse

from fleuve.kernel.principal import Principal
from fleuve.notes.actions.purge_trash import KEPT_DAYS
from fleuve.notes.finding import customer_names_of, first_words
from fleuve.notes.models import File, Note
from fleuve.notes.queries import is_author
from fleuve.ui.trash import Removed, RemovedPage

__all__ = ["removed_files", "removed_notes"]

_A_PAGE: Final = 50
_ABOVE_ALL: Final = 2**63 - 1


def removed_notes(principal: Principal, before: str) -> RemovedPage:
    """The tab *Notes*."""
    rows = Note.objects.writable_by(principal).filter(removed_at__isnull=False, pk__lt=_before(before))
    return _page(list(rows.order_by("-id")[: _A_PAGE + 1]), principal)


def removed_files(principal: Principal, before: str) -> RemovedPage:
    """The tab *Files*."""
    rows = File.objects.writable_by(principal).filter(removed_at__isnull=False, pk__lt=_before(before))
    return _page(list(rows.order_by("-id")[: _A_PAGE + 1]), principal)


def _before(text: str) -> int:
    """The id that a page begins below; above all ids for the first one."""
    return int(text) if text.isdecimal() and len(text) < 19 else _ABOVE_ALL


def _page(found: Sequence[Note | File], principal: Principal) -> RemovedPage:
    names = customer_names_of([one.record_id for one in found], principal)
    shown = found[:_A_PAGE]
    rows = tuple(_row(one, names[one.record_id], principal) for one in shown if one.record_id in names)
    return RemovedPage(rows, str(shown[-1].pk) if len(found) > _A_PAGE else "")


def _row(one: Note | File, customer: str, principal: Principal) -> Removed:
    name = "notes:note_restoration" if isinstance(one, Note) else "notes:file_restoration"
    assert one.removed_at is not None
    return Removed(
        title=first_words(one.body) if isinstance(one, Note) else one.name,
        removed_at=one.removed_at,
        removed_by=one.removed_by_label,
        restore_url=reverse(name, args=[one.pk]) if is_author(one, principal) else "",
        hint=customer,
        purge_on=(one.removed_at + timedelta(days=KEPT_DAYS)).date(),
    )
