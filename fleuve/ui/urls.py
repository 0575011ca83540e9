"""Addresses of the shell: palette, panels, preferences, the living page."""

from __future__ import annotations

from django.urls import path

from fleuve.ui import views

app_name = "ui"

urlpatterns = [
    path("find/", views.palette, name="palette"),
    path("panels/<str:key>/", views.panel, name="panel"),
    path("preference/", views.preference, name="preference"),
    path("design/", views.living, name="living"),
]
