"""Words as they are searched: what a text becomes, what a query asks, and which words are one slip apart.

No database here. The text of a document is ``kind^ title words \\n other words``, all folded, one space around each
word, so that

* ``" li"`` finds words that *begin* with li, and is long enough for an index of three letters;
* ``"^ je"`` finds titles that begin with je;
* everything before the line break teaches the spelling, everything behind it does not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from typing import Final

from fleuve.kernel.search_text import fold

__all__ = [
    "LONGEST_WORD",
    "MOST_WORDS",
    "SHORTEST_WORD",
    "Asked",
    "asked_of",
    "document_text",
    "is_one_slip",
    "kind_mark",
    "nearest",
    "slip_keys",
    "taught_words",
    "trigrams",
    "words_of",
]

MOST_WORDS: Final = 6
SHORTEST_WORD: Final = 4  # a shorter word is one slip from too many others
LONGEST_WORD: Final = 24
_MOST_TEXT: Final = 20_000
_MOST_QUERY: Final = 400
_WORD: Final = re.compile(r"[^\W_]+")
_NUMBER: Final = re.compile(r"[\d\s+().\-/]+")
_SHORTEST_NUMBER: Final = 4


@dataclass(frozen=True)
class Asked:
    """A query read: the words that must begin some word of the text, and digits that may stand inside a number."""

    words: tuple[str, ...] = ()
    digits: str = ""

    def __bool__(self) -> bool:
        return bool(self.words or self.digits)


def words_of(text: str) -> list[str]:
    """Folded words: letters and digits; everything else parts them. ``"Dupont & Fils"`` → ``["dupont", "fils"]``."""
    return _WORD.findall(fold(text))


def document_text(kind: str, title: str, names: str = "", body: str = "") -> str:
    """What the index holds of a document; ``body`` is cut at 20,000 letters and teaches no spelling."""
    head = " ".join(_head(words_of(title), words_of(names)))
    rest = " ".join(words_of(body[:_MOST_TEXT]))
    return f"{kind_mark(kind)} {head} \n {rest} "


def _head(title: list[str], names: list[str]) -> Iterable[str]:
    """The title as it is, then the words that it has not: who searches for a name has its title already."""
    return [*title, *dict.fromkeys(name for name in names if name not in title)]


def kind_mark(kind: str) -> str:
    """The letters with which every text of a kind begins."""
    return f"{kind.replace('_', '')}^"


def taught_words(text: str) -> list[str]:
    """The words of a document's text that teach the spelling: of its head, 4 to 24 letters, no digits; in order."""
    head = text.partition("\n")[0].partition("^")[2]
    return [word for word in head.split() if SHORTEST_WORD <= len(word) <= LONGEST_WORD and word.isalpha()]


def asked_of(query: str) -> Asked:
    """Read what a person typed; at most six words, the rest is left out.

    Digits with the signs of phone numbers between them are one number: ``06 12 34`` asks for ``61234`` anywhere in a
    number, because the leading zeros of home numbers and of international calls are not part of the number itself.
    """
    short = query[:_MOST_QUERY]
    if _NUMBER.fullmatch(short):
        digits = "".join(words_of(short)).lstrip("0")
        if digits.isdecimal() and len(digits) >= _SHORTEST_NUMBER:
            return Asked(digits=digits)
    return Asked(words=tuple(dict.fromkeys(words_of(short)))[:MOST_WORDS])


def trigrams(phrase: str) -> list[str]:
    """Every run of three letters, once each; none of a shorter phrase."""
    return list(dict.fromkeys(phrase[start : start + 3] for start in range(len(phrase) - 2)))


def slip_keys(word: str) -> list[int]:
    """The word and all its one-letter deletions, each as a signed 64-bit number.

    Two words within one slip of each other always share a key: a dropped letter is a deletion of the other word, a
    replaced one and a swap of neighbours leave the same rest when each word loses one letter.
    """
    spellings = {word, *_deletions(word)}
    return sorted(
        int.from_bytes(blake2b(one.encode(), digest_size=8).digest(), "big", signed=True) for one in spellings
    )


def _deletions(word: str) -> Iterator[str]:
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


def is_one_slip(typed: str, meant: str) -> bool:
    """Whether one letter inserted, dropped, replaced, or swapped with its neighbour makes one word of the other."""
    if abs(len(typed) - len(meant)) > 1:
        return False
    start = _same_start(typed, meant)
    a, b = typed[start:], meant[start:]
    if len(a) == len(b):
        return a[1:] == b[1:] or (a[:2] == b[1::-1] and a[2:] == b[2:])
    longer, shorter = (a, b) if len(a) > len(b) else (b, a)
    return longer[1:] == shorter


def _same_start(one: str, other: str) -> int:
    for place, (a, b) in enumerate(zip(one, other, strict=False)):
        if a != b:
            return place
    return min(len(one), len(other))


def nearest(typed: str, uses: Iterable[tuple[str, int]], most: int) -> Sequence[str]:
    """Of words with their uses, those one slip from ``typed``, the most used first."""
    close = {word: count for word, count in uses if word != typed and is_one_slip(typed, word)}
    return sorted(close, key=lambda word: (-close[word], word))[:most]
