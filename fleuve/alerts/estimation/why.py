"""What stands behind an alert on silence: how likely a customer of this rhythm is to be silent for so long."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from fleuve_analytics.churn import FittedRhythm, GapTable
from fleuve_analytics.churn.rhythm import Summary

__all__ = ["SilenceCurve", "silence_curve"]

_POINTS = 60


@dataclass(frozen=True)
class SilenceCurve:
    """Own gaps in days, and the chance of a longer silence by days of silence, for as long as one is a customer."""

    gaps: tuple[int, ...]
    points: tuple[tuple[float, float], ...]


def silence_curve(fitted: Mapping[str, Any], days: Sequence[date], until: int) -> SilenceCurve | None:
    """From the crowd of a run and a customer's own purchase days up to the last one, as far as ``until`` days."""
    if len(days) < 2 or not fitted:
        return None
    gaps = np.diff([day.toordinal() for day in days])
    crowd = FittedRhythm.from_json(json.dumps(fitted))
    table = GapTable.of([0], gaps, [gaps.size], [0.0])
    seen = Summary.of(table)
    silence = np.linspace(0, max(until, 1), _POINTS)
    many = Summary(*(np.repeat(part, _POINTS) for part in (seen.count, seen.total, seen.log_total)))
    chance = crowd.cautious_tail(silence, many)
    points = tuple((float(day), float(share)) for day, share in zip(silence, chance, strict=True))
    return SilenceCurve(tuple(int(gap) for gap in gaps), points)
