"""The operation that finds anything."""

from __future__ import annotations

from typing import Annotated, Final, Literal

from ninja import Query
from pydantic import Field

from fleuve.api.callers import ApiRequest
from fleuve.api.routes import Routes
from fleuve.api.schemas import Id, Out
from fleuve.search.queries import find

__all__ = ["router"]

router = Routes("customers", title="Search")

KindKey = Literal["customer", "customer_contact", "task", "note", "file"]
# What a key may look for: a title that is found is read.
_SCOPES: Final[dict[str, str]] = {
    "customer": "customers:read",
    "customer_contact": "contacts:read",
    "task": "tasks:read",
    "note": "notes:read",
    "file": "notes:read",
}


class HitOut(Out):
    """Something found."""

    kind: str
    id: Id
    title: str
    hint: str
    is_near: bool = Field(description="Found by a word one letter away from what was asked.")


class FoundOut(Out):
    """What was found, best first within each kind."""

    items: list[HitOut]
    read_as: dict[str, str] = Field(description="Words that nothing holds, with the words shown instead.")


@router.get("/search", response=FoundOut, scope="", summary="Find anything")
def search(
    request: ApiRequest,
    q: Annotated[str, Query(..., min_length=1, max_length=200, examples=["duval"])],
    kinds: Annotated[list[KindKey], Query(default_factory=list, description="Of these kinds only.")],
    limit: Annotated[int, Query(ge=1, le=50, description="How many of each kind at most.")] = 8,
) -> object:
    """Everything that holds all the words: customers, and what the scopes of the key let it read besides."""
    open_ones = [key for key, scope in _SCOPES.items() if scope in request.caller.scopes]
    asked = [key for key in open_ones if not kinds or key in kinds]
    found = find(q, request.principal, keys=asked, per_group=limit)
    hits = [shown for group in found.groups for shown in group.hits]
    return {
        "items": [
            {
                "kind": one.kind,
                "id": str(one.subject_id),
                "title": one.hit.title,
                "hint": one.hit.hint,
                "is_near": one.is_near,
            }
            for one in hits
        ],
        "read_as": dict(found.read_as),
    }
