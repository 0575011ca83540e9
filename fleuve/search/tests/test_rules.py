from __future__ import annotations

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fleuve.search.rules import (
    Asked,
    asked_of,
    document_text,
    is_one_slip,
    nearest,
    slip_keys,
    taught_words,
    trigrams,
    words_of,
)

LETTERS = st.text(string.ascii_lowercase, min_size=4, max_size=24)


@pytest.mark.parametrize(
    ("known", "typed", "is_one"),
    [
        ("dupont", "dupnot", True),
        ("dupont", "dupond", True),
        ("dupont", "dpont", True),
        ("dupont", "duppont", True),
        ("dupont", "dupnto", False),
        ("jean", "jaen", True),
        ("jean", "jan", True),
        ("jean", "naej", False),
        ("jean", "jean", True),
        ("", "a", True),
        ("ab", "ba", True),
        ("abc", "cab", False),
        ("aab", "aba", True),
        ("abcd", "acbd", True),
        ("abcd", "abc", True),
        ("abcd", "bcda", False),
    ],
)
def test_the_table_of_slips(known: str, typed: str, is_one: bool) -> None:
    """docs/rules/search.md, "Slips"."""
    assert is_one_slip(typed, known) is is_one
    assert is_one_slip(known, typed) is is_one


def slips_of(word: str) -> set[str]:
    """Every word one slip away, from the definition."""
    cuts = [(word[:place], word[place:]) for place in range(len(word) + 1)]
    dropped = {a + b[1:] for a, b in cuts if b}
    inserted = {a + letter + b for a, b in cuts for letter in "aez"}
    replaced = {a + letter + b[1:] for a, b in cuts if b for letter in "aez"}
    swapped = {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    return dropped | inserted | replaced | swapped


@given(LETTERS)
def test_every_slip_of_a_word_shares_a_key_with_it_and_is_recognised(word: str) -> None:
    keys = set(slip_keys(word))
    for typed in slips_of(word):
        assert is_one_slip(typed, word), typed
        assert keys & set(slip_keys(typed)), typed


@given(st.text("ab", max_size=6), st.text("ab", max_size=6))
def test_one_slip_is_exactly_its_definition(one: str, other: str) -> None:
    cuts = [(one[:place], one[place:]) for place in range(len(one) + 1)]
    reached = {one, *(a + b[1:] for a, b in cuts), *(a + letter + b for a, b in cuts for letter in "ab")}
    reached |= {a + letter + b[1:] for a, b in cuts if b for letter in "ab"}
    reached |= {a + b[1] + b[0] + b[2:] for a, b in cuts if len(b) > 1}
    assert is_one_slip(one, other) is (other in reached)


@given(LETTERS, LETTERS)
def test_keys_fit_in_signed_64_bits_and_differ_between_far_words(one: str, other: str) -> None:
    assert all(-(2**63) <= key < 2**63 for key in slip_keys(one))
    assert len(slip_keys(one)) <= len(one) + 1
    assume(abs(len(one) - len(other)) > 2)
    assert not set(slip_keys(one)) & set(slip_keys(other))


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("", Asked()),
        ('"', Asked()),
        ("  Éclair   CHLOÉ ", Asked(words=("eclair", "chloe"))),
        ("jean jean", Asked(words=("jean",))),
        ("06 12 34", Asked(digits="61234")),
        ("+33 (0)6 12.34", Asked(digits="33061234")),
        ("0033612", Asked(digits="33612")),
        ("123", Asked(words=("123",))),
        ("85123A", Asked(words=("85123a",))),
        ("a b c d e f g h", Asked(words=("a", "b", "c", "d", "e", "f"))),
        ("x_y-z", Asked(words=("x", "y", "z"))),
        ("李 明", Asked(words=("李", "明"))),
        ('" OR NEAR(', Asked(words=("or", "near"))),
    ],
)
def test_what_a_query_asks(typed: str, asked: Asked) -> None:
    assert asked_of(typed) == asked


def test_a_query_of_sixty_thousand_letters_is_read_as_its_first_words() -> None:
    assert len(asked_of("abc " * 15_000).words) == 1
    assert asked_of("0" * 60_000) == Asked(words=("0" * 400,))


def test_the_text_of_a_document_keeps_one_space_around_each_word() -> None:
    text = document_text("customer_contact", "Dupont & Fils", "Évreux", "+33 6 12")
    assert text == "customercontact^ dupont fils evreux \n 33 6 12 "
    assert taught_words(text) == ["dupont", "fils", "evreux"]


def test_a_name_that_the_title_says_is_not_said_again() -> None:
    assert document_text("customer", "Li Li", "Li Chloé li C7") == "customer^ li li chloe c7 \n  "


def test_words_with_digits_short_words_and_the_body_teach_nothing() -> None:
    text = document_text("note", "Li 85123A " + "x" * 25, "abcd", "secretword")
    assert taught_words(text) == ["abcd"]
    assert "secretword" in text


def test_a_body_is_cut_at_twenty_thousand_letters() -> None:
    assert len(document_text("note", "t", body="word " * 10_000)) < 20_100


@given(st.text(max_size=60))
def test_folded_words_hold_letters_and_digits_only_and_no_mark(text: str) -> None:
    for word in words_of(text):
        assert "^" not in word
        assert " " not in word
        assert "\n" not in word


def test_runs_of_three_letters_come_once_each() -> None:
    assert trigrams(" aaaa") == [" aa", "aaa"]
    assert trigrams("ab") == []


def test_the_nearest_words_are_the_most_used() -> None:
    known = [("jean", 3), ("jeans", 9), ("joan", 9), ("john", 50), ("jaen", 2)]
    assert nearest("jaen", known, 2) == ["jean"]
    assert nearest("jeab", known, 5) == ["jean"]
    assert nearest("jeas", known, 2) == ["jeans", "jean"]
