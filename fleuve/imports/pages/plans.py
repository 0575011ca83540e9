"""The plans, as their pages tell them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.urls import reverse

from fleuve.accounts.notices import NoticeSubject
from fleuve.accounts.queries import organisation
from fleuve.imports.models import Import, Plan, SavedMapping
from fleuve.imports.places import inbox_path
from fleuve.imports.plan_wording import plan_sentence, rhythm_label
from fleuve.kernel.principal import Principal
from fleuve.parties.models import Source
from fleuve.ui.trash import Removed, RemovedPage

__all__ = ["PlanLine", "known_sources", "notices_about", "plan_line", "plan_lines", "removed_plans"]

_SHOWN: Final = 20
_SOURCES: Final = 200


@dataclass(frozen=True)
class PlanLine:
    """One plan, in words."""

    plan: Plan
    rhythm: str
    place: str
    said: str
    next_at: datetime | None


def plan_lines(principal: Principal, now: datetime) -> list[PlanLine]:
    """All plans, by name: a house has few."""
    found = Plan.objects.visible_to(principal).standing().select_related("source").order_by("name", "id")
    return [plan_line(plan, now) for plan in found]


def plan_line(plan: Plan, now: datetime) -> PlanLine:
    """A plan with the sentence of its last run and its next moment."""
    place = str(inbox_path(plan.folder)) if plan.place == Plan.Place.FOLDER else plan.url
    said = plan.said or {"code": "never_ran", "values": {}}
    return PlanLine(
        plan=plan,
        rhythm=rhythm_label(plan.cron),
        place=place,
        said=plan_sentence(said["code"], said["values"]),
        next_at=plan.next_at(now, organisation().zone),
    )


def files_of(plan: Plan, principal: Principal) -> list[Import]:
    """The files that it brought last."""
    found = Import.objects.visible_to(principal).filter(plan=plan).order_by("-received_at")
    return list(found[:_SHOWN])


def known_sources(principal: Principal) -> list[str]:
    """Names of sources whose columns a person settled once."""
    settled = SavedMapping.objects.visible_to(principal).values("source")
    return list(Source.objects.filter(pk__in=settled).order_by("name").values_list("name", flat=True)[:_SOURCES])


def notices_about(ids: Sequence[int], principal: Principal) -> Mapping[int, NoticeSubject]:
    """What notices about plans lead to: those that are still there."""
    found = Plan.objects.visible_to(principal).standing().filter(pk__in=ids)
    return {one.pk: NoticeSubject(one.name, reverse("imports:plan", args=[one.pk])) for one in found}


def removed_plans(principal: Principal, before: str) -> RemovedPage:
    """The tab of the trash. What a plan imported points to it, so it is never deleted."""
    found = Plan.objects.visible_to(principal).exclude(removed_at=None).order_by("-removed_at")
    return RemovedPage(
        tuple(
            Removed(one.name, one.removed_at or one.created_at, one.removed_by_label,
                    reverse("imports:plan_restoration", args=[one.pk]))
            for one in found
        )
    )  # fmt: skip
