"""Registration of the lists module."""

from __future__ import annotations

from django.apps import AppConfig


class ListsConfig(AppConfig):
    name = "fleuve.lists"
    label = "lists"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fleuve.api import register_router
        from fleuve.events import listen
        from fleuve.lists.actions import ask_for_behaviour, ask_for_mirror, mark_cards
        from fleuve.lists.api import router
        from fleuve.parties import register_marker

        register_marker(mark_cards)
        register_router(router, order=60)
        listen("value.revalued", ask_for_mirror, mode="same_transaction")
        listen("history.rebuilt", ask_for_behaviour, mode="same_transaction")
