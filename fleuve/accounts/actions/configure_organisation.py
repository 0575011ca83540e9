"""Name the organisation and say where it is and in which money it reports."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import available_timezones

from babel.numbers import list_currencies
from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.accounts.errors import CurrencyFixed, UnknownSetting
from fleuve.accounts.models import Organisation
from fleuve.accounts.queries import currency_is_fixed, stored_organisation
from fleuve.events import record
from fleuve.kernel.principal import Principal, require

__all__ = ["configure_organisation"]


def configure_organisation(
    *,
    name: str | None = None,
    currency: str | None = None,
    timezone: str | None = None,
    language: str | None = None,
    is_example: bool | None = None,
    by: Principal,
    at: datetime,
) -> Organisation:
    """Set what is given and leave the rest; creates the organisation at first start.

    Raises ``CurrencyFixed`` when amounts are stored in another currency.
    """
    require(by, "configure")
    given = {"name": name, "currency": currency, "timezone": timezone, "language": language, "is_example": is_example}
    with transaction.atomic():
        current = stored_organisation()
        if current._state.adding:
            current.created_at = at
        changed = [field for field, value in given.items() if value is not None and value != getattr(current, field)]
        _check(current, {field: given[field] for field in changed})
        for field in changed:
            setattr(current, field, given[field])
        if changed or current._state.adding:
            current.save()
            record("accounts.organisation_configured", by=by, at=at, data={"fields": changed})
    return current


def _check(current: Organisation, given: dict[str, object]) -> None:
    currency = given.get("currency")
    if currency and currency not in list_currencies():
        raise UnknownSetting(_("There is no currency %(code)s.") % {"code": currency}, code="currency_unknown")
    if "currency" in given and current.currency and currency_is_fixed():
        raise CurrencyFixed(
            _("Purchases are stored in %(code)s. Undo their imports first to report in another currency.")
            % {"code": current.currency}
        )
    if "timezone" in given and given["timezone"] not in available_timezones():
        raise UnknownSetting(
            _("There is no time zone %(name)s.") % {"name": given["timezone"]}, code="timezone_unknown"
        )
    if "language" in given and given["language"] not in dict(settings.LANGUAGES):
        raise UnknownSetting(_("Choose one of the languages offered."), code="language_unknown")
