"""The valuation that holds now, and the words for its stages, bands and needs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final

from django.utils.translation import gettext as _

from fleuve.jobs.models import LIVE, Job
from fleuve.kernel.principal import Principal
from fleuve.value.models import Stage, Valuation
from fleuve.value.queries.views import Missing, StageCount
from fleuve.value.rules.honesty import BackTest
from fleuve.value.rules.model_choice import ModelChoice

__all__ = [
    "band_label",
    "current_valuation",
    "group_label",
    "has_year_before",
    "is_being_computed",
    "missing_of",
    "model_label",
    "models_chosen",
    "slipping_customers",
    "stage_counts",
    "stage_label",
    "until_of",
]


_MODELS: Final = {
    "BetaGeometric": "BG/NBD",
    "ModifiedBetaGeometric": "MBG/NBD",
    "ParetoNBD": "Pareto/NBD",
    "ModifiedBetaGeometricRegular": "MBG/CNBD-k",
    "ShiftedBetaGeometric": "sBG",
    "BetaDiscreteWeibull": "BdW",
}


def current_valuation(principal: Principal) -> Valuation | None:
    """The latest valuation that ended, whether or not it could value anybody."""
    return Valuation.objects.visible_to(principal).filter(finished_at__isnull=False).order_by("-finished_at").first()


def models_chosen(principal: Principal) -> tuple[ModelChoice, ...]:
    """Which model speaks for each group of customers, with the scores of all; nothing when nobody could be valued."""
    valuation = current_valuation(principal)
    return BackTest.from_json(valuation.honesty).choices if valuation and valuation.honesty else ()


def is_being_computed() -> bool:
    """Whether a new valuation is waiting or under way."""
    return Job.objects.filter(name="value.revalue", state__in=LIVE).exists()


def until_of(valuation: Valuation) -> date | None:
    """The last day of the horizon; nothing when nobody could be valued."""
    if valuation.state != Valuation.State.VALUED:
        return None
    return valuation.as_of + timedelta(days=valuation.horizon_days)


def has_year_before(valuation: Valuation) -> bool:
    """Whether the history reaches the whole year before the last twelve months."""
    return valuation.first_day is not None and (valuation.as_of - valuation.first_day).days >= 2 * 365 - 1


def group_label(group: str) -> str:
    """The words for a group of customers who are fitted apart."""
    words = {
        "all": _("All customers"),
        "organisation": _("Businesses"),
        "person": _("Consumers"),
        "contract": _("Under contract"),
    }
    return words.get(group, group)


def model_label(name: str) -> str:
    """A model by the name that its literature gives it."""
    return _MODELS.get(name, name)


def stage_label(stage: str) -> str:
    """The word for a stage, in the current language."""
    return str(Stage(stage).label) if stage in Stage.values else ""


def band_label(band: int) -> str:
    """The words for a band, in the current language."""
    if band == 0:
        return _("Nothing in 12 months")
    if band < 0:
        return _("Not yet a customer")
    return _("Band %(number)d") % {"number": band}


def missing_of(needs: Iterable[dict[str, object]]) -> tuple[Missing, ...]:
    """What is missing before customers can be valued, each in a sentence."""
    return tuple(
        Missing(str(need["code"]), _number(need["needed"]), _number(need["have"]), _sentence(need)) for need in needs
    )


def _number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _sentence(need: dict[str, object]) -> str:
    values = {"needed": need["needed"], "have": need["have"]}
    if need["code"] == "months":
        return (
            _(
                "A value needs %(needed)d months of purchases, half to learn from and half to be checked on. "
                "Months in this history: %(have)d."
            )
            % values
        )
    if need["code"] == "repeat_buyers":
        return (
            _("A value needs %(needed)d customers who came back in the first part of the history. Here: %(have)d.")
            % values
        )
    return _("No model fits these purchases well enough to be defended. A longer history may change that.")


def slipping_customers(valuation: Valuation) -> int:
    """Everybody who slips away, on the list to call or not."""
    return int(valuation.statement.get("slipping", {}).get("customers", 0))


def stage_counts(valuation: Valuation) -> tuple[StageCount, ...]:
    """Customers and value of each stage, in the order of a relationship."""
    return tuple(
        StageCount(row["stage"], stage_label(row["stage"]), row["customers"], row["value"])
        for row in valuation.statement.get("stages", ())
    )
