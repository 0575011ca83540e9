"""Files brought in: what each was understood as, what it wrote, what it changed, and what was wrong in it."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from fleuve.kernel.door import Row
from fleuve.parties.models import Source

__all__ = ["Import", "ImportChange", "ImportFault", "SavedMapping"]


class Import(Row):
    """One file on its way in. ``layout``, ``mapping`` and ``answers`` are enough to read it again exactly alike."""

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        UNREADABLE = "unreadable", _("Cannot be read")
        LOOKED_AT = "looked_at", _("Columns to confirm")
        CHECKED = "checked", _("Checked, not imported")
        QUEUED = "queued", _("Waiting")
        RUNNING = "running", _("Importing")
        IMPORTED = "imported", _("Imported")
        FAILED = "failed", _("Failed, nothing kept")
        CANCELLED = "cancelled", _("Cancelled, nothing kept")
        UNDOING = "undoing", _("Being undone")
        UNDONE = "undone", _("Undone")

    source = models.ForeignKey(Source, null=True, on_delete=models.PROTECT, related_name="imports")
    state = models.CharField(max_length=16, choices=State.choices, default=State.RECEIVED)
    file_name = models.CharField(_("File"), max_length=240)
    file_size = models.BigIntegerField()
    file_digest = models.CharField(max_length=64)
    layout = models.JSONField(null=True)
    columns = models.JSONField(default=list)  # per column: name, examples, guess, confidence
    mapping = models.JSONField(null=True)
    questions = models.JSONField(default=list)  # what the file tells and what it does not
    answers = models.JSONField(default=dict)  # as given by a person or remembered
    check_result = models.JSONField(null=True)  # counts of the dry run
    result = models.JSONField(null=True)  # counts of the import
    problem = models.JSONField(null=True)  # code and values of the sentence that says why it cannot be read
    job_id = models.BigIntegerField(null=True)  # the job that works on it or did last
    is_simulated = models.BooleanField(default=False)  # names and details in it were made from a seed
    received_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=40)
    by_label = models.CharField(max_length=120)

    class Meta:
        indexes = [models.Index(fields=["-received_at"], name="import_received")]


class ImportFault(Row):
    """A cell that could not be taken as it stands. ``is_check``: found by the dry run, else while importing."""

    of_import = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="faults", db_index=False)
    is_check = models.BooleanField()
    row = models.PositiveIntegerField()  # as a spreadsheet numbers it
    column = models.PositiveIntegerField(null=True)  # position from 0; null: the whole row
    code = models.CharField(max_length=40)
    value = models.CharField(max_length=200, blank=True)
    sets_aside = models.BooleanField()

    class Meta:
        indexes = [models.Index(fields=["of_import", "is_check", "row"], name="fault_of_import")]


class ImportChange(Row):
    """What an import overwrote in one row of one table, so that undoing it restores the old values exactly."""

    of_import = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="changes", db_index=False)
    table = models.CharField(max_length=32)
    row_id = models.BigIntegerField()
    before = models.JSONField()
    after = models.JSONField()

    class Meta:
        indexes = [
            models.Index(fields=["of_import", "id"], name="change_of_import"),
            models.Index(fields=["table", "row_id"], name="change_of_row"),
        ]


class SavedMapping(Row):
    """What the columns of a source's files stood for last time, found again by their names."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="mappings", db_index=False)
    signature = models.CharField(max_length=64, db_index=True)
    mapping = models.JSONField()
    answers = models.JSONField(default=dict)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "signature"], name="one_mapping_per_columns")]
