"""The forms of an import: bring a file, confirm its columns, answer what it does not tell."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.forms.utils import flatatt
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _

from fleuve.accounts.places import currency_choices
from fleuve.imports.mapping.fields import GROUPS, SHAPES
from fleuve.imports.mapping.own_fields import own_field_labels
from fleuve.imports.models import Import
from fleuve.imports.planning import effective_answers
from fleuve.imports.wording import (
    COUNTRY_CHOICES,
    FIELD_GROUP_LABELS,
    FIELD_LABELS,
    QUESTION_LABELS,
    SHAPE_LABELS,
    question_help,
)

__all__ = ["ColumnRow", "ColumnsForm", "UploadForm"]

_PERCENTAGES = ("answer_margin", "answer_vat_rate")
_LARGEST_RATE = 1_000_000


class UploadForm(forms.Form):
    """One file."""

    file = forms.FileField(
        label=_("File"),
        help_text=_("CSV or Excel (.xlsx), at most 200 MB. The file stays on this computer."),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,.tsv,.txt,.xlsx", "data-drop": ""}),
        error_messages={"empty": _("This file is empty. Export it again from the program that made it.")},
    )


class FieldSelect(forms.Select):
    """A list of fields whose options are rendered once for all columns: a shop's export has seventy of them."""

    def __init__(self, rendered: str) -> None:
        super().__init__()
        self._options = rendered[rendered.index(">") + 1 :].replace(" selected", "")

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        """The shared options with one of them chosen."""
        chosen = format_html('value="{}"', value or "")
        options = self._options.replace(chosen, f"{chosen} selected", 1)
        attributes = flatatt({**(attrs or {}), "name": name})
        return mark_safe(f"<select{attributes}>{options}")  # rendered by Django above, its texts escaped


@dataclass(frozen=True)
class ColumnRow:
    """A column of the file beside the field chosen for it."""

    name: str
    examples: tuple[str, ...]
    confidence: float
    field: forms.BoundField

    @property
    def is_unsure(self) -> bool:
        """Whether a person should look twice."""
        return 0 < self.confidence < 0.75


class ColumnsForm(forms.Form):
    """A choice per column, what a row is, where the file comes from, and the open questions.

    Fields are made from the import: ``column_3`` for its fourth column, ``answer_vat`` for a question.
    """

    shape = forms.ChoiceField(
        label=_("Each row of the file is"),
        choices=[(shape, SHAPE_LABELS[shape]) for shape in SHAPES],
        widget=forms.RadioSelect,
    )
    source = forms.CharField(
        label=_("Where does this file come from?"),
        max_length=120,
        help_text=_("Your shop, your accounting program… The next file from there is read the same way."),
    )

    def __init__(self, row: Import, source: str, data: Any = None) -> None:
        mapping = row.mapping or {"fields": [], "shape": "line"}
        super().__init__(data, initial={"shape": mapping.get("shape"), "source": source})
        self._import = row
        choices = _field_choices()
        options = str(forms.Select(choices=choices).render("", ""))
        for position, field in enumerate(mapping["fields"]):
            label = row.columns[position]["name"]
            column = forms.ChoiceField(
                choices=choices, required=False, label=label, initial=field, widget=FieldSelect(options)
            )
            self.fields[f"column_{position}"] = column
        answers = effective_answers(row)
        for question in row.questions:
            for name, answer in _answer_fields(question, answers.get(question["key"], "")):
                self.fields[name] = answer

    def column_rows(self) -> Iterator[ColumnRow]:
        """The columns in file order."""
        for position, column in enumerate(self._import.columns):
            yield ColumnRow(
                name=column["name"],
                examples=tuple(column["examples"]),
                confidence=column["confidence"],
                field=self[f"column_{position}"],
            )

    def questions(self, *, told: bool) -> Iterator[forms.BoundField]:
        """The fields of the questions that the file answers, or of those that it leaves open."""
        for question in self._import.questions:
            if question["told"] == told:
                for name, _field in _answer_fields(question, ""):
                    yield self[name]

    def chosen_fields(self) -> list[str]:
        """The field of each column; blank for those without use."""
        return [self.cleaned_data[f"column_{position}"] for position in range(len(self._import.columns))]

    def answers(self) -> dict[str, str]:
        """Answers as they are stored. Told ones that were left alone are left out, so that they follow the file."""
        given = dict(self._import.answers)
        before = effective_answers(self._import)
        for question in self._import.questions:
            key = question["key"]
            value = _joined(key, self.cleaned_data)
            if key == "returns":
                value = _with_sign(value, question)
            if not question["told"] or value != before.get(key):
                given[key] = value
        return given

    def clean(self) -> dict[str, Any]:
        """No field twice, rates and percentages are numbers."""
        data = super().clean() or {}
        seen: dict[str, str] = {}
        for position in range(len(self._import.columns)):
            name = f"column_{position}"
            field = data.get(name)
            if field and field in seen:
                self.add_error(name, _("Another column already stands for this. Choose one of the two."))
            seen[field or ""] = name
        for name, value in list(data.items()):  # a refused field leaves ``data``
            is_rate = name.startswith("answer_rate:")
            if is_rate and value and not 0 < _number(value) <= _LARGEST_RATE:
                self.add_error(name, _("Please enter a number above zero, for example 0.85."))
            elif name in _PERCENTAGES and value and not 0 <= _number(value) <= 100:
                self.add_error(name, _("Please enter a number from 0 to 100, for example 19.6."))
        return data


def _with_sign(value: str, question: dict[str, Any]) -> str:
    """A trailing plus: credit notes have positive amounts. The file tells; where it cannot, it has no negative one."""
    if question["value"].rstrip("+") == value:
        return str(question["value"])
    return f"{value}+" if value.startswith("prefix:") and not question["told"] else value


def _number(text: str) -> Decimal:
    """The number typed; -1 for what is none."""
    try:
        number = Decimal(text.replace("%", "").replace(",", ".").strip())
    except InvalidOperation:
        return Decimal(-1)
    return number if number.is_finite() else Decimal(-1)


def _field_choices() -> list[tuple[Any, Any]]:
    groups = [
        (FIELD_GROUP_LABELS[group], [(field, FIELD_LABELS[field]) for field in GROUPS[group]]) for group in GROUPS
    ]
    own = list(own_field_labels().items())
    return [("", _("Not used")), *groups, *([(_("Fields of your own"), own)] if own else [])]


def _answer_fields(question: dict[str, Any], value: str) -> list[tuple[str, forms.Field]]:
    key = question["key"]
    label, text = QUESTION_LABELS.get(key.partition(":")[0], key), question_help(question)
    name = f"answer_{key}"
    if key == "vat":
        kind, _colon, rate = value.partition(":")
        choices = [("", _("I do not know")), ("included", _("with VAT")), ("excluded", _("without VAT"))]
        return [
            (name, _choice(label, choices, kind, text)),
            ("answer_vat_rate", _text(_("VAT rate in percent"), rate, "", maximum=8)),
        ]
    if key == "returns":
        kind = "prefix" if value.startswith("prefix:") else value
        return [
            (name, _choice(label, list(_RETURNS.items()), kind.rstrip("+"), text)),
            ("answer_returns_prefix", _text(_("Credit notes start with"), _prefix_of(value), "", maximum=12)),
        ]
    if key in _CHOICES:
        return [(name, _choice(label, _CHOICES[key](), value, text, required=not question["optional"]))]
    if key.startswith("rate:"):
        label = _("What one %(currency)s is worth in your currency") % {"currency": key.removeprefix("rate:")}
    return [(name, _text(label, value, text, required=not question["optional"]))]


_RETURNS = {
    "none": _("There are none in this file"),
    "negative": _("Negative quantities or amounts"),
    "prefix": _("Credit notes, known by the beginning of their number"),
    "kind": _("Credit notes, known by a column"),
    "refunds": _("A refunded amount beside the order"),
}


def _currencies() -> list[tuple[str, Any]]:
    """By name, those of most customers first; a currency that only the file knows is not asked for."""
    first = ("EUR", "GBP", "USD", "CHF", "CAD")
    named = dict(currency_choices()[1:])
    rest = [(code, name) for code, name in named.items() if code not in first]
    return [("", _("Choose a currency")), *((code, named[code]) for code in first), *rest]


_CHOICES: dict[str, Callable[[], list[tuple[str, Any]]]] = {
    "date_order": lambda: [
        ("dmy", _("Day first: 03/04 is the third of April")),
        ("mdy", _("Month first: 03/04 is the fourth of March")),
        ("ymd", _("Year first, or written without doubt")),
    ],
    "decimal": lambda: [
        (",", _("A comma: 1,234 is a little more than one")),
        (".", _("A point: 1,234 is more than a thousand")),
    ],
    "currency": _currencies,
    "country": lambda: [("", _("I do not know")), *COUNTRY_CHOICES],
}


def _prefix_of(value: str) -> str:
    return value.removeprefix("prefix:").rstrip("+") if value.startswith("prefix:") else ""


def _choice(label: Any, choices: list[Any], value: str, help_text: str, *, required: bool = False) -> forms.ChoiceField:
    if value and value not in {key for key, _label in choices}:  # what only this file knows: a currency of the past
        choices = [*choices, (value, value)]
    return forms.ChoiceField(label=label, choices=choices, initial=value, help_text=help_text, required=required)


def _text(label: Any, value: str, help_text: str, *, required: bool = False, maximum: int = 20) -> forms.CharField:
    return forms.CharField(label=label, initial=value, help_text=help_text, required=required, max_length=maximum)


def _joined(key: str, data: dict[str, Any]) -> str:
    """Two controls make one answer: *with VAT* and 20, *credit notes* and AV."""
    value = str(data.get(f"answer_{key}", "")).strip()
    if key == "vat":
        rate = str(data.get("answer_vat_rate", "")).replace("%", "").replace(",", ".").strip()
        return f"{value}:{rate}" if value == "included" and rate else value
    if key == "returns" and value == "prefix":
        prefix = str(data.get("answer_returns_prefix", "")).strip()
        return f"prefix:{prefix}" if prefix else "none"
    return value
