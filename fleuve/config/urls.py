"""Every module's pages under their prefix."""

from __future__ import annotations

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from fleuve.config import health, metrics

_PREFIXES = {
    "api": "api/v1/",
    "accounts": "",
    "lists": "customers/",
    "parties": "",
    "notes": "",
    "tasks": "",
    "alerts": "alerts/",
    "webhooks": "settings/webhooks/",
    "search": "",
    "imports": "imports/",
    "history": "understood/",
    "jobs": "jobs/",
    "events": "",
    "value": "",
    "budgets": "budgets/",
    "ui": "",
    "workspace": "",
}


def _modules() -> list[URLResolver]:
    found = [(prefix, f"fleuve.{name}.urls") for name, prefix in _PREFIXES.items() if find_spec(f"fleuve.{name}.urls")]
    return [path(prefix, include(urls)) for prefix, urls in found]


urlpatterns: list[URLPattern | URLResolver] = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("metrics", metrics.metrics, name="metrics"),
    *_modules(),
]

handler400 = "fleuve.config.errors.bad_request"
handler403 = "fleuve.config.errors.permission_denied"
handler404 = "fleuve.config.errors.not_found"
handler500 = "fleuve.config.errors.server_error"
