"""What the code and name of a line stand for: a product, or postage, a fee, a discount, a voucher…

The name speaks first, because codes differ from shop to shop. A name is a service when, numbers and small words put
aside, nothing is left but service words; one or two words more are accepted where the language puts them beside its
head: before it in English ("DOTCOM POSTAGE"), after it in French ("Livraison Colissimo"). So "FRENCH CARRIAGE LANTERN",
"Gift voucher holder" and "Porte-carte cadeau" stay products. The code decides only where the name is silent.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from fleuve.kernel.search_text import fold
from fleuve.touchpoints.rules.product_words import (
    ARTICLE_NAME_KINDS,
    CODES,
    ENGLISH_HEADS,
    FRENCH_HEADS,
    FRENCH_WEAK_HEADS,
    PHRASES,
    SMALL_WORDS,
    WHOLE_NAMES,
)

__all__ = ["product_kind"]

_WORD = re.compile(r"[^\W\d_]+")
_GIFT_CODE = re.compile(r"gift[_\- ]?\d+|(gift|carte|bon|gc|evoucher)[_\- ]?(card|cadeau|voucher)s?(?![a-z])")
# Five digits in a row or a bar code: an article number, whose name may have been overwritten by a stock keeper's note.
_ARTICLE_NUMBER: Final = re.compile(r"\d{5}")


@lru_cache(maxsize=65_536)
def product_kind(code: str, name: str) -> str:
    """The ``ProductKind`` value that a line's code and name stand for; ``"product"`` when in doubt.

    >>> product_kind("DOT", "DOTCOM POSTAGE"), product_kind("PADS", "PADS TO MATCH ALL CUSHIONS")
    ('postage', 'product')
    """
    code_folded, words = fold(code).strip(), _words(name)
    told = _kind_of_name(words)
    if _ARTICLE_NUMBER.search(code_folded):
        return told if told in ARTICLE_NAME_KINDS else "product"
    if told:
        return told
    if _GIFT_CODE.match(code_folded):
        return "voucher"
    return _kind_of_code(code_folded, has_name=bool(words))


def _words(name: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(fold(name)))


def _kind_of_code(code: str, *, has_name: bool) -> str:
    kind = CODES.get(re.sub(r"[^a-z0-9]", "", code), "product")
    # A short code beside a real name is somebody's size or series ("S", "PORT"), not a service.
    return "product" if has_name and len(code) < 5 else kind


def _kind_of_name(words: tuple[str, ...]) -> str:
    meaning = tuple(word for word in words if word not in SMALL_WORDS) or words
    whole = WHOLE_NAMES.get(" ".join(words)) or WHOLE_NAMES.get(" ".join(meaning))
    return (
        whole
        or _kind_of_phrase(words)
        or _headed(meaning, ENGLISH_HEADS, last=True, most_others=1)
        or _headed(meaning, FRENCH_HEADS, last=False, most_others=3)
        or _headed(meaning, FRENCH_WEAK_HEADS, last=False, most_others=1)
    )


def _kind_of_phrase(words: tuple[str, ...]) -> str:
    for phrase, kind in PHRASES:
        rest = _without(words, phrase)
        if rest is not None and all(word in SMALL_WORDS for word in rest):
            return kind
    return ""


def _headed(words: tuple[str, ...], heads: dict[tuple[str, ...], str], *, last: bool, most_others: int) -> str:
    """The kind whose head ends (English) or opens (French) the name, if few enough other words stand beside it."""
    for length in (3, 2, 1):
        head = words[-length:] if last else words[:length]
        if len(head) == length and head in heads and len(words) - length <= most_others:
            return heads[head]
    return ""


def _without(words: tuple[str, ...], phrase: tuple[str, ...]) -> tuple[str, ...] | None:
    size = len(phrase)
    for start in range(len(words) - size + 1):
        if words[start : start + size] == phrase:
            return words[:start] + words[start + size :]
    return None
