"""What people write down about a customer: notes, whom they mention, and attached files."""

from __future__ import annotations

from typing import Self, TypeVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from fleuve.kernel.door import Row
from fleuve.parties.door import RecordScoped
from fleuve.parties.models import Record

__all__ = ["File", "FileQuerySet", "Mention", "Note", "NoteQuerySet"]

M = TypeVar("M", bound=models.Model, covariant=True)


class WrittenQuerySet(RecordScoped[M]):
    """Whoever reads the customer reads what was written; the trash is asked for by name."""

    def standing(self) -> Self:
        """Those that are not in the trash."""
        return self.filter(removed_at__isnull=True)


class NoteQuerySet(WrittenQuerySet["Note"]):
    """Notes, with their customer."""


class FileQuerySet(WrittenQuerySet["File"]):
    """Attached files, with their customer."""


class MentionQuerySet(RecordScoped["Mention"]):
    """Mentions are seen with their note."""

    record_path = "note__record"


class Note(Row):
    """Something written about a customer by somebody of the house, kept apart from points of contact.

    ``body`` is plain text with light marks (``**bold**``, lists, links), escaped wherever it is drawn.
    """

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="notes")
    body = models.TextField(_("Note"), max_length=20_000)
    is_pinned = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=40)
    by_label = models.CharField(max_length=120)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by_label = models.CharField(max_length=120, blank=True)

    objects = NoteQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        indexes = [
            models.Index(fields=["record", "-id"], condition=Q(removed_at__isnull=True), name="notes_of_record"),
            models.Index(fields=["removed_at"], condition=Q(removed_at__isnull=False), name="notes_in_trash"),
        ]

    def __str__(self) -> str:
        return f"note {self.pk} by {self.by_label}"


class Mention(Row):
    """A note names a colleague, who was told by a notice. ``user_id`` is a plain number: a closed user stays named."""

    note = models.ForeignKey(Note, on_delete=models.CASCADE, related_name="mentions", db_index=False)
    user_id = models.BigIntegerField()

    objects = MentionQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [models.UniqueConstraint(fields=["note", "user_id"], name="one_mention_each")]
        indexes = [models.Index(fields=["user_id", "note"], name="mentions_of_user")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.note_id}"


class File(Row):
    """A file attached to a customer. Its bytes lie once per digest in the data folder; its name is only shown."""

    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(_("Name"), max_length=200)
    media_type = models.CharField(max_length=100)
    size = models.PositiveBigIntegerField()
    sha256 = models.CharField(max_length=64, db_index=True)
    at = models.DateTimeField()
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=40)
    by_label = models.CharField(max_length=120)
    removed_at = models.DateTimeField(null=True, blank=True)
    removed_by_label = models.CharField(max_length=120, blank=True)

    objects = FileQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        indexes = [
            models.Index(fields=["record", "-id"], condition=Q(removed_at__isnull=True), name="files_of_record"),
            models.Index(fields=["removed_at"], condition=Q(removed_at__isnull=False), name="files_in_trash"),
        ]

    def __str__(self) -> str:
        return self.name
