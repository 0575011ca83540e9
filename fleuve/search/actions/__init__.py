"""What changes the index: callers write inside their own transaction."""

from __future__ import annotations

from fleuve.search.actions.drop import drop
from fleuve.search.actions.index_pending import index_pending
from fleuve.search.actions.mark import mark
from fleuve.search.actions.put import put
from fleuve.search.actions.rebuild import rebuild
from fleuve.search.actions.refresh import refresh

__all__ = ["drop", "index_pending", "mark", "put", "rebuild", "refresh"]
