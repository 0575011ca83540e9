from __future__ import annotations

from collections.abc import Iterator

import pytest

from fleuve.search.tests.cast import Things, only


@pytest.fixture
def customers(db: None) -> Iterator[Things]:
    """Customers to be found; nothing else is."""
    things = Things("customer", "customers")
    with only(things):
        yield things
