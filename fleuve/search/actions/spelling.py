"""Keep the words that teach the spelling, with how many documents use each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Final

from django.db import connection

from fleuve.kernel.ids import new_ids
from fleuve.search.models import Slip, Word
from fleuve.search.rules import slip_keys

__all__ = ["learn"]

_WORDS: Final = Word._meta.db_table
_SLIPS: Final = Slip._meta.db_table
_LEARN: Final = f"INSERT INTO {_WORDS} (id, word, uses) VALUES (%s, %s, 0) ON CONFLICT (word) DO NOTHING"
_COUNT: Final = f"UPDATE {_WORDS} SET uses = CASE WHEN uses + %s < 0 THEN 0 ELSE uses + %s END WHERE word = %s"
_SPELL: Final = f"INSERT INTO {_SLIPS} (id, key, word_id) VALUES (%s, %s, %s)"


def learn(*, gained: Mapping[str, int], lost: Mapping[str, int]) -> None:
    """Count these words up and down; a new word gets its slips, one that nobody uses any more goes with them.

    Words are taken in alphabetical order, so that two writers that meet on PostgreSQL wait and never block each other.
    """
    change = Counter(gained)
    change.subtract(lost)
    by_word = sorted((word, by) for word, by in change.items() if by)
    if not by_word:
        return
    _create([word for word, by in by_word if by > 0])
    with connection.cursor() as cursor:
        cursor.executemany(_COUNT, [(by, by, word) for word, by in by_word])
    gone = [word for word, by in by_word if by < 0]
    if gone:
        Word.objects.filter(word__in=gone, uses=0).delete()


def _create(words: Sequence[str]) -> None:
    known = set(Word.objects.filter(word__in=words).values_list("word", flat=True))
    unknown = [word for word in words if word not in known]
    if not unknown:
        return
    with connection.cursor() as cursor:
        cursor.executemany(_LEARN, list(zip(new_ids(len(unknown)), unknown, strict=True)))
        # Another writer may have been first with a word: its slips are that writer's, and the same.
        fresh = Word.objects.filter(word__in=unknown, slips__isnull=True).values_list("word", "pk")
        slips = [(key, pk) for word, pk in fresh for key in slip_keys(word)]
        if slips:
            cursor.executemany(_SPELL, [(pk, *slip) for pk, slip in zip(new_ids(len(slips)), slips, strict=True)])
