"""What a plan must keep: budgets, capacities of channels, least volumes, as rows of one table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.numerics import FloatArray

__all__ = ["LEEWAY", "Limits", "Totals", "limits_from"]

# Thirty contacts at .1 cost 3.0000000000000004 in floating point and keep a budget of 3: sums of decimal figures count
# as kept within this share of the limit. The certified bound allows for it.
LEEWAY = 1e-12


@dataclass(frozen=True)
class Totals:
    """Contacts, their cost and their gross value, option by option, each of shape (options,)."""

    count: FloatArray
    cost: FloatArray
    value: FloatArray

    def __add__(self, other: Totals) -> Totals:
        return Totals(self.count + other.count, self.cost + other.cost, self.value + other.value)

    def __sub__(self, other: Totals) -> Totals:
        return Totals(self.count - other.count, self.cost - other.cost, self.value - other.value)

    @classmethod
    def none(cls, options: int) -> Totals:
        """The totals of nobody."""
        return cls(np.zeros(options), np.zeros(options), np.zeros(options))


@dataclass(frozen=True)
class Limits:
    """Rows `used ≤ most`, where used = Σ per_contact · contacts + Σ per_money · cost over the options.

    names: what each row limits; per_contact, per_money: shape (rows, options); most: shape (rows,). A least volume is a
    row of −1 a contact whose `most` is below zero.
    """

    names: tuple[str, ...]
    per_contact: FloatArray
    per_money: FloatArray
    most: FloatArray
    leeway: FloatArray

    def used(self, totals: Totals) -> FloatArray:
        """What the totals use of every row."""
        return np.asarray(self.per_contact @ totals.count + self.per_money @ totals.cost)

    def charges(self, prices: FloatArray) -> tuple[FloatArray, FloatArray]:
        """What the prices add to each option: per unit of its cost, and per contact."""
        return prices @ self.per_money, prices @ self.per_contact

    def after(self, totals: Totals) -> Limits:
        """What is left for others once these totals are used."""
        return replace(self, most=self.most - self.used(totals))

    def affordable(self) -> FloatArray:
        """The highest cost at which one contact with each option keeps every limit; −1 where none does at any cost."""
        most = self.most + self.leeway
        money = np.where(self.per_money > 0, most[:, np.newaxis], np.inf).min(axis=0, initial=np.inf)
        full = ((self.per_contact > 0) & (most < 1)[:, np.newaxis]).any(axis=0)
        return np.where(full, -1.0, money)

    def scaled(self, share: float) -> Limits:
        """The limits of a part of the people."""
        return replace(self, most=self.most * share)


def limits_from(
    options: int,
    budget: float | None,
    channel: Sequence[object] | npt.NDArray[np.generic] | None,
    channel_budget: Mapping[object, float] | None,
    capacity: Mapping[object, float] | None,
    least: Mapping[int, float] | npt.ArrayLike | None,
) -> Limits:
    """The rows that the arguments of `plan_contacts` ask for; limits of infinity make no row."""
    labels = _labels(options, channel)
    rows: list[tuple[str, FloatArray, FloatArray, float]] = []
    nothing, every = np.zeros(options), np.ones(options)
    if budget is not None:
        rows.append(("budget", nothing, every, _limit("budget", budget)))
    for name, given in (("budget", channel_budget), ("capacity", capacity)):
        for label, most in (given or {}).items():
            of_it = np.array([own == label for own in labels], dtype=np.float64)
            if not of_it.any():
                raise InvalidSetting(f"No option has the channel {label!r} of the {name} given.", code=name)
            contact, money = (nothing, of_it) if name == "budget" else (of_it, nothing)
            rows.append((f"{name} of {label}", contact, money, _limit(name, most)))
    for option, volume in _least(options, least).items():
        if volume > 0:
            rows.append((f"least of {option}", -np.eye(options)[option], nothing, -volume))
    kept = [row for row in rows if np.isfinite(row[3])]
    limit = np.array([row[3] for row in kept])
    return Limits(
        tuple(row[0] for row in kept),
        np.array([row[1] for row in kept]).reshape(len(kept), options),
        np.array([row[2] for row in kept]).reshape(len(kept), options),
        limit,
        LEEWAY * np.abs(limit),
    )


def _labels(options: int, channel: Sequence[object] | npt.NDArray[np.generic] | None) -> list[object]:
    labels: list[object] = list(range(options)) if channel is None else np.asarray(channel).tolist()
    if len(labels) != options:
        raise InvalidSetting(f"channel must name the channel of each of the {options} options.", code="channel")
    return labels


def _least(options: int, least: Mapping[int, float] | npt.ArrayLike | None) -> dict[int, float]:
    if least is None:
        return {}
    given = dict(least) if isinstance(least, Mapping) else dict(enumerate(np.asarray(least, dtype=np.float64)))
    for option, volume in given.items():
        if not 0 <= option < options:
            raise InvalidSetting(
                f"There is no option {option} to contact at least {volume:g} people with.", code="least"
            )
        if not (np.isfinite(volume) and volume >= 0):
            raise InvalidSetting("A least volume must be a number of contacts, zero or more.", code="least")
    return {int(option): float(np.ceil(volume)) for option, volume in given.items()}


def _limit(name: str, most: float) -> float:
    if not most >= 0:
        raise InvalidSetting(f"A {name} must be zero or more, not {most}. Leave it out for none.", code=name)
    # A capacity is a number of people: half a contact cannot be made.
    return float(np.floor(most)) if name == "capacity" else float(most)
