"""Errors of imports.

FleuveError
├── UnreadableFile          (reading) the file is no table that can be read; codes say why
└── ImportsError
    ├── MappingIncomplete   a field is missing without which nothing can be imported
    ├── AnswerNeeded        a question that the file does not answer has no answer
    ├── WrongState          the import is not at the step at which this can be done
    ├── UnknownColumn       a rule or a key names a column that the file does not have
    ├── UnknownImport       there is no import of this id
    ├── PlanExists          another plan has this name, or this folder
    ├── PlanFailed          a plan looked for its file and could not have it
    └── ExampleIsComplete   the example's data folder takes no other file
"""

from __future__ import annotations

from fleuve.kernel.errors import FleuveError

__all__ = [
    "AnswerNeeded",
    "ExampleIsComplete",
    "ImportsError",
    "MappingIncomplete",
    "PlanExists",
    "PlanFailed",
    "UnknownColumn",
    "UnknownImport",
    "WrongState",
]


class ImportsError(FleuveError):
    """Something about an import cannot be done as asked."""

    code = "imports_error"


class MappingIncomplete(ImportsError):
    """No column stands for a field that is needed; ``fields`` names them."""

    code = "mapping_incomplete"


class AnswerNeeded(ImportsError):
    """The file does not tell and nobody answered; ``keys`` names the questions."""

    code = "answer_needed"


class WrongState(ImportsError):
    """The import is not at this step (any more)."""

    code = "import_state"
    status = 409


class UnknownColumn(ImportsError):
    """A rule or a key was given for something that no column of the file stands for; ``name`` says which."""

    code = "unknown_column"


class UnknownImport(ImportsError):
    """No import has this id."""

    code = "unknown_import"
    status = 404


class ExampleIsComplete(ImportsError):
    """The example is never mixed with purchases of one's own; nothing was kept."""

    code = "example_is_complete"
    status = 409


class PlanExists(ImportsError):
    """A plan of this name, or for this folder, is there already; ``field`` says which of the two."""

    code = "plan_exists"
    status = 409


class PlanFailed(ImportsError):
    """The place of a plan gave no file; ``code`` and ``values`` make the sentence."""

    code = "plan_failed"
