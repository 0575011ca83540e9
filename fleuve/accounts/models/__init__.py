"""People who sign in, their teams, rights and sessions, and the one organisation of this install."""

from __future__ import annotations

from fleuve.accounts.models.factor import Authenticator, Passkey, RecoveryCode
from fleuve.accounts.models.key import ApiKey
from fleuve.accounts.models.link import OneTimeLink
from fleuve.accounts.models.notice import Notice
from fleuve.accounts.models.organisation import Organisation
from fleuve.accounts.models.principals import principal_of, principals_of
from fleuve.accounts.models.rights import FieldRule, Grant
from fleuve.accounts.models.team import Team, TeamMember
from fleuve.accounts.models.user import User
from fleuve.accounts.models.viewing import Viewing
from fleuve.accounts.models.visit import Visit

__all__ = [
    "ApiKey",
    "Authenticator",
    "FieldRule",
    "Grant",
    "Notice",
    "OneTimeLink",
    "Organisation",
    "Passkey",
    "RecoveryCode",
    "Team",
    "TeamMember",
    "User",
    "Viewing",
    "Visit",
    "principal_of",
    "principals_of",
]
