"""What is known about the derived folder: which months are out of date, and which files are the current ones."""

from __future__ import annotations

from django.db import models

from fleuve.kernel.door import Row

__all__ = ["BooksCheck", "DirtyMonth", "Generation"]


class DirtyMonth(Row):
    """A month whose purchases changed since it was last exported, marked in the transaction that changed them.

    One row per mark, never updated: two writers do not wait for each other, and a rebuild deletes exactly the marks
    that it saw before it read.
    """

    month = models.PositiveIntegerField()  # 201112
    marked_at = models.DateTimeField()


class Generation(Row):
    """One complete state of the derived folder. The highest number is the current one; readers follow its ``files``."""

    number = models.PositiveIntegerField(unique=True)
    folder = models.CharField(max_length=40)  # of the derived tables, below the history folder
    months = models.JSONField()  # {"201112": {"file": "201112-1f0a9c3e", "lines": 42}}
    fingerprint = models.CharField(max_length=64)  # of what else the derivation read: settings, kinds, memberships
    facts = models.JSONField()  # period, basis, counts: what pages ask before they open a file
    made_at = models.DateTimeField()
    superseded_at = models.DateTimeField(null=True)


class BooksCheck(Row):
    """Somebody's answer to "does this match your books?", with the revenue that was shown."""

    matches = models.BooleanField()
    generation = models.PositiveIntegerField()
    revenue_told = models.BigIntegerField()
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=40)
    by_label = models.CharField(max_length=120)
