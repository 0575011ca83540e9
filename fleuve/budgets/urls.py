"""Addresses of budgets."""

from __future__ import annotations

from django.urls import path

from fleuve.budgets import views

app_name = "budgets"
urlpatterns = [
    path("", views.page, name="page"),
    path("answer/", views.answer, name="answer"),
]
