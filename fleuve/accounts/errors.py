"""Refusals of accounts.

::

    FleuveError
    ├── AlreadyFounded    the workspace has its first owner
    ├── CurrencyFixed     amounts are stored in the present currency
    ├── EmailTaken        someone signs in with that address already
    ├── FactorRefused     a code, passkey or recovery code that proves nothing; the code says why
    ├── KeyRefused        code key_nameless, key_scopeless, key_of_nobody or key_expired
    ├── LastOwner         nobody could manage the workspace any more
    ├── LinkRefused       code link_unknown, link_used, link_withdrawn or link_expired
    ├── NotAnExample      entry links exist on the packaged example only
    ├── PasswordRefused   code password_weak or password_wrong
    ├── RightRefused      code right_refused, reach_unknown, field_rule_unknown or owner_is_whole
    ├── TeamNameTaken     another team has that name
    └── UnknownSetting    code timezone_unknown, currency_unknown or language_unknown
"""

from __future__ import annotations

from fleuve.kernel.errors import FleuveError

__all__ = [
    "AlreadyFounded",
    "CurrencyFixed",
    "EmailTaken",
    "FactorRefused",
    "KeyRefused",
    "LastOwner",
    "LinkRefused",
    "NotAnExample",
    "PasswordRefused",
    "RightRefused",
    "TeamNameTaken",
    "UnknownSetting",
]


class AlreadyFounded(FleuveError):
    """The first owner exists; a second one is invited."""

    code = "already_founded"
    status = 409


class CurrencyFixed(FleuveError):
    """The reporting currency cannot change while amounts are stored in it."""

    code = "currency_fixed"
    status = 409


class EmailTaken(FleuveError):
    """One address, one user."""

    code = "email_taken"
    status = 409


class FactorRefused(FleuveError):
    """What should prove who somebody is does not, or cannot be set up so.

    Codes: ``factor_wrong``, ``factor_used``, ``factor_unreadable``, ``factor_exists``, ``factor_missing``,
    ``factor_own``, ``passkey_refused``, ``passkey_doubted``, ``passkey_known``, ``passkeys_impossible``,
    ``role_unknown``.
    """

    code = "factor_wrong"
    status = 409


class KeyRefused(FleuveError):
    """A key for programs that cannot be made so; the sentence says what is missing."""

    code = "key_scopeless"


class LastOwner(FleuveError):
    """The only owner left cannot be disabled or made read-only."""

    code = "last_owner"
    status = 409


class LinkRefused(FleuveError):
    """A one-time link that opens nothing; the code says why."""

    code = "link_unknown"
    status = 410


class NotAnExample(FleuveError):
    """One's own data are opened with a password, never with a printed link."""

    code = "not_an_example"
    status = 409


class PasswordRefused(FleuveError):
    """Too weak, or not the present one."""

    code = "password_weak"


class RightRefused(FleuveError):
    """A right, reach or field rule that cannot be set so; the sentence says what to do instead."""

    code = "right_refused"
    status = 409


class TeamNameTaken(FleuveError):
    """One name, one team."""

    code = "team_name_taken"
    status = 409


class UnknownSetting(FleuveError):
    """A time zone, currency or language that does not exist."""

    code = "setting_unknown"
