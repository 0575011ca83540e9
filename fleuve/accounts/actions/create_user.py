"""Give someone access."""

from __future__ import annotations

from datetime import datetime

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from fleuve.accounts.errors import EmailTaken, PasswordRefused
from fleuve.accounts.models import User
from fleuve.accounts.rules import normal_email
from fleuve.events import record
from fleuve.kernel.principal import Principal, require

__all__ = ["check_password_rules", "create_user"]


def create_user(
    *, email: str, name: str, role: str, password: str | None, language: str = "en", by: Principal, at: datetime
) -> User:
    """A new user who may sign in. Without a password only one-time links let them in."""
    require(by, "manage_users")
    user = User(email=normal_email(email), name=name.strip(), role=role, language=language, created_at=at)
    if password is None:
        user.set_unusable_password()
    else:
        check_password_rules(password, user)
        user.set_password(password)
    try:
        with transaction.atomic():
            user.save(force_insert=True)
            _record(user, by, at)
    except IntegrityError as error:
        if User.objects.filter(email=user.email).exists():
            sentence = _("Someone signs in with %(email)s already. Open their line to change what they may do.")
            raise EmailTaken(sentence % {"email": user.email}) from error
        raise
    return user


def check_password_rules(password: str, user: User) -> None:
    """Raise ``PasswordRefused`` with every rule that the password breaks."""
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise PasswordRefused(" ".join(error.messages), code="password_weak") from error


def _record(user: User, by: Principal, at: datetime) -> None:
    record(
        "accounts.user_created",
        by=by,
        at=at,
        subject=("user", user.pk),
        data={"role": user.role},
        values={"email": [None, user.email], "name": [None, user.name]},
    )
