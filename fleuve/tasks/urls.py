"""Addresses of tasks."""

from __future__ import annotations

from django.urls import path

from fleuve.tasks import views

app_name = "tasks"
urlpatterns = [
    path("tasks/", views.tasks, name="list"),
    path("tasks/<int:task_id>/", views.task, name="task"),
    path("tasks/<int:task_id>/completion/", views.task_completion, name="completion"),
    path("tasks/<int:task_id>/reopening/", views.task_reopening, name="reopening"),
    path("tasks/<int:task_id>/removal/", views.task_removal, name="removal"),
    path("tasks/<int:task_id>/restoration/", views.task_restoration, name="restoration"),
    path("customers/<int:party_id>/tasks/", views.customer_tasks, name="customer_tasks"),
]
