"""Pure decisions about contact details: is this text an address that works, and is it the same as that one?"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import phonenumbers
from babel import Locale
from email_validator import EmailNotValidError, validate_email

from fleuve.kernel.search_text import fold

__all__ = [
    "Reading",
    "country_code",
    "identifier_hash",
    "new_choices",
    "pack_tags",
    "read_email",
    "read_phone",
    "read_post",
]

# The local parts that nearly everybody has; any other goes through the whole validation.
_PLAIN_LOCAL = re.compile(r"[A-Za-z0-9_+-]+(?:\.[A-Za-z0-9_+-]+)*")
_LONGEST_LOCAL, _LONGEST_ADDRESS = 64, 254
_COUNTRY_LANGUAGES = ("en", "fr", "de", "es", "it", "nl")
_OTHER_NAMES = {"eire": "IE", "rsa": "ZA", "usa": "US", "uk": "GB", "england": "GB", "channel islands": "JE"}


@dataclass(frozen=True)
class Reading:
    """A contact detail as understood: its normal form, or the code of the fault that makes it unusable."""

    normal: str = ""
    fault: str = ""

    @property
    def is_valid(self) -> bool:
        return not self.fault


def read_email(text: str) -> Reading:
    """``" Chloe@Example.FR "`` → ``chloe@example.fr``. Faults: ``empty``, ``not_an_address``.

    The local part is lower-cased too: no provider that people write to tells ``Chloe@`` from ``chloe@``, and two
    spellings of one mailbox must share one refusal.
    """
    text = text.strip()
    if not text:
        return Reading(fault="empty")
    local, _, domain = text.rpartition("@")
    if len(text) <= _LONGEST_ADDRESS and len(local) <= _LONGEST_LOCAL and _PLAIN_LOCAL.fullmatch(local):
        whole = _domain(domain)
        return Reading(normal=f"{local}@{whole}".lower()) if whole else Reading(fault="not_an_address")
    try:
        checked = validate_email(text, check_deliverability=False, test_environment=True)
    except EmailNotValidError:
        return Reading(fault="not_an_address")
    return Reading(normal=checked.normalized.lower())


@lru_cache(maxsize=65_536)
def _domain(domain: str) -> str:
    """The normal form of a mail domain, ``""`` when it is none: people share few of them, so each is checked once."""
    try:
        return validate_email(f"x@{domain}", check_deliverability=False, test_environment=True).domain
    except EmailNotValidError:
        return ""


def read_phone(text: str, country: str) -> Reading:
    """A number as E.164 (``06 12 34 56 78`` in ``FR`` → ``+33612345678``).

    ``country`` is an ISO 3166 code used when the number has no international prefix. Faults: ``empty``,
    ``not_a_number``, ``impossible_number``, ``country_needed``.
    """
    text = text.strip()
    if not text:
        return Reading(fault="empty")
    try:
        number = phonenumbers.parse(text, country or None)
    except phonenumbers.NumberParseException as error:
        needs_country = error.error_type == phonenumbers.NumberParseException.INVALID_COUNTRY_CODE and not country
        return Reading(fault="country_needed" if needs_country else "not_a_number")
    if not phonenumbers.is_valid_number(number):
        return Reading(fault="impossible_number")
    return Reading(normal=phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def read_post(street: str, postcode: str, city: str, country: str) -> Reading:
    """An address that a letter would reach: it needs a street and a town, or a street and a postcode.

    Faults: ``empty``, ``incomplete_address``.
    """
    parts = [fold(part) for part in (street, postcode, city, country)]
    if not any(parts):
        return Reading(fault="empty")
    if not parts[0] or not (parts[1] or parts[2]):
        return Reading(fault="incomplete_address")
    return Reading(normal=", ".join(part for part in parts if part))


def identifier_hash(channel: str, normal: str) -> str:
    """SHA-256 of a channel and a normal form: lets a refusal hold for every record with the same address."""
    return hashlib.sha256(f"{channel}:{normal}".encode()).hexdigest()


@lru_cache(maxsize=1)
def _country_names() -> dict[str, str]:
    names: dict[str, str] = {}
    for language in _COUNTRY_LANGUAGES:
        for code, name in Locale(language).territories.items():
            if len(code) == 2:
                names.setdefault(fold(name), code)
    return names | _OTHER_NAMES


@lru_cache(maxsize=4096)
def country_code(text: str) -> str:
    """ISO 3166 code of a country given by code or by its name in six languages; ``""`` when not recognised."""
    text = text.strip()
    if len(text) == 2 and text.isalpha() and text.upper() in phonenumbers.SUPPORTED_REGIONS:
        return text.upper()
    folded = fold(text)
    return _country_names().get(folded, "") if folded else ""


def pack_tags(ids: Iterable[int]) -> str:
    """How the list row keeps tags: ``"|12|15|"``, searched alike by every database."""
    kept = sorted(set(ids))
    return f"|{'|'.join(map(str, kept))}|" if kept else ""


def new_choices(before: Sequence[Mapping[str, Any]], labels: Iterable[str]) -> list[dict[str, Any]]:
    """The answers of a field after a change: known labels keep their key, missing ones are only marked as removed."""
    kept = [" ".join(label.split())[:80] for label in labels]
    wanted = {fold(label): label for label in kept if label and "|" not in label and ";" not in label}
    found: list[dict[str, Any]] = []
    known = {fold(str(one["label"])): one for one in before}
    keys = {str(one["key"]) for one in before}
    for folded, label in wanted.items():
        if folded in known:
            found.append({"key": known[folded]["key"], "label": label, "removed": False})
            continue
        key = _choice_key(label, keys)
        keys.add(key)
        found.append({"key": key, "label": label, "removed": False})
    gone = [one for folded, one in known.items() if folded not in wanted]
    return found + [{"key": one["key"], "label": one["label"], "removed": True} for one in gone]


def _choice_key(label: str, taken: set[str]) -> str:
    begin = re.sub(r"[^a-z0-9]+", "_", fold(label)).strip("_")[:36] or "answer"
    return next(key for key in (begin, *(f"{begin}_{number}" for number in range(2, 1000))) if key not in taken)
