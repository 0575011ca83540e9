"""What the cells of each column look like, from a sample spread over the whole file."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from fleuve.imports.reading import Cell
from fleuve.imports.reading.dates import DateEvidence, date_evidence
from fleuve.imports.reading.numbers import DecimalEvidence, cell_text, currency_in, decimal_evidence, read_number

__all__ = ["ColumnProfile", "Sample", "profile_columns", "take_sample"]

_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")
_PHONE = re.compile(r"(?:\+|00)?[\d .()/\-]{8,20}")
_CODE = re.compile(r"[#A-Za-z]{0,6}[-/ ]?[\dA-Za-z]*\d[\dA-Za-z\-/.]*")
YES_NO: Final = frozenset(
    ["yes", "no", "y", "n", "true", "false", "oui", "non", "vrai", "faux", "1", "0", "o", "subscribed", "unsubscribed"]
)
_FIRST = 1000
_KEPT = 3000


@dataclass(frozen=True)
class Sample:
    """The first thousand rows and others evenly spread to the end, with the number of rows of the whole file."""

    rows: tuple[list[Cell], ...]
    total: int


@dataclass(frozen=True)
class ColumnProfile:
    """Counts over the sampled cells of one column; shares are of the cells that are not blank."""

    name: str
    position: int
    rows: int
    filled: int
    distinct: int
    numbers: int
    negatives: int
    emails: int
    phones: int
    codes: int
    yes_no: int
    spaced: int
    repeats: int  # cells equal to the one above
    dates: DateEvidence
    decimals: DecimalEvidence
    currency: str
    examples: tuple[str, ...]
    values: tuple[str, ...]  # the commonest texts, at most sixty
    all_texts: tuple[str, ...] = ()  # every distinct text of the sample

    def share(self, count: int) -> float:
        """``count`` as a share of the cells that are not blank."""
        return count / self.filled if self.filled else 0.0


def take_sample(rows: Iterable[tuple[int, list[Cell]]]) -> Sample:
    """Read all rows, keep a bounded sample: a stride that doubles whenever the sample is full."""
    first: list[list[Cell]] = []
    spread: list[list[Cell]] = []
    total, stride = 0, 1
    for total, (_, row) in enumerate(rows, start=1):
        if total <= _FIRST:
            first.append(row)
        elif total % stride == 0:
            spread.append(row)
            if len(spread) > _KEPT:
                spread, stride = spread[1::2], stride * 2
    return Sample((*first, *spread), total)


def profile_columns(columns: Sequence[str], sample: Sample) -> list[ColumnProfile]:
    """One profile per column, in order."""
    cells = list(zip(*sample.rows, strict=True)) if sample.rows else [()] * len(columns)
    return [_profile(name, position, cells[position]) for position, name in enumerate(columns)]


def _profile(name: str, position: int, cells: Sequence[Cell]) -> ColumnProfile:
    texts = [cell_text(cell) for cell in cells]
    filled = [text for text in texts if text]
    counts = Counter(filled)

    def how_many(pattern: re.Pattern[str]) -> int:
        return sum(count for text, count in counts.items() if pattern.fullmatch(text))

    decimals = decimal_evidence(text for text in filled[:2000] if any(sign in text for sign in ".,"))
    numbers = {text: read_number(text, decimals.sign or ".") for text in counts}
    return ColumnProfile(
        name=name,
        position=position,
        rows=len(texts),
        filled=len(filled),
        distinct=len(counts),
        numbers=sum(count for text, count in counts.items() if numbers[text] is not None),
        negatives=sum(count for text, count in counts.items() if (numbers[text] or 0) < 0),
        emails=how_many(_EMAIL),
        phones=sum(count for text, count in counts.items() if _looks_like_phone(text)),
        codes=how_many(_CODE),
        yes_no=sum(count for text, count in counts.items() if text.lower() in YES_NO),
        spaced=sum(count for text, count in counts.items() if " " in text),
        repeats=sum(1 for above, text in pairwise(texts) if text and above == text),
        dates=_dates(cells),
        decimals=decimals,
        currency=_currency(name, counts),
        examples=tuple(text[:80] for text in _examples(counts)),
        values=tuple(text[:80] for text, _ in counts.most_common(60)),
        all_texts=tuple(text[:80] for text in counts),
    )


def _looks_like_phone(text: str) -> bool:
    digits = sum(letter.isdigit() for letter in text)
    return _PHONE.fullmatch(text) is not None and 9 <= digits <= 15 and (text[0] in "+0(" or " " in text)


def _dates(cells: Sequence[Cell]) -> DateEvidence:
    """A few different cells first: a column without a date among them is none, and dates are slow to exclude."""
    filled = [cell for cell in cells if cell not in ("", None)]
    glance = date_evidence(list(dict.fromkeys(filled[:200]))[:12])
    return date_evidence(filled) if glance.dates > glance.none else glance


def _currency(name: str, counts: Counter[str]) -> str:
    found = Counter(currency_in(text) for text, _ in counts.most_common(50))
    found.pop("", None)
    return found.most_common(1)[0][0] if found else currency_in(name)


def _examples(counts: Counter[str]) -> list[str]:
    """Three values as different as the column allows: the commonest, then ones of other lengths."""
    common = [text for text, _ in counts.most_common(40)]
    chosen = common[:1]
    for text in sorted(common[1:], key=lambda text: -abs(len(text) - len(common[0]))):
        if len(chosen) < 3:
            chosen.append(text)
    return chosen
