from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from fleuve.search.actions import drop, rebuild
from fleuve.search.models import Document, Slip, Word
from fleuve.search.queries import find
from fleuve.search.tests.cast import ALICE, NOBODY, NOW, RAY, Things, found, only, titles


@pytest.fixture
def three(customers: Things) -> Things:
    """The documents of docs/rules/search.md, "What is found"."""
    customers.put(1, "Chloé Éclair", "Évreux")
    customers.put(2, "Jean Li")
    customers.put(3, "Dupont & Fils", body="+33612345678")
    return customers


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("eclair chloe", ["Chloé Éclair"]),
        ("évr", ["Chloé Éclair"]),
        ("li", ["Jean Li"]),
        ("l", []),
        ("j", ["Jean Li"]),
        ("jean l", ["Jean Li"]),
        ("jaen", ["Jean Li"]),
        ("dupnot fils", ["Dupont & Fils"]),
        ("06 12 34", ["Dupont & Fils"]),
        ('"', []),
        ("", []),
        ("nobody", []),
    ],
)
def test_the_table_of_what_is_found(three: Things, typed: str, expected: list[str]) -> None:
    """docs/rules/search.md, "What is found"."""
    assert found(typed) == expected


def test_a_forgiven_slip_is_told(three: Things) -> None:
    answer = find("jaen", ALICE)
    assert answer.read_as == (("jaen", "jean"),)
    assert answer.groups[0].hits[0].is_near
    assert find("jean", ALICE).read_as == ()


def test_a_near_word_stands_behind_what_holds_the_word_exactly(customers: Things) -> None:
    customers.put(1, "Marina Bay")
    customers.put(2, "Martin Sale")
    assert found("marin") == ["Marina Bay", "Martin Sale"]
    assert find("marin", ALICE).read_as == ()


def test_with_enough_exact_hits_nothing_near_is_looked_for(customers: Things) -> None:
    for number in range(5):
        customers.put(number + 1, f"Marina {number}")
    customers.put(9, "Martin Sale")
    assert "Martin Sale" not in found("marin")


def test_the_title_typed_stands_first_then_beginnings_then_words_inside(customers: Things) -> None:
    customers.put(1, "Anna Paul")
    customers.put(2, "Paul Durand")
    customers.put(3, "Paul")
    customers.put(4, "Zoe", body="paul")
    customers.weights[1] = 900
    assert found("paul") == ["Paul", "Paul Durand", "Anna Paul", "Zoe"]


def test_among_equals_the_heavier_stands_first(customers: Things) -> None:
    customers.put(1, "Paul Abel")
    customers.put(2, "Paul Zorn")
    customers.weights[2] = 5_000
    assert found("paul") == ["Paul Zorn", "Paul Abel"]


def test_what_is_changed_is_found_by_its_new_words_only(customers: Things) -> None:
    customers.put(1, "Marguerite Dupont")
    customers.put(1, "Marguerite Durand")
    assert found("dupont") == []
    assert found("durand") == ["Marguerite Durand"]
    assert Document.objects.count() == 1


def test_what_is_removed_leaves_no_word_behind(customers: Things) -> None:
    customers.put(1, "Marguerite Dupont")
    customers.put(2, "Paul Dupont")
    customers.remove(1)
    assert found("marguerite") == []
    assert set(Word.objects.values_list("word", "uses")) == {("paul", 1), ("dupont", 1)}
    assert not Slip.objects.exclude(word__word__in=["paul", "dupont"]).exists()


def test_writing_the_same_again_writes_nothing(customers: Things) -> None:
    customers.put(1, "Marguerite Dupont")
    with CaptureQueriesContext(connection) as asked:
        customers.put(1, "Marguerite Dupont")
    assert not [one for one in asked.captured_queries if one["sql"].startswith(("INSERT", "UPDATE", "DELETE"))]


def test_nobody_finds_what_they_may_not_see_nor_the_words_it_taught(customers: Things) -> None:
    customers.put(1, "Secret Marguerite")
    customers.hidden_from["Ray"] = {1}
    assert found("marguerite", RAY) == []
    answer = find("margueritte", RAY)
    assert (answer.groups, answer.read_as) == ((), ())
    assert found("margueritte") == ["Secret Marguerite"]


def test_a_kind_whose_verb_one_lacks_is_not_searched(db: None) -> None:
    customers, contacts = Things("customer", "customers"), Things("customer_contact", "customers", 2, "personal")
    with only(customers, contacts):
        customers.put(1, "Jean Li")
        contacts.put(1, "Jean Li", "jean.li@example.org")
        assert found("example") == ["Jean Li"]
        assert found("example", RAY) == []
        assert found("jean", NOBODY) == []


def test_kinds_of_one_label_are_one_group_and_show_a_thing_once(db: None) -> None:
    customers, contacts = Things("customer", "customers"), Things("customer_contact", "customers", 2, "personal")
    with only(customers, contacts):
        customers.put(1, "Jean Li")
        contacts.put(1, "Jean Li", "jean@example.org")
        answer = find("jean", ALICE)
        assert [group.label for group in answer.groups] == ["customers"]
        assert titles(answer) == ["Jean Li"]


def test_a_group_that_is_longer_says_so(customers: Things) -> None:
    for number in range(12):
        customers.put(number + 1, f"Paul {number}")
    group = find("paul", ALICE, per_group=8).groups[0]
    assert (len(group.hits), group.is_cut) == (8, True)


def test_questions_do_not_grow_with_what_is_found(customers: Things) -> None:
    for number in range(3):
        customers.put(number + 1, f"Paul {number}")
    with CaptureQueriesContext(connection) as few:
        find("paul", ALICE)
    for number in range(3, 60):
        customers.put(number + 1, f"Paul {number}")
    with CaptureQueriesContext(connection) as many:
        find("paul", ALICE)
    assert len(many) <= len(few) <= 4


def test_rebuilding_finds_the_same(three: Things) -> None:
    Document.objects.filter(subject_id=2).update(text="customer^ wrong \n ")
    assert rebuild(at=NOW) == 3
    assert found("jean") == ["Jean Li"]
    assert found("wrong") == []
    assert Word.objects.get(word="dupont").uses == 1


def test_dropping_what_is_not_there_changes_nothing(three: Things) -> None:
    assert drop("customer", [77]) == 0
