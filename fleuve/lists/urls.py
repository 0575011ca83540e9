"""Addresses of lists, below ``customers/``."""

from __future__ import annotations

from django.urls import path

from fleuve.lists.views import builder, bulk, groups, saved

app_name = "lists"
urlpatterns = [
    path("bulk-edits/", bulk.bulk_runs, name="bulk_runs"),
    path("bulk-edits/new/", bulk.bulk_new, name="bulk_new"),
    path("bulk-edits/<int:run_id>/", bulk.bulk_run, name="bulk_run"),
    path("bulk-edits/<int:run_id>/start/", bulk.bulk_start, name="bulk_start"),
    path("bulk-edits/<int:run_id>/undoing/", bulk.bulk_undo, name="bulk_undo"),
    path("count/", builder.count, name="count"),
    path("filter/", builder.filter_page, name="filter"),
    path("groups/", groups.groups, name="groups"),
    path("views/", saved.views, name="views"),
    path("views/<int:view_id>/", saved.view, name="view"),
    path("views/<int:view_id>/removal/", saved.view_removal, name="view_removal"),
    path("views/<int:view_id>/restoration/", saved.view_restoration, name="view_restoration"),
]
