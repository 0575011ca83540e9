"""The source that stands for the hands of this house, and the record that it holds of a customer."""

from __future__ import annotations

from datetime import datetime

from fleuve.parties.models import Source
from fleuve.parties.speaking import MANUAL

__all__ = ["manual_source"]


def manual_source(at: datetime) -> Source:
    """The one source of what is said by hand, made at the first word; two first words at once meet on its key."""
    source, _is_new = Source.objects.get_or_create(key=MANUAL, defaults={"name": "By hand", "created_at": at})
    return source
