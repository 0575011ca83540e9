"""What is to be taken out: whom, in which order, which columns, as which file."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, Literal, TypeAlias

from fleuve.attributes import Node, Registry, parse, to_json
from fleuve.ui.tables import Sort

__all__ = ["ALL_COLUMNS", "FORMS", "USUAL_COLUMNS", "Form", "Wish", "columns_taken", "usual_sort"]

Form: TypeAlias = Literal["csv", "xlsx", "parquet"]
FORMS: Final[tuple[Form, ...]] = ("csv", "xlsx", "parquet")
ALL_COLUMNS: Final = "*"

# The columns of a list for which nobody chose any.
USUAL_COLUMNS: Final = (
    "name", "stage", "last_purchase_on", "usual_gap_days", "revenue_12_months", "value", "at_stake", "reach",
)  # fmt: skip

# Who it is stands first: without the number nobody could bring the file back.
_FIRST: Final = ("customer_number", "name")
# Cells of the list that stand for more than one attribute; beside every estimate its interval.
_STANDS_FOR: Final[Mapping[str, tuple[str, ...]]] = {
    "reach": ("may_phone", "may_email", "may_post"),
    "value": ("value", "value_low", "value_high"),
}


@dataclass(frozen=True)
class Wish:
    """A list to be taken out. ``with_refused``: contact details also of those who refuse to be contacted by them."""

    node: Node
    words: str
    sort: Sort
    columns: tuple[str, ...]
    form: Form
    with_refused: bool = False
    language: str = field(default="en", compare=False)

    def to_json(self) -> dict[str, Any]:
        """For a job that writes the file later."""
        return {
            "filter": to_json(self.node),
            "words": self.words,
            "sort": self.sort.text,
            "columns": list(self.columns),
            "form": self.form,
            "with_refused": self.with_refused,
            "language": self.language,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any], attributes: Registry) -> Wish:
        """What ``to_json`` kept; raises ``FilterError`` when it asks for what is there no more."""
        sort = str(kept["sort"])
        return cls(
            node=parse(kept["filter"], attributes),
            words=kept["words"],
            sort=Sort(sort.removeprefix("-"), sort.startswith("-")),
            columns=tuple(kept["columns"]),
            form=kept["form"],
            with_refused=kept["with_refused"],
            language=kept["language"],
        )

    @property
    def digest(self) -> str:
        """Tells two filters apart without keeping what they ask: words and values may be personal."""
        text = json.dumps([to_json(self.node), self.words], sort_keys=True, default=str)
        return hashlib.sha256(text.encode()).hexdigest()


def usual_sort(asked: str, words: str, shown: Sequence[str], attributes: Registry) -> Sort:
    """The order that is asked for when it may be seen; otherwise that in which a list opens."""
    if not asked.removeprefix("-") or attributes.find(asked.removeprefix("-")) is None:
        by_stake = not words and "at_stake" in shown and attributes.find("at_stake") is not None
        asked = "-at_stake" if by_stake else "name" if attributes.find("name") else "customer_number"
    return Sort(asked.removeprefix("-"), asked.startswith("-"))


def columns_taken(shown: Sequence[str], attributes: Registry) -> tuple[str, ...]:
    """The attributes of the file for the columns of a list, or of all: those that may be seen, each once."""
    asked = [one.key for one in attributes] if ALL_COLUMNS in shown else shown
    keys = [part for key in (*_FIRST, *asked) for part in _STANDS_FOR.get(key, (key,))]
    seen = {one.key for one in attributes}
    return tuple(key for key in dict.fromkeys(keys) if key in seen)
