"""``/metrics``: what this process and this install are doing, for Prometheus. Counts and seconds, no ids, no names.

The histogram of requests is that of this web process; everything about the install as a whole is read at each look
from the database and the disk (``fleuve.kernel.measures``), so that any web process tells it and no process has to keep
files for the others (docs/decisions/metrics-without-multiprocess.md).
"""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Iterator
from typing import Final

import structlog
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import CONTENT_TYPE_PLAIN_0_0_4, generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from fleuve.config.gauges import register_gauges
from fleuve.kernel.guard import public
from fleuve.kernel.measures import Measure, measures

__all__ = ["metrics", "observe_request"]

_log = structlog.get_logger(__name__)
_registry = CollectorRegistry()
_METHODS: Final = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
# Around the speed budget: a page has a tenth of a second, a quarter at the slowest twentieth.
_SECONDS: Final = (0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0)
_requests = Histogram(
    "fleuve_request_seconds",
    "Time from the first byte of a request to its answer, by name of the route, never by address.",
    ["route", "method", "status"],
    buckets=_SECONDS,
    registry=_registry,
)
_sign_in_failures = Counter(
    "fleuve_sign_in_failures", "Refused sign-ins of this process since it started.", registry=_registry
)


def observe_request(route: str, method: str | None, status: int, seconds: float) -> None:
    """Count a request. What a stranger may invent (methods, addresses) makes no label of its own."""
    known = method if method in _METHODS else "other"
    _requests.labels(route=route, method=known, status=str(status)).observe(seconds)


@public
@never_cache
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """The gauges, as Prometheus reads them; to whoever may not see them the page does not exist."""
    if not _may_look(request):
        raise Http404
    return HttpResponse(generate_latest(_registry), content_type=CONTENT_TYPE_PLAIN_0_0_4)


def _may_look(request: HttpRequest) -> bool:
    """With a token whoever has it; without one, programs of this machine that come straight here."""
    if token := settings.FLEUVE_METRICS_TOKEN:
        told = request.headers.get("Authorization", "")
        return hmac.compare_digest(told.encode(), f"Bearer {token}".encode())
    # A web server in front comes from this machine too, for people of any other: it passes the name they typed.
    host = request.get_host().rpartition(":")[0] or request.get_host()
    is_passed_on = any(name in request.headers for name in ("X-Forwarded-For", "X-Forwarded-Proto", "Forwarded", "Via"))
    return not is_passed_on and _is_loopback(request.META.get("REMOTE_ADDR", "")) and _is_loopback(host.strip("[]"))


def _is_loopback(name: str) -> bool:
    try:
        return ipaddress.ip_address(name).is_loopback
    except ValueError:
        return name == "localhost"


class _Install(Collector):
    """Every registered measure, read now. One that cannot be read is left out and counted, the others still come."""

    def collect(self) -> Iterator[Metric]:
        """The gauges of the install."""
        unread = 0
        for measure in measures():
            try:
                yield _family(measure)
            except Exception:
                unread += 1
                _log.warning("measure not read", measure=measure.name, exc_info=True)
        yield GaugeMetricFamily("fleuve_unread_measures", "Gauges that could not be read just now.", value=unread)


def _family(measure: Measure) -> GaugeMetricFamily:
    found = measure.read()
    name = f"fleuve_{measure.name}"
    if isinstance(found, int | float):
        return GaugeMetricFamily(name, measure.help, value=float(found))
    family = GaugeMetricFamily(name, measure.help, labels=["of"])
    for label, value in found.items():
        family.add_metric([label], float(value))
    return family


def _count_failure(**_signal: object) -> None:
    _sign_in_failures.inc()


register_gauges()
_registry.register(_Install())
user_login_failed.connect(_count_failure, dispatch_uid="fleuve.metrics")
