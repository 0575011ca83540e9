"""Addresses of the pages about background work."""

from __future__ import annotations

from django.urls import path

from fleuve.jobs import views

app_name = "jobs"

urlpatterns = [
    path("", views.job_list, name="list"),
    path("<int:pk>/", views.job_detail, name="detail"),
    path("<int:pk>/progress/", views.job_progress, name="progress"),
    path("<int:pk>/cancellation/", views.job_cancellation, name="cancel"),
    path("<int:pk>/retry/", views.job_retry, name="retry"),
]
