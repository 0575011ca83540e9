"""Registration of the accounts module."""

from __future__ import annotations

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Tells the modules below who and where the organisation is."""

    name = "fleuve.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from fleuve.accounts.notices import unseen_count
        from fleuve.accounts.registration import register_below
        from fleuve.ui import register_notice_count

        register_below()
        register_notice_count(unseen_count)
