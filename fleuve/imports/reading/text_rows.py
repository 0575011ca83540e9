"""Rows of a delimited text file, one at a time and in bounded memory.

The csv module reads line by line; a hostile file may be one line of a gigabyte. So the lines are cut here, from blocks
of 256 kB, and a line or a cell beyond its limit stops the reading before it is held.
"""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from fleuve.imports.reading.errors import UnreadableFile
from fleuve.imports.reading.limits import LIMITS, Limits

__all__ = ["bounded_lines", "split_rows", "text_rows"]

_BLOCK = 1 << 18


def text_rows(path: Path, encoding: str, delimiter: str, limits: Limits = LIMITS) -> Iterator[list[str]]:
    """The rows of a text file, blank ones included (as empty lists), so that they keep a spreadsheet's numbers."""
    with path.open("rb") as stream:
        yield from split_rows(bounded_lines(stream, encoding, limits), delimiter, limits)


def split_rows(lines: Iterator[str], delimiter: str, limits: Limits = LIMITS) -> Iterator[list[str]]:
    """Lines into cells; a quoted cell may hold line breaks and delimiters."""
    csv.field_size_limit(limits.cell_characters)
    reader = csv.reader(lines, delimiter=delimiter, skipinitialspace=delimiter != "\t")
    try:
        yield from reader
    except csv.Error as error:
        if "field larger" in str(error):
            raise UnreadableFile("cell_too_long", row=reader.line_num, limit=limits.cell_characters) from error
        raise UnreadableFile("not_a_table") from error


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
