"""Which mirror of the list rows is current, and which rows changed since it was made."""

from __future__ import annotations

from django.db import models

from fleuve.kernel.door import Row

__all__ = ["CardMark", "Mirror"]


class Mirror(Row):
    """One complete columnar copy of the list rows. The highest number that nothing has superseded is the current one.

    Derived: losing the file loses nothing, lists then ask the database until it is made again.
    """

    number = models.PositiveIntegerField(unique=True)
    file = models.CharField(max_length=80)  # below the folder of lists
    rows = models.PositiveIntegerField()
    columns = models.JSONField()  # names, so that a list knows what it may ask
    made_at = models.DateTimeField()  # what had been written by then is in the file
    history_generation = models.PositiveIntegerField(null=True)
    superseded_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return self.file


class CardMark(Row):
    """Parties whose list rows changed, marked in the transaction that changed them.

    One row per mark, never updated: two writers do not wait for each other, and a fold deletes exactly the marks that
    it saw before it read.
    """

    parties = models.BinaryField()  # packed 64-bit ids, at most 5,000
    marked_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{len(self.parties) // 8} parties"
