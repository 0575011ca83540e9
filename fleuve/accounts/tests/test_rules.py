"""Pure decisions: the tables of docs/rules/permissions.md."""

from __future__ import annotations

import pytest

from fleuve.accounts.rules import digest_of, leaves_no_owner, new_token, normal_email


# docs/rules/permissions.md, "One owner remains"
@pytest.mark.parametrize(
    ("was", "will_be", "others", "refused"),
    [
        (True, False, 0, True),
        (True, False, 1, False),
        (True, True, 0, False),
        (False, False, 0, False),
        (False, True, 0, False),
    ],
)
def test_one_owner_remains(was: bool, will_be: bool, others: int, refused: bool) -> None:
    answer = leaves_no_owner(was_active_owner=was, will_be_active_owner=will_be, other_active_owners=others)
    assert answer is refused


def test_an_address_has_one_spelling() -> None:
    assert normal_email("  Alice@Example.ORG ") == "alice@example.org"


def test_a_token_is_long_and_never_what_is_kept() -> None:
    token = new_token()
    assert len(token) >= 43
    assert token != new_token()
    assert digest_of(token) != token
    assert digest_of(token) == digest_of(token)
