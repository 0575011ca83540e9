"""The shell: menu, palette, preferences, the living page."""

from __future__ import annotations

import gzip
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.test import Client

import fleuve.ui
from fleuve.accounts.models import Organisation, User
from fleuve.kernel.principal import ANONYMOUS, Principal
from fleuve.ui import PaletteEntry, register_menu, register_palette, registry
from fleuve.ui.context import menu_links
from fleuve.ui.palette import find

pytestmark = pytest.mark.django_db
ALICE = Principal("user", "1", "Alice", "owner")
BOB = Principal("user", "2", "Bob", "reader")
NOW = datetime(2011, 12, 9, tzinfo=UTC)
STATIC = Path(fleuve.ui.__file__).parent / "static" / "ui"


@pytest.fixture
def registered(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "_menu", {})
    monkeypatch.setattr(registry, "_palette", {})
    register_menu("find", "Find", "ui:palette", 20)
    register_menu("look", "Look", "ui:living", 10, verb="operate", icon="eye")
    register_menu("gone", "Gone", "nowhere:page", 5)


@pytest.fixture
def alice() -> User:
    Organisation.objects.create(name="Maison Brunel", created_at=NOW)
    user: User = User.objects.create(email="alice@example.org", name="Alice", role="owner", created_at=NOW)
    return user


@pytest.mark.usefixtures("registered")
def test_the_menu_shows_what_the_role_may_do_in_order() -> None:
    assert [link.key for group in menu_links(ALICE, "/design/") for link in group.links] == ["look", "find"]
    assert [link.key for group in menu_links(BOB, "/") for link in group.links] == ["find"]
    assert menu_links(ANONYMOUS, "/") == []


@pytest.mark.usefixtures("registered")
def test_the_longest_matching_address_is_current() -> None:
    current = [link.key for group in menu_links(ALICE, "/design/x") for link in group.links if link.is_current]
    assert current == ["look"]


@pytest.mark.usefixtures("registered")
def test_the_palette_groups_what_providers_and_menu_know_once() -> None:
    @register_palette
    def _customers(principal: Principal, query: str, now: datetime) -> list[PaletteEntry]:
        return [PaletteEntry("Ada", "/c/1/", "Leeds", "Customers"), PaletteEntry("Find", "/find/", group="Pages")]

    groups = find(ALICE, "fi", NOW)
    assert [(group.label, [str(entry.label) for entry in group.entries]) for group in groups] == [
        ("Customers", ["Ada"]),
        ("Pages", ["Find"]),
    ]


def test_a_menu_group_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown menu group"):
        register_menu("x", "X", "ui:living", 1, group="elsewhere")


def test_the_palette_answers_a_fragment_or_a_page(client: Client, alice: User) -> None:
    client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    fragment = client.get("/find/", {"q": "zzz"}, headers={"HX-Request": "true"})
    assert "<html" not in fragment.text
    assert "zzz" in fragment.text
    assert "<html" in client.get("/find/", {"q": "<script>"}).text


def test_a_stranger_finds_nothing(client: Client, alice: User) -> None:
    assert client.get("/find/").status_code == 302
    assert client.post("/find/").status_code in {302, 405}


def test_a_preference_is_kept_and_leads_back(client: Client, alice: User) -> None:
    response = client.post("/preference/", {"name": "theme", "value": "dark", "next": "/design/"})
    assert (response.status_code, response["Location"]) == (302, "/design/")
    assert 'data-theme="dark"' in client.get("/design/").text


def test_a_preference_never_leads_elsewhere(client: Client, alice: User) -> None:
    away = client.post("/preference/", {"name": "theme", "value": "dark", "next": "https://evil.example/"})
    assert away["Location"] == "/"
    assert client.post("/preference/", {"name": "theme", "value": "pink"}).status_code == 400
    assert client.get("/preference/").status_code == 405


def test_the_living_page_shows_every_part_in_the_persons_language(client: Client, alice: User) -> None:
    User.objects.filter(pk=alice.pk).update(language="fr")
    client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    html = client.get("/design/").text
    assert '<html lang="fr"' in html
    for code in ("bars", "lines", "bridge", "river", "heat", "concentration", "curve", "ranked"):
        assert f"<code>{code}</code>" in html


def test_no_page_carries_a_script_or_a_style_of_its_own(client: Client, alice: User) -> None:
    html = client.get("/design/").text
    assert "<style" not in html
    assert " style=" not in html
    assert html.count("<script") == html.count("<script src=") + html.count('<script type="module" src=')


@pytest.mark.parametrize(("kind", "most"), [("css", 40_000), ("js", 60_000)])
def test_styles_and_scripts_stay_light(kind: str, most: int) -> None:
    files = [*(STATIC / kind).glob("*"), *(STATIC / "vendor").glob(f"*.{kind}")]
    assert sum(len(gzip.compress(path.read_bytes(), 6)) for path in files) <= most
