"""What an import would do to customers and products that are there: counted by the dry run, nothing written.

It weighs with the very functions that the import writes with. Rows are compared with what is stored now: a value that
two rows of one file change counts for each.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from fleuve.imports.bulk import chunks
from fleuve.imports.converting.facts import DetailFact, Facts, ProductFact
from fleuve.imports.mapping.fields import Mapping
from fleuve.imports.models import Import
from fleuve.imports.planning import effective_answers, handling_of
from fleuve.imports.rules import Handling, Verdict
from fleuve.imports.writing.above import read_above
from fleuve.imports.writing.contacts import checked_contacts
from fleuve.imports.writing.known import parties_of_records, rules_of, stored_records, verdicts_of
from fleuve.imports.writing.matching import Matcher, matcher_of
from fleuve.imports.writing.products_file import product_verdicts, stored_products
from fleuve.parties.models import Record

__all__ = ["Effects"]


@dataclass
class Effects:
    """Counts by batch; ``to_json`` at the end."""

    row: Import
    mapping: Mapping
    handling: Handling
    matcher: Matcher | None
    country: str
    new: int = 0
    there: int = 0
    changed: int = 0
    matched: Counter[str] = field(default_factory=Counter)
    ambiguous: int = 0
    left_out: int = 0
    columns: dict[str, Counter[str]] = field(default_factory=dict)
    _met: set[str] = field(default_factory=set)

    @classmethod
    def of(cls, row: Import) -> Effects:
        """The effects of an import whose mapping is settled."""
        mapping, handling = Mapping.from_json(row.mapping or {"fields": []}), handling_of(row)
        country = effective_answers(row).get("country", "")
        return cls(row, mapping, handling, matcher_of(mapping, handling, row.pk or 0), country)

    def add(self, facts: Facts) -> None:
        """Weigh a batch against the base."""
        self._add_customers(facts.details)
        self._add_products(facts.products)

    def to_json(self) -> dict[str, Any]:
        """The counts, as they are stored with the check."""
        return {
            "new": self.new,
            "there": self.there,
            "changed": self.changed,
            "matched": dict(self.matched),
            "ambiguous": self.ambiguous,
            "left_out": self.left_out,
            "columns": {name: dict(counts) for name, counts in self.columns.items()},
        }

    def _add_customers(self, details: Sequence[DetailFact]) -> None:
        if not details:
            return
        known = self._known({detail.customer for detail in details})
        fresh = {one.customer: one for one in reversed(details) if one.customer not in known}
        self._add_new([one for one in fresh.values() if one.customer not in self._met])
        self._weigh([one for one in details if one.customer in known], known)
        self._met.update(detail.customer for detail in details)

    def _known(self, customers: set[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        source = self.row.source_id
        for part in chunks(sorted(customers)) if source is not None else ():
            rows = Record.objects.filter(source_id=source or 0, external_id__in=part)
            found.update(rows.values_list("external_id", "id"))
        return found

    def _add_new(self, details: Sequence[DetailFact]) -> None:
        if self.matcher is None:
            self._count_new(len(details))
            return
        found = self.matcher.find(details, checked_contacts(self.country, details))
        for matched in found.values():
            if matched.party is not None:
                self.matched[matched.key] += 1
                continue
            self.ambiguous += matched.is_ambiguous
            self._count_new(1)

    def _count_new(self, count: int) -> None:
        if self.handling.creates:
            self.new += count
        else:
            self.left_out += count

    def _weigh(self, details: Sequence[DetailFact], known: dict[str, int]) -> None:
        stored = stored_records(sorted({known[one.customer] for one in details}))
        parties = parties_of_records(sorted(stored))
        above = read_above(parties.values())
        rules = rules_of(self.handling)
        changed: set[str] = set()
        for detail in details:
            self.there += detail.customer not in self._met and detail.is_first
            row = stored[known[detail.customer]]
            _said, verdicts = verdicts_of(row, detail, rules, above.get(parties.get(row["id"], 0)))
            if self._count(verdicts):
                changed.add(detail.customer)
        self.changed += len(changed - self._met)

    def _add_products(self, facts: Sequence[ProductFact]) -> None:
        stored = stored_products(self.row.source_id or 0, sorted({fact.code for fact in facts}))
        for fact in facts:
            if fact.code not in stored:
                self._count_new(int(fact.is_first))
                continue
            self.there += fact.is_first
            self.changed += self._count(product_verdicts(stored[fact.code], fact, self.handling)) and fact.is_first

    def _count(self, verdicts: dict[str, Verdict]) -> bool:
        for name, verdict in verdicts.items():
            if verdict.outcome != "same":
                self.columns.setdefault(name, Counter())[verdict.outcome] += 1
        return any(verdict.writes or verdict.clears for verdict in verdicts.values())
