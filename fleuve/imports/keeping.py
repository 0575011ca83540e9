"""How the secret header of a plan is kept: sealed with the key of this install, read here and nowhere else."""

from __future__ import annotations

from typing import Final

from django.conf import settings

from fleuve.imports.errors import PlanFailed
from fleuve.imports.models import Plan
from fleuve.imports.plan_wording import plan_sentence
from fleuve.kernel.sealing import SealBroken, seal, unseal

__all__ = ["opened_header", "sealed_header"]

_PURPOSE: Final = "import plan headers"


def sealed_header(value: str) -> bytes | None:
    """A header's value as the table holds it; nothing for a blank one."""
    return seal(value.encode(), key=settings.SECRET_KEY, purpose=_PURPOSE) if value else None


def opened_header(plan: Plan) -> str:
    """What the header says. Raises ``PlanFailed`` when it was sealed elsewhere or was never given again."""
    if plan.header_value is None:
        raise PlanFailed(plan_sentence("header_missing", {"name": plan.header_name}), code="header_missing",
                         name=plan.header_name)  # fmt: skip
    try:
        return unseal(bytes(plan.header_value), key=settings.SECRET_KEY, purpose=_PURPOSE).decode()
    except SealBroken as broken:
        raise PlanFailed(plan_sentence("header_unreadable", {}), code="header_unreadable") from broken
