"""A small house with keys, for every test of the API."""

from __future__ import annotations

import pytest

from tests.api.house import House, build_house


@pytest.fixture
def house(db: None, settings: pytest.FixtureRequest) -> House:
    settings.FLEUVE_API_RATE = 0  # type: ignore[attr-defined]
    return build_house()
