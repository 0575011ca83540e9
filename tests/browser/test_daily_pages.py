"""Notes, tasks, notices, search and the trash, as a person uses them in a browser."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from fleuve.accounts.models import User
from fleuve.kernel.principal import Principal
from fleuve.notes.actions import add_file, remove_note, write_note
from fleuve.parties.tests.cast import customer
from fleuve.tasks.actions import add_task, complete_task
from tests.browser.conftest import PageFor

pytestmark = pytest.mark.browser
Judge = Callable[..., None]

_WAYS = [("light", "en", 1280), ("dark", "fr", 360)]


def _story() -> dict[str, str]:
    """A customer with notes, files and tasks; the addresses of what is about them."""
    now = timezone.now()
    zoe = User.objects.create(email="zoe@example.org", name="Zoé Brun", role="owner", created_at=now)
    by: Principal = zoe.principal
    me = User.objects.exclude(pk=zoe.pk).order_by("-created_at").first()
    assert me is not None
    party = customer(name="Chloé Éclair", email="chloe@example.org", city="Évreux")
    text = "Prefers **Mondays**.\n- rings twice\n- see https://example.org/map\n\n@Alice Martin knows more"
    note = write_note(party_id=party, body=text, is_pinned=True, by=by, at=now)
    gone = write_note(party_id=party, body="An éclair too many", by=by, at=now)
    remove_note(note_id=gone.pk, by=by, at=now)
    add_file(party_id=party, name="offer-with-quite-a-long-name.pdf", blocks=[b"%PDF-1.7"], by=by, at=now)
    today = now.date()
    task = add_task(
        title="Send the offer", detail="Two copies", party_id=party, assigned_id=me.pk, due_on=today, by=by, at=now
    )
    add_task(title="Call back", party_id=party, assigned_id=me.pk, due_on=today - timedelta(days=3), by=by, at=now)
    done = add_task(title="Write to them", party_id=party, assigned_id=me.pk, by=by, at=now)
    complete_task(task_id=done.pk, by=by, at=now)
    return {
        "customer": f"/customers/{party}/",
        "notes": f"/customers/{party}/notes/",
        "note": f"/notes/{note.pk}/",
        "files": f"/customers/{party}/files/",
        "tasks": "/tasks/",
        "customer_tasks": f"/customers/{party}/tasks/",
        "task": f"/tasks/{task.pk}/",
        "notices": "/notices/",
        "search": "/search/?q=ecliar",
        "found": "/search/?q=eclair",
        "trash": "/trash/?kind=notes",
        "note_panel": f"/panels/customer.notes/?party={party}",
        "task_panel": f"/panels/customer.tasks/?party={party}",
    }


@pytest.mark.parametrize(("theme", "language", "width"), _WAYS)
def test_the_pages_are_accessible_and_fit(
    page_for: PageFor,
    assert_axe_clean: Judge,
    assert_no_csp_report: Judge,
    assert_no_sideways_scroll: Judge,
    theme: str,
    language: str,
    width: int,
) -> None:
    page = page_for("owner", language=language, theme=theme, width=width)
    for name, address in _story().items():
        answer = page.goto(address, wait_until="networkidle")
        assert answer is not None
        assert answer.ok, address
        if folder := os.environ.get("FLEUVE_TEST_PICTURES"):
            page.screenshot(path=f"{folder}/{name}-{theme}-{language}-{width}.png", full_page=True)
        assert_axe_clean(page)
        assert_no_csp_report(page)
        assert_no_sideways_scroll(page)


def test_a_note_mentions_a_colleague_by_keyboard(page_for: PageFor) -> None:
    page = page_for("owner")
    story = _story()
    page.goto(story["customer"])
    text = page.locator("#write_body")
    text.click()
    page.keyboard.type("Ask @zoe b")
    expect(page.locator("#write_body-mentions").get_by_text("Zoé Brun")).to_be_visible()
    page.keyboard.press("Enter")
    page.keyboard.type("about the delivery")
    expect(text).to_have_value("Ask @Zoé Brun about the delivery")
    page.get_by_role("button", name="Write down").click()
    expect(page.locator("#panel-customer-notes").get_by_text("Ask @Zoé Brun about the delivery")).to_be_visible()
    assert User.objects.get(name="Zoé Brun").notices.filter(kind="mention").count() == 1


def test_the_palette_finds_a_customer_in_spite_of_a_slip(page_for: PageFor) -> None:
    page = page_for("owner")
    story = _story()
    page.goto("/tasks/")
    page.keyboard.press("Control+k")
    page.keyboard.type("ecliar chloe")
    expect(page.get_by_role("option", name="Chloé Éclair")).to_be_visible()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert page.url.endswith(story["customer"])


@pytest.mark.parametrize("has_scripts", [True, False])
def test_a_task_is_done_and_taken_back(page_for: PageFor, has_scripts: bool) -> None:
    page = page_for("owner", has_scripts=has_scripts)
    _story()
    page.goto("/tasks/")
    page.get_by_role("button", name="Done: Send the offer").click()
    expect(page.get_by_role("button", name="Done: Send the offer")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    page.goto("/tasks/")
    expect(page.get_by_role("button", name="Done: Send the offer")).to_have_count(1)
