"""Addresses of webhooks."""

from __future__ import annotations

from django.urls import path

from fleuve.webhooks import views

app_name = "webhooks"

urlpatterns = [
    path("", views.endpoints, name="endpoints"),
    path("new/", views.endpoint_new, name="endpoint_new"),
    path("<int:pk>/", views.endpoint, name="endpoint"),
    path("<int:pk>/secret/", views.endpoint_secret, name="endpoint_secret"),
    path("<int:pk>/state/", views.endpoint_state, name="endpoint_state"),
    path("<int:pk>/test/", views.endpoint_test, name="endpoint_test"),
    path("<int:pk>/removal/", views.endpoint_removal, name="endpoint_removal"),
    path("<int:pk>/deliveries/<int:delivery_pk>/", views.delivery, name="delivery"),
    path("<int:pk>/deliveries/<int:delivery_pk>/repetition/", views.delivery_repetition, name="delivery_repetition"),
]
