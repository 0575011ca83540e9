"""How names and numbers out of files are said on a page."""

from __future__ import annotations

from functools import lru_cache

import phonenumbers

__all__ = ["dialled", "spoken"]


def spoken(name: str) -> str:
    """The name without the shouting: tills of old write every product in capitals. A code stays as it is."""
    return name.capitalize() if name.isupper() and " " in name else name


@lru_cache(maxsize=4096)
def dialled(phone: str) -> str:
    """A telephone number in the groups of its country; as it was told when it cannot be read."""
    try:
        number = phonenumbers.parse(phone, None)
    except phonenumbers.NumberParseException:
        return phone
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
