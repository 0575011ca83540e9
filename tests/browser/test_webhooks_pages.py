"""Adding a webhook, looking at its messages: light and dark, both languages, narrow and wide."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from fleuve.kernel.principal import SYSTEM
from fleuve.webhooks.actions import add_endpoint, send_test, switch_off_endpoint
from fleuve.webhooks.models import Delivery, Endpoint
from tests.browser.conftest import PageFor

pytestmark = pytest.mark.browser
Judge = Callable[..., None]


def _some() -> tuple[Endpoint, Delivery]:
    at = timezone.now()
    url = "https://shop.example/a/rather/long/path/to/a/receiver?token=0123456789012345678901234567890123456789"
    endpoint, _secret = add_endpoint(label="Shop", url=url, facts=["value.revalued"], by=SYSTEM, at=at)
    made = send_test(endpoint=endpoint, by=SYSTEM, at=at)
    Delivery.objects.filter(pk=made.pk).update(state="failed", attempt=10, last_status=503, last_ms=12, next_at=None)
    send_test(endpoint=endpoint, by=SYSTEM, at=at)
    other, _second = add_endpoint(
        label="Stock", url="https://stock.example/", facts=["value.revalued"], by=SYSTEM, at=at
    )
    switch_off_endpoint(endpoint=other, by=SYSTEM, at=at)
    return endpoint, made


@pytest.mark.parametrize(("theme", "language", "width"), [("light", "en", 1280), ("dark", "fr", 360)])
def test_the_pages_are_accessible_and_fit(
    page_for: PageFor, assert_sound: Judge, theme: str, language: str, width: int
) -> None:
    page = page_for("owner", language=language, theme=theme, width=width)
    page.goto("/settings/webhooks/")
    assert_sound(page)
    endpoint, made = _some()
    for address in ("", "new/", f"{endpoint.pk}/", f"{endpoint.pk}/deliveries/{made.pk}/"):
        page.goto(f"/settings/webhooks/{address}")
        assert_sound(page)


def test_a_webhook_is_added_and_its_secret_is_shown_once(page_for: PageFor, assert_axe_clean: Judge) -> None:
    page = page_for("owner")
    page.goto("/settings/webhooks/new/")
    page.get_by_label("Name").fill("Shop")
    page.get_by_label("Address").fill("https://localhost/hook")
    page.locator("input[name=facts]").first.check()
    page.get_by_role("button", name="Add and show the secret").click()
    expect(page.get_by_text("This address leads into a private network.").first).to_be_visible()
    assert_axe_clean(page)
    page.get_by_label("Address").fill("https://shop.example/hook")
    page.get_by_role("button", name="Add and show the secret").click()
    secret = page.get_by_label("The receiver checks every message with it")
    assert secret.input_value().startswith("whsec_")
    assert_axe_clean(page)
    page.get_by_role("link", name="I have copied it").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Shop")
    assert "whsec_" not in page.content()
