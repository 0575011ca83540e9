"""Which characters the bytes of a text file stand for.

Byte-order marks decide; then zero bytes betray UTF-16; then UTF-8 is tried on the *whole* file, because an accent may
first appear in its last line; then cp1252, the code page of Excel and of French accounting software; then the
statistical guess of charset-normalizer.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from charset_normalizer import from_bytes

from fleuve.imports.reading.errors import UnreadableFile

__all__ = ["Encoding", "detect_encoding"]

_CHUNK = 1 << 20
_MARKS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CP1252_HOLES: Final = frozenset(b"\x81\x8d\x8f\x90\x9d")
# Signs of cp1252 between 0x80 and 0x9F that people do type: € … Œ quotes, dashes, bullet, ™ œ
_CP1252_SIGNS: Final = frozenset(b"\x80\x85\x8c\x91\x92\x93\x94\x95\x96\x97\x99\x9c")
_FALLBACKS: Final = ["cp850", "mac_roman", "cp1250", "cp1251", "cp1253", "cp1254", "shift_jis", "gb18030", "big5"]


@dataclass(frozen=True)
class Encoding:
    """A Python codec name, and whether the bytes prove it (else it is our best guess and is shown)."""

    name: str
    is_sure: bool


def detect_encoding(path: Path) -> Encoding:
    """The encoding of a text file. Reads it once, a megabyte at a time."""
    with path.open("rb") as stream:
        head = stream.read(_CHUNK)
    if not head.strip():
        raise UnreadableFile("empty")
    for mark, name in _MARKS:
        if head.startswith(mark):
            return Encoding(name, is_sure=True)
    wide = _utf16_without_mark(head)
    if wide:
        return Encoding(wide, is_sure=False)
    _refuse_binary(head)
    if _decodes_as_utf8(path):
        return Encoding("utf-8", is_sure=True)
    return _code_page(path)


def _utf16_without_mark(head: bytes) -> str:
    sample = head[: 1 << 16]
    half = len(sample) // 2
    if half < 4:
        return ""
    zeros_even, zeros_odd = sample[0::2].count(0), sample[1::2].count(0)
    if zeros_odd > half * 0.5 and zeros_even < half * 0.1:
        return "utf-16-le"
    if zeros_even > half * 0.5 and zeros_odd < half * 0.1:
        return "utf-16-be"
    return ""


def _refuse_binary(head: bytes) -> None:
    """Many control bytes: an image, an archive, a database. A few zero bytes are dropped later, and counted."""
    control = sum(head.count(byte) for byte in range(32) if byte not in b"\t\n\r\x0b\x0c")
    if control > len(head) * 0.1:
        raise UnreadableFile("not_a_table")


def _decodes_as_utf8(path: Path) -> bool:
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(_CHUNK):
                decoder.decode(chunk)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _code_page(path: Path) -> Encoding:
    high = _high_bytes(path)
    holes = sum(high[byte] for byte in _CP1252_HOLES)
    odd = sum(count for byte, count in enumerate(high) if byte < 0xA0 and byte not in _CP1252_SIGNS)
    if not holes and odd * 2 <= sum(high):
        return Encoding("cp1252", is_sure=False)
    guess = from_bytes(_lines_with_accents(path), cp_isolation=_FALLBACKS).best()
    return Encoding(guess.encoding if guess else "cp1252", is_sure=False)


def _high_bytes(path: Path) -> list[int]:
    counts = [0] * 256
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            for byte in range(0x80, 0x100):
                counts[byte] += chunk.count(byte)
    return counts


def _lines_with_accents(path: Path, most: int = 400) -> bytes:
    found: list[bytes] = []
    with path.open("rb") as stream:
        while len(found) < most and (line := stream.readline(1 << 16)):
            if not line.isascii():
                found.append(line)
    return b"".join(found)
