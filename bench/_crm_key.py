"""Run by Fleuve's interpreter on the data folder of ``peers_crm``: makes a key of its API and prints it."""

from __future__ import annotations

import django

django.setup()

from django.utils import timezone  # noqa: E402

from fleuve.accounts.actions import make_key  # noqa: E402
from fleuve.accounts.models import User  # noqa: E402
from fleuve.api.rules import SCOPES  # noqa: E402
from fleuve.kernel.principal import SYSTEM  # noqa: E402

if __name__ == "__main__":
    owner = User.objects.filter(role="owner", is_active=True).order_by("pk")[0]
    print(make_key(name="Bench", user=owner, scopes=SCOPES, by=SYSTEM, at=timezone.now()).token)
