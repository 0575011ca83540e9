from __future__ import annotations

import pytest

from fleuve.notes.tests.cast import everybody


@pytest.fixture
def house(db: None) -> None:
    """Everybody of the cast may sign in."""
    everybody()
