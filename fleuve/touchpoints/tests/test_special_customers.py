"""docs/rules/purchases.md, "12. Shared identifiers and walk-in customers"."""

from __future__ import annotations

import pytest

from fleuve.parties.models import Record
from fleuve.touchpoints.rules import Rhythm, is_impossible_rhythm, special_of_name


@pytest.mark.parametrize(
    ("name", "special"),
    [
        ("Walk-in", "walk_in"),
        ("WALK IN CUSTOMER", "walk_in"),
        ("Client comptoir", "walk_in"),
        ("Vente comptoir", "walk_in"),
        ("Clients divers", "walk_in"),
        ("Guest", "walk_in"),
        ("Caisse", "walk_in"),
        ("Amazon.fr", "marketplace"),
        ("AMAZON EU", "marketplace"),
        ("Cdiscount", "marketplace"),
        ("Staff sales", "staff"),
        ("Personnel", "staff"),
        ("Test", "test"),
        ("test 3", "test"),
        ("Commande test", "test"),
        ("Walker Inns Ltd", ""),
        ("Amazonie Voyages", ""),
        ("Chloé Passage", ""),
        ("Testud SA", ""),
        ("Restaurant Le Comptoir", ""),
        ("Divers et Fils", ""),
        ("", ""),
    ],
)
def test_the_whole_name_says_what_it_stands_for(name: str, special: str) -> None:
    assert special_of_name(name) == special
    assert special in Record.Special.values


@pytest.mark.parametrize(
    ("who", "rhythm", "is_impossible"),
    [
        ("the till of a shop", Rhythm(300, 304, 9_000), True),
        ("a marketplace as one customer", Rhythm(200, 304, 600), True),
        ("Online Retail 14911, a distributor", Rhythm(132, 304, 201), False),
        ("Online Retail 12748", Rhythm(113, 305, 209), False),
        ("Online Retail 17841", Rhythm(112, 304, 124), False),
        ("a restaurant that buys bread every day", Rhythm(300, 304, 310), False),
        ("a big customer with many orders on few days", Rhythm(60, 304, 400), False),
        ("the till in its first week", Rhythm(6, 6, 150), False),
    ],
)
def test_a_rhythm_is_impossible_only_when_all_three_say_so(who: str, rhythm: Rhythm, is_impossible: bool) -> None:
    assert is_impossible_rhythm(rhythm) is is_impossible, who
