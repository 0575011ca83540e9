"""How fast one key may ask: a bucket a key, in the memory of this process.

A second process has buckets of its own: the limit protects a machine from a loop gone wild, it is no meter.
"""

from __future__ import annotations

import math
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _

from fleuve.api.errors import TooFast

__all__ = ["Buckets", "slow_down"]

_MOST_KEYS: Final = 10_000


class Buckets:
    """``rate`` requests a second for each key, two seconds' worth at once."""

    def __init__(self, rate: float, *, clock: Callable[[], float] = time.monotonic) -> None:
        self._rate, self._size, self._clock = rate, max(rate * 2, 1), clock
        self._lock = threading.Lock()
        self._left: OrderedDict[int, tuple[float, float]] = OrderedDict()

    def take(self, key: int) -> float:
        """Take one; the seconds to wait when there is none."""
        with self._lock:
            now = self._clock()
            left, then = self._left.pop(key, (self._size, now))
            left = min(self._size, left + (now - then) * self._rate)
            is_free = left >= 1
            self._left[key] = (left - 1 if is_free else left, now)
            while len(self._left) > _MOST_KEYS:
                self._left.popitem(last=False)
            return 0.0 if is_free else (1 - left) / self._rate


_buckets: dict[int, Buckets] = {}


def slow_down(key: int) -> None:
    """Raise ``TooFast`` when the key asked too often."""
    rate = int(settings.FLEUVE_API_RATE)
    if rate <= 0:
        return
    wait = _buckets.setdefault(rate, Buckets(rate)).take(key)
    if wait:
        sentence = _("More than %(rate)s requests a second with one key. Wait, then send it again.")
        raise TooFast(sentence % {"rate": rate}, wait=max(1, math.ceil(wait)))
