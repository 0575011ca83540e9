"""The page *What I understood* and the lines behind its numbers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from fleuve.accounts.models import User
from fleuve.events.models import Event
from fleuve.history.models import BooksCheck
from fleuve.history.tests.shop import Shop
from fleuve.jobs import enqueue
from fleuve.jobs.models import Job
from fleuve.kernel.principal import SYSTEM
from fleuve.lists.models import Export, ExportLimit
from fleuve.parties.models import Source
from fleuve.touchpoints.models import SourceSettings

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop(home: Path) -> Shop:
    shop = Shop()
    shop.sells("1", "2011-03-01", "Alice", ("MUG", 6, "2.50"), ("Postage", 1, "4.00"), ("MUG", 6, "2.50"))
    shop.credits("C2", "2011-03-03", "Alice", ("MUG", -2, "2.50"))
    shop.sells("3", "2011-04-01", None, ("MUG", 1, "2.50"))
    shop.sells("4", "2011-04-02", "Client comptoir", ("=MUG()", 1, "2.50"))
    shop.build()
    return shop


def _client(role: str) -> Client:
    user = User.objects.create(
        email=f"{role}@example.org", name=role.title(), role=role, language="en", created_at=timezone.now()
    )
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def alice(db: None) -> Client:
    return _client("owner")


@pytest.fixture
def bob(db: None) -> Client:
    return _client("reader")


def _answers(**changed: Any) -> dict[str, Any]:
    answers = {
        "version": 1,
        "kind_postage": "on",
        "counts_walk_in": "on",
        "keeps_identical_lines": "on",
        "vat_included": "yes",
        "vat_percent": "20",
        "margin_percent": "40",
        "margin_origin": "measured",
        "return_window_days": "90",
    } | changed
    return {name: value for name, value in answers.items() if value is not None}


def test_it_says_what_was_understood(shop: Shop, alice: Client) -> None:
    text = alice.get(reverse("history:understood")).content.decode()
    for words in ("Does this match your books?", "€34.00", "Postage and delivery", "Client comptoir", "by the name"):
        assert words in text, words
    assert "Return lines matched to their purchase: 1 (−€5.00); without it: 0 (€0.00)." in text


def test_without_a_file_it_says_what_to_do_first(home: Path, alice: Client) -> None:
    assert "Import a file" in alice.get(reverse("history:understood")).content.decode()


def test_while_a_first_file_is_worked_out_it_shows_how_far_that_is(home: Path, alice: Client) -> None:
    enqueue("history.rebuild", by=SYSTEM)
    page = alice.get(reverse("history:understood")).content.decode()
    assert "Your file is being worked out" in page
    assert "progress-card" in page
    assert "No purchases yet" not in page


def test_it_leads_on_to_the_portfolio(shop: Shop, alice: Client) -> None:
    assert (
        f'href="{reverse("workspace:portfolio")}">Go on to the portfolio'
        in alice.get(reverse("history:understood")).content.decode()
    )


def test_a_source_that_brought_nothing_is_not_shown(shop: Shop, alice: Client) -> None:
    Source.objects.create(key="aside", name="Put aside", created_at=timezone.now())
    assert "Put aside" not in alice.get(reverse("history:understood")).content.decode()


def test_a_stranger_signs_in_first(shop: Shop) -> None:
    for name in ("understood", "lines", "lines_file"):
        assert Client().get(reverse(f"history:{name}")).status_code in {302, 303}


def test_a_reader_sees_but_changes_nothing(shop: Shop, bob: Client) -> None:
    assert bob.get(reverse("history:understood")).status_code == 200
    assert bob.post(reverse("history:understood"), _answers()).status_code == 403
    assert bob.post(reverse("history:books"), {"answer": "yes"}).status_code == 403
    assert bob.get(reverse("history:lines_file")).status_code == 403
    assert bob.post(reverse("history:special", args=[shop.records["Alice"].pk]), {"special": "test"}).status_code == 403


def test_only_known_methods_are_answered(shop: Shop, alice: Client) -> None:
    assert alice.put(reverse("history:understood")).status_code == 405
    assert alice.get(reverse("history:books")).status_code == 405
    assert alice.post(reverse("history:lines")).status_code == 405


def test_answers_are_kept_and_everything_is_worked_out_again(shop: Shop, alice: Client) -> None:
    assert alice.post(reverse("history:understood"), _answers()).status_code == 302
    settings = SourceSettings.objects.get()
    assert settings.counted_kinds == ["discount", "postage"]
    assert (settings.vat_included, settings.vat_bp, settings.margin_bp) == (True, 2000, 4000)
    assert (settings.margin_is_assumed, settings.return_window_days, settings.version) == (False, 90, 2)
    assert "margin_bp" in settings.answered
    assert Job.objects.exclude(name__startswith="lists.").get().name == "value.revalue"
    assert Event.objects.filter(name="touchpoints.source_configured").count() == 1
    shop.build()
    assert shop.states()["1/2"] == ("counted", 333)


def test_answers_shown_before_somebody_elses_are_refused(shop: Shop, alice: Client) -> None:
    alice.post(reverse("history:understood"), _answers())
    answer = alice.post(reverse("history:understood"), _answers(margin_percent="50"))
    assert answer.status_code == 409
    assert SourceSettings.objects.get().margin_bp == 4000


def test_an_answer_out_of_range_is_explained(shop: Shop, alice: Client) -> None:
    answer = alice.post(reverse("history:understood"), _answers(margin_percent="140"))
    assert answer.status_code == 422
    assert SourceSettings.objects.get().margin_bp is None


def test_the_books_are_compared(shop: Shop, alice: Client) -> None:
    alice.post(reverse("history:books"), {"answer": "no"})
    assert "what to check" in alice.get(reverse("history:understood")).content.decode()
    alice.post(reverse("history:books"), {"answer": "yes"})
    assert "Owner said on" in alice.get(reverse("history:understood")).content.decode()
    assert BooksCheck.objects.count() == Event.objects.filter(name="history.books_answered").count() == 2


def test_a_detected_customer_is_taken_back_by_a_persons_word(shop: Shop, alice: Client) -> None:
    record = shop.records["Client comptoir"]
    alice.post(reverse("history:special", args=[record.pk]), {"special": ""})
    shop.build()
    assert shop.states()["4/1"][0] == "counted"
    assert Job.objects.filter(name="value.revalue").exists()


def test_every_number_opens_its_lines(shop: Shop, alice: Client) -> None:
    text = alice.get(reverse("history:lines"), {"state": "set_aside", "kind": "postage"}).content.decode()
    assert "Postage" in text
    assert "€4.00" in text
    assert alice.get(reverse("history:lines"), {"identical": "1"}).context["count"] == 1
    assert alice.get(reverse("history:lines"), {"state": "nonsense'--"}).context["count"] == 6


def test_all_lines_leave_as_a_file_without_formulas(shop: Shop, alice: Client) -> None:
    answer = alice.get(reverse("history:lines_file"), {"state": "walk_in"})
    rows = b"".join(answer.streaming_content).decode("utf-8-sig").splitlines()  # type: ignore[attr-defined]
    assert len(rows) == 3
    assert rows[2].startswith("4,2011-04-02,Client comptoir,'=MUG(),'=MUG(),1,2.50,2.50,Without customer")
    assert Event.objects.get(name="workspace.list_exported").data["rows"] == 2


def test_lines_count_against_what_a_person_may_take_out(shop: Shop, alice: Client) -> None:
    User.objects.filter(role="owner").update(role="manager")
    ExportLimit.objects.create(role="manager", rows=3)
    address = reverse("history:lines_file")
    assert alice.get(address, {"state": "walk_in"}).status_code == 200, "two rows"
    refused = alice.get(address, {"state": "walk_in"})
    assert refused.status_code == 403
    assert "you may take out 1 more until" in refused.content.decode()
    assert Event.objects.filter(name="lists.export_refused").count() == 1
    assert Export.objects.get().subject == "lines"


def test_the_page_asks_the_database_few_questions(
    shop: Shop, alice: Client, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(18):
        alice.get(reverse("history:understood"))
