"""Addresses of notes, files and written-down contacts."""

from __future__ import annotations

from django.urls import path

from fleuve.notes import views

app_name = "notes"
urlpatterns = [
    path("colleagues/", views.colleague_names, name="colleagues"),
    path("customers/<int:party_id>/notes/", views.customer_notes, name="customer_notes"),
    path("customers/<int:party_id>/files/", views.customer_files, name="customer_files"),
    path("notes/<int:note_id>/", views.note, name="note"),
    path("notes/<int:note_id>/pinning/", views.note_pinning, name="note_pinning"),
    path("notes/<int:note_id>/removal/", views.note_removal, name="note_removal"),
    path("notes/<int:note_id>/restoration/", views.note_restoration, name="note_restoration"),
    path("files/<int:file_id>/", views.file_content, name="file"),
    path("files/<int:file_id>/removal/", views.file_removal, name="file_removal"),
    path("files/<int:file_id>/restoration/", views.file_restoration, name="file_restoration"),
    path("interactions/<int:interaction_id>/undone/", views.interaction_undone, name="interaction_undone"),
]
