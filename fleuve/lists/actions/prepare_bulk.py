"""Keep what a bulk edit would do, to be looked at before it starts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from fleuve.attributes import Node, to_json
from fleuve.kernel.principal import Principal, require
from fleuve.lists.bulk.edits import BulkEdit, check_edit
from fleuve.lists.bulk.selection import MOST_TICKED
from fleuve.lists.errors import BulkRefused
from fleuve.lists.models import BulkRun
from fleuve.lists.rules import pack

__all__ = ["prepare_bulk"]


def prepare_bulk(
    *,
    edit: BulkEdit,
    party_ids: Sequence[int] | None = None,
    node: Node | None = None,
    words: str = "",
    by: Principal,
    at: datetime,
) -> BulkRun:
    """A run that has not started: of the ticked customers, or of all that the filter and the words find."""
    require(by, "bulk")
    check_edit(edit, by)
    if (party_ids is None) == (node is None):
        raise ValueError("either ticked customers or a filter")
    ticked = sorted(set(party_ids or ()))
    if party_ids is not None and not ticked:
        raise BulkRefused(_("Choose at least one customer."), code="bulk_nobody")
    if len(ticked) > MOST_TICKED:
        sentence = _("Choose at most %(most)s customers one by one, or filter the list and change all that match.")
        raise BulkRefused(sentence % {"most": MOST_TICKED}, code="bulk_too_many", most=MOST_TICKED)
    return BulkRun.objects.create(
        edit=edit.to_json(),
        chosen=pack(ticked) if ticked else None,
        filter=None if node is None else to_json(node),
        words=words[:200],
        user_id=by.user_id,
        by_kind=by.kind,
        by_id=by.id,
        by_label=by.label,
        at=at,
    )
