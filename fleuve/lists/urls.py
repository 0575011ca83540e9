"""Addresses of lists, below ``customers/``."""

from __future__ import annotations

from django.urls import path

from fleuve.lists.views import builder, bulk, export, groups, saved

app_name = "lists"
urlpatterns = [
    path("bulk-edits/", bulk.bulk_runs, name="bulk_runs"),
    path("bulk-edits/new/", bulk.bulk_new, name="bulk_new"),
    path("bulk-edits/<int:run_id>/", bulk.bulk_run, name="bulk_run"),
    path("bulk-edits/<int:run_id>/start/", bulk.bulk_start, name="bulk_start"),
    path("bulk-edits/<int:run_id>/undoing/", bulk.bulk_undo, name="bulk_undo"),
    path("count/", builder.count, name="count"),
    path("export/", export.export, name="export"),
    path("exports/", export.exports, name="exports"),
    path("exports/limits/", export.export_limits, name="export_limits"),
    path("exports/<int:export_id>/", export.export_page, name="export_page"),
    path("exports/<int:export_id>/content/", export.export_content, name="export_content"),
    path("filter/", builder.filter_page, name="filter"),
    path("groups/", groups.groups, name="groups"),
    path("views/", saved.views, name="views"),
    path("views/<int:view_id>/", saved.view, name="view"),
    path("views/<int:view_id>/removal/", saved.view_removal, name="view_removal"),
    path("views/<int:view_id>/restoration/", saved.view_restoration, name="view_restoration"),
]
