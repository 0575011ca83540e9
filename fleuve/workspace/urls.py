"""Addresses of the workspace."""

from __future__ import annotations

from django.urls import path, register_converter
from django.urls.converters import StringConverter

from fleuve.workspace.views import customer, customers, home, matrix, portfolio, retention, today

app_name = "workspace"


class _Channel(StringConverter):
    regex = "email|phone|post"


register_converter(_Channel, "channel")
urlpatterns = [
    path("", home.home, name="home"),
    path("start/", home.start, name="start"),
    path("today/", today.today, name="today"),
    path("portfolio/", portfolio.portfolio_view, name="portfolio"),
    path("portfolio/to-call-first/", portfolio.call_list_export, name="call_list_export"),
    path("portfolio/marks/<int:interaction_id>/undone/", portfolio.call_mark_undone, name="call_mark_undone"),
    path("retention/", retention.retention_view, name="retention"),
    path("retention/house-rule/", retention.house_rule, name="house_rule"),
    path("customers/", customers.customers, name="customers"),
    path("customers/slipping/", customers.slipping, name="slipping"),
    path("customers/<int:party_id>/", customer.customer, name="customer"),
    path("customers/<int:party_id>/history/", customer.customer_history, name="customer_history"),
    path("customers/<int:party_id>/why/", customer.customer_why, name="customer_why"),
    path("customers/<int:party_id>/mark/", portfolio.call_mark, name="call_mark"),
    path("customers/<int:party_id>/refusals/<channel:channel>/", customer.refusal, name="refusal"),
    path(
        "customers/<int:party_id>/refusals/<channel:channel>/withdrawn/",
        customer.refusal_withdrawn,
        name="refusal_withdrawn",
    ),
    path("matrix/", matrix.matrix_view, name="matrix"),
    path("matrix/policy/", matrix.matrix_policy, name="matrix_policy"),
    path("matrix/borders/", matrix.matrix_borders, name="matrix_borders"),
    path("settings/", home.settings, name="settings"),
]
