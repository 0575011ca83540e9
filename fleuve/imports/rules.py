"""What a file may change: the rule of each column, whom its customers are compared with, and what follows from both.

Pure decisions; the worked tables are in docs/rules/imports.md, *What a file may change* and *Somebody who is there
already*.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, Self

__all__ = [
    "ADDED_FIELDS",
    "MATCH_KEYS",
    "RULES",
    "Handling",
    "Matched",
    "Outcome",
    "Rule",
    "Verdict",
    "is_blank",
    "judge",
    "match",
    "rules_for",
]

Rule = Literal["update", "fill", "win", "never"]
Outcome = Literal["same", "filled", "updated", "won", "below", "left"]

RULES: Final[tuple[Rule, ...]] = ("update", "fill", "win", "never")
ADDED_FIELDS: Final = ("email", "phone")  # one may have several: a new one is added, and replaces none
MATCH_KEYS: Final = ("customer_number", "email", "phone", "legal_id", "vat_number", "name_postcode")

_UNTOLD: Final = frozenset(["", "unknown"])  # a kind that no source told is stored as "unknown"


def rules_for(field: str) -> tuple[Rule, ...]:
    """The rules that a field may have."""
    return tuple(rule for rule in RULES if rule != "win" or field not in ADDED_FIELDS)


@dataclass(frozen=True)
class Handling:
    """How one file is handled: a rule per field (without one: ``update``), keys in the order in which they are asked.

    ``creates`` and ``updates`` say whether customers, or products, that are new or that are there already are taken.
    """

    rules: Mapping[str, Rule] = field(default_factory=dict)
    match: tuple[str, ...] = ()
    creates: bool = True
    updates: bool = True

    def rule(self, *fields: str) -> Rule:
        """The rule of the first of these fields that has one."""
        return next((self.rules[name] for name in fields if name in self.rules), "update")

    def to_json(self) -> dict[str, Any]:
        """Plain texts and lists."""
        return {
            "rules": dict(self.rules),
            "match": list(self.match),
            "creates": self.creates,
            "updates": self.updates,
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """The handling that ``to_json`` wrote; an empty one is the default."""
        rules = {name: rule for name, rule in data.get("rules", {}).items() if rule in RULES}
        keys = tuple(key for key in data.get("match", ()) if key in MATCH_KEYS)
        return cls(rules, keys, bool(data.get("creates", True)), bool(data.get("updates", True)))


@dataclass(frozen=True)
class Verdict:
    """What becomes of one value: ``writes`` it into the source's record, ``clears`` what a person typed above it."""

    outcome: Outcome
    writes: bool = False
    clears: bool = False


_SAME, _LEFT = Verdict("same"), Verdict("left")


def is_blank(value: object) -> bool:
    """Whether a stored value says nothing."""
    return value is None or (isinstance(value, str) and value in _UNTOLD)


def judge(rule: Rule, *, stored: object, told: object, above: object = "", is_first: bool = True) -> Verdict:
    """Weigh what a file tells against the source's own value and what a person typed above it.

    A blank cell says nothing and changes nothing. Of several rows about one customer the first decides; the later ones
    (``is_first`` false) only fill what is blank.
    """
    if is_blank(told) or rule == "never":
        return _SAME
    if not is_first:
        return Verdict("filled", writes=True) if is_blank(stored) else _SAME
    clears = rule == "win" and not is_blank(above) and above != told
    if told == stored:
        return Verdict("won", clears=True) if clears else _SAME
    if rule == "fill" and not is_blank(stored):
        return _LEFT
    if clears:
        return Verdict("won", writes=True, clears=True)
    if not is_blank(above) and above != told:
        return Verdict("below", writes=True)
    return Verdict("filled" if is_blank(stored) else "updated", writes=True)


@dataclass(frozen=True)
class Matched:
    """Whom a customer of the file was found to be: one party by ``key``, several to choose from, or nobody."""

    key: str = ""
    party: int | None = None
    choices: tuple[int, ...] = ()

    @property
    def is_ambiguous(self) -> bool:
        """Whether a person has to decide."""
        return bool(self.choices)


def match(keys: Sequence[str], found: Mapping[str, Sequence[int]]) -> Matched:
    """The first key that finds exactly one party decides; where keys find only several, a person does."""
    several: dict[int, None] = {}
    first = ""
    for key in keys:
        parties = tuple(dict.fromkeys(found.get(key, ())))
        if len(parties) == 1:
            return Matched(key, parties[0])
        if parties:
            first = first or key
            several.update(dict.fromkeys(parties))
    return Matched(first, None, tuple(several)) if several else Matched()
