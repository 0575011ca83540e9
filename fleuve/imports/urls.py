"""Addresses of imports."""

from __future__ import annotations

from django.urls import path

from fleuve.imports import views

app_name = "imports"
urlpatterns = [
    path("", views.imports, name="list"),
    path("new/", views.upload, name="upload"),
    path("plans/", views.plans, name="plans"),
    path("plans/new/", views.plan_new, name="plan_new"),
    path("plans/<int:pk>/", views.plan, name="plan"),
    path("plans/<int:pk>/run/", views.plan_run, name="plan_run"),
    path("plans/<int:pk>/state/", views.plan_state, name="plan_state"),
    path("plans/<int:pk>/removal/", views.plan_removal, name="plan_removal"),
    path("plans/<int:pk>/restoration/", views.plan_restoration, name="plan_restoration"),
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
