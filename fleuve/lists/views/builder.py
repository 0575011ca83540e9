"""The filter as a page of lines: every button is a submit that leads to the page at its new address."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.cache import patch_vary_headers
from django.views.decorators.http import require_http_methods

from fleuve.accounts.queries import organisation
from fleuve.accounts.requests import PrincipalRequest
from fleuve.attributes import EVERYTHING, FilterError, Registry, describe, from_link, registry, to_link
from fleuve.kernel.guard import guard
from fleuve.lists.bought.store import current_behaviour
from fleuve.lists.builder.checking import Checked, checked
from fleuve.lists.builder.deeds import add_part, remove_part, unwrap_part, wrap_part
from fleuve.lists.builder.draft import Bracket
from fleuve.lists.builder.drawing import draw_draft
from fleuve.lists.builder.form import draft_from_form, fresh_part
from fleuve.lists.builder.link import draft_from_link, draft_to_link
from fleuve.lists.queries.asked import Asked, asked_of
from fleuve.lists.queries.matching import Matching, matching
from fleuve.lists.queries.presets import PRESETS, preset_filter

__all__ = ["count", "filter_page"]

_MOST_CATEGORIES: Final = 500
_LIST: Final = "workspace:customers"
_PAGE: Final = "lists:filter"


@dataclass(frozen=True)
class _Here:
    """One request for the builder: what it asks of the list, and who sees what."""

    request: PrincipalRequest
    asked: Asked
    visible: Registry
    currency: str

    def checked(self, draft: Bracket) -> Checked:
        return checked(draft, self.visible, self.currency)

    def matching(self, told: Checked) -> Matching:
        node = preset_filter(self.asked.preset, told.node)
        return matching(self.request.principal, node, self.asked.words, self.visible, timezone.now())

    def links(self, told: Checked) -> list[str]:
        return to_link(told.node, self.visible, currency=self.currency)


@guard("read")
@require_http_methods(["GET", "HEAD", "POST"])
def filter_page(request: PrincipalRequest) -> HttpResponse:
    """The filter of the address; what is sent leads to the address of what it became, or to the list."""
    here = _here(request)
    if request.method == "POST":
        return _done(here, draft_from_form(request.POST, here.visible))
    try:
        return _page(here, draft_from_link(here.asked.links))
    except FilterError as refused:
        return _page(here, Bracket(), error=str(refused))


@guard("read")
@require_http_methods(["GET", "HEAD", "POST"])
def count(request: PrincipalRequest) -> HttpResponse:
    """How many customers match: those of the address, or of the form as it stands while somebody types."""
    here, typed_at = _here(request), ""
    try:
        if request.method == "POST":
            draft = draft_from_form(request.POST, here.visible)
            told, typed_at = here.checked(draft), here.asked.address_of(_PAGE, draft_to_link(draft))
        else:
            told = Checked(from_link(here.asked.links, here.visible, currency=here.currency), {})
        found = here.matching(told)
    except FilterError as refused:
        told, found = Checked(EVERYTHING, {}), Matching(str(refused), "", refused=True)
    context = _said(here, told, found) | {"list_url": here.asked.address_of(_LIST)}
    template = "lists/matching.html" if _is_fragment(request) else "lists/count_page.html"
    response = _varying(render(request, template, context))
    if typed_at:
        response["HX-Replace-Url"] = typed_at  # a reload, or the way back, finds what was typed
    return response


def _here(request: PrincipalRequest) -> _Here:
    asked = asked_of(request.POST if request.method == "POST" else request.GET)
    return _Here(request, asked, registry.visible_to(request.principal), organisation().currency)


def _done(here: _Here, draft: Bracket) -> HttpResponse:
    deed, _colon, path = here.request.POST.get("do", "settle").partition(":")
    fresh = ""
    try:
        match deed:
            case "add":
                part = fresh_part(here.request.POST.get(f"add-{path}", ""), here.visible)
                if part is not None:
                    draft = add_part(draft, path, part)
                    fresh = _last_of(draft, path)
            case "remove":
                draft = remove_part(draft, path)
            case "wrap":
                draft = wrap_part(draft, path)
            case "unwrap":
                draft = unwrap_part(draft, path)
            case "show":
                return _shown(here, draft)
    except FilterError as refused:
        return _page(here, draft, error=str(refused), status=422)
    return redirect(here.asked.address_of(_PAGE, draft_to_link(draft), fresh=fresh))


def _shown(here: _Here, draft: Bracket) -> HttpResponse:
    """The list, once every line is finished: one left out in silence would show other customers."""
    told = here.checked(draft)
    if told.faults:
        return _page(here, draft, must_finish=True, status=422)
    return redirect(here.asked.address_of(_LIST, here.links(told)))


def _last_of(root: Bracket, path: str) -> str:
    """The place of the part that was added last to the bracket at ``path``."""
    bracket = root
    for step in path.split("-")[1:]:
        inner = bracket.parts[int(step)]
        assert isinstance(inner, Bracket)
        bracket = inner
    return f"{path}-{len(bracket.parts) - 1}"


def _page(
    here: _Here, draft: Bracket, *, error: str = "", must_finish: bool = False, status: int = 200
) -> HttpResponse:
    told = here.checked(draft)
    behaviour = current_behaviour()
    drawn = draw_draft(
        draft,
        told,
        here.visible,
        currency=here.currency,
        categories=sorted(behaviour.categories)[:_MOST_CATEGORIES] if behaviour else (),
        fresh=here.request.GET.get("fresh", ""),
    )
    context = _said(here, told, here.matching(told)) | {
        "root": drawn,
        "asked": here.asked,
        "error": error,
        "must_finish": must_finish,
        "tab": PRESETS[here.asked.preset][0] if here.asked.preset in PRESETS and here.asked.preset != "all" else "",
        "list_url": here.asked.address_of(_LIST),
    }
    template = "lists/builder_fragment.html" if _is_fragment(here.request) else "lists/builder_page.html"
    return _varying(render(here.request, template, context, status=status))


def _said(here: _Here, told: Checked, found: Matching) -> dict[str, object]:
    sentence = "" if told.node == EVERYTHING else describe(told.node, here.visible, currency=here.currency)
    return {"found": found, "sentence": sentence, "left_aside": len(told.faults)}


def _is_fragment(request: PrincipalRequest) -> bool:
    """Whether a script asks for a part; on the way back through the history it needs the whole page."""
    headers = request.headers
    return headers.get("HX-Request") == "true" and headers.get("HX-History-Restore-Request") != "true"


def _varying(response: HttpResponse) -> HttpResponse:
    response["Cache-Control"] = "private, no-store"
    patch_vary_headers(response, ["HX-Request"])
    return response
