"""The questions as form fields: three per question, rates in per cent."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from fleuve.budgets.rules import QUESTIONS, Question, Spread, around, faults, question

__all__ = ["AnswersForm", "QuestionRow"]

_SIDES = ("low", "likely", "high")


@dataclass(frozen=True)
class QuestionRow:
    """One question as the page draws it: its words, three fields, the slider's bounds and where the value came from."""

    question: Question
    low: forms.BoundField
    likely: forms.BoundField
    high: forms.BoundField
    minimum: float
    maximum: float
    step: float
    is_measured: bool
    origin: str
    fault: str

    @property
    def unit(self) -> str:
        return self.question.unit


class AnswersForm(forms.Form):
    """Reads the three answers of every question; a blank low or high is set around the likely one."""

    spend_is_known = forms.BooleanField(
        required=False,
        label=_("These are our real spending figures of today"),
        help_text=_("Without it the page finds the best spending but does not compare it with today's."),
    )

    def __init__(
        self,
        *args: Any,
        measured: Collection[str] = (),
        sentences: Mapping[str, str] | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.measured = frozenset(measured)
        self.sentences = dict(sentences or {})
        for asked in QUESTIONS:
            for side in _SIDES:
                self.fields[f"{asked.key}_{side}"] = _field(asked, side)

    @classmethod
    def shown(cls, answers: Mapping[str, Spread], spend_is_known: bool) -> dict[str, object]:
        """Initial values of the form for these answers."""
        values: dict[str, object] = {"spend_is_known": spend_is_known}
        for key, spread in answers.items():
            for side in _SIDES:
                values[f"{key}_{side}"] = _outward(question(key), getattr(spread, side))
        return values

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            for key, sentence in faults(self.answers()).items():
                self.add_error(f"{key}_likely", sentence)
        return cleaned

    def answers(self) -> dict[str, Spread]:
        """The answers as fractions and major units; call after validation of the single fields."""
        return {asked.key: self._spread(asked) for asked in QUESTIONS}

    def rows(self, group: str) -> Iterator[QuestionRow]:
        """The questions of one group, ready to draw."""
        for asked in QUESTIONS:
            if asked.group == group:
                scale = _scale(asked)
                low, likely, high = (self[f"{asked.key}_{side}"] for side in _SIDES)
                yield QuestionRow(
                    question=asked,
                    low=low,
                    likely=likely,
                    high=high,
                    minimum=asked.minimum * scale,
                    maximum=asked.maximum * scale,
                    step=asked.step * scale,
                    is_measured=asked.key in self.measured,
                    origin=self.sentences.get(asked.key, ""),
                    fault=" ".join(str(error) for field in (low, likely, high) for error in field.errors),
                )

    def _spread(self, asked: Question) -> Spread:
        low, likely, high = (self.cleaned_data.get(f"{asked.key}_{side}") for side in _SIDES)
        middle = _inward(asked, float(likely or 0.0))
        spread = around(asked.key, middle)
        return Spread(
            spread.low if low is None else _inward(asked, low),
            middle,
            spread.high if high is None else _inward(asked, high),
        )


def _field(asked: Question, side: str) -> forms.FloatField:
    widget = forms.NumberInput(attrs={"step": "any", "inputmode": "decimal"})
    return forms.FloatField(label=str(asked.label), required=side == "likely", widget=widget)


def _scale(asked: Question) -> float:
    return 100.0 if asked.unit == "rate" else 1.0


def _inward(asked: Question, value: float) -> float:
    return value / _scale(asked)


def _outward(asked: Question, value: float) -> float | int:
    shown = round(value * _scale(asked), 0 if asked.unit == "count" else 2)
    return int(shown) if shown.is_integer() else shown
