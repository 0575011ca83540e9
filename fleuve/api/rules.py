"""Decisions of the API on plain values. The tables are in docs/rules/api.md."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from fleuve.kernel.principal import VERBS

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

__all__ = [
    "KEPT_FOR",
    "LONGEST_REPEAT_KEY",
    "REPEAT_KEY",
    "SCOPES",
    "TAKEN_OVER_AFTER",
    "Scope",
    "denied_by",
    "entity_tag",
    "held_scopes",
    "is_repeat_key",
    "version_in",
]

KEPT_FOR: Final = timedelta(hours=24)
"""How long an answer is given again to the same idempotency key."""
TAKEN_OVER_AFTER: Final = timedelta(seconds=60)
"""After which a request that never finished may be tried again: its work was undone with its process."""


@dataclass(frozen=True)
class Scope:
    """What a key may be allowed: a sentence for whoever ticks it, and the verbs that it leaves open."""

    label: StrOrPromise
    verbs: frozenset[str]


def _scope(label: StrOrPromise, *verbs: str) -> Scope:
    return Scope(label, frozenset(verbs))


SCOPES: Final[dict[str, Scope]] = {
    "customers:read": _scope(_("See customers, lists, tags, ties and the house’s fields"), "read"),
    "customers:write": _scope(_("Create, change, tag, tie and remove customers"), "read", "write", "assign", "bulk"),
    "contacts:read": _scope(_("See e-mail addresses, phone numbers and postal addresses"), "read", "personal"),
    "values:read": _scope(_("See purchases and values"), "read", "figures"),
    "notes:read": _scope(_("See notes and files"), "read"),
    "notes:write": _scope(_("Write notes and add files"), "read", "write"),
    "tasks:read": _scope(_("See tasks"), "read"),
    "tasks:write": _scope(_("Add, change and finish tasks"), "read", "write", "assign"),
    "alerts:read": _scope(_("See alerts"), "read"),
    "alerts:write": _scope(_("Assign, snooze and judge alerts"), "read", "write", "assign"),
    "imports:read": _scope(_("See imports"), "read"),
    "imports:write": _scope(_("Bring files in and undo them"), "read", "import"),
    "exports:read": _scope(_("Fetch lists that the key took out"), "read", "export"),
    "exports:write": _scope(_("Take lists of customers out as files"), "read", "export"),
    "fields:write": _scope(_("Make and change the house’s fields and tags"), "read", "configure"),
    "webhooks:read": _scope(_("See webhooks and their deliveries"), "read", "configure"),
    "webhooks:write": _scope(_("Add, change and remove webhooks"), "read", "configure"),
}
"""Every scope there is. ``x:write`` includes ``x:read``."""


def held_scopes(scopes: Iterable[str]) -> frozenset[str]:
    """The scopes of a key with those they include; what is no scope any more gives nothing."""
    known = {one for one in scopes if one in SCOPES}
    implied = {f"{one.partition(':')[0]}:read" for one in known}
    return frozenset(known | (implied & set(SCOPES)))


def denied_by(scopes: Iterable[str]) -> frozenset[str]:
    """The verbs that a key with these scopes does not get, whatever its person may do."""
    given: frozenset[str] = frozenset().union(*(SCOPES[one].verbs for one in held_scopes(scopes)))
    return VERBS - given


REPEAT_KEY: Final = "^[!-~]+$"
"""The signs of an ``Idempotency-Key``, as the document tells them: no space, nothing that a proxy would change."""
LONGEST_REPEAT_KEY: Final = 255


def is_repeat_key(text: str) -> bool:
    """Whether an ``Idempotency-Key`` is one as the document describes it."""
    return len(text) <= LONGEST_REPEAT_KEY and re.fullmatch(REPEAT_KEY.strip("^$"), text) is not None


_TAG: Final = re.compile(r'"(\d{1,9})"')


def entity_tag(version: int) -> str:
    """``3`` → ``"3"``: the version as a strong entity tag."""
    return f'"{version}"'


def version_in(header: str) -> int | None:
    """The version of one strong entity tag; nothing when it is anything else."""
    found = _TAG.fullmatch(header.strip())
    return int(found[1]) if found else None
