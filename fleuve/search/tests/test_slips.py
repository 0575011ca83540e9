from __future__ import annotations

import string

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from fleuve.search.queries import find, spellings_near
from fleuve.search.tests.cast import ALICE, Things
from fleuve.search.tests.test_rules import slips_of

WORDS = ("margaux", "bordeaux", "dupontel", "strasbourg", "quincaillerie", "lyon")


@pytest.mark.parametrize("word", WORDS)
def test_every_slip_of_a_known_word_leads_to_it(customers: Things, word: str) -> None:
    customers.put(1, word.title())
    for typed in sorted(slips_of(word) - {word}):
        if len(typed) >= 3:
            assert word in spellings_near([typed]).get(typed, []), typed


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), word=st.text(string.ascii_lowercase, min_size=4, max_size=12))
def test_a_thing_is_found_by_any_slip_of_its_name(customers: Things, data: st.DataObject, word: str) -> None:
    customers.put(1, word.title())
    typed = data.draw(st.sampled_from(sorted(slips_of(word))))
    found = [shown.subject_id for group in find(typed, ALICE).groups for shown in group.hits]
    assert found == [1], (word, typed)


def test_words_of_notes_teach_no_spelling(customers: Things) -> None:
    customers.put(1, "Paul", body="bordeaux")
    assert spellings_near(["bordaux"]) == {}
