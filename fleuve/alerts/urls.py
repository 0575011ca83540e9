"""Addresses of alerts."""

from __future__ import annotations

from django.urls import path

from fleuve.alerts import views

app_name = "alerts"

urlpatterns = [
    path("", views.alerts, name="list"),
    path("how-good/", views.how_good_page, name="how_good"),
    path("rate/", views.rate, name="rate"),
    path("<int:alert_id>/", views.alert, name="alert"),
    path("<int:alert_id>/assignment/", views.assignment, name="assignment"),
    path("<int:alert_id>/postponement/", views.postponement, name="postponement"),
    path("<int:alert_id>/verdict/", views.verdict, name="verdict"),
    path("<int:alert_id>/verdict/withdrawn/", views.verdict_withdrawn, name="verdict_withdrawn"),
]
