"""What accounts hands down: the organisation and saved preferences to the shell, the place to the queue, its pages."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models.signals import post_delete, post_save
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from fleuve.accounts.actions.save_profile import save_profile
from fleuve.accounts.models import Organisation, User
from fleuve.accounts.notices import NoticeSubject, register_notice
from fleuve.accounts.queries import forget_organisation, names_of, organisation, principal_of_user
from fleuve.accounts.queries.keys import rights_of_key
from fleuve.events.tabs import register_audit_tab
from fleuve.jobs import provide_principal
from fleuve.jobs.place import Place, provide_place
from fleuve.kernel.principal import Principal, may
from fleuve.ui import register_menu, register_organisation, register_preferences

__all__ = ["register_below"]


_NOTICES = {
    "recovery_used": _("One of your recovery codes was used to sign in. Was it not you? Change your password."),
    "factor_reset": _("%(name)s reset your second factor: set it up anew."),
    "passkey_doubted": _("One of your passkeys was refused: there may be a copy of it. Remove it."),
}


def register_below() -> None:
    """Called once, when the applications are ready."""
    post_save.connect(forget_organisation, sender=Organisation, dispatch_uid="fleuve.organisation_saved")
    post_delete.connect(forget_organisation, sender=Organisation, dispatch_uid="fleuve.organisation_deleted")
    register_organisation(organisation)
    register_audit_tab("seen", 20, _("Who saw whom"), "accounts:seen")
    register_notice("many_viewings", "viewer", _("Somebody opened very many customers in one day."), _viewers)
    for kind, sentence in _NOTICES.items():
        register_notice(kind, "user", sentence, _own_factors)
    register_preferences(_save_preference)
    provide_place(_place)
    provide_principal(_rights_of_today)
    register_menu("users", _("Users"), "accounts:users", 10, verb="manage_users", icon="users", group="settings")
    register_menu("teams", _("Teams"), "accounts:teams", 12, verb="manage_users", icon="users", group="settings")
    register_menu("roles", _("Roles"), "accounts:roles", 14, verb="manage_users", icon="shield", group="settings")
    register_menu(
        "second_factor",
        _("Second factor"),
        "accounts:second_policy",
        16,
        verb="manage_users",
        icon="shield-check",
        group="settings",
    )
    register_menu("keys", _("API keys"), "accounts:keys", 17, verb="manage_users", icon="key", group="settings")
    register_menu("settings", _("Settings"), "accounts:settings", 20, icon="settings", group="settings")


def _own_factors(ids: Sequence[int], principal: Principal) -> dict[int, NoticeSubject]:
    title, url = gettext("Second factor"), reverse("accounts:factors")
    return {pk: NoticeSubject(title, url) for pk in ids if pk == principal.user_id}


def _viewers(ids: Sequence[int], principal: Principal) -> dict[int, NoticeSubject]:
    if not may(principal, "audit"):
        return {}
    address = reverse("accounts:seen")
    return {pk: NoticeSubject(name, f"{address}?person={pk}") for pk, name in names_of(ids).items()}


def _rights_of_today(asked: Principal) -> Principal:
    """Users are closed, never deleted: a number that names none was not made here, and keeps what it came with."""
    if asked.kind == "key":
        return rights_of_key(asked)
    if asked.kind != "user" or asked.user_id is None:
        return asked
    return principal_of_user(asked.user_id) or asked


def _place() -> Place:
    current = organisation()
    return Place(current.zone, current.language)


def _save_preference(request: HttpRequest, name: str, value: str) -> None:
    """A choice made from the user menu of any page."""
    user = request.user
    if not isinstance(user, User):
        return
    at = timezone.now()
    if name == "density":
        save_profile(user=user, is_compact=value == "compact", by=user.principal, at=at)
    elif name in ("language", "theme"):
        save_profile(user=user, **{name: value}, by=user.principal, at=at)  # type: ignore[arg-type]
