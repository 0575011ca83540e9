"""Fixtures of the queue's tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db import connection

from fleuve.jobs.tests import kinds


@pytest.fixture
def effect_table(db: None) -> None:
    """A table for the effects of test jobs, gone with the test's transaction."""
    _create()


@pytest.fixture
def lasting_effect_table(transactional_db: None) -> Iterator[None]:
    """The same for tests whose rows other processes see."""
    _create()
    yield
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE {kinds.EFFECTS}")


def _create() -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TABLE {kinds.EFFECTS} (job_id bigint, step integer, pid integer)")
