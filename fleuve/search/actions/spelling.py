"""Keep the words that teach the spelling, with how many documents use each."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from django.db import connection
from django.db.models import F
from django.db.models.functions import Greatest

from fleuve.kernel.ids import new_ids
from fleuve.search.models import Slip, Word
from fleuve.search.rules import slip_keys

__all__ = ["learn"]


def learn(*, gained: Iterable[str], lost: Iterable[str]) -> None:
    """Count these words up and down; a new word gets its slips, one that nobody uses any more goes with them.

    Words are taken in alphabetical order, so that two writers that meet on PostgreSQL wait and never block each other.
    """
    change = Counter(gained)
    change.subtract(lost)
    change = Counter({word: by for word, by in change.items() if by})
    if not change:
        return
    _create([word for word in sorted(change) if change[word] > 0])
    by_size: dict[int, list[str]] = defaultdict(list)
    for word in sorted(change):
        by_size[change[word]].append(word)
    for by, words in sorted(by_size.items()):
        Word.objects.filter(word__in=words).update(uses=Greatest(F("uses") + by, 0))
    gone = [word for word in sorted(change) if change[word] < 0]
    if gone:
        Word.objects.filter(word__in=gone, uses=0).delete()


def _create(words: Sequence[str]) -> None:
    known = set(Word.objects.filter(word__in=words).values_list("word", flat=True))
    unknown = [word for word in words if word not in known]
    if not unknown:
        return
    Word.objects.bulk_create([Word(word=word) for word in unknown], ignore_conflicts=True)
    # Another writer may have been first with a word: its slips are that writer's, and the same.
    stored = dict(Word.objects.filter(word__in=unknown, slips__isnull=True).values_list("word", "pk"))
    _create_slips([(key, stored[word]) for word in unknown if word in stored for key in slip_keys(word)])


def _create_slips(slips: Sequence[tuple[int, int]]) -> None:
    # Eight a word: plain statements instead of as many objects.
    if not slips:
        return
    quote = connection.ops.quote_name
    table, columns = quote(Slip._meta.db_table), ", ".join(map(quote, ("id", "key", "word_id")))
    rows = [(pk, key, word) for pk, (key, word) in zip(new_ids(len(slips)), slips, strict=True)]
    with connection.cursor() as cursor:
        cursor.executemany(f"INSERT INTO {table} ({columns}) VALUES (%s, %s, %s)", rows)
