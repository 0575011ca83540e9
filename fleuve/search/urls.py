"""The address of search."""

from __future__ import annotations

from django.urls import path

from fleuve.search import views

app_name = "search"
urlpatterns = [path("search/", views.search, name="page")]
