"""Set one's own name, language and appearance."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.accounts.errors import UnknownSetting
from fleuve.accounts.models import User
from fleuve.events import record
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import Principal, require

__all__ = ["save_profile"]


def save_profile(
    *,
    user: User,
    name: str | None = None,
    language: str | None = None,
    theme: str | None = None,
    is_compact: bool | None = None,
    by: Principal,
    at: datetime,
) -> None:
    """Set what is given and leave the rest; nothing is written when nothing changes."""
    require(by, "read")
    if by.id != str(user.pk):
        raise PermissionRefused(_("You may change your own profile only."))
    if language is not None and language not in dict(settings.LANGUAGES):
        raise UnknownSetting(_("Choose one of the languages offered."), code="language_unknown")
    if theme is not None and theme not in User.Theme.values:
        raise UnknownSetting(_("Choose one of the appearances offered."), code="theme_unknown")
    given = {"name": name, "language": language, "theme": theme, "is_compact": is_compact}
    changed = {key: value for key, value in given.items() if value is not None and value != getattr(user, key)}
    if not changed:
        return
    renamed = {"name": [user.name, name]} if "name" in changed else None
    for key, value in changed.items():
        setattr(user, key, value)
    with transaction.atomic():
        user.save(update_fields=list(changed))
        fields = {"fields": sorted(changed)}
        record("accounts.profile_changed", by=by, at=at, subject=("user", user.pk), data=fields, values=renamed)
