"""Whom a note mentions, what a file is, and how light marks are read. No database, no clock."""

from __future__ import annotations

import re
from codecs import getincrementaldecoder
from collections.abc import Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final

from fleuve.kernel.search_text import fold

__all__ = ["LARGEST_FILE", "LONGEST_NOTE", "media_type_of", "mentioned", "safe_name"]

LONGEST_NOTE: Final = 20_000
LARGEST_FILE: Final = 25 * 1024 * 1024
_LONGEST_NAME: Final = 200
_AT: Final = re.compile(r"(?:(?<=\s)|^|(?<=[(\[\"'«“]))@", re.MULTILINE)
_LONGEST_CALL: Final = 120
_MARKS_OF_TYPES: Final[tuple[tuple[bytes, int, str], ...]] = (
    (b"%PDF-", 0, "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", 0, "image/png"),
    (b"\xff\xd8\xff", 0, "image/jpeg"),
    (b"GIF87a", 0, "image/gif"),
    (b"GIF89a", 0, "image/gif"),
    (b"WEBP", 8, "image/webp"),
    (b"PK\x03\x04", 0, "application/zip"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", 0, "application/x-ole-storage"),
    (b"\x1f\x8b", 0, "application/gzip"),
)


def mentioned(body: str, people: Mapping[str, Sequence[int]]) -> list[int]:
    """Whom ``@Name`` calls in a text, once each, in order; ``people`` maps folded names to the ids of who bears them.

    The longest name that fits holds (``@Anne Marie`` is not Anne), accents and capitals do not count, and of two people
    with one name both are called. An @ that calls nobody is text like any other, as is the @ of an e-mail address.
    """
    calls = (fold(body[at.end() : at.end() + _LONGEST_CALL]) for at in _AT.finditer(body))
    return list(dict.fromkeys(user_id for call in calls for user_id in _called(call, people)))


def _called(text: str, people: Mapping[str, Sequence[int]]) -> Sequence[int]:
    fits = [name for name in people if name and text.startswith(name) and not text[len(name) :][:1].isalnum()]
    return people[max(fits, key=len)] if fits else ()


def media_type_of(start: bytes) -> str:
    """What a file is by its first bytes, never by its name; text and unknown bytes are told apart, no more."""
    for mark, place, kind in _MARKS_OF_TYPES:
        if start[place : place + len(mark)] == mark:
            return kind
    if b"\x00" in start:
        return "application/octet-stream"
    try:
        getincrementaldecoder("utf-8")().decode(start)  # the block may end inside a letter
    except UnicodeDecodeError:
        return "application/octet-stream"
    return "text/plain"


def safe_name(name: str) -> str:
    """The last part of a name, without control characters, at most 200 letters with its ending; ``file`` when blank."""
    last = PurePosixPath(name.replace("\\", "/")).name
    clean = " ".join("".join(letter for letter in last if letter.isprintable()).split()).strip(". ")
    if len(clean) > _LONGEST_NAME:
        ending = PurePosixPath(clean).suffix[:20]
        clean = clean[: _LONGEST_NAME - len(ending)] + ending
    return clean or "file"
