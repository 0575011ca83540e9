"""Run by Fleuve's interpreter on the data folder of ``peers_crm``: makes a key of its API and prints it."""

from __future__ import annotations

import django


def main() -> None:
    """A key of the first owner, for everything that keys may do."""
    django.setup()
    from django.utils import timezone

    from fleuve.accounts.actions import make_key
    from fleuve.accounts.models import User
    from fleuve.api.rules import SCOPES
    from fleuve.kernel.principal import SYSTEM

    owner = User.objects.filter(role="owner", is_active=True).order_by("pk")[0]
    print(make_key(name="Bench", user=owner, scopes=SCOPES, by=SYSTEM, at=timezone.now()).token)


if __name__ == "__main__":
    main()
