"""Addresses of lists, below ``customers/``."""

from __future__ import annotations

from django.urls import path

from fleuve.lists import views

app_name = "lists"
urlpatterns = [
    path("views/", views.views, name="views"),
    path("views/<int:view_id>/", views.view, name="view"),
    path("views/<int:view_id>/removal/", views.view_removal, name="view_removal"),
    path("views/<int:view_id>/restoration/", views.view_restoration, name="view_restoration"),
]
