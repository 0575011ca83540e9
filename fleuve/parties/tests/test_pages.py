from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from fleuve.accounts.tests.cast import client_as
from fleuve.attributes import Is, compile_sql, registry
from fleuve.changes.models import Change
from fleuve.parties.actions import Edit, change_customers
from fleuve.parties.models import OwnField, OwnValue, PartyCard, Removal, Tag, Tie
from fleuve.parties.tests.cast import ALICE, NOW, card, customer, later

pytestmark = pytest.mark.django_db


SENT = {"name": "Chloé Éclair", "email": "chloe@example.org", "kind": "person"}


@pytest.fixture
def alice() -> Client:
    return client_as("owner")


def _form(client: Client, party: int) -> dict[str, str]:
    """The form of a customer as a browser would send it back untouched."""
    page = client.get(reverse("parties:details", args=[party]))
    form = page.context["form"]
    sent = dict(form.was) | {name: str(form[name].value() or "") for name in form.fields}
    return sent | {"version": str(page.context["version"])}


def _save(client: Client, party: int, sent: dict[str, str]) -> Any:
    return client.post(reverse("parties:details", args=[party]), sent)


def test_a_customer_is_created_by_hand_and_looked_after_by_its_maker(alice: Client) -> None:
    answer = alice.post(
        reverse("parties:new"), {"name": "Chloé Éclair", "email": "chloe@example.org", "kind": "person"}
    )
    assert answer.status_code == 302
    made = PartyCard.objects.get()
    assert (made.name, made.email, made.kind, made.customer_number) == (
        "Chloé Éclair",
        "chloe@example.org",
        "person",
        "",
    )
    assert alice.get(answer.headers["Location"]).status_code == 200


def test_somebody_with_the_same_address_is_shown_first(alice: Client) -> None:
    customer(email="chloe@example.org", name="Chloé")
    sent = {"name": "Chloe", "email": "CHLOE@example.org", "kind": "unknown"}
    answer = alice.post(reverse("parties:new"), sent)
    assert answer.status_code == 200
    assert "Chloé" in answer.content.decode()
    assert alice.post(reverse("parties:new"), sent | {"force": "yes"}).status_code == 302
    assert PartyCard.objects.count() == 2


def test_saving_an_untouched_form_writes_nothing(alice: Client) -> None:
    party = customer(email="jean@example.org")
    assert _save(alice, party, _form(alice, party)).status_code == 302
    assert not Change.objects.exists()


def test_two_people_who_change_different_fields_keep_both(alice: Client) -> None:
    """docs/rules/records.md, "Two people, one record"."""
    bob = client_as("agent")
    party = customer(city="Lyon", name="Jean Li")
    form_of_alice, form_of_bob = _form(alice, party), _form(bob, party)
    assert _save(alice, party, form_of_alice | {"phone": "06 12 34 56 78", "country": "France"}).status_code == 302
    answer = _save(bob, party, form_of_bob | {"name": "Jean Lis"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "06 12 34 56 78" in page
    assert "Jean Lis" in page
    context = answer.context
    sent = dict(context["kept"]) | dict(context["was"]) | {"version": str(context["version"])}
    assert _save(bob, party, sent).status_code == 302
    assert (card(party).name, card(party).phone) == ("Jean Lis", "+33612345678")


def test_two_people_who_change_the_same_field_choose(alice: Client) -> None:
    bob = client_as("agent")
    party = customer(name="Jean Li")
    form_of_alice, form_of_bob = _form(alice, party), _form(bob, party)
    _save(alice, party, form_of_alice | {"name": "Jeanne Li"})
    answer = _save(bob, party, form_of_bob | {"name": "John Li"})
    (row,) = answer.context["rows"]
    assert (row.was, row.theirs, row.yours, row.is_open) == ("Jean Li", "Jeanne Li", "John Li", True)
    assert card(party).name == "Jeanne Li"
    sent = dict(answer.context["kept"]) | dict(answer.context["was"]) | {"version": str(answer.context["version"])}
    assert _save(bob, party, sent | {"name": "John Li"}).status_code == 302
    assert card(party).name == "John Li"


def test_an_earlier_value_is_put_back(alice: Client) -> None:
    party = customer(city="Lyon")
    change_customers(edits=[Edit(party, "city", "Paris")], by=ALICE, at=later(1))
    change_customers(edits=[Edit(party, "city", "Lille")], by=ALICE, at=later(2))
    page = alice.get(reverse("parties:changes", args=[party]))
    lines = page.context["page"].lines
    assert [(line.old, line.new) for line in lines] == [("Paris", "Lille"), ("", "Paris")]
    alice.post(reverse("parties:change_restored", args=[party, lines[0].id]))
    assert card(party).city == "Paris"
    alice.post(reverse("parties:change_restored", args=[party, lines[1].id]))
    assert card(party).city == "Lyon", "nothing said by hand: the source speaks again"
    assert Change.objects.filter(origin="restore").count() == 2


def test_the_history_takes_as_many_queries_however_long_it_is(
    alice: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    party = customer()
    for minute in range(60):
        change_customers(edits=[Edit(party, "city", f"Town {minute}")], by=ALICE, at=later(minute))
    with django_assert_max_num_queries(16):
        page = alice.get(reverse("parties:changes", args=[party]))
    assert len(page.context["page"].lines) == 50
    older = alice.get(reverse("parties:changes", args=[party]), {"before": page.context["page"].next_before})
    assert len(older.context["page"].lines) == 10


def test_a_field_of_the_house_is_everywhere_at_once(alice: Client) -> None:
    sent = {"label": "Pointure", "type": "number", "choices": "", "personal": "", "version": ""}
    assert alice.post(reverse("parties:field_new"), sent).status_code == 302
    made = OwnField.objects.get()
    party = customer()
    _save(alice, party, _form(alice, party) | {"own_pointure": "42,5"})
    assert OwnValue.objects.get().number == 42_500_000
    assert "42.5" in alice.get(reverse("ui:panel", args=["customer.record"]), {"party": party}).content.decode()
    assert registry.get("own_pointure").imports_as == f"own:{made.pk}"
    for operator, value, holds in [("at_least", 42.5, True), ("more_than", 42.5, False), ("is", 42.5, True)]:
        found = PartyCard.objects.filter(compile_sql(Is("own_pointure", operator, value), NOW.date()))
        assert found.exists() is holds, operator
    assert b"Pointure" in alice.get(reverse("workspace:customers"), {"add": "own_pointure"}).content


def test_a_personal_field_asks_for_its_purpose(alice: Client) -> None:
    sent = {"label": "Allergies", "type": "text", "choices": "", "personal": "behaviour", "version": ""}
    answer = alice.post(reverse("parties:field_new"), sent)
    assert answer.status_code == 200
    assert answer.context["form"].errors["purpose"]
    assert not OwnField.objects.exists()


def test_tags_are_put_on_and_taken_off_without_undoing_others(alice: Client) -> None:
    vip, fair = (Tag.objects.create(name=name, name_folded=name.lower(), created_at=NOW) for name in ("VIP", "Fair"))
    party = customer()
    url = reverse("parties:tags", args=[party])
    alice.post(url, {"tag": [vip.pk]})
    alice.post(url, {"tag": [fair.pk]})  # opened before VIP was there: VIP stays
    assert card(party).tags == f"|{min(vip.pk, fair.pk)}|{max(vip.pk, fair.pk)}|"
    alice.post(url, {"was": [vip.pk], "tag": []})
    assert card(party).tags == f"|{fair.pk}|"
    alice.post(reverse("parties:tag_removal", args=[fair.pk]))
    assert b"Fair" in alice.get(reverse("parties:tag_list")).content
    assert b"Fair" not in alice.get(reverse("workspace:customer", args=[party])).content


def test_those_who_belong_together_are_worth_something_together(alice: Client) -> None:
    """docs/rules/ties.md, "Together"."""
    ada, duval, nord, hold = (customer(str(n), name=name) for n, name in enumerate(("Ada", "Duval", "Nord", "Hold")))
    for party, other, kind in [(ada, duval, "works_for"), (duval, hold, "group_of"), (nord, hold, "group_of")]:
        sent = {"kind": kind, "to": card(other).name}
        assert alice.post(reverse("parties:ties", args=[party]), sent).status_code == 302
    page = alice.get(reverse("parties:ties", args=[hold]))
    (group,) = page.context["groups"]
    assert {one.name for one in group.cards} == {"Hold", "Duval", "Nord"}
    assert (card(duval).belongs_to, card(hold).belongs_to) == (hold, hold)
    again = alice.post(reverse("parties:ties", args=[duval]), {"kind": "group_of", "to": "Hold"})
    assert again.context["form"].errors["to"]
    tie = Tie.objects.get(kind="works_for")
    alice.post(reverse("parties:tie_end", args=[ada, tie.pk]))
    assert Tie.objects.get(pk=tie.pk).until_on is not None


def test_the_trash_gives_back(alice: Client) -> None:
    party = customer()
    alice.post(reverse("parties:removal", args=[party]))
    assert alice.get(reverse("workspace:customer", args=[party])).status_code == 404
    assert alice.get(reverse("parties:details", args=[party])).status_code == 404
    page = alice.get(reverse("parties:trash"))
    assert "Jean Li" in page.content.decode()
    alice.post(reverse("parties:restoration", args=[party]))
    assert alice.get(reverse("workspace:customer", args=[party])).status_code == 200
    assert Removal.objects.get().until_at is not None


def test_who_reads_only_sees_and_changes_nothing() -> None:
    reader = client_as("reader")
    party = customer()
    assert reader.get(reverse("parties:changes", args=[party])).status_code == 200
    for name in ("details", "ties", "tags", "removal", "owner"):
        assert reader.post(reverse(f"parties:{name}", args=[party]), {}).status_code == 403, name
    assert reader.get(reverse("parties:fields")).status_code == 403
    assert not Change.objects.exists()
