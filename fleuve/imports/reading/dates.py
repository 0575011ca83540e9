"""Dates as files write them, and the order of day and month, decided by the whole column.

``03/04/2011`` is the third of April or the fourth of March. A column tells when one of its cells has a number above
twelve on one side, or when the dates run through the file in order under one reading only; else the person is asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Final

from fleuve.imports.reading.workbooks import Cell
from fleuve.kernel.search_text import fold

__all__ = ["DateEvidence", "date_evidence", "read_date"]

_CLOCK = r"(?P<h>\d{1,2})[:hH](?P<mi>\d{2})(?::(?P<s>\d{2})(?:[.,]\d{1,9})?)?\s*(?P<ap>[AaPp]\.?[Mm]\.?)?"
_TIME = rf"(?:[T ,]+{_CLOCK})?"
_ZONE = r"\s*(?P<z>Z|UTC|GMT|[+-]\d{2}:?\d{2})?"
_YMD = re.compile(r"(?P<y>\d{4})[-/. ](?P<m>\d{1,2})[-/. ](?P<d>\d{1,2})" + _TIME + _ZONE)
_TWO = re.compile(r"(?P<a>\d{1,2})[-/. ](?P<b>\d{1,2})[-/. ](?P<y>\d{4}|\d{2})" + _TIME + _ZONE)
_DAY_NAME = re.compile(
    r"(?:[a-z]{2,9}\.?,? )?(?P<d>\d{1,2})(?:er|st|nd|rd|th)?[ .-]+(?:de )?(?P<name>[a-z]{3,10})\.?[ ,.-]+"
    r"(?P<y>\d{4}|\d{2})" + _TIME.replace("T ", "a ") + _ZONE.replace("Z|UTC|GMT", "z|utc|gmt")
)
_NAME_DAY = re.compile(
    r"(?:[a-z]{2,9}\.?,? )?(?P<name>[a-z]{3,10})\.? (?P<d>\d{1,2})(?:st|nd|rd|th)?,? (?P<y>\d{4})" + _TIME + _ZONE
)
_COMPACT = re.compile(r"(?P<y>(?:19|20)\d{2})(?P<m>\d{2})(?P<d>\d{2})(?:[T ]?(?P<h>\d{2})(?P<mi>\d{2})(?P<s>\d{2})?)?")
_COMPACT_DMY = re.compile(r"(?P<a>\d{2})(?P<b>\d{2})(?P<y>(?:19|20)\d{2})")
_SERIAL = re.compile(r"\d{5}(?:[.,]\d+)?")
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 60_000  # 1954 to 2064: outside, a number is no date
_EXCEL_EPOCH: Final = datetime(1899, 12, 30)  # noqa: DTZ001  a wall clock, like every Excel date
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "january jan janvier janv", "february feb fevrier fev fevr", "march mar mars", "april apr avril avr",
            "may mai", "june jun juin", "july jul juillet juil", "august aug aout", "september sep sept septembre",
            "october oct octobre", "november nov novembre", "december dec decembre",
        ),
        start=1,
    )
    for name in names.split()
}  # fmt: skip


@dataclass(frozen=True)
class DateEvidence:
    """How many cells prove day first, how many month first, how many are dates in any case, how many are none."""

    day_first: int = 0
    month_first: int = 0
    either: int = 0
    certain: int = 0
    none: int = 0
    steps_day_first: int = 0
    steps_month_first: int = 0

    @property
    def dates(self) -> int:
        """Cells that are dates."""
        return self.day_first + self.month_first + self.either + self.certain

    @property
    def order(self) -> str:
        """``dmy``, ``mdy``, ``ymd`` (no doubt possible), or blank: ask."""
        if self.day_first or self.month_first:
            return "dmy" if self.day_first >= self.month_first else "mdy"
        if not self.either:
            return "ymd"
        backwards, forwards = sorted((self.steps_day_first, self.steps_month_first))
        if forwards >= 8 and backwards * 20 < forwards:
            return "dmy" if self.steps_day_first < self.steps_month_first else "mdy"
        return ""


def date_evidence(cells: Iterable[Cell]) -> DateEvidence:
    """What the cells of a column, in file order, say about the order of day and month.

    A file is usually sorted: under the right reading few neighbours jump, under the wrong one every month does. A
    jump is a step of more than 40 days; it is a proof only at twenty to one.
    """
    counts = dict.fromkeys(("day_first", "month_first", "either", "certain", "none"), 0)
    jumps = {"dmy": 0, "mdy": 0}
    before: dict[str, date] = {}
    for cell in cells:
        counts[_what_it_proves(cell)] += 1
        for order in jumps:
            found = read_date(cell, order)
            if found is not None:
                if order in before and abs((found.date() - before[order]).days) > 40:
                    jumps[order] += 1
                before[order] = found.date()
    return DateEvidence(**counts, steps_day_first=jumps["dmy"], steps_month_first=jumps["mdy"])


def _what_it_proves(cell: Cell) -> str:
    if isinstance(cell, str) and (found := _TWO.fullmatch(cell.strip()) or _COMPACT_DMY.fullmatch(cell.strip())):
        first, second = int(found["a"]), int(found["b"])
        if first > 12 >= second:
            return "day_first"
        if second > 12 >= first:
            return "month_first"
        return "either" if max(first, second) <= 12 else "none"
    return "none" if read_date(cell, "dmy") is None else "certain"


def read_date(cell: Cell, order: str = "dmy") -> datetime | None:
    """The moment in a cell, None when it is not one. Without a zone in the cell it is a wall clock (no ``tzinfo``)."""
    if isinstance(cell, datetime):
        return cell
    if isinstance(cell, date):
        return datetime.combine(cell, time())
    if isinstance(cell, float | int) and not isinstance(cell, bool):
        return _from_serial(float(cell)) or _from_text(str(int(cell)), order)
    return _from_text(cell.strip(), order) if isinstance(cell, str) and cell else None


def _from_text(text: str, order: str) -> datetime | None:
    if found := _YMD.fullmatch(text) or _COMPACT.fullmatch(text):
        return _moment(found, int(found["m"]), int(found["d"]))
    if found := _TWO.fullmatch(text) or _COMPACT_DMY.fullmatch(text):
        first, second = int(found["a"]), int(found["b"])
        return _moment(found, first, second) if order == "mdy" else _moment(found, second, first)
    if _SERIAL.fullmatch(text):
        return _from_serial(float(text.replace(",", ".")))
    folded = fold(text)
    if (found := _DAY_NAME.fullmatch(folded) or _NAME_DAY.fullmatch(folded)) and found["name"] in _MONTHS:
        return _moment(found, _MONTHS[found["name"]], int(found["d"]))
    return None


def _from_serial(number: float) -> datetime | None:
    if not _FIRST_SERIAL <= number <= _LAST_SERIAL:
        return None
    return _EXCEL_EPOCH + timedelta(days=int(number), seconds=round(number % 1 * 86_400))


def _moment(found: re.Match[str], month: int, day: int) -> datetime | None:
    parts = found.groupdict()
    year = int(parts["y"])
    if len(parts["y"]) == 2:
        year += 2000 if year < 70 else 1900
    hour = int(parts.get("h") or 0)
    if half := parts.get("ap"):
        hour = hour % 12 + (12 if half.lower().startswith("p") else 0)
    try:
        moment = datetime(year, month, day, hour, int(parts.get("mi") or 0), int(parts.get("s") or 0))  # noqa: DTZ001
        return moment.replace(tzinfo=_zone(parts.get("z")))
    except ValueError:
        return None


def _zone(text: str | None) -> timezone | None:
    if not text:
        return None
    if text[0] not in "+-":
        return UTC
    digits = text[1:].replace(":", "")
    offset = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return timezone(-offset if text[0] == "-" else offset)
