"""Write what can be found of some subjects."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import transaction

from fleuve.search.actions.spelling import learn
from fleuve.search.documents import indexed, stored, told, words_in, write
from fleuve.search.index import index
from fleuve.search.kinds import Entry

__all__ = ["MOST_AT_ONCE", "put"]

MOST_AT_ONCE: Final = 5_000


@transaction.atomic
def put(kind: str, entries: Sequence[Entry], *, at: datetime) -> int:
    """Make these subjects findable by what they say now; returns how many documents changed.

    Call it in the transaction that changed them, for at most 5,000 of them: more are marked (``mark``).
    """
    if len(entries) > MOST_AT_ONCE:
        raise ValueError(f"{len(entries)} documents at once: mark more than {MOST_AT_ONCE}, and the index job follows")
    wanted = told(kind, entries)
    before = stored(kind, wanted)
    changed = {subject: one for subject, one in wanted.items() if not one.says_the_same_as(before.get(subject))}
    if not changed:
        return 0
    outdated = [before[subject] for subject in changed if subject in before]
    for subject, one in changed.items():
        one.pk = before[subject].pk if subject in before else 0
    index().remove(indexed(outdated))
    write(kind, changed, at)
    index().add(indexed(changed.values()))
    learn(gained=words_in(changed.values()), lost=words_in(outdated))
    return len(changed)
