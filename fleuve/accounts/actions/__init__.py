"""The only writers of accounts, one verb a file."""

from __future__ import annotations

from fleuve.accounts.actions.accept_invitation import accept_invitation
from fleuve.accounts.actions.change_access import change_role, disable_user, enable_user
from fleuve.accounts.actions.change_membership import join_team, leave_team
from fleuve.accounts.actions.change_password import change_password
from fleuve.accounts.actions.change_rights import set_field_rule, set_reach, set_right
from fleuve.accounts.actions.choose_password import choose_password
from fleuve.accounts.actions.configure_organisation import configure_organisation
from fleuve.accounts.actions.count_viewings import count_viewings, erase_viewings, forget_viewings
from fleuve.accounts.actions.create_first_owner import create_first_owner
from fleuve.accounts.actions.create_owner import create_owner
from fleuve.accounts.actions.create_user import create_user
from fleuve.accounts.actions.end_visits import end_visits
from fleuve.accounts.actions.enter_example import enter_example
from fleuve.accounts.actions.invite_colleague import invite_colleague
from fleuve.accounts.actions.issue_entry_link import issue_entry_link
from fleuve.accounts.actions.issue_first_owner_link import issue_first_owner_link
from fleuve.accounts.actions.issue_link import IssuedLink
from fleuve.accounts.actions.issue_password_link import issue_password_link
from fleuve.accounts.actions.keep_passkeys import add_passkey, remove_passkey
from fleuve.accounts.actions.make_key import MadeKey, make_key, revoke_key
from fleuve.accounts.actions.make_recovery_codes import make_recovery_codes
from fleuve.accounts.actions.manage_teams import create_team, remove_team, rename_team, restore_team
from fleuve.accounts.actions.notify import notify
from fleuve.accounts.actions.prove_with_code import Proof, prove_with_code
from fleuve.accounts.actions.prove_with_passkey import prove_with_passkey
from fleuve.accounts.actions.prune import prune
from fleuve.accounts.actions.record_visit import follow_visit, record_sign_in, record_sign_out, see_visit
from fleuve.accounts.actions.require_second_factor import require_second_factor
from fleuve.accounts.actions.reset_second_factor import reset_second_factor
from fleuve.accounts.actions.save_profile import save_profile
from fleuve.accounts.actions.set_up_authenticator import (
    begin_authenticator,
    confirm_authenticator,
    remove_authenticator,
)
from fleuve.accounts.actions.withdraw_link import withdraw_link

__all__ = [
    "IssuedLink",
    "MadeKey",
    "Proof",
    "accept_invitation",
    "add_passkey",
    "begin_authenticator",
    "change_password",
    "change_role",
    "choose_password",
    "configure_organisation",
    "confirm_authenticator",
    "count_viewings",
    "create_first_owner",
    "create_owner",
    "create_team",
    "create_user",
    "disable_user",
    "enable_user",
    "end_visits",
    "enter_example",
    "erase_viewings",
    "follow_visit",
    "forget_viewings",
    "invite_colleague",
    "issue_entry_link",
    "issue_first_owner_link",
    "issue_password_link",
    "join_team",
    "leave_team",
    "make_key",
    "make_recovery_codes",
    "notify",
    "prove_with_code",
    "prove_with_passkey",
    "prune",
    "record_sign_in",
    "record_sign_out",
    "remove_authenticator",
    "remove_passkey",
    "remove_team",
    "rename_team",
    "require_second_factor",
    "reset_second_factor",
    "restore_team",
    "revoke_key",
    "save_profile",
    "see_visit",
    "set_field_rule",
    "set_reach",
    "set_right",
    "withdraw_link",
]
