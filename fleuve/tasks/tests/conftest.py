from __future__ import annotations

import pytest

from fleuve.accounts.models import Organisation
from fleuve.accounts.queries import forget_organisation
from fleuve.notes.tests.cast import everybody
from fleuve.parties.tests.cast import NOW


@pytest.fixture
def house(db: None) -> None:
    """Everybody of the cast may sign in; the organisation is in Paris."""
    everybody()
    Organisation.objects.create(name="House", currency="EUR", timezone="Europe/Paris", created_at=NOW)
    forget_organisation()
