"""What a person reads when a job failed in a way that its author did not foresee: a sentence a code."""

from __future__ import annotations

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

__all__ = ["ABANDONED", "DATABASE_AWAY", "UNEXPECTED", "error_sentence"]

ABANDONED: Final = "abandoned"
DATABASE_AWAY: Final = "database_away"
UNEXPECTED: Final = "unexpected"

_SENTENCES: Final[dict[str, Promise]] = {
    ABANDONED: _(
        "This work stopped abruptly at every attempt, so it was set aside. The machine may be short of memory: "
        "look at the log, then retry."
    ),
    DATABASE_AWAY: _(
        "The database was not available. If this lasts, tell your administrator the reference %(reference)s."
    ),
    UNEXPECTED: _(
        "Something went wrong that Fleuve did not foresee. Tell your administrator the reference %(reference)s: "
        "the log has the details."
    ),
}


def error_sentence(code: str, reference: str) -> str:
    """The sentence of ``code`` in the current language; empty for a code of the job's own."""
    sentence = _SENTENCES.get(code)
    return str(sentence) % {"reference": reference} if sentence else ""
