"""Addresses of the audit trail."""

from __future__ import annotations

from django.urls import path

from fleuve.events import views

app_name = "events"

urlpatterns = [
    path("settings/audit/", views.audit, name="audit"),
    path("settings/audit/exports/", views.exports, name="exports"),
    path("settings/audit/seals/", views.seals, name="seals"),
]
