"""Addresses of parties: the pages of one customer that change it, the trash, and two pages of settings."""

from __future__ import annotations

from django.urls import path

from fleuve.parties.views import changes, details, fields, records, tags, trash

app_name = "parties"

urlpatterns = [
    path("customers/new/", details.new, name="new"),
    path("customers/<int:party_id>/details/", details.details, name="details"),
    path("customers/<int:party_id>/changes/", changes.changes, name="changes"),
    path("customers/<int:party_id>/changes/<int:change_id>/restored/", changes.change_restored, name="change_restored"),
    path("customers/<int:party_id>/owner/", records.owner, name="owner"),
    path("customers/<int:party_id>/owner/mine/", records.claim, name="claim"),
    path("customers/<int:party_id>/tags/", records.tags, name="tags"),
    path("customers/<int:party_id>/ties/", records.ties, name="ties"),
    path("customers/<int:party_id>/ties/<int:tie_id>/ended/", records.tie_end, name="tie_end"),
    path("customers/<int:party_id>/removal/", records.removal, name="removal"),
    path("customers/<int:party_id>/restoration/", records.restoration, name="restoration"),
    path("trash/", trash.trash, name="trash"),
    path("settings/fields/", fields.fields, name="fields"),
    path("settings/fields/new/", fields.field_new, name="field_new"),
    path("settings/fields/<int:field_id>/", fields.field, name="field"),
    path("settings/fields/<int:field_id>/removal/", fields.field_removal, name="field_removal"),
    path("settings/fields/<int:field_id>/restoration/", fields.field_restoration, name="field_restoration"),
    path("settings/tags/", tags.tags, name="tag_list"),
    path("settings/tags/<int:tag_id>/", tags.tag, name="tag"),
    path("settings/tags/<int:tag_id>/removal/", tags.tag_removal, name="tag_removal"),
    path("settings/tags/<int:tag_id>/restoration/", tags.tag_restoration, name="tag_restoration"),
]
