"""Fitted models that know more of customers than their purchases, or that purchases and leaving go together."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import numpy as np

from fleuve_analytics.errors import InvalidCovariates, InvalidSetting
from fleuve_analytics.fitted import Fitted
from fleuve_analytics.lifetime.columns import read_columns
from fleuve_analytics.lifetime.crowd import Crowd
from fleuve_analytics.lifetime.customers import BuyingOfCustomers, CrowdChances
from fleuve_analytics.lifetime.effects import Estimate, letters_with
from fleuve_analytics.lifetime.families import Family, Letters
from fleuve_analytics.lifetime.futures import FittedBuying
from fleuve_analytics.lifetime.sarmanov import Tie
from fleuve_analytics.numerics import FloatArray

__all__ = ["FittedKnown"]


@dataclass(frozen=True, kw_only=True)
class FittedKnown(CrowdChances, FittedBuying):
    """A fitted model with effects of what is known of customers; see the models for what they are.

    terms: names of the effects, `process[column]`; coefficients: their sizes, in the same order, per unit of the
    column. The letters (r, alpha, …) are those of a customer whose covariates are all zero.
    """

    family: ClassVar[Family]

    terms: tuple[str, ...] = ()
    coefficients: tuple[float, ...] = ()

    @classmethod
    def parameter_names(cls) -> tuple[str, ...]:
        """Names of the parameters that every fit of this model has; effects come on top."""
        return tuple(name for name in super().parameter_names() if name not in ("terms", "coefficients"))

    @classmethod
    def of(cls, **parameters: float) -> Self:
        """A record of stated parameters; effects by their names, as in `of(r=…, **{"purchase[web]": 0.3})`."""
        terms = tuple(name for name in parameters if name.endswith("]"))
        base = {name: value for name, value in parameters.items() if name not in terms}
        for name in terms:
            if name.partition("[")[0] not in cls.family.loads or not math.isfinite(parameters[name]):
                raise InvalidSetting(
                    f"{name} must be a finite effect on one of {', '.join(cls.family.loads)}.", code="parameters"
                )
        stated = super().of(**base)
        size = len(base) + len(terms)
        return cls(
            **{name: getattr(stated, name) for name in base},
            terms=terms,
            coefficients=tuple(float(parameters[name]) for name in terms),
            covariance=tuple(tuple(math.inf if i == j else 0.0 for j in range(size)) for i in range(size)),
            log_likelihood=0.0,
            customers=0.0,
            converged=True,
        )

    @classmethod
    def found(cls, estimate: Estimate, terms: tuple[str, ...], **others: Any) -> Self:
        """The record of an estimate."""
        return cls(
            **dict(zip(cls.family.letters, estimate.letters, strict=True)),
            **others,
            terms=terms,
            coefficients=estimate.effects,
            covariance=estimate.covariance,
            log_likelihood=estimate.log_likelihood,
            customers=estimate.customers,
            converged=estimate.converged,
        )

    def moved_to(self, values: Iterable[float]) -> Self:
        """The same record at other values of the parameters, in their order: for slopes, draws and what-ifs."""
        moved, names = [float(value) for value in values], self.parameter_names()
        letters: dict[str, Any] = dict(zip(names, moved[: len(names)], strict=True))
        return replace(self, **letters, coefficients=tuple(moved[len(names) :]))

    def may_be_negative(self, parameter: str) -> bool:
        """Whether zero and less are values of this parameter, as of every effect."""
        return parameter in self.terms or super().may_be_negative(parameter)

    @property
    def parameters(self) -> dict[str, float]:
        """Each parameter by name: letters of a customer with covariates of zero, then effects."""
        effects = dict(zip(self.terms, self.coefficients, strict=True))
        return {**{name: getattr(self, name) for name in self.parameter_names()}, **effects}

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that `for_customers` needs."""
        return tuple(dict.fromkeys(term.partition("[")[2][:-1] for term in self.terms))

    def for_customers(self, covariates: Any) -> BuyingOfCustomers:
        """Predictions for customers of whom this is known, one row each: every method of a fitted model of buying.

        covariates: a table with the columns of the fit, as in `fit`. Ask it about histories in the same order.
        Raises `InvalidCovariates`.
        """
        return BuyingOfCustomers(self._crowd_of(read_columns(covariates, self.columns)))

    def for_group(self, covariates: Mapping[str, float]) -> FittedBuying:
        """The model of customers who have these covariates in common: an ordinary record of the model without effects.

        It is stated, not fitted (see `Fitted.of`): its standard errors are infinite.
        """
        return self._stated(self._crowd_of(read_columns(covariates, self.columns, 1)))

    def _stated(self, crowd: Crowd) -> FittedBuying:
        """An ordinary record at the letters of a crowd of one."""
        kind: type[Fitted] = type(crowd.family.plain((1.0, 1.0, 1.0, 1.0)))
        values = (float(np.ravel(letter)[0]) for letter in crowd.letters)
        stated = kind.of(**dict(zip(crowd.family.letters, values, strict=True)))
        assert isinstance(stated, FittedBuying)
        return stated

    @property
    def _letters(self) -> Letters:
        first, second, third, fourth = (getattr(self, name) for name in self.family.letters)
        return first, second, third, fourth

    @property
    def _tie(self) -> Tie | None:
        return None

    @property
    def _reference(self) -> float | None:
        return None

    @property
    def _crowd(self) -> Crowd:
        if self.terms:
            raise InvalidCovariates(
                f"This model knows customers by {', '.join(self.columns)}. Ask "
                "fitted.for_customers(covariates) instead, with one row of them per customer.",
                code="missing_covariates",
            )
        return Crowd(self.family, self._letters, self._tie, self._reference)

    def _crowd_of(self, values: FloatArray) -> Crowd:
        """The crowd of customers with these values in the columns (customers × columns)."""
        loads = np.array([self.family.loads[term.partition("[")[0]] for term in self.terms]).reshape(-1, 4)
        places = [self.columns.index(term.partition("[")[2][:-1]) for term in self.terms]
        letters = letters_with(self._letters, np.array(self.coefficients), loads, values[:, places])
        for name, letter in zip(self.family.letters, letters, strict=True):
            wrong = np.flatnonzero(~((np.ravel(letter) > 1e-100) & (np.ravel(letter) < 1e100)))
            if wrong.size:
                raise InvalidCovariates(
                    f"The covariates of row {wrong[0]} lie so far from those of the fit that {name} has no sensible "
                    "value. Check their unit.",
                    code="far_from_zero",
                    rows=tuple(int(row) for row in wrong[:10]),
                )
        return Crowd(self.family, letters, self._tie, self._reference)
