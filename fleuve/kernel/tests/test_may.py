from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import product

import pytest

from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import (
    ANONYMOUS,
    GRANTABLE,
    REACHES,
    ROLE_REACH,
    ROLE_VERBS,
    SYSTEM,
    VERBS,
    Principal,
    Reach,
    may,
    may_change,
    require,
    sees,
)

OWN, COLLEAGUES, FOREIGN = 1, 2, 3
SAM = Principal("user", "1", "Sam", "seller", colleagues=frozenset({OWN, COLLEAGUES}))


@dataclass(frozen=True)
class Thing:
    owner_id: int | None


# docs/rules/permissions.md, "What each role may do"
TABLE = {
    "owner": (
        "read write assign bulk export import configure figures personal manage_users audit operate",
        "all",
        "all",
    ),
    "manager": ("read write assign bulk export import figures personal audit", "all", "team"),
    "seller": ("read write personal", "team", "own"),
    "agent": ("read write personal", "all", "all"),
    "analyst": ("read export figures", "all", "none"),
    "reader": ("read figures", "all", "none"),
    "none": ("", "none", "none"),
}


def test_the_table_is_about_every_role() -> None:
    assert set(TABLE) == set(ROLE_VERBS) == set(ROLE_REACH) == set(GRANTABLE)


@pytest.mark.parametrize(("role", "verb"), list(product(TABLE, sorted(VERBS))))
def test_a_role_may_do_what_the_table_says(role: str, verb: str) -> None:
    assert may(Principal("user", "1", "Bob", role), verb) is (verb in TABLE[role][0].split())


@pytest.mark.parametrize("role", TABLE)
def test_a_role_reaches_as_far_as_the_table_says(role: str) -> None:
    who = Principal("user", "1", "Bob", role)
    assert (who.read_reach, who.write_reach) == TABLE[role][1:]


@pytest.mark.parametrize(("role", "verb"), list(product(TABLE, sorted(VERBS))))
def test_reach_decides_on_someone_elses_things_for_the_verbs_that_change_them(role: str, verb: str) -> None:
    holders = {"none": (), "own": (OWN,), "team": (OWN, COLLEAGUES, None), "all": (OWN, COLLEAGUES, FOREIGN, None)}
    for reads, writes in product(REACHES, REACHES):
        who = replace(SAM, role=role, reads=reads, writes=writes)
        nearer: Reach = min(writes, reads, key=REACHES.index) if may(who, "write") else "none"
        reach: Reach | None = {"read": reads, "write": nearer, "assign": nearer, "bulk": nearer}.get(verb)
        for owner in (OWN, COLLEAGUES, FOREIGN, None):
            expected = may(who, verb) and (reach is None or owner in holders[reach])
            assert may(who, verb, Thing(owner)) is expected, (reads, writes, owner)


def test_a_thing_that_nobody_can_own_is_judged_by_the_verb_alone() -> None:
    assert may(SAM, "write", object())
    assert not may(SAM, "export", object())


def test_nobody_changes_more_than_they_see() -> None:
    assert replace(SAM, role="agent", reads="own").write_reach == "own"
    assert replace(SAM, role="agent", reads="none").write_reach == "none"


def test_a_grant_adds_a_verb_and_a_denial_wins_over_everything() -> None:
    granted = replace(SAM, grants=frozenset({"export"}))
    assert may(granted, "export")
    assert not may(replace(granted, denials=frozenset({"export"})), "export")
    assert replace(SAM, denials=frozenset({"write"})).write_reach == "none"
    assert replace(SAM, denials=frozenset({"read"})).read_reach == "none"


def test_what_can_be_granted_is_not_held_already() -> None:
    for role, verbs in GRANTABLE.items():
        assert not verbs & ROLE_VERBS[role]
        assert verbs <= VERBS


def test_who_the_user_behind_a_principal_is() -> None:
    assert SAM.user_id == 1
    assert Principal("key", "9", "Till", "seller", behalf=1).user_id == 1
    assert Principal("link", "9", "Form").user_id is None
    assert SYSTEM.user_id is None
    assert ANONYMOUS.user_id is None


def test_the_system_reaches_everything_and_a_stranger_nothing() -> None:
    assert SYSTEM.owners_within(SYSTEM.read_reach) is None
    assert SYSTEM.owners_within(SYSTEM.write_reach) is None
    assert ANONYMOUS.owners_within(ANONYMOUS.read_reach) == frozenset()
    assert not ANONYMOUS.takes_in_unowned(ANONYMOUS.read_reach)


def test_field_rules_close_an_attribute_to_the_eye_or_to_the_pen() -> None:
    ruled = replace(SAM, hidden=frozenset({"revenue_total"}), fixed=frozenset({"city"}))
    assert [sees(ruled, key) for key in ("revenue_total", "city", "name")] == [False, True, True]
    assert [may_change(ruled, key) for key in ("revenue_total", "city", "name")] == [False, False, True]
    assert not may_change(replace(SAM, role="reader"), "name")


def test_a_refusal_names_the_verb() -> None:
    with pytest.raises(PermissionRefused) as refusal:
        require(SAM, "write", Thing(COLLEAGUES))
    assert refusal.value.values == {"verb": "write"}


def test_a_verb_that_does_not_exist_is_a_mistake_in_code() -> None:
    with pytest.raises(ValueError, match="unknown verb"):
        may(SAM, "fly")
