"""Run by BottleCRM's own interpreter: contacts of a JSON file into its database, and a key for its API.

Contacts on standard input, one JSON object a line; the last line on standard output is ``{"token", "contact"}``.
"""

from __future__ import annotations

import json
import sys
from itertools import islice

import django

django.setup()

from common.models import Org, PersonalAccessToken, Profile, User  # noqa: E402
from common.rls import get_set_context_sql  # noqa: E402
from contacts.models import Contact  # noqa: E402
from django.db import connection  # noqa: E402

BATCH = 1_000


def main() -> None:
    """One organisation, one administrator, everybody as a contact."""
    user = User.objects.create(email="bench@example.org", is_active=True)
    org = Org.objects.create(name="Bench")
    # Its rows are guarded by the database itself: each connection says for whom it works.
    with connection.cursor() as cursor:
        cursor.execute(get_set_context_sql(), [str(org.id)])
    profile = Profile.objects.create(user=user, org=org, role="ADMIN", is_active=True)
    made = PersonalAccessToken.generate(profile, "bench")
    token = next(part for part in made if isinstance(part, str))
    people = (Contact(org=org, **json.loads(line)) for line in sys.stdin)
    while batch := list(islice(people, BATCH)):
        Contact.objects.bulk_create(batch, batch_size=BATCH)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    ids = [str(pk) for pk in Contact.objects.order_by("id").values_list("id", flat=True)[:200]]
    print(json.dumps({"token": token, "contacts": ids, "count": Contact.objects.count()}))


if __name__ == "__main__":
    main()
