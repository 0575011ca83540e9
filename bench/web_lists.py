"""How long lists take at a given number of customers: ``dev.py bench web_lists [CUSTOMERS]``.

A made-up business, its derived history, the purchase arrays and the mirror; then each question some fifty times on the
engine itself, without HTTP or templates: alone, and with 2,000 rows changed since the mirror was made. Worth is drawn
by the database, not by a valuation, whose time is measured elsewhere.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import resource
import statistics
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

_TIMES = 50
_CHANGED = 2_000
_WORTH = """
UPDATE parties_partycard SET value = abs(party_id * 7919 % 1000003), at_stake = abs(party_id * 104729 % 500009),
    revenue_12_months = abs(party_id * 31 % 900001), purchase_days = abs(party_id % 40),
    stage = CASE abs(party_id / 64 % 4) WHEN 0 THEN 'active' WHEN 1 THEN 'slipping' WHEN 2 THEN 'lost' ELSE 'new' END,
    probability_active = abs(party_id * 17 % 10007) / 10007.0
"""


def main() -> int:
    """Print one JSON object with the figures and the machine."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("customers", type=int, nargs="?", default=100_000)
    told = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fleuve-bench-") as home:
        os.environ["FLEUVE_HOME"] = home
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "fleuve.config.settings")
        figures = _measured(told.customers)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    machine = f"{os.cpu_count()} cores, {platform.machine()}, Python {platform.python_version()}"
    print(json.dumps({"customers": told.customers, **figures, "peak_mb": peak_mb, "machine": machine}, indent=2))
    return 0


def _measured(customers: int) -> dict[str, Any]:
    _start_django(customers)
    from fleuve.history.actions import rebuild_history
    from fleuve.kernel.principal import SYSTEM
    from fleuve.lists.actions import mark_cards, refresh_mirror
    from fleuve.lists.bought.making import refresh_behaviour
    from fleuve.lists.mirror.making import mirror_file
    from fleuve.lists.mirror.reading import current_mirror
    from fleuve.parties.models import PartyCard

    now = datetime.now(UTC)
    figures: dict[str, Any] = {}
    figures["history_seconds"] = _seconds(lambda: rebuild_history(by=SYSTEM, at=now))
    figures["arrays_seconds"] = _seconds(lambda: refresh_behaviour(by=SYSTEM, at=now))
    figures["mirror_seconds"] = _seconds(lambda: refresh_mirror(whole=True, by=SYSTEM, at=now, small=0))
    mirror = current_mirror()
    assert mirror is not None
    figures["mirror_mb"] = round(mirror_file(mirror.file).stat().st_size / 1e6, 1)
    figures["milliseconds"] = _questions(now)
    ids = list(PartyCard.objects.order_by("name_folded").values_list("pk", flat=True)[:_CHANGED])
    mark_cards(ids, now)
    figures["first_after_a_change_ms"] = round(1000 * _seconds(lambda: _ask(now, "count")), 1)
    figures["milliseconds_with_changes"] = _questions(now)
    figures["fold_seconds"] = _seconds(lambda: refresh_mirror(whole=False, by=SYSTEM, at=now, small=0))
    return figures


def _start_django(customers: int) -> None:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    from fleuve.config.home import Home
    from fleuve.demo.generator.generate import generate
    from fleuve.demo.generator.recipe import Recipe
    from fleuve.kernel.principal import SYSTEM

    now = datetime.now(UTC)
    Home.from_environment().prepare()
    call_command("migrate", verbosity=0)
    recipe = Recipe(customers=customers, last_day=now.date())
    generate(recipe=recipe, by=SYSTEM, at=now, tell=lambda *_told: None)
    with connection.cursor() as cursor:
        cursor.execute(_WORTH)


def _questions(now: datetime) -> dict[str, dict[str, float]]:
    names = ("count", "filtered", "by name", "by value", "deep", "groups", "words", "bought 90 days", "bought always")
    return {name: _timed(lambda name=name: _ask(now, name)) for name in names}  # type: ignore[misc]


def _ask(now: datetime, name: str) -> object:
    from fleuve.attributes import ALWAYS, EVERYTHING, All, Bought, Is, LastDays, Not
    from fleuve.kernel.principal import SYSTEM
    from fleuve.lists.mirror.reading import opened
    from fleuve.ui.tables import Cursor, Sort

    four = All(
        (
            Is("stage", "is_one_of", ("active", "slipping")),
            Is("value", "at_least", 100_000),
            Not(Is("may_phone", "is", False)),
            Is("name", "contains", "a"),
        )
    )
    with opened(SYSTEM, now) as view:
        asked: dict[str, Callable[[], object]] = {
            "count": lambda: view.count(EVERYTHING),
            "filtered": lambda: view.count(four),
            "by name": lambda: view.page(EVERYTHING, "", Sort("name"), "", 50),
            "by value": lambda: view.page(four, "", Sort("value", True), "", 50),
            "deep": lambda: view.page(EVERYTHING, "", Sort("value", True), Cursor(1_000, 1).encode(), 50),
            "groups": lambda: view.groups(EVERYTHING, "", "stage", ("value", "at_stake")),
            "words": lambda: view.page(EVERYTHING, "mar le", Sort("name"), "", 50),
            "bought 90 days": lambda: view.count(Bought("times", "at_least", 2, LastDays(90))),
            "bought always": lambda: view.count(Bought("money", "at_least", 50_000, ALWAYS)),
        }
        return asked[name]()


def _timed(asked: Callable[[], object]) -> dict[str, float]:
    asked()
    took = sorted(1000 * _seconds(asked, digits=6) for _time in range(_TIMES))
    return {"median": round(statistics.median(took), 1), "p95": round(took[int(0.95 * len(took))], 1)}


def _seconds(work: Callable[[], object], digits: int = 3) -> float:
    started = time.perf_counter()
    work()
    return round(time.perf_counter() - started, digits)


if __name__ == "__main__":
    raise SystemExit(main())
