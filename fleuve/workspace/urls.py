"""Addresses of the workspace."""

from __future__ import annotations

from django.urls import path, re_path

from fleuve.workspace.views import customer, customers, home, portfolio, retention

app_name = "workspace"
_CHANNEL = "(?P<channel>email|phone|post)"
urlpatterns = [
    path("", home.home, name="home"),
    path("start/", home.start, name="start"),
    path("portfolio/", portfolio.portfolio_view, name="portfolio"),
    path("portfolio/to-call-first/", portfolio.call_list_export, name="call_list_export"),
    path("portfolio/marks/<int:interaction_id>/undone/", portfolio.call_mark_undone, name="call_mark_undone"),
    path("retention/", retention.retention_view, name="retention"),
    path("customers/", customers.customers, name="customers"),
    path("customers/slipping/", customers.slipping, name="slipping"),
    path("customers/export/", customers.customers_export, name="customers_export"),
    path("customers/<int:party_id>/", customer.customer, name="customer"),
    path("customers/<int:party_id>/history/", customer.customer_history, name="customer_history"),
    path("customers/<int:party_id>/why/", customer.customer_why, name="customer_why"),
    path("customers/<int:party_id>/mark/", portfolio.call_mark, name="call_mark"),
    re_path(rf"^customers/(?P<party_id>\d+)/refusals/{_CHANNEL}/$", customer.refusal, name="refusal"),
    re_path(
        rf"^customers/(?P<party_id>\d+)/refusals/{_CHANNEL}/withdrawn/$",
        customer.refusal_withdrawn,
        name="refusal_withdrawn",
    ),
    path("settings/", home.settings, name="settings"),
]
