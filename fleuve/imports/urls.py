"""Addresses of imports."""

from __future__ import annotations

from django.urls import path

from fleuve.imports import views

app_name = "imports"
urlpatterns = [
    path("", views.imports, name="list"),
    path("new/", views.upload, name="upload"),
    path("<int:pk>/", views.detail, name="detail"),
    path("<int:pk>/columns/", views.columns, name="columns"),
    path("<int:pk>/sheet/", views.sheet, name="sheet"),
    path("<int:pk>/rules/", views.rules, name="rules"),
    path("<int:pk>/matches/", views.matches, name="matches"),
    path("<int:pk>/conflicts/", views.conflicts, name="conflicts"),
    path("matches/<int:pk>/decision/", views.decision, name="decision"),
    path("conflicts/<int:pk>/taken-back/", views.take_back, name="take_back"),
    path("<int:pk>/check/", views.check, name="check"),
    path("<int:pk>/undo/", views.undo, name="undo"),
    path("<int:pk>/discard/", views.discard, name="discard"),
]
