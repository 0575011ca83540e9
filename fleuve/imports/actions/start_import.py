"""Queue a checked import."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import transaction

from fleuve.imports.actions.settle_plan import go_on_after_person
from fleuve.imports.errors import AnswerNeeded, ImportsError, WrongState
from fleuve.imports.models import Import
from fleuve.imports.planning import open_questions
from fleuve.imports.wording import question_label, sentence
from fleuve.jobs import enqueue
from fleuve.kernel.principal import Principal, require

__all__ = ["start_import"]

_BRINGS: Final = ("lines", "customers", "interactions", "products")


def start_import(*, row: Import, by: Principal, at: datetime) -> int:
    """The job that imports; one only, however often it is asked."""
    require(by, "import")
    unanswered = open_questions(row)
    if unanswered:
        raise AnswerNeeded(
            sentence("answer_needed", {"questions": ", ".join(map(question_label, unanswered))}), keys=unanswered
        )
    result = row.check_result or {}
    if row.state == Import.State.CHECKED and not any(result.get(name) for name in _BRINGS):
        raise ImportsError(sentence("nothing_to_import"), code="nothing_to_import")
    with transaction.atomic():
        ready = Import.objects.filter(pk=row.pk, state=Import.State.CHECKED)
        if not ready.update(state=Import.State.QUEUED):
            raise WrongState(sentence("import_state"), state=row.state)
        job_id = enqueue("imports.run", by=by, unique_key=f"imports.run:{row.pk}", import_id=row.pk)
        Import.objects.filter(pk=row.pk).update(job_id=job_id)
        go_on_after_person(row)
    row.refresh_from_db()
    return job_id
