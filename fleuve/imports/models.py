"""Files brought in: what each was understood as, whom it was matched with, what was wrong in it, what undo met.

What an import overwrote stands in the journal (``changes.Change``), under the origin ``import`` and the import's id.
"""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from fleuve.kernel.door import Row
from fleuve.parties.models import Record, Source

__all__ = ["Conflict", "Import", "ImportFault", "Match", "SavedMapping"]


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
    handling = models.JSONField(default=dict)  # what the file may change and whom it is matched with: rules.Handling
    check_result = models.JSONField(null=True)  # counts of the dry run
    result = models.JSONField(null=True)  # counts of the import
    problem = models.JSONField(null=True)  # code and values of the sentence that says why it cannot be read
    conflicts_met = models.PositiveIntegerField(default=0)  # values that undoing left as it found them
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


class Match(Row):
    """A customer of a file in whom several customers of the base may be recognised: a person decides.

    The customer is imported meanwhile, as one of its own: no purchase waits for the decision. Deciding moves the
    record's membership; deciding otherwise later moves it again.
    """

    of_import = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="matches", db_index=False)
    row = models.PositiveIntegerField()  # as a spreadsheet numbers it
    record = models.ForeignKey(Record, on_delete=models.CASCADE, related_name="+")
    own_party_id = models.BigIntegerField()  # the party that the record was given when it came
    key = models.CharField(max_length=24)  # the first key that found several
    parties = models.JSONField()  # ids, as texts
    decided_for = models.BigIntegerField(null=True)  # the party chosen: own_party_id for "somebody else"
    decided_at = models.DateTimeField(null=True)
    decided_by_label = models.CharField(max_length=120, blank=True)

    class Meta:
        verbose_name_plural = "matches"
        indexes = [models.Index(fields=["of_import", "id"], name="match_of_import")]


class Conflict(Row):
    """A value that undoing an import left as it found it, or that stands above the one it put back.

    ``newer``: somebody changed it after the import. ``above``: what a person typed is shown instead. ``outside``:
    it was changed where no journal was kept. ``ours`` and ``found`` are JSON as in the journal.
    """

    class Kind(models.TextChoices):
        NEWER = "newer", _("Changed since")
        ABOVE = "above", _("A person's word stands above it")
        OUTSIDE = "outside", _("Changed without a trace")

    of_import = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="conflicts", db_index=False)
    kind = models.CharField(max_length=8, choices=Kind.choices)
    party_id = models.BigIntegerField(null=True)
    subject_kind = models.CharField(max_length=16)
    subject_id = models.BigIntegerField()
    field = models.CharField(max_length=48)
    ours = models.TextField(null=True)  # what the undo would have put there
    found = models.TextField(null=True)  # what is there
    found_by_label = models.CharField(max_length=120, blank=True)
    found_at = models.DateTimeField(null=True)
    taken_back_at = models.DateTimeField(null=True)
    taken_back_by_label = models.CharField(max_length=120, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["of_import", "subject_kind", "subject_id", "field"], name="one_conflict_per_value"
            )
        ]
        indexes = [models.Index(fields=["of_import", "id"], name="conflict_of_import")]


class SavedMapping(Row):
    """What the columns of a source's files stood for last time, found again by their names."""

    source = models.ForeignKey(Source, on_delete=models.CASCADE, related_name="mappings", db_index=False)
    signature = models.CharField(max_length=64, db_index=True)
    mapping = models.JSONField()
    answers = models.JSONField(default=dict)
    handling = models.JSONField(default=dict)
    used_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["source", "signature"], name="one_mapping_per_columns")]
