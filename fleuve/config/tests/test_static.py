from __future__ import annotations

import pytest
from django.templatetags.static import static
from django.test import Client

pytestmark = pytest.mark.django_db


def test_a_file_has_an_address_of_its_content_kept_for_good(client: Client) -> None:
    address = static("ui/css/layers.css")
    assert address.startswith("/static/ui/css/layers.")
    assert address != "/static/ui/css/layers.css"
    response = client.get(address)
    assert response.getvalue().startswith(b"/*")
    assert "immutable" in response["Cache-Control"]


def test_its_plain_address_is_asked_again_soon(client: Client) -> None:
    response = client.get("/static/ui/css/layers.css")
    assert response.getvalue().startswith(b"/*")
    assert response["Cache-Control"] == "max-age=60, public"


def test_a_file_that_is_not_there_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no static file"):
        static("config/nothing.css")
