"""What makes a file unreadable, as a code and the values in its sentence.

The sentences are worded, in the reader's language, by ``fleuve.imports.wording``; here a file is only judged.
"""

from __future__ import annotations

from fleuve.kernel.errors import FleuveError

__all__ = ["UnreadableFile"]


class UnreadableFile(FleuveError):
    """The file cannot be read as a table; nothing of it was kept.

    Codes: ``empty``, ``too_large``, ``too_many_rows``, ``too_many_columns``, ``cell_too_long``, ``not_a_table``,
    ``old_workbook``, ``locked_workbook``, ``damaged_workbook``, ``unpacks_too_large``, ``no_header``, ``no_rows``.
    """

    code = "not_a_table"

    def __init__(self, code: str, **values: object) -> None:
        super().__init__(f"unreadable file: {code}", code=code, **values)
