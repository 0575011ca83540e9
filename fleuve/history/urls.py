"""Addresses of history."""

from __future__ import annotations

from django.urls import path

from fleuve.history import views

app_name = "history"
urlpatterns = [
    path("", views.understood, name="understood"),
    path("books/", views.answer, name="books"),
    path("lines/", views.lines, name="lines"),
    path("lines.csv", views.lines_file, name="lines_file"),
    path("special/<int:pk>/", views.special, name="special"),
]
