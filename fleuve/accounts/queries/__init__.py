"""Reads of accounts."""

from __future__ import annotations

from fleuve.accounts.models import principal_of, principals_of
from fleuve.accounts.queries.currency import currency_is_fixed, register_currency_holder
from fleuve.accounts.queries.links import link_for, link_used
from fleuve.accounts.queries.organisation import (
    forget_organisation,
    organisation,
    remembering_organisation,
    stored_organisation,
)
from fleuve.accounts.queries.people import Colleague, colleagues, names_of, principal_of_user, who_sees
from fleuve.accounts.queries.users import UsersPage, has_owner, users_page

__all__ = [
    "Colleague",
    "UsersPage",
    "colleagues",
    "currency_is_fixed",
    "forget_organisation",
    "has_owner",
    "link_for",
    "link_used",
    "names_of",
    "organisation",
    "principal_of",
    "principal_of_user",
    "principals_of",
    "register_currency_holder",
    "remembering_organisation",
    "stored_organisation",
    "users_page",
    "who_sees",
]
