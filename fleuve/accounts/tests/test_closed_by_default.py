"""Every page of every module, opened by a stranger: nothing but the door, except where a view is marked public."""

from __future__ import annotations

import pytest
from django.test import Client

from fleuve.accounts.tests.routes import all_routes


@pytest.mark.django_db
@pytest.mark.parametrize("address", [route.address() for route in all_routes() if not route.is_public])
@pytest.mark.parametrize("method", ["get", "post"])
def test_a_stranger_gets_no_further_than_the_door(client: Client, address: str, method: str) -> None:
    response = getattr(client, method)(address)
    assert response.status_code == 302
    assert response["Location"].startswith("/sign-in/")
