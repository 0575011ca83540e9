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
from fleuve.accounts.queries.rights import fields_of_role, rights_of, roles_page
from fleuve.accounts.queries.teams import TeamLine, members_of, removed_teams, teams_of, teams_page
from fleuve.accounts.queries.users import UsersPage, has_owner, users_page
from fleuve.accounts.queries.visits import VisitLine, visits_of

__all__ = [
    "Colleague",
    "TeamLine",
    "UsersPage",
    "VisitLine",
    "colleagues",
    "currency_is_fixed",
    "fields_of_role",
    "forget_organisation",
    "has_owner",
    "link_for",
    "link_used",
    "members_of",
    "names_of",
    "organisation",
    "principal_of",
    "principal_of_user",
    "principals_of",
    "register_currency_holder",
    "remembering_organisation",
    "removed_teams",
    "rights_of",
    "roles_page",
    "stored_organisation",
    "teams_of",
    "teams_page",
    "users_page",
    "visits_of",
    "who_sees",
]
