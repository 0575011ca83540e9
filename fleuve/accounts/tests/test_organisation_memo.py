from __future__ import annotations

from typing import Any

import pytest
from django.db import transaction

from fleuve.accounts.actions import configure_organisation
from fleuve.accounts.models import Organisation, User
from fleuve.accounts.queries import organisation, remembering_organisation
from fleuve.accounts.tests.conftest import NOW

pytestmark = pytest.mark.django_db


def test_a_request_reads_it_once(alice: User, django_assert_num_queries: Any) -> None:
    configure_organisation(name="Rive droite", by=alice.principal, at=NOW)
    with remembering_organisation(), django_assert_num_queries(1):
        assert {organisation().name for _ in range(5)} == {"Rive droite"}


def test_outside_a_request_it_is_read_each_time(alice: User, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(2):
        organisation()
        organisation()


def test_a_change_in_the_same_request_is_told_at_once(alice: User) -> None:
    with remembering_organisation():
        assert organisation().currency == ""
        configure_organisation(currency="EUR", by=alice.principal, at=NOW)
        assert organisation().currency == "EUR"
        configure_organisation(name="Rive gauche", by=alice.principal, at=NOW)
        assert organisation().name == "Rive gauche"


def test_a_change_that_is_rolled_back_is_not_told(alice: User) -> None:
    before = organisation().name
    with remembering_organisation():
        assert organisation().name == before
        with transaction.atomic():
            configure_organisation(name="Rive gauche", by=alice.principal, at=NOW)
            assert organisation().name == "Rive gauche"
            transaction.set_rollback(True)
        assert organisation().name == before


def test_the_next_request_reads_anew(alice: User) -> None:
    configure_organisation(name="Rive droite", by=alice.principal, at=NOW)
    with remembering_organisation():
        assert organisation().name == "Rive droite"
    Organisation.objects.update(name="Rive gauche")  # as another process would
    with remembering_organisation():
        assert organisation().name == "Rive gauche"
