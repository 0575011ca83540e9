"""Pure decisions: the tables of docs/rules/permissions.md."""

from __future__ import annotations

import pytest

from fleuve.accounts.rules import digest_of, leaves_no_owner, new_token, normal_email
from fleuve.kernel.principal import ROLE_VERBS, SYSTEM, VERBS, Principal, may

# docs/rules/permissions.md, "Who may do what"
_TABLE = {
    "owner": {"read", "write", "export", "import", "configure", "manage_users", "operate"},
    "reader": {"read"},
    "none": set(),
}


@pytest.mark.parametrize("role", sorted(_TABLE))
@pytest.mark.parametrize("verb", sorted(VERBS))
def test_a_role_does_what_the_table_says(role: str, verb: str) -> None:
    assert may(Principal("user", "1", "Someone", role), verb) is (verb in _TABLE[role])


def test_no_role_is_missing_from_the_table() -> None:
    assert set(_TABLE) == set(ROLE_VERBS)
    assert all(may(SYSTEM, verb) for verb in VERBS)


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
