"""Our contact plan, one process: prints one JSON object."""

from __future__ import annotations

import json
import sys
import time
from typing import Any

from _contacts import CHANNEL, COST, limits_of
from _peak import peak_mb


def plan(path: str) -> dict[str, Any]:
    """From a memory-mapped file to a plan, certified; then checked again from scratch, outside the clock."""
    import numpy as np
    import scipy.optimize
    import scipy.sparse  # noqa: F401  loading packages is not what is measured
    from fleuve_analytics import plan_contacts

    value = np.load(path, mmap_mode="r")
    budget, rooms = limits_of(len(value))
    limits: dict[str, Any] = {"budget": budget, "channel": CHANNEL, "capacity": dict(enumerate(rooms))}
    held, started, burnt = peak_mb(), time.perf_counter(), time.process_time()
    made = plan_contacts(value, COST, **limits)
    seconds, processor = time.perf_counter() - started, time.process_time() - burnt
    peak = peak_mb()
    made.check()
    return {
        "seconds": seconds,
        "peak_mb": peak,
        "processor_seconds": processor,
        "before_mb": held,
        "value": made.value,
        "bound": made.bound,
        "gap": made.gap,
        "used": made.used,
        "shadow_prices": made.shadow_prices,
        "checked": True,
    }


if __name__ == "__main__":
    print(json.dumps(plan(sys.argv[2])))
