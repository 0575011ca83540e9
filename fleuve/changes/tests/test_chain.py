"""The worked table of docs/rules/changes.md, "A field's chain"."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pytest

from fleuve.changes.rules import Kept, as_stored, effective, in_order, read_stored, taken_back, worth_before


@dataclass(frozen=True)
class Step:
    id: int
    number: int
    old: str | None
    new: str | None
    is_undone: bool = False


FEBRUARY, MARCH, BY_KEY = Step(1, 2, "4", "5"), Step(2, 3, "5", "6"), Step(3, 4, "6", "7")


def _undo(links: list[Step], stored: str | None, *ids: int) -> tuple[list[Step], str | None, Kept | None]:
    verdict = taken_back(links, frozenset(ids), stored)
    after = [replace(link, is_undone=True) if link.id in ids else link for link in links]
    return after, verdict.value if verdict.write else stored, verdict.kept


def test_undone_in_the_order_of_the_table_the_first_value_comes_back() -> None:
    chain = [FEBRUARY, MARCH]
    chain, stored, kept = _undo(chain, "6", 1)
    assert (stored, kept) == ("6", Kept("newer", 2))
    chain, stored, kept = _undo(chain, stored, 2)
    assert (stored, kept) == ("4", None)


def test_undone_newest_first_each_value_comes_back_in_turn() -> None:
    chain = [FEBRUARY, MARCH]
    chain, stored, _kept = _undo(chain, "6", 2)
    assert stored == "5"
    _chain, stored, _kept = _undo(chain, stored, 1)
    assert stored == "4"


def test_a_newer_change_stays_both_times_and_is_told() -> None:
    chain = [FEBRUARY, MARCH, BY_KEY]
    chain, stored, kept = _undo(chain, "7", 2)
    assert (stored, kept) == ("7", Kept("newer", 3))
    chain, stored, kept = _undo(chain, stored, 1)
    assert (stored, kept) == ("7", Kept("newer", 3))
    _chain, stored, kept = _undo(chain, stored, 3)
    assert (stored, kept) == ("4", None), "with all taken back, what was there first"


def test_what_was_written_beside_the_journal_is_kept_and_told() -> None:
    _chain, stored, kept = _undo([FEBRUARY, MARCH], "9", 2)
    assert (stored, kept) == ("9", Kept("elsewhere"))


def test_what_stands_already_is_neither_written_nor_a_conflict() -> None:
    _chain, stored, kept = _undo([FEBRUARY, MARCH], "5", 2)
    assert (stored, kept) == ("5", None)


def test_two_changes_of_one_origin_go_together() -> None:
    _chain, stored, kept = _undo([FEBRUARY, MARCH], "6", 1, 2)
    assert (stored, kept) == ("4", None)


def test_numbers_order_a_chain_and_ids_only_settle_ties() -> None:
    late_id = Step(9, 2, "4", "5")
    assert in_order([MARCH, late_id]) == [late_id, MARCH]
    assert effective([MARCH, late_id]) == "6"


@pytest.mark.parametrize("value", [None, "", "Évreux", 0, -1, 2**62, True, ["a", "b"]])
def test_a_stored_value_comes_back_exactly(value: object) -> None:
    assert read_stored(as_stored(value)) == value
    assert as_stored(read_stored(as_stored(value))) == as_stored(value)


def test_fractions_are_refused() -> None:
    with pytest.raises(TypeError):
        as_stored(0.1)


def test_what_undoing_would_restore_leaves_out_what_was_undone_before() -> None:
    chain = [replace(FEBRUARY, is_undone=True), MARCH, BY_KEY]
    assert worth_before(chain, frozenset({2})) == "4", "not the 5 that March found: February was taken back since"
    assert worth_before([FEBRUARY, MARCH, BY_KEY], frozenset({2})) == "5"
    assert worth_before(chain, frozenset({1})) == "4"
