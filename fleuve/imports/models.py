"""Files brought in: what each was understood as, whom it was matched with, what was wrong in it, what undo met; and
the plans by which files come by themselves.

What an import overwrote stands in the journal (``changes.Change``), under the origin ``import`` and the import's id.
"""

from __future__ import annotations

from datetime import datetime
from typing import Self
from zoneinfo import ZoneInfo

from django.db import models
from django.utils.translation import gettext_lazy as _

from fleuve.imports.repeating import next_moment
from fleuve.kernel.door import DoorQuerySet, Row
from fleuve.kernel.principal import Principal, may
from fleuve.parties.models import Record, Source

__all__ = ["Conflict", "Import", "ImportFault", "Match", "Plan", "SavedMapping"]


class PlanQuerySet(DoorQuerySet["Plan"]):
    """Seen by whoever brings files: an address may hold a secret."""

    def visible_to(self, principal: Principal) -> Self:
        return self if may(principal, "import") else self.none()

    def standing(self) -> Self:
        """Those that are not in the trash."""
        return self.filter(removed_at=None)


class Plan(Row):
    """Where files come from by themselves, and when they are looked for.

    ``header_value`` is sealed with the install's key. ``last_moment`` is the latest moment of ``cron`` that was acted
    on; ``goes_on`` says that more files waited when the last run ended. A run has the rights of ``runs_as``, who saved
    the plan last; without one it was saved from the command line.
    """

    class Place(models.TextChoices):
        FOLDER = "folder", _("A folder of this computer")
        URL = "url", _("A web address")

    class State(models.TextChoices):
        ON = "on", _("On")
        WAITING = "waiting", _("Waits for you")
        PAUSED = "paused", _("Paused")

    class Why(models.TextChoices):
        PERSON = "person", _("Somebody paused it.")
        FAILING = "failing", _("Five runs in a row came to nothing.")
        RESTORED = "restored", _("A backup was restored: look at the settings, then switch it on again.")
        TAKEN_OUT = "trash", _("It was taken out of the trash.")

    name = models.CharField(_("Name"), max_length=80)
    place = models.CharField(max_length=8, choices=Place.choices)
    folder = models.CharField(max_length=60, blank=True)
    url = models.CharField(max_length=2000, blank=True)
    header_name = models.CharField(max_length=80, blank=True)
    header_value = models.BinaryField(null=True)
    source = models.ForeignKey(Source, on_delete=models.PROTECT, related_name="+")
    cron = models.CharField(max_length=80)
    state = models.CharField(max_length=8, choices=State.choices, default=State.ON)
    paused_why = models.CharField(max_length=8, choices=Why.choices, blank=True)
    failures = models.PositiveIntegerField(default=0)
    said = models.JSONField(default=dict)  # code and values of what came of the last run
    goes_on = models.BooleanField(default=False)
    job_id = models.BigIntegerField(null=True)  # the job that looks for a file or did last
    last_moment = models.DateTimeField()
    ran_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=40)
    by_label = models.CharField(max_length=120)
    runs_as = models.BigIntegerField(null=True)
    removed_at = models.DateTimeField(null=True)
    removed_by_label = models.CharField(max_length=120, blank=True)

    objects = PlanQuerySet.as_manager()  # type: ignore[misc]

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["name"], condition=models.Q(removed_at__isnull=True), name="one_plan_of_a_name"
            ),
            models.UniqueConstraint(
                fields=["folder"],
                condition=models.Q(removed_at__isnull=True, place="folder"),
                name="one_plan_of_a_folder",
            ),
        ]

    @property
    def tone(self) -> str:
        """How its state is shown."""
        return {self.State.ON: "good", self.State.WAITING: "warn"}.get(self.State(self.state), "neutral")

    def next_at(self, now: datetime, zone: ZoneInfo) -> datetime | None:
        """When it is looked for a file next; nothing while it is paused or waits."""
        return next_moment(self.cron, now=now, zone=zone) if self.state == self.State.ON else None

    def __str__(self) -> str:
        return self.name


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
    plan = models.ForeignKey(Plan, null=True, on_delete=models.PROTECT, related_name="imports", db_index=False)
    is_simulated = models.BooleanField(default=False)  # names and details in it were made from a seed
    received_at = models.DateTimeField()
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    by_kind = models.CharField(max_length=16)
    by_id = models.CharField(max_length=40)
    by_label = models.CharField(max_length=120)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["plan", "file_digest"], name="a_plan_brings_a_file_once")]
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
