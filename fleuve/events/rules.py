"""Decisions about events on plain values: what their data may hold, and what a seal covers."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any, Final

__all__ = ["canonical", "check_data", "seal_digest", "values_digest"]

# Identifiers, codes, keys of fields, days, months, digests: never a name, an address, a number to call or a sentence.
_CODE: Final = re.compile(r"[\w.:/+-]{0,80}", re.ASCII)


def check_data(data: Mapping[str, Any]) -> None:
    """Raise ``ValueError`` when event data could hold personal data: only integers, truth values and codes pass.

    What a person wrote or is called belongs in the erasable values. Fractions are refused because the two databases
    do not spell them alike, and a seal covers the spelling: give basis points or minor units.
    """
    for key, value in data.items():
        _check(key, value)


def _check(key: str, value: Any) -> None:
    if value is None or isinstance(value, bool | int):
        return
    if isinstance(value, str) and _CODE.fullmatch(value):
        return
    if isinstance(value, list | tuple):
        for part in value:
            _check(key, part)
    elif isinstance(value, Mapping):
        check_data(value)
    else:
        raise ValueError(
            f"event data {key!r} holds {type(value).__name__} that is no identifier, whole number or code: "
            "put what a person wrote or is called into values="
        )


def canonical(value: Any) -> bytes:
    """One spelling of a JSON value: keys sorted, no spaces, UTF-8."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def values_digest(salt: str, values: Mapping[str, Any]) -> str:
    """What the event keeps of its erasable values: proof while they exist, noise once the salt is erased with them."""
    return hashlib.sha256(salt.encode() + canonical(values)).hexdigest()


def seal_digest(previous: str, rows: Iterable[Any]) -> str:
    """The link of the chain: sha256 over the previous link and the canonical rows, each with its length before it."""
    digest = hashlib.sha256(previous.encode())
    for row in rows:
        line = canonical(row)
        digest.update(b"%d:" % len(line))
        digest.update(line)
    return digest.hexdigest()
