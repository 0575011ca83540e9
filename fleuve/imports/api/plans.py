"""Operations on scheduled imports."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils import timezone
from ninja import Query, Status

from fleuve.accounts.queries import organisation
from fleuve.api.callers import ApiRequest
from fleuve.api.errors import InvalidInput
from fleuve.api.paging import PageOf, Paging, answer_page, keyset
from fleuve.api.routes import Routes
from fleuve.api.schemas import Id, id_number
from fleuve.api.versions import expected_version, refuse_other_version, tagged
from fleuve.imports.actions import (
    add_plan,
    change_plan,
    pause_plan,
    remove_plan,
    restore_plan,
    resume_plan,
    run_plan_now,
)
from fleuve.imports.api.schemas import PlanIn, PlanOut, PlanPatch, PlanStateIn
from fleuve.imports.errors import ImportsError
from fleuve.imports.models import Plan
from fleuve.imports.plan_wish import PlanWish
from fleuve.imports.plan_wording import plan_sentence
from fleuve.kernel.principal import require
from fleuve.outbound import OutboundRefused

__all__ = ["router"]

router = Routes("imports", title="Scheduled imports")


@router.get("/imports/plans", response=PageOf[PlanOut], summary="List scheduled imports")
def list_plans(request: ApiRequest, response: HttpResponse, paging: Query[Paging]) -> object:
    """The newest first. An address may hold a secret: whoever may not import sees none."""
    require(request.principal, "import")
    rows = Plan.objects.visible_to(request.principal).standing().select_related("source")
    plans, after = keyset(rows, paging)
    return answer_page(request, response, (_told(plan) for plan in plans), after)


@router.post("/imports/plans", response={201: PlanOut}, summary="Schedule an import")
def create_plan(request: ApiRequest, response: HttpResponse, data: PlanIn) -> object:
    """It runs with the rights of the key's person. A file whose columns nobody settled yet waits for a person."""
    require(request.principal, "import")
    wish = _possible(data.model_dump())
    made = add_plan(wish=wish, allows_http=settings.FLEUVE_OUTBOUND_HTTP, by=request.principal, at=timezone.now())
    response["Location"] = f"/api/v1/imports/plans/{made.pk}"
    return Status(201, _answered(request, response, made))


@router.get("/imports/plans/{plan_id}", response=PlanOut, summary="Read a scheduled import")
def read_plan(request: ApiRequest, response: HttpResponse, plan_id: Id) -> object:
    """One plan; its secret is never told."""
    return _answered(request, response, _found(request, plan_id))


@router.patch("/imports/plans/{plan_id}", response=PlanOut, summary="Change a scheduled import", versioned=True)
def change_plan_(request: ApiRequest, response: HttpResponse, plan_id: Id, data: PlanPatch) -> object:
    """From then on it runs with the rights of the key's person."""
    plan, version = _found(request, plan_id), expected_version(request)
    refuse_other_version(request, plan.version)
    held = {name: getattr(plan, name) for name in ("name", "cron", "folder", "url", "header_name")}
    wish = _possible({**held, "source": plan.source.name, **data.model_dump(exclude_none=True)})
    change_plan(
        plan=plan, wish=wish, version=version, allows_http=settings.FLEUVE_OUTBOUND_HTTP, by=request.principal,
        at=timezone.now(),
    )  # fmt: skip
    return _answered(request, response, plan)


@router.put(
    "/imports/plans/{plan_id}/state",
    response=PlanOut,
    summary="Pause a scheduled import or switch it on",
    versioned=True,
)
def switch_plan(request: ApiRequest, response: HttpResponse, plan_id: Id, data: PlanStateIn) -> object:
    """What was missed is not made up for. One that waits with a file waits until somebody decides about it."""
    plan, by, at = _found(request, plan_id), request.principal, timezone.now()
    refuse_other_version(request, plan.version)
    if data.state == "on":
        resume_plan(plan=plan, by=by, at=at)
    else:
        pause_plan(plan=plan, by=by, at=at)
    plan.refresh_from_db()
    return _answered(request, response, plan)


@router.post("/imports/plans/{plan_id}/run", response={202: PlanOut}, summary="Look for its file now")
def run_plan_(request: ApiRequest, response: HttpResponse, plan_id: Id) -> object:
    """With the rights of the key's person; what came of it is `outcome` when the job has ended."""
    plan = _found(request, plan_id)
    run_plan_now(plan=plan, by=request.principal, at=timezone.now())
    return Status(202, _answered(request, response, plan))


@router.delete("/imports/plans/{plan_id}", response={204: None}, summary="Remove a scheduled import", versioned=True)
def remove_plan_(request: ApiRequest, plan_id: Id) -> object:
    """Into the trash; its secret is forgotten. What it imported stays."""
    plan = _found(request, plan_id)
    refuse_other_version(request, plan.version)
    remove_plan(plan=plan, by=request.principal, at=timezone.now())
    return Status(204, None)


@router.post("/imports/plans/{plan_id}/restoration", response=PlanOut, summary="Take a scheduled import back")
def restore_plan_(request: ApiRequest, response: HttpResponse, plan_id: Id) -> object:
    """Out of the trash, paused."""
    require(request.principal, "import")
    removed = Plan.objects.visible_to(request.principal).exclude(removed_at=None).select_related("source")
    plan: Plan = get_object_or_404(removed, pk=id_number(plan_id))
    restore_plan(plan=plan, by=request.principal, at=timezone.now())
    return _answered(request, response, plan)


def _found(request: ApiRequest, plan_id: str) -> Plan:
    require(request.principal, "import")
    rows = Plan.objects.visible_to(request.principal).standing().select_related("source")
    return get_object_or_404(rows, pk=id_number(plan_id))


def _possible(given: dict[str, Any]) -> PlanWish:
    """What was asked for, or where it cannot be."""
    wish = PlanWish(**{name: " ".join(text.split()) if name in ("name", "source") else text
                       for name, text in given.items()})  # fmt: skip
    try:
        wish.refuse_what_cannot_be(allows_http=settings.FLEUVE_OUTBOUND_HTTP)
    except (ImportsError, OutboundRefused) as refused:
        field = str(refused.values.get("field", "url"))
        fields = [{"at": f"body.{field}", "reason": str(refused)}]
        raise InvalidInput(str(refused), fields=fields, code=refused.code) from refused
    return wish


def _answered(request: ApiRequest, response: HttpResponse, plan: Plan) -> dict[str, Any]:
    tagged(request, response, plan.version)
    return _told(plan)


def _told(plan: Plan) -> dict[str, Any]:
    said = plan.said or {"code": "never_ran", "values": {}}
    plain = ("name", "folder", "url", "header_name", "cron", "state", "paused_why", "failures", "ran_at", "version",
             "created_at")  # fmt: skip
    return {
        "id": str(plan.pk),
        "source": plan.source.name,
        "has_secret": bool(plan.header_value),
        "outcome": said["code"],
        "said": plan_sentence(said["code"], said["values"]),
        "next_at": plan.next_at(timezone.now(), organisation().zone),
        **{name: getattr(plan, name) for name in plain},
    }
