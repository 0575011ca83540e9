"""Set up an authenticator app, and take it away again."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.accounts.actions.own_factors import drop_codes_without_factor, refuse_others
from fleuve.accounts.codes import matching_step, new_secret, normal_code
from fleuve.accounts.errors import FactorRefused
from fleuve.accounts.models import Authenticator, User
from fleuve.accounts.sealing import sealed_secret, unsealed_secret
from fleuve.events import record
from fleuve.kernel.principal import Principal, require
from fleuve.kernel.sealing import SealBroken

__all__ = ["begin_authenticator", "confirm_authenticator", "remove_authenticator"]


def begin_authenticator(*, user: User, by: Principal, at: datetime) -> None:
    """A new secret for an app to read; it opens nothing until a code of it was typed. Raises ``FactorRefused``."""
    require(by, "read")
    refuse_others(user, by)
    with transaction.atomic():
        fresh = {"secret": sealed_secret(new_secret(), user.pk), "created_at": at}
        waiting = Authenticator.objects.filter(user=user, confirmed_at=None)
        if waiting.update(**fresh):
            return
        _app, is_new = Authenticator.objects.get_or_create(user=user, defaults=fresh)
        if not is_new:
            raise FactorRefused(_("You have an authenticator app already. Remove it first."), code="factor_exists")


def confirm_authenticator(*, user: User, code: str, by: Principal, at: datetime) -> None:
    """The app shows the right codes: from now on one is asked at each sign-in. Raises ``FactorRefused``."""
    require(by, "read")
    refuse_others(user, by)
    with transaction.atomic():
        app = Authenticator.objects.filter(user=user, confirmed_at=None).first()
        if app is None:
            raise FactorRefused(_("There is no app to confirm. Begin again."), code="factor_missing")
        step = matching_step(_secret(app), normal_code(code), at)
        if step is None:
            raise FactorRefused(_("This is not the code that the app should show now. Type the one it shows next."))
        kept = Authenticator.objects.filter(pk=app.pk, confirmed_at=None, secret=app.secret)
        if not kept.update(confirmed_at=at, last_step=step, last_used_at=at):
            raise FactorRefused(_("There is no app to confirm. Begin again."), code="factor_missing")
        record("accounts.second_factor_added", by=by, at=at, subject=("user", user.pk), data={"kind": "app"})


def remove_authenticator(*, user: User, by: Principal, at: datetime) -> None:
    """The app is asked no more; done twice is done once. One that was begun and never confirmed goes untold."""
    require(by, "read")
    refuse_others(user, by)
    with transaction.atomic():
        Authenticator.objects.filter(user=user, confirmed_at=None).delete()
        gone, _rows = Authenticator.objects.filter(user=user).delete()
        if gone:
            drop_codes_without_factor(user)
            record("accounts.second_factor_removed", by=by, at=at, subject=("user", user.pk), data={"kind": "app"})


def _secret(app: Authenticator) -> str:
    try:
        return unsealed_secret(app.secret, app.user_id)
    except SealBroken as broken:
        sentence = _("The secret of this app was sealed by another install. Begin again with a new one.")
        raise FactorRefused(sentence, code="factor_unreadable") from broken
