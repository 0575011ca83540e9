"""What is searched: one document per thing that can be found, the words that teach the spelling, and what waits.

Everything here is derived: losing it loses nothing, ``rebuild`` makes it again.
"""

from __future__ import annotations

from django.db import models

from fleuve.kernel.door import Row

__all__ = ["Document", "Pending", "Slip", "Word"]


class Document(Row):
    """One thing that can be found, as folded text (see ``rules.document_text``); its hits are loaded by its kind.

    The index of three letters over ``text`` is the database's own (``index``): SQLite's lies beside this table and is
    told of every change by ``actions.put`` and ``actions.drop`` alone.
    """

    kind = models.CharField(max_length=16)
    subject_id = models.BigIntegerField()
    party_id = models.BigIntegerField(null=True)
    text = models.TextField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["kind", "subject_id"], name="one_document_per_subject")]


class Word(Row):
    """A word of some title or name, and in how many documents: what a typed word may have meant."""

    word = models.CharField(max_length=40, unique=True)
    uses = models.PositiveIntegerField(default=0)


class Slip(Row):
    """One spelling that a word shares with its neighbours: itself, or itself less one letter, as a number."""

    key = models.BigIntegerField(db_index=True)
    word = models.ForeignKey(Word, on_delete=models.CASCADE, related_name="slips")


class Pending(Row):
    """Subjects changed by the thousand whose documents follow: packed ids, at most 5,000 a row."""

    kind = models.CharField(max_length=16)
    ids = models.BinaryField()
    marked_at = models.DateTimeField()
