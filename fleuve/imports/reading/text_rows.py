"""Rows of a delimited text file, one at a time and in bounded memory.

The csv module reads line by line; a hostile file may be one line of a gigabyte. So the lines are cut here, from blocks
of 256 kB, and a line or a cell beyond its limit stops the reading before it is held.

Programs that write such files for spreadsheets, ours among them, put an apostrophe before a text that a spreadsheet
would run (``=1+1``). It is no part of the text and is taken off again here.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Final

from fleuve.imports.reading.errors import UnreadableFile
from fleuve.imports.reading.limits import LIMITS, Limits

__all__ = ["bounded_lines", "split_rows", "text_rows"]

_BLOCK = 1 << 18
# What a spreadsheet runs, behind apostrophes and spaces: the first apostrophe is a guard. The last four signs are
# full-width, of East Asia.
_GUARDED: Final = re.compile("'[ ']*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def text_rows(path: Path, encoding: str, delimiter: str, limits: Limits = LIMITS) -> Iterator[list[str]]:
    """The rows of a text file, blank ones included (as empty lists), so that they keep a spreadsheet's numbers."""
    with path.open("rb") as stream:
        yield from split_rows(bounded_lines(stream, encoding, limits), delimiter, limits)


def split_rows(lines: Iterator[str], delimiter: str, limits: Limits = LIMITS) -> Iterator[list[str]]:
    """Lines into cells, without their guards; a quoted cell may hold line breaks and delimiters."""
    csv.field_size_limit(limits.cell_characters)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=delimiter != "\t")
    try:
        yield from map(_without_guards, reader)
    except csv.Error as error:
        if "field larger" in str(error):
            raise UnreadableFile("cell_too_long", row=reader.line_num, limit=limits.cell_characters) from error
        raise UnreadableFile("not_a_table") from error


def _without_guards(row: list[str]) -> list[str]:
    for cell in row:  # asked of every cell of a file, and twice as fast as in one expression
        if cell[:1] == "'":
            return [text[1:] if _GUARDED.match(text) else text for text in row]
    return row


def bounded_lines(stream: IO[bytes], encoding: str, limits: Limits = LIMITS) -> Iterator[str]:
    """Decoded lines with their ends, zero characters dropped; refuses a line beyond the limit."""
    decoder = io.IncrementalNewlineDecoder(codecs.getincrementaldecoder(encoding)("replace"), translate=True)
    rest = ""
    while block := stream.read(_BLOCK):
        text = rest + decoder.decode(block).replace("\0", "")
        lines = text.split("\n")
        rest = lines.pop()
        if len(rest) > limits.row_characters:
            raise UnreadableFile("cell_too_long", row=None, limit=limits.cell_characters)
        for line in lines:
            yield line + "\n"
    rest += decoder.decode(b"", final=True).replace("\0", "")
    if rest:
        yield rest
