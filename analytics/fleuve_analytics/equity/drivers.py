"""What makes customers choose a brand: a logit with inertia, from survey rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fleuve_analytics.errors import DidNotConverge, InvalidHistory, InvalidSetting, NotEnoughData
from fleuve_analytics.maxima import maximise
from fleuve_analytics.numerics import FloatArray, IntArray
from fleuve_analytics.records import Record
from fleuve_analytics.weights import checked_weights

__all__ = ["DriverLogit", "FittedDriverLogit", "choice_chances"]

LEAST_ANSWERS = 30


@dataclass(frozen=True, kw_only=True)
class FittedDriverLogit(Record):
    """A fitted driver logit: the first coefficient is inertia, the others follow `drivers`.

    covariance, standard_errors: asymptotic, in the same order. customers: sum of the weights of the answers.
    """

    model = "DriverLogit"

    drivers: tuple[str, ...]
    coefficients: tuple[float, ...]
    standard_errors: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    log_likelihood: float

    @property
    def inertia(self) -> float:
        """What having bought a brand last adds to its utility."""
        return self.coefficients[0]

    @property
    def parameters(self) -> dict[str, float]:
        """Each coefficient by name."""
        return dict(zip(("inertia", *self.drivers), self.coefficients, strict=True))

    def switching(self, ratings: npt.ArrayLike) -> FloatArray:
        """Each customer's switching matrix (customers × last brand × next brand) from her ratings."""
        seen = np.asarray(ratings, dtype=np.float64)
        if seen.ndim != 3 or seen.shape[2] != len(self.drivers) or not np.isfinite(seen).all():
            raise InvalidSetting("Give ratings as customers × brands × drivers, none missing.", code="ratings")
        return choice_chances(self.coefficients, seen)


@dataclass(frozen=True)
class DriverLogit:
    """Which drivers make customers choose a brand, and how strong is habit? (multinomial logit with inertia)

    Assumptions: utility of a brand = inertia if it was bought last + Σ coefficient × rating + noise of the Gumbel law;
    coefficients are the same for all (fit segments apart); brands are alike but for the drivers; adding a brand takes
    from all others in proportion to their chances. Ratings are the respondents' own, which admire what they buy: an
    effect found is an upper bound of that of a campaign.

    drivers: their names, in the order of the last axis of `ratings`. components: when drivers move together, estimate
    on so many principal components of the standardised ratings, and translate back (all of them by default, which is
    the plain logit).

    References: McFadden (1974), "Conditional Logit Analysis of Qualitative Choice Behavior"; Rust, Lemon & Zeithaml
    (2004), Journal of Marketing 68(1), equation 2 and appendix.
    """

    drivers: tuple[str, ...]
    components: int | None = None

    def __post_init__(self) -> None:
        names = tuple(self.drivers)
        if not names or len(set(names)) < len(names) or "inertia" in names:
            raise InvalidSetting("Name each driver once; 'inertia' is there already.", code="drivers")
        if self.components is not None and not 1 <= self.components <= len(names):
            raise InvalidSetting(f"Between 1 and {len(names)} components can be kept.", code="components")
        object.__setattr__(self, "drivers", names)

    def fit(
        self,
        ratings: npt.ArrayLike,
        last: npt.ArrayLike,
        chosen: npt.ArrayLike,
        weights: npt.ArrayLike | None = None,
    ) -> FittedDriverLogit:
        """Find the most likely coefficients.

        ratings: respondents × brands × drivers; last, chosen: number of the brand bought last, and of the one bought
        (or intended) next, shape (n,); weights: how many customers each respondent stands for.

        Raises `InvalidHistory`, `InvalidSetting` (weights), `NotEnoughData` (few_answers, same_brand) or
        `DidNotConverge` (not_told_apart: a driver decides alone, or drivers repeat each other).
        """
        seen, before, after, weight = _checked(ratings, last, chosen, weights, len(self.drivers))
        turn = _turn(seen, self.components)
        design = np.concatenate([_was_last(before, seen.shape[1])[..., np.newaxis], seen @ turn], axis=2)
        turned, spread, log_likelihood = _estimate(design, after, weight)
        back = np.zeros((1 + turn.shape[0], 1 + turn.shape[1]))
        back[0, 0], back[1:, 1:] = 1.0, turn
        coefficients, covariance = back @ turned, back @ spread @ back.T
        return FittedDriverLogit(
            drivers=self.drivers,
            coefficients=tuple(coefficients.tolist()),
            standard_errors=tuple(np.sqrt(np.diag(covariance)).tolist()),
            covariance=tuple(tuple(row) for row in covariance.tolist()),
            log_likelihood=log_likelihood,
            customers=float(weight.sum()),
        )


def choice_chances(coefficients: npt.ArrayLike, ratings: FloatArray) -> FloatArray:
    """Chances of the next brand after each last one (customers × brands × brands); the first coefficient is inertia."""
    numbers = np.asarray(coefficients, dtype=np.float64)
    utility = (ratings @ numbers[1:])[:, np.newaxis, :] + numbers[0] * np.eye(ratings.shape[1])
    return _softmax(utility)


def _estimate(design: FloatArray, chosen: IntArray, weight: FloatArray) -> tuple[FloatArray, FloatArray, float]:
    """Coefficients, covariance and log-likelihood; the search runs on columns of one common scale."""
    # Only differences between brands count: a column's scale is how far brands lie apart on it.
    apart = design - design.mean(axis=1, keepdims=True)
    scale = np.sqrt(np.average((apart**2).sum(axis=1), axis=0, weights=weight))
    if not (scale > 1e-12).all():
        raise _not_told_apart()
    scaled, total = design / scale, float(weight.sum())
    rows = np.arange(chosen.size)

    def likelihood(at: FloatArray) -> tuple[float, FloatArray]:
        chances, log_chances = _log_softmax(scaled @ at)
        surprise = -chances
        surprise[rows, chosen] += 1
        gradient = np.einsum("n,nb,nbk->k", weight, surprise, scaled)
        return float(weight @ log_chances[rows, chosen]) / total, gradient / total

    top = maximise(likelihood, [np.zeros(scaled.shape[2])])
    if not top.is_inside:
        raise _not_told_apart()
    information = _information(scaled, _softmax(scaled @ top.at), weight)
    return top.at / scale, np.linalg.inv(information) / np.outer(scale, scale), top.value * total


def _information(design: FloatArray, chances: FloatArray, weight: FloatArray) -> FloatArray:
    """Fisher's information: the weighted variance of the design under the chances."""
    centred = design - np.einsum("nb,nbk->nk", chances, design)[:, np.newaxis, :]
    return np.asarray(np.einsum("n,nb,nbk,nbl->kl", weight, chances, centred, centred), dtype=np.float64)


def _turn(ratings: FloatArray, components: int | None) -> FloatArray:
    """Columns that turn ratings into what is estimated: themselves, or principal components of standardised ratings."""
    drivers = ratings.shape[2]
    if components is None:
        return np.eye(drivers)
    flat = ratings.reshape(-1, drivers)
    spread = flat.std(axis=0)
    if not (spread > 0).all():
        raise _not_told_apart()
    directions = np.linalg.eigh(np.atleast_2d(np.corrcoef(flat, rowvar=False)))[1][:, ::-1]
    return np.asarray(directions[:, :components] / spread[:, np.newaxis], dtype=np.float64)


def _checked(
    ratings: npt.ArrayLike, last: npt.ArrayLike, chosen: npt.ArrayLike, weights: npt.ArrayLike | None, drivers: int
) -> tuple[FloatArray, IntArray, IntArray, FloatArray]:
    seen = np.asarray(ratings, dtype=np.float64)
    if seen.ndim != 3 or seen.shape[2] != drivers:
        raise InvalidHistory(f"Give ratings as respondents × brands × {drivers} drivers.", code="ratings")
    if not np.isfinite(seen).all():
        raise InvalidHistory("A rating is missing. Leave such answers out, or fill in the mean.", code="not_finite")
    brands = [_brands(part, seen.shape) for part in (last, chosen)]
    weight = checked_weights(weights, seen.shape[0])
    if weight.sum() < LEAST_ANSWERS:
        raise NotEnoughData(
            f"{weight.sum():g} answers are too few: ask {LEAST_ANSWERS} customers at least.", code="few_answers"
        )
    if np.unique(brands[1][weight > 0]).size < 2:
        raise NotEnoughData("Everybody chose the same brand, so nothing tells why. Ask more people.", code="same_brand")
    return seen, brands[0], brands[1], weight


def _brands(values: npt.ArrayLike, shape: tuple[int, ...]) -> IntArray:
    brand = np.atleast_1d(np.asarray(values))
    if brand.shape != shape[:1] or not ((brand >= 0) & (brand < shape[1]) & (brand == np.floor(brand))).all():
        raise InvalidHistory(f"Give one brand number, 0 to {shape[1] - 1}, per respondent.", code="brand")
    return brand.astype(np.int64)


def _was_last(last: IntArray, brands: int) -> FloatArray:
    return np.asarray(last[:, np.newaxis] == np.arange(brands), dtype=np.float64)


def _log_softmax(utility: FloatArray) -> tuple[FloatArray, FloatArray]:
    centred = utility - utility.max(axis=-1, keepdims=True)
    logs = centred - np.log(np.exp(centred).sum(axis=-1, keepdims=True))
    return np.exp(logs), logs


def _softmax(utility: FloatArray) -> FloatArray:
    return _log_softmax(utility)[0]


def _not_told_apart() -> DidNotConverge:
    return DidNotConverge(
        "The answers do not tell the drivers apart: one never varies, repeats another, or decides every choice alone. "
        "Leave it out, keep fewer components, or ask more people.",
        code="not_told_apart",
    )
