"""Names that files give to their columns, and the field that each stands for.

The names are data (``column_names.txt``); here a header is brought to their form and looked up. Content confirms or
corrects what the name says (``imports.mapping``).
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Final

from fleuve.kernel.search_text import fold

__all__ = ["field_named", "known_names", "normal_name"]

_FILE: Final = Path(__file__).with_name("column_names.txt")
_SPLIT_CAMEL = re.compile(r"(?<=[a-z])(?=[A-Z])")
_SIGNS = re.compile(r"[^0-9a-z]+")
_MAIL = re.compile(r"\be mail")
_UNITS = re.compile(r" (?:eur|euros|gbp|usd|en euros)$")


def _one_mail(name: str) -> str:
    """``e mail`` and ``email`` are one word, whatever a hyphen made of it."""
    return _MAIL.sub("email", name)


def _read_names() -> dict[str, str]:
    text = "\n".join(line for line in _FILE.read_text(encoding="utf-8").splitlines() if not line.startswith("#"))
    names: dict[str, str] = {}
    for section in text.split("[")[1:]:
        field, _, listed = section.partition("]")
        for name in listed.split(","):
            names.setdefault(_one_mail(" ".join(name.split())), field)
    return names


_FIELDS: Final = _read_names()


@lru_cache(maxsize=4096)
def normal_name(header: str) -> str:
    """``"N° de Facture"`` → ``"n de facture"``; ``"UnitPrice"`` → ``"unit price"``; ``"Total (€)"`` → ``"total"``."""
    spaced = _SPLIT_CAMEL.sub(" ", header.replace("°", " ").replace("º", " "))
    return _one_mail(_UNITS.sub("", _SIGNS.sub(" ", fold(spaced)).strip()))


def field_named(header: str) -> tuple[str, bool]:
    """The field that a header names and whether the name is exactly a known one; ``("", False)`` when it says nothing.

    A name inside brackets or after a dash is tried too (``Montant (HT)``), then the header without its first word or
    its last, so that a merged header ``Client / Numéro`` and ``Billing Phone number`` are still understood.
    """
    name = normal_name(header)
    # Shops tell each detail twice, for the bill and for the parcel: the bill's is the customer's.
    of_bill = _FIELDS.get(name.removesuffix(" billing").removesuffix(" facturation"))
    if field := of_bill or _FIELDS.get(name.replace(" ", "")):
        return field, True
    words = name.split()
    for shorter in (words[1:], words[:-1], words[-2:], words[:2]):
        if len(shorter) >= 1 and len(words) <= 6 and (field := _FIELDS.get(" ".join(shorter))):
            return field, False
    return "", False


def known_names(cells: list[str]) -> int:
    """How many cells of a row are exactly known column names."""
    return sum(1 for cell in cells if len(cell) <= 60 and field_named(cell)[1])
