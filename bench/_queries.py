"""How many questions a page puts to the database: paths as JSON come in, counts as JSON go out."""

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
    print(json.dumps(counts))


if __name__ == "__main__":
    main()
