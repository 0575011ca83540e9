"""Every page of alerts: works, wrong method, stranger, read-only role, query count."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from fleuve.alerts.models import Alert, Run
from fleuve.tasks.models import Task

pytestmark = pytest.mark.django_db
PAGES = ("alerts:list", "alerts:how_good", "workspace:today")


def an_alert(kind: str = "silence") -> Alert:
    return Alert.objects.filter(kind=kind, is_open=True).select_related("party__card").order_by("-at_stake")[0]


@pytest.mark.parametrize("name", PAGES)
def test_a_page_answers_owner_and_reader_in_both_languages(as_alice: Client, as_bob: Client, name: str) -> None:
    for client in (as_alice, as_bob):
        assert client.get(reverse(name)).status_code == 200
    assert as_alice.get(reverse(name), headers={"accept-language": "fr"}).status_code == 200


@pytest.mark.parametrize("name", PAGES)
def test_a_page_sends_a_stranger_to_sign_in_and_refuses_other_methods(as_alice: Client, name: str) -> None:
    answer = Client().get(reverse(name))
    assert (answer.status_code, "sign-in" in answer["Location"]) == (302, True)
    assert as_alice.delete(reverse(name)).status_code == 405


@pytest.mark.parametrize(("name", "most"), [("alerts:list", 12), ("alerts:how_good", 10), ("workspace:today", 20)])
def test_a_page_asks_few_questions_of_the_database(as_alice: Client, name: str, most: int) -> None:
    as_alice.get(reverse(name))
    with CaptureQueriesContext(connection) as asked:
        as_alice.get(reverse(name))
    assert len(asked) <= most, "\n".join(query["sql"][:140] for query in asked)


def test_the_list_asks_as_much_for_fifty_alerts_as_for_one(as_alice: Client) -> None:
    def queries() -> int:
        with CaptureQueriesContext(connection) as asked:
            assert as_alice.get(reverse("alerts:list")).status_code == 200
        return len(asked)

    queries()
    many = queries()
    Alert.objects.exclude(pk=an_alert().pk).delete()
    assert queries() <= many + 1  # a page that is not full looks for rows without a figure too


@pytest.mark.parametrize("shown", ["all", "silence", "rhythm", "basket", "early", "mine", "later", "nonsense"])
def test_every_tab_opens(as_alice: Client, shown: str) -> None:
    assert as_alice.get(reverse("alerts:list"), {"show": shown}).status_code == 200


def test_today_is_home_and_shows_alerts_by_money_at_stake(as_alice: Client) -> None:
    assert as_alice.get("/")["Location"] == reverse("workspace:today")
    page = as_alice.get(reverse("workspace:today")).text
    assert an_alert().party.card.name in page
    assert "Since yesterday" in page


@pytest.mark.parametrize("kind", ["silence", "rhythm", "basket", "early"])
def test_an_alert_shows_what_it_rests_on(as_bob: Client, kind: str) -> None:
    found = Alert.objects.filter(kind=kind).first()
    if found is None:
        pytest.skip(f"this shop raised no alert of {kind}")
    page = as_bob.get(reverse("alerts:alert", args=[found.pk])).text
    assert "Why?" in page
    assert "Raised on" in page


def test_the_page_of_a_customer_shows_their_alerts(as_alice: Client) -> None:
    found = an_alert()
    page = as_alice.get(reverse("workspace:customer", args=[found.party_id])).text
    assert f'id="alert-{found.pk}"' in page


def test_an_alert_becomes_a_task_in_its_own_words(as_alice: Client, as_bob: Client) -> None:
    alert = an_alert()
    page = as_alice.get(reverse("alerts:alert", args=[alert.pk]))
    line = page.context["line"]
    assert f'href="{escape(line.task_url)}"' in page.content.decode()
    form = as_alice.get(line.task_url).context["form"]
    assert form["title"].value() == f"Call {line.name}"
    assert form["detail"].value() == f"{line.kind}: {line.sentence}"
    typed = {"title": form["title"].value(), "detail": form["detail"].value()}
    assert as_alice.post(line.task_url, typed).status_code == 302
    task = Task.objects.get()
    assert (task.title, task.detail) == (typed["title"], typed["detail"])
    assert "Make a task" not in as_bob.get(reverse("alerts:alert", args=[alert.pk])).content.decode()


def test_a_missing_alert_is_not_found(as_alice: Client) -> None:
    assert as_alice.get(reverse("alerts:alert", args=[1])).status_code == 404


def test_how_good_says_the_promise_the_count_and_the_simple_rule(as_bob: Client, judged_shop: Run) -> None:
    page = as_bob.get(reverse("alerts:how_good")).text
    assert "at most 0.10 false alarms" in page
    assert "Silent for twice as long as usual" in page
    assert "How many false alarms do you put up with?" not in page


def test_a_judgement_closes_the_alert_and_its_undo_opens_it(as_alice: Client) -> None:
    found = an_alert()
    as_alice.post(reverse("alerts:verdict", args=[found.pk]), {"verdict": "right", "back": "/today/"})
    found.refresh_from_db()
    assert (found.is_open, found.verdict, found.party.card.alert) == (False, "right", "")
    assert "100%" in as_alice.get(reverse("alerts:how_good")).text
    as_alice.post(reverse("alerts:verdict_withdrawn", args=[found.pk]))
    found.refresh_from_db()
    assert (found.is_open, found.verdict) == (True, "")


def test_an_alert_that_is_put_off_leaves_the_list_and_its_undo_brings_it_back(as_alice: Client) -> None:
    found = an_alert()
    address = reverse("alerts:postponement", args=[found.pk])
    soon = as_alice.get(reverse("alerts:list")).context["snoozes"][0][0]
    as_alice.post(address, {"until": soon, "back": "/alerts/"})
    assert f'id="alert-{found.pk}"' not in as_alice.get(reverse("alerts:list")).text
    assert f'id="alert-{found.pk}"' in as_alice.get(reverse("alerts:list"), {"show": "later"}).text
    as_alice.post(f"{address}?until=")
    assert f'id="alert-{found.pk}"' in as_alice.get(reverse("alerts:list")).text


def test_a_day_that_has_passed_is_refused(as_alice: Client) -> None:
    answer = as_alice.post(reverse("alerts:postponement", args=[an_alert().pk]), {"until": "2020-01-01"})
    assert answer.status_code == 400


def test_a_form_never_leads_to_another_site(as_alice: Client) -> None:
    found = an_alert()
    answer = as_alice.post(reverse("alerts:verdict", args=[found.pk]), {"verdict": "wrong", "back": "//evil.example/"})
    assert answer["Location"] == reverse("alerts:alert", args=[found.pk])


def test_a_reader_changes_nothing(as_bob: Client) -> None:
    found = an_alert()
    for name, data in (
        ("verdict", {"verdict": "right"}),
        ("postponement", {"until": ""}),
        ("assignment", {"user": ""}),
    ):
        assert as_bob.post(reverse(f"alerts:{name}", args=[found.pk]), data).status_code == 403
    assert as_bob.post(reverse("alerts:rate"), {"per_year": "0.2"}).status_code == 403
    found.refresh_from_db()
    assert found.version == 1
