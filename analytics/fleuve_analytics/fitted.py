"""What every fitted model is: a frozen record of floats that keeps no data and survives a trip through JSON."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable
from dataclasses import asdict, dataclass, fields, replace
from typing import Any, ClassVar, Self

import numpy as np

from fleuve_analytics.errors import InvalidSetting
from fleuve_analytics.maxima import FLATTEST
from fleuve_analytics.numerics import FloatArray, require_positive

__all__ = ["Covariance", "Fitted", "covariance_of", "covariance_through", "fitted_from_json"]

Covariance = tuple[tuple[float, ...], ...]


@dataclass(frozen=True, kw_only=True)
class Fitted:
    """Parameters with what is known about them. Subclasses add one float field per parameter, in the paper's order.

    `covariance` follows the order of `parameters`; where the likelihood is flat and tells nothing, its diagonal is
    infinite. `customers` is the number of customers (sum of weights) behind the estimate. `converged` is False for a
    limit case: the likelihood keeps rising towards people without differences, so predictions hold and parameters mean
    nothing. (No maximum at all raises `DidNotConverge`.)
    """

    model: ClassVar[str]
    # Parameters that may be zero or negative, such as the coefficients of covariates.
    signed: ClassVar[frozenset[str]] = frozenset()
    _models: ClassVar[dict[str, type[Fitted]]] = {}

    covariance: Covariance
    log_likelihood: float
    customers: float
    converged: bool

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "model" in cls.__dict__:
            Fitted._models[cls.model] = cls

    @classmethod
    def parameter_names(cls) -> tuple[str, ...]:
        """Names of the parameters, in the paper's order."""
        shared = {field.name for field in fields(Fitted)}
        return tuple(field.name for field in fields(cls) if field.name not in shared)

    @classmethod
    def of(cls, **parameters: float) -> Self:
        """A record of stated parameters, as printed in a paper: nobody stands behind it, so nothing is certain.

        `customers` and `log_likelihood` are zero and the variances infinite, as without any data. Raises
        `InvalidSetting` unless every parameter, and nothing else, is given as a finite number (above zero except
        those in `signed`).

        >>> from fleuve_analytics.lifetime import FittedParetoNBD
        >>> FittedParetoNBD.of(r=0.553, alpha=10.578, s=0.606, beta=11.669).customers
        0.0
        """
        names = cls.parameter_names()
        if set(parameters) != set(names):
            raise InvalidSetting(f"{cls.model} is stated by {', '.join(names)}, each once.", code="parameters")
        require_positive(**{name: value for name, value in parameters.items() if name not in cls.signed})
        if not all(math.isfinite(value) for value in parameters.values()):
            raise InvalidSetting("Every parameter must be a finite number.", code="parameters")
        stated: dict[str, Any] = {name: float(parameters[name]) for name in names}
        unknown = tuple(tuple(math.inf if row == column else 0.0 for column in names) for row in names)
        return cls(**stated, covariance=unknown, log_likelihood=0.0, customers=0.0, converged=True)

    def moved_to(self, values: Iterable[float]) -> Self:
        """The same record at other values of the parameters, in their order: for slopes, draws and what-ifs."""
        moved: dict[str, Any] = dict(zip(self.parameter_names(), map(float, values), strict=True))
        return replace(self, **moved)

    def may_be_negative(self, parameter: str) -> bool:
        """Whether zero and less are values of this parameter."""
        return parameter in self.signed

    @property
    def n(self) -> float:
        """Number of customers behind the estimate; another name of `customers`."""
        return self.customers

    @property
    def parameters(self) -> dict[str, float]:
        """Each parameter by name."""
        return {name: getattr(self, name) for name in self.parameter_names()}

    @property
    def standard_errors(self) -> dict[str, float]:
        """Asymptotic standard error of each parameter; infinite where the data do not tell."""
        return {name: math.sqrt(self.covariance[i][i]) for i, name in enumerate(self.parameters)}

    def to_json(self) -> str:
        """Standard JSON; an infinite variance is written as null."""
        finite = tuple(tuple(v if math.isfinite(v) else None for v in row) for row in self.covariance)
        return json.dumps({"model": self.model, **asdict(self), "covariance": finite}, allow_nan=False)

    @classmethod
    def from_json(cls, text: str) -> Self:
        """The record that `to_json` wrote, equal to the original."""
        stored = json.loads(text)
        if stored.pop("model", None) != cls.model:
            raise InvalidSetting(f"This text does not hold a fitted {cls.model}. Use fitted_from_json.", code="model")
        rows = stored.pop("covariance")
        covariance = tuple(tuple(math.inf if v is None else float(v) for v in row) for row in rows)
        # JSON knows lists only.
        tuples: dict[str, Any] = {
            name: tuple(value) if isinstance(value, list) else value for name, value in stored.items()
        }
        return cls(covariance=covariance, **tuples)


def fitted_from_json(text: str) -> Fitted:
    """The fitted model of whatever kind that `to_json` wrote."""
    import fleuve_analytics.lifetime
    import fleuve_analytics.retention
    import fleuve_analytics.spend  # noqa: F401  these packages register their models when imported

    kind = Fitted._models.get(json.loads(text).get("model", ""))
    if kind is None:
        raise InvalidSetting("This text does not hold a fitted model of this library.", code="model")
    return kind.from_json(text)


def covariance_of(hessian: FloatArray, parameters: FloatArray, customers: float) -> Covariance:
    """Covariance of the parameters from the bend of the mean log-likelihood in their logarithms (delta method).

    The gradient vanishes at the maximum, so the change of variable only scales rows and columns by the parameters.
    """
    return covariance_through(hessian, np.diag(parameters), customers)


def covariance_through(hessian: FloatArray, slopes: FloatArray, customers: float) -> Covariance:
    """Covariance of parameters from the bend of the mean log-likelihood in what was searched (delta method).

    slopes: derivatives of the parameters (rows) in what was searched (columns).
    """
    bends, directions = np.linalg.eigh(-hessian * customers)
    if bends.min() <= FLATTEST * bends.max():
        flat = np.diag(np.full(len(slopes), math.inf))
        return tuple(tuple(float(v) for v in row) for row in flat)
    half = slopes @ (directions / np.sqrt(bends))
    return tuple(tuple(float(v) for v in row) for row in half @ half.T)
