"""From an import's stored mapping and answers to the plan by which its rows are read."""

from __future__ import annotations

from collections.abc import Mapping as Dictionary
from dataclasses import replace
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from fleuve.accounts.models import Organisation
from fleuve.imports.converting.plan import Answers, Plan
from fleuve.imports.errors import UnknownColumn
from fleuve.imports.mapping.fields import DETAIL_FIELDS, OWN, PRODUCT_FIELDS, RULED_FIELDS, Mapping
from fleuve.imports.models import Import
from fleuve.imports.rules import MATCH_KEYS, Handling, Rule, rules_for
from fleuve.imports.wording import sentence

__all__ = [
    "effective_answers",
    "fields_chosen",
    "handling_of",
    "home_currency",
    "match_keys_of",
    "named_rules",
    "open_questions",
    "plan_of",
    "proposals",
    "ruled_fields_of",
]


def effective_answers(row: Import) -> dict[str, str]:
    """Each question's answer: a person's, else what the file tells or proposes. Blank: nobody knows."""
    given = {key: str(value) for key, value in row.answers.items()}
    return {question["key"]: question["value"] for question in row.questions} | given


def open_questions(row: Import) -> list[str]:
    """Keys of the questions that must be answered before anything is imported."""
    answers = effective_answers(row)
    return [
        question["key"]
        for question in row.questions
        if not question["told"] and not question["optional"] and not _is_answered(question, answers, row.answers)
    ]


def proposals(row: Import) -> dict[str, str]:
    """What is proposed for the questions that are still open."""
    unanswered = open_questions(row)
    return {question["key"]: question["value"] for question in row.questions if question["key"] in unanswered}


def fields_chosen(row: Import, chosen: Dictionary[str, str] | None) -> list[str]:
    """Each column's field: as ``chosen`` by its name, else as guessed, unless another column was chosen for that."""
    guessed = Mapping.from_json(row.mapping or {"fields": []}).fields
    given = chosen or {}
    names = [column["name"] for column in row.columns]
    return [
        given.get(name, "" if field in given.values() else field) for name, field in zip(names, guessed, strict=True)
    ]


def _is_answered(question: dict[str, Any], answers: dict[str, str], given: dict[str, Any]) -> bool:
    key = question["key"]
    if key == "vat":  # unanswered is an answer: the page *What I understood* says so and asks again
        return True
    if key in ("date_order", "decimal"):  # a proposal is no proof: the person must have looked at it
        return key in given
    return bool(answers.get(key))


def home_currency(row: Import, organisation: Organisation) -> str:
    """The reporting currency: the organisation's, else the file's, which becomes it."""
    return organisation.currency or effective_answers(row).get("currency") or "EUR"


def plan_of(row: Import, organisation: Organisation, now: datetime) -> Plan:
    """The plan of an import whose mapping is settled."""
    answers = effective_answers(row)
    home = home_currency(row, organisation)
    returns = answers.get("returns", "")
    prefix = returns.removeprefix("prefix:").rstrip("+") if returns.startswith("prefix:") else ""
    return Plan(
        mapping=Mapping.from_json(row.mapping or {"fields": []}),
        answers=Answers(
            date_order=answers.get("date_order") or "dmy",
            decimal=answers.get("decimal") or ".",
            currency=answers.get("currency") or home,
            credit_prefix=prefix,
            credits_are_positive=returns.endswith("+"),
            accepts_large_amounts=answers.get("large_amounts") == "accept",
            rates=_rates(answers),
        ),
        home_currency=home,
        zone=organisation.zone,
        today=organisation.today(now),
    )


def handling_of(row: Import) -> Handling:
    """What the file may change; purchases always bring their customers, whatever was chosen for a list of them."""
    handling = Handling.from_json(row.handling or {})
    mapping = Mapping.from_json(row.mapping or {"fields": []})
    return replace(handling, creates=True) if mapping.has_purchases else handling


def ruled_fields_of(row: Import) -> dict[str, str]:
    """The columns for which a rule may be given: their fields, with the names that the file gives them."""
    mapping = Mapping.from_json(row.mapping or {"fields": []})
    names = [column["name"] for column in row.columns]
    ruled = PRODUCT_FIELDS if mapping.shape == "product" else DETAIL_FIELDS
    return {
        field: name
        for field, name in zip(mapping.fields, names, strict=True)
        if (field in RULED_FIELDS and field in ruled) or field.startswith(OWN)
    }


def named_rules(row: Import, handling: Handling) -> Handling:
    """The handling with its rules by field, where they were given by the names of columns.

    Raises ``UnknownColumn`` for a rule that no column can have and for a key that no column tells.
    """
    ruled = ruled_fields_of(row)
    by_name = {name.casefold(): field for field, name in ruled.items()} | {field: field for field in ruled}
    rules: dict[str, Rule] = {}
    for name, rule in handling.rules.items():
        if name not in by_name and name.casefold() not in by_name:
            raise UnknownColumn(sentence("rule_of_nothing", {"name": name}), name=name)
        field = by_name.get(name) or by_name[name.casefold()]
        if rule not in rules_for(field):
            raise UnknownColumn(sentence("rule_of_address", {"name": name}), name=name)
        rules[field] = rule
    for key in handling.match:
        if key not in match_keys_of(Mapping.from_json(row.mapping or {"fields": []})):
            raise UnknownColumn(sentence("key_of_nothing", {"name": key}), name=key)
    return replace(handling, rules=rules)


def match_keys_of(mapping: Mapping) -> list[str]:
    """The keys that the columns of a file can be compared by."""
    if mapping.shape == "product":
        return []
    has_name = mapping.has("company", "customer_name", "last_name")
    return [
        key
        for key in MATCH_KEYS
        if mapping.has(key) or (key == "name_postcode" and has_name and mapping.has("postcode"))
    ]


def _rates(answers: dict[str, str]) -> dict[str, Decimal]:
    rates = {}
    for key, value in answers.items():
        if key.startswith("rate:") and value:
            try:
                rates[key.removeprefix("rate:")] = Decimal(value.replace(",", "."))
            except InvalidOperation:
                continue
    return rates
