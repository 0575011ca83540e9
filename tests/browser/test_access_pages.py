"""Teams, roles, rights and sessions, as an owner meets them in a browser."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone

from fleuve.accounts.actions import create_team, create_user, join_team
from fleuve.accounts.models import Team, User
from fleuve.kernel.principal import SYSTEM
from tests.browser.conftest import PageFor

pytestmark = pytest.mark.browser
Judge = Callable[..., None]
_PAGES = [
    "/settings/teams/",
    "/settings/teams/{team}/",
    "/settings/roles/",
    "/settings/roles/seller/",
    "/settings/users/{user}/",
    "/settings/profile/sessions/",
    "/settings/audit/exports/",
]


@pytest.mark.parametrize(("theme", "language", "width"), [("light", "en", 1280), ("dark", "fr", 360)])
def test_the_pages_of_access_are_accessible_and_fit(
    page_for: PageFor,
    assert_axe_clean: Judge,
    assert_no_csp_report: Judge,
    assert_no_sideways_scroll: Judge,
    theme: str,
    language: str,
    width: int,
) -> None:
    page = page_for("owner", language=language, theme=theme, width=width)
    numbers = _house()
    for address in _PAGES:
        page.goto(address.format(**numbers))
        assert_axe_clean(page)
        assert_no_csp_report(page)
        assert_no_sideways_scroll(page)


def _house() -> dict[str, int]:
    now = timezone.now()
    sam = create_user(email="sam@example.org", name="Sam", role="seller", password=None, by=SYSTEM, at=now)
    north: Team = create_team(name="North", by=SYSTEM, at=now)
    join_team(team=north, user=sam, is_lead=True, by=SYSTEM, at=now)
    assert User.objects.filter(pk=sam.pk).exists()
    return {"team": north.pk, "user": sam.pk}
