"""Make everything that can be found anew, from the tables of every kind."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime
from itertools import islice
from typing import Final

from django.db import connection, transaction

from fleuve.jobs.chunks import Chunker
from fleuve.search.actions.spelling import learn
from fleuve.search.documents import indexed, stored, told, words_in, write
from fleuve.search.index import index
from fleuve.search.kinds import Kind, kinds
from fleuve.search.models import Document, Pending, Slip, Word

__all__ = ["rebuild"]

_LARGEST: Final = 4_000
_WORDS_AT_ONCE: Final = 1_000


def rebuild(*, at: datetime, tell: Callable[[str, int], None] | None = None) -> int:
    """Forget all documents and write them again, kind by kind; returns how many subjects were read.

    For after a restore, or by hand when in doubt. People may go on working: until it is done they find less, and words
    with a slip only at the end. Cut short, it is simply begun again.
    """
    _forget()
    words: Counter[str] = Counter()
    chunker = Chunker(largest=_LARGEST, first=1_000)
    done = 0
    with index().being_filled():
        for kind in kinds():
            for ids in _walk(kind, chunker):
                words.update(_write(kind, ids, at, chunker))
                done += len(ids)
                if tell:
                    tell(kind.key, done)
    _teach(words, chunker)
    return done


@transaction.atomic
def _forget() -> None:
    with connection.cursor() as cursor:
        for model in (Slip, Word, Document, Pending):
            cursor.execute(f"DELETE FROM {model._meta.db_table}")
    index().rebuild()  # over no documents: empty


def _walk(kind: Kind, chunker: Chunker) -> Iterator[Sequence[int]]:
    after = 0
    while kind.walk is not None and kind.read is not None and (ids := list(kind.walk(after, chunker.size))):
        yield ids
        after = ids[-1]


def _write(kind: Kind, ids: Sequence[int], at: datetime, chunker: Chunker) -> Counter[str]:
    """Write the documents of these subjects; returns the words that they teach.

    They are read before the transaction begins, so that on SQLite people save in the meantime. What they save has its
    document then, which is newer and stays. What they remove in that moment keeps a document that no kind loads.
    """
    assert kind.read is not None
    documents = told(kind.key, kind.read(ids))
    with chunker.measured():
        newer = stored(kind.key, documents)
        fresh = {subject: one for subject, one in documents.items() if subject not in newer}
        write(kind.key, fresh, at)
        index().add(indexed(fresh.values()))
    return words_in(fresh.values())


def _teach(words: Counter[str], chunker: Chunker) -> None:
    in_order = iter(sorted(words.items()))
    while part := dict(islice(in_order, _WORDS_AT_ONCE)):
        with chunker.measured():
            learn(gained=part, lost={})
