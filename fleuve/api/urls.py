"""Addresses of the API. None ends in a slash, and none answers with a redirect."""

from __future__ import annotations

from fleuve.api.building import api_urls

app_name = "api"

urlpatterns = api_urls()
