"""What a business says of itself, as JSON: paths come in, and out go the questions that each puts to the database.

Beside them stand the seconds that its jobs took.
"""

from __future__ import annotations

import json
import os
import sys
from typing import Any

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fleuve.config.settings")


def main() -> None:
    """Ask each path twice as the owner and count at the second time, when everything kept is there; -1 if refused."""
    import django

    django.setup()
    from django.db import connection
    from django.test import Client

    from fleuve.accounts.models import User

    client = Client(headers={"accept-language": "en", "host": "127.0.0.1"})
    owner = User.objects.active_owners().first()
    assert owner is not None
    client.force_login(owner, "django.contrib.auth.backends.ModelBackend")
    counts = []
    for path in json.load(sys.stdin):
        client.get(path)
        asked = 0

        def count(execute: Any, *told: Any) -> Any:
            nonlocal asked
            asked += 1
            return execute(*told)

        with connection.execute_wrapper(count):
            response = client.get(path)
            if response.streaming:
                b"".join(response.streaming_content)
        counts.append(asked if response.status_code in (200, 302) else -1)
    print(json.dumps({"queries": counts, "jobs": _jobs()}))


def _jobs() -> dict[str, float]:
    """Seconds of the longest run of each job: that which made the business, not that which found nothing to do."""
    from fleuve.jobs.models import Job

    took: dict[str, float] = {}
    for name, began, ended in Job.objects.exclude(finished_at=None).values_list("name", "started_at", "finished_at"):
        took[name] = max(took.get(name, 0.0), round((ended - began).total_seconds(), 1))
    return took


if __name__ == "__main__":
    main()
