"""Panels that modules show on pages which are not theirs: order, permission, laziness, the door before a customer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime

import pytest
from django.template import engines
from django.test import Client, RequestFactory

from fleuve.accounts.models import Organisation, User
from fleuve.kernel.principal import Principal
from fleuve.ui import CustomerHead, Moment, PanelAsk, panels, register_customer_door, register_moments, register_panel
from fleuve.ui import timeline as timelines
from fleuve.ui.panels import panels_at
from fleuve.ui.timeline import moments_of

pytestmark = pytest.mark.django_db
ALICE = Principal("user", "1", "Alice", "owner")
BOB = Principal("user", "2", "Bob", "reader")
NOW = datetime(2011, 12, 9, tzinfo=UTC)
TEMPLATE = "ui/parts/facts.html"
asked: list[PanelAsk] = []


def answers(ask: PanelAsk) -> Mapping[str, object]:
    asked.append(ask)
    return {"pairs": [("Dog", "Rex", "")]}


def says_nothing(ask: PanelAsk) -> None:
    asked.append(ask)


@pytest.fixture(autouse=True)
def nothing_registered(monkeypatch: pytest.MonkeyPatch) -> None:
    asked.clear()
    monkeypatch.setattr(panels, "_panels", {})
    monkeypatch.setattr(panels, "_door", {})
    monkeypatch.setattr(timelines, "_providers", {})
    register_customer_door(lambda party_id, principal: CustomerHead("Ada", "/ada/") if party_id == 7 else None)


@pytest.fixture
def as_bob(client: Client) -> Client:
    Organisation.objects.create(name="Maison Brunel", created_at=NOW)
    bob = User.objects.create(email="bob@example.org", name="Bob", role="reader", created_at=NOW)
    client.force_login(bob, backend="django.contrib.auth.backends.ModelBackend")
    return client


def keys(place: str, principal: Principal) -> list[str]:
    return [shown.panel.key for shown in panels_at(place, PanelAsk(principal, NOW, 7))]


def test_panels_stand_in_order_at_their_place_for_those_who_may() -> None:
    register_panel("pets", "customer.main", 20, answers, TEMPLATE, title="Pets")
    register_panel("keys", "customer.main", 10, answers, TEMPLATE, verb="configure", title="Keys")
    register_panel("weather", "today.main", 1, answers, TEMPLATE, title="Weather")
    assert keys("customer.main", ALICE) == ["keys", "pets"]
    assert keys("customer.main", BOB) == ["pets"]


def test_a_lazy_panel_is_not_asked_while_the_page_is_made() -> None:
    register_panel("pets", "customer.main", 20, answers, TEMPLATE, title="Pets")
    register_panel("file", "customer.main", 30, answers, TEMPLATE, is_lazy=False)
    shown = panels_at("customer.main", PanelAsk(ALICE, NOW, 7))
    assert [len(one.values) for one in shown] == [0, 1]
    assert shown[0].url == "/panels/pets/?party=7"
    assert asked == [PanelAsk(ALICE, NOW, 7)]


def test_a_panel_with_nothing_to_say_is_not_shown() -> None:
    register_panel("pets", "today.side", 20, says_nothing, TEMPLATE, is_lazy=False)
    assert keys("today.side", ALICE) == []


def test_a_place_that_no_page_has_and_a_lazy_panel_without_title_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown place"):
        register_panel("pets", "customer.top", 1, answers, TEMPLATE, title="Pets")
    with pytest.raises(ValueError, match="needs a title"):
        register_panel("pets", "customer.main", 1, answers, TEMPLATE)


def test_a_page_draws_what_is_ready_and_a_link_to_what_waits() -> None:
    register_panel("pets.all", "customer.main", 20, answers, TEMPLATE, title="<Pets>")
    register_panel("file", "customer.main", 30, answers, TEMPLATE, is_lazy=False)
    shown = panels_at("customer.main", PanelAsk(ALICE, NOW, 7))
    template = engines["django"].from_string("{% load drawer %}{% panels shown %}")
    html = template.render({"shown": shown}, RequestFactory().get("/"))
    assert 'id="panel-pets-all" hx-get="/panels/pets.all/?party=7"' in html
    assert '<a href="/panels/pets.all/?party=7">Show: &lt;Pets&gt;</a>' in html
    assert html.count("Rex") == 1


def test_a_panel_is_a_fragment_for_its_page_and_a_page_without_scripts(as_bob: Client) -> None:
    register_panel("pets", "customer.main", 20, answers, TEMPLATE, title="Pets")
    fragment = as_bob.get("/panels/pets/?party=7", headers={"HX-Request": "true"})
    page = as_bob.get("/panels/pets/?party=7")
    assert ("Rex" in fragment.text, "<html" in fragment.text) == (True, False)
    assert "Rex" in page.text
    assert '<a href="/ada/">Ada</a>' in page.text
    assert fragment["Cache-Control"] == "private, no-store"
    assert "HX-Request" in fragment["Vary"]
    assert as_bob.post("/panels/pets/?party=7").status_code == 405


def test_a_panel_that_has_nothing_to_say_empties_its_place(as_bob: Client) -> None:
    register_panel("pets", "today.main", 20, says_nothing, TEMPLATE, title="Pets")
    fragment = as_bob.get("/panels/pets/", headers={"HX-Request": "true"})
    assert (fragment.status_code, fragment.text) == (200, "")
    assert "There is nothing here." in as_bob.get("/panels/pets/").text


@pytest.mark.parametrize("party", ["", "8", "-7", "7.0", "seven", "٧", "9" * 19, "9" * 400, "7\x00"])
def test_a_customer_that_is_not_seen_is_missing_and_no_provider_is_asked(as_bob: Client, party: str) -> None:
    register_panel("pets", "customer.main", 20, answers, TEMPLATE, title="Pets")
    assert as_bob.get("/panels/pets/", {"party": party}).status_code in {400, 404}
    assert asked == []


def test_a_panel_asks_for_its_own_verb(as_bob: Client) -> None:
    register_panel("keys", "settings", 10, answers, TEMPLATE, verb="configure", title="Keys")
    assert as_bob.get("/panels/keys/").status_code == 403
    assert as_bob.get("/panels/nothing/").status_code == 404
    assert asked == []


def test_a_stranger_is_sent_to_sign_in(client: Client) -> None:
    register_panel("pets", "today.main", 20, answers, TEMPLATE, title="Pets")
    assert client.get("/panels/pets/").status_code == 302
    assert asked == []


def test_every_source_tells_its_moments() -> None:
    @register_moments
    def _calls(party_id: int, principal: Principal, limit: int) -> list[Moment]:
        return [Moment(NOW, f"Call {number} of {party_id} for {principal.label}") for number in range(limit)]

    @register_moments
    def _visits(party_id: int, principal: Principal, limit: int) -> list[Moment]:
        return []

    assert [moment.title for moment in moments_of(7, BOB, 2)] == ["Call 0 of 7 for Bob", "Call 1 of 7 for Bob"]
