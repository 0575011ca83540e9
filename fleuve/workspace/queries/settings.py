"""The index of settings: only what this principal may open."""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _

from fleuve.kernel.principal import Principal, may

__all__ = ["SettingsEntry", "settings_entries"]


@dataclass(frozen=True)
class SettingsEntry:
    """One page of settings and what it answers."""

    label: str
    text: str
    url: str
    icon: str


def settings_entries(principal: Principal) -> list[SettingsEntry]:
    """The pages in the order in which a newcomer needs them."""
    entries = (
        ("read", "accounts:profile", "user", _("Your profile"), _("Name, language, appearance and password.")),
        (
            "read",
            "accounts:factors",
            "shield-check",
            _("Second factor"),
            _("An app or a passkey beside your password, and recovery codes."),
        ),
        (
            "configure",
            "accounts:settings",
            "building-2",
            _("Organisation"),
            _("Name, reporting currency, time zone and language."),
        ),
        (
            "manage_users",
            "accounts:users",
            "users",
            _("People who sign in"),
            _("Invite, change roles, close accounts."),
        ),
        (
            "manage_users",
            "accounts:second_policy",
            "shield",
            _("Who needs a second factor"),
            _("By role, and who still lacks one."),
        ),
        (
            "read",
            "history:understood",
            "book-open-check",
            _("How purchases are read"),
            _("What counts as a purchase, VAT, margin, returns."),
        ),
        ("operate", "jobs:list", "loader", _("Background work"), _("Imports and valuations, running and past.")),
        ("audit", "events:audit", "scroll-text", _("Audit trail"), _("Who did what, and when.")),
        ("read", "ui:living", "palette", _("Drawer of parts"), _("Every part of the interface in every state.")),
    )
    return [
        SettingsEntry(label, text, reverse(url_name), icon)
        for verb, url_name, icon, label, text in entries
        if may(principal, verb)
    ]
