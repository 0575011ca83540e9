"""Every sentence about a plan and its last run, by its code, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from fleuve.imports.wording import sentence
from fleuve.outbound import sentence_of

__all__ = ["RHYTHMS", "plan_sentence", "rhythm_label"]

_SENTENCES: Final[dict[str, str | Promise]] = {
    "never_ran": _("It has not run yet."),
    # What a run did.
    "taken": _("“%(name)s” was brought and is being imported."),
    "same_file": _("The file is the same as one that was brought before: nothing was imported."),
    "empty_file": _("The file has no rows: nothing was imported."),
    "nothing_there": _("No new file lies in the folder."),
    "being_written": _("A file in the folder is still being written; it is taken in a minute."),
    "busy": _("The file before is still being imported; the next one waits."),
    "went_on": _("A person decided about the last file. The next one is brought as planned."),
    # What a person has to look at first.
    "new_columns": _("“%(name)s” has columns that no file of this source had. Say what they stand for; the next file "
                     "with these columns comes by itself."),
    "questions_open": _("“%(name)s” leaves questions open. Answer them; the answers are remembered."),
    "fields_gone": _("“%(name)s” was read with a field of your own that is no longer there. Look at its columns."),
    "contradicts": _("“%(name)s” writes dates or numbers otherwise than the files before. Look at its columns."),
    "set_aside": _("More than one row in ten of “%(name)s” cannot be read. Look at it before it is imported."),
    "nothing_in_it": _("No row of “%(name)s” can be imported. Look at its columns."),
    "import_stopped": _("The import of “%(name)s” stopped midway. Look at it, then switch the plan on again."),
    # Why there was no file.
    "folder_missing": _("The folder “%(folder)s” is not there. Make it in the inbox of the data folder."),
    "folder_closed": _("“%(folder)s” is no folder that may be read: it may be a link, which is never followed."),
    "file_closed": _("“%(name)s” cannot be read: it is a link, or another user’s file."),
    "http_moved": _("The address answered %(status)s and sent us elsewhere. Give the address where the file lies."),
    "http_status": _("The address answered %(status)s instead of a file."),
    "download_too_large": _("The file is larger than %(limit_mb)s MB."),
    "example_is_complete": _("This is the example’s data folder: it takes no files of your own."),
    "header_missing": _("The secret of the header “%(name)s” has to be given again."),
    "header_unreadable": _("This install cannot read the secret, which another one sealed. Give it again."),
    "permission_refused": _("Whoever saved this plan last may no longer import. Somebody who may saves it again."),
    # What may not stand in a plan.
    "word_missing": _("Give a name of at least one letter."),
    "name_taken": _("Another plan has this name."),
    "folder_taken": _("Another plan takes its files from this folder."),
    "folder_name": _("Use letters without accents, digits, hyphens and underscores: it is one folder in the inbox."),
    "cron_unreadable": _("This is no rhythm. It has five fields: minute, hour, day, month, day of the week."),
    "cron_too_often": _("At least five minutes must lie between two runs."),
    "header_name": _("This is no name of a header, or one that the request says itself."),
    "header_value": _("A header says plain letters without accents, on one line."),
    "header_alone": _("Give both the name of the header and what it says."),
    "plan_waits": _("This plan waits for you to look at its last file. Import it or put it aside first."),
    "unknown_plan": _("There is no plan called “%(name)s”. “fleuve imports plans” names them."),
}  # fmt: skip

RHYTHMS: Final[tuple[tuple[str, str | Promise], ...]] = (
    ("0 6 * * *", _("Every day at 6:00")),
    ("0 * * * *", _("Every hour")),
    ("0 6 * * 1-5", _("Monday to Friday at 6:00")),
    ("0 6 * * 1", _("Every Monday at 6:00")),
    ("0 6 1 * *", _("On the first of each month at 6:00")),
)


def plan_sentence(code: str, values: Mapping[str, Any]) -> str:
    """What is said of a plan under this code; files and requests have sentences of their own."""
    found = _SENTENCES.get(code)
    if found is not None:
        return str(found) % {key: str(value) for key, value in values.items()}
    return sentence_of(code) or sentence(code, values)


def rhythm_label(cron: str) -> str:
    """A rhythm in words; one of a person's own as its five fields."""
    return str(dict(RHYTHMS).get(cron, cron))
