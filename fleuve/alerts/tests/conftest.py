"""A made-up shop valued and judged once for a whole file of tests."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings

from fleuve.alerts.actions import judge_customers
from fleuve.alerts.models import Alert, Rate, Run
from fleuve.value.actions import revalue
from fleuve.value.models import Valuation
from fleuve.value.tests.conftest import forget
from fleuve.value.tests.shop import BOB, NOW, found_shop, sell


@pytest.fixture(scope="module")
def judged_shop(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Run]:
    """Six hundred made-up customers over two years, valued and judged; committed, and taken away afterwards."""
    home = tmp_path_factory.mktemp("home")
    with django_db_blocker.unblock(), override_settings(HOME=home):
        try:
            sell(found_shop(), 600, 730)
            revalue(by=BOB, at=NOW)
            yield judge_customers(by=BOB, at=NOW)
        finally:
            forget_alerts()
            forget()


def forget_alerts() -> None:
    """Empty the tables of this module."""
    for model in (Alert, Run, Rate):
        model._default_manager.all()._raw_delete("default")


__all__ = ["Valuation", "forget_alerts", "judged_shop"]
