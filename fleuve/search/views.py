"""The page of search: everything found, by kind; the palette asks the same question with fewer answers."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from fleuve.kernel.guard import guard
from fleuve.kernel.principal import Principal
from fleuve.search.kinds import kinds_for
from fleuve.search.queries import Answer, find, is_behind

__all__ = ["search"]

_LONGEST = 400
_OF_ALL, _OF_ONE = 8, 100


@dataclass(frozen=True)
class _Tab:
    key: str
    label: str
    url: str
    count: str = ""


@require_safe
@guard("read")
def search(request: HttpRequest) -> HttpResponse:
    """What the words in ``q`` find; ``kind`` narrows it to one kind of things."""
    principal: Principal = request.principal  # type: ignore[attr-defined]
    query = request.GET.get("q", "")[:_LONGEST].strip()
    chosen = request.GET.get("kind", "")
    labels = {kind.key: str(kind.label) for kind in kinds_for(principal)}
    if chosen not in labels:
        chosen = ""
    keys = [key for key, label in labels.items() if label == labels[chosen]] if chosen else None
    answer = find(query, principal, keys=keys, per_group=_OF_ONE if chosen else _OF_ALL)
    context = {
        "query": query,
        "answer": answer,
        "chosen": chosen,
        "tabs": _tabs(query, labels) if query else [],
        "rest": _rest(query, answer) if not chosen else {},
        "is_behind": is_behind(),
        "most": _OF_ONE,
    }
    response = render(request, "search/page.html", context)
    response["Cache-Control"] = "private, no-store"
    return response


def _tabs(query: str, labels: dict[str, str]) -> list[_Tab]:
    here = reverse("search:page")
    first = {label: key for key, label in reversed(labels.items())}
    kinds = [_Tab(key, label, f"{here}?{urlencode({'q': query, 'kind': key})}") for label, key in first.items()]
    kinds.sort(key=lambda tab: list(labels).index(tab.key))
    return [_Tab("", _("All"), f"{here}?{urlencode({'q': query})}"), *kinds]


def _rest(query: str, answer: Answer) -> dict[str, str]:
    """Where the rest of each group that is longer stands."""
    here = reverse("search:page")
    cut = (group.key for group in answer.groups if group.is_cut)
    return {key: f"{here}?{urlencode({'q': query, 'kind': key})}" for key in cut}
