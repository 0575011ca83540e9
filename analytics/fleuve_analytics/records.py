"""Frozen records of what was learned when it is more than a handful of parameters: segments, trees, curves.

`fitted.Fitted` is the record of a model with a few named parameters and their covariance. Here live the others: tuples
of numbers and words, with the same promises: no data kept, equal when their content is, a trip through JSON and back.
"""

from __future__ import annotations

import json
import math
from dataclasses import asdict, dataclass, fields
from typing import Any, ClassVar, Self

from fleuve_analytics.errors import InvalidSetting

__all__ = ["Record", "record_from_json"]


@dataclass(frozen=True, kw_only=True)
class Record:
    """Base of records made of numbers, words and (nested) tuples of them; a subclass with `model` is registered.

    customers: number of customers (sum of weights) behind the record.
    """

    model: ClassVar[str]
    _kinds: ClassVar[dict[str, type[Record]]] = {}

    customers: float

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "model" in cls.__dict__:
            Record._kinds[cls.model] = cls

    def to_json(self) -> str:
        """Standard JSON with every digit; refuses figures that are not finite, which no record holds."""
        return json.dumps({"model": self.model, **asdict(self)}, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The record that `to_json` wrote, equal to the original."""
        stored = _read(text)
        if stored.pop("model", None) != cls.model:
            raise InvalidSetting(f"This text does not hold a {cls.model}. Use record_from_json.", code="model")
        if set(stored) != {field.name for field in fields(cls)}:
            raise InvalidSetting(f"This text holds another version of {cls.model}. Fit it again.", code="model")
        return cls(**{name: _frozen(value) for name, value in stored.items()})


def record_from_json(text: str) -> Record:
    """The record of whatever kind that `to_json` wrote."""
    import fleuve_analytics.churn
    import fleuve_analytics.equity
    import fleuve_analytics.segmentation  # noqa: F401  these packages register their records when imported

    kind = Record._kinds.get(str(_read(text).get("model", "")))
    if kind is None:
        raise InvalidSetting("This text does not hold a record of this library.", code="model")
    return kind.from_json(text)


def _read(text: str) -> dict[str, Any]:
    try:
        stored = json.loads(text)
    except ValueError:
        stored = None
    return stored if isinstance(stored, dict) else {}


def _frozen(value: Any) -> Any:
    """Lists of JSON back to tuples."""
    if isinstance(value, list):
        return tuple(_frozen(part) for part in value)
    if isinstance(value, float) and not math.isfinite(value):
        raise InvalidSetting("This text holds a figure that is not finite. Fit the model again.", code="model")
    return value
