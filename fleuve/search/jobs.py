"""Background work of search: the documents of what was changed by the thousand."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from django.utils.translation import gettext_lazy as _

from fleuve.jobs import JobContext, enqueue, job, register_chore
from fleuve.kernel.principal import SYSTEM
from fleuve.search.actions.index_pending import index_pending
from fleuve.search.models import Pending

__all__ = ["enqueue_index", "run_index"]

# An import marks several times a second: its documents are written when it rests, or after a minute at the latest, so
# that the two do not fight for SQLite's one writer.
_QUIET: Final = timedelta(seconds=3)
_LONGEST_WAIT: Final = timedelta(seconds=60)


@job("search.index", title=_("Make changes findable"))
def run_index(context: JobContext) -> dict[str, object]:
    """Write the documents of everything that was marked."""
    return {"subjects": index_pending(context)}


def enqueue_index(now: datetime) -> None:
    """Start the job once marks rest, or have waited long enough."""
    marked = Pending.objects.order_by("marked_at", "id").values_list("marked_at", flat=True)
    oldest = marked.first()
    if oldest is None:
        return
    newest = marked.last() or oldest
    if newest <= now - _QUIET or oldest <= now - _LONGEST_WAIT:
        enqueue("search.index", by=SYSTEM, unique_key="search.index")


register_chore(enqueue_index, every_seconds=2)
