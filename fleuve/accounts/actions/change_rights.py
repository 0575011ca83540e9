"""What one person may do beside the role, whose customers they reach, and which fields a role does not get to see."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from fleuve.accounts.errors import RightRefused
from fleuve.accounts.models import FieldRule, Grant, User
from fleuve.accounts.rules import rights_offered
from fleuve.events import record
from fleuve.kernel.principal import Principal, require

__all__ = ["set_field_rule", "set_reach", "set_right"]


def set_reach(*, user: User, reads: str, writes: str, by: Principal, at: datetime) -> None:
    """Whose customers somebody sees and changes; a blank leaves it to the role."""
    require(by, "manage_users")
    _refuse_owner(user)
    allowed = {"", *User.Reach.values}
    if reads not in allowed - {"none"} or writes not in allowed:
        raise RightRefused(_("Choose one of the reaches offered."), code="reach_unknown")
    with transaction.atomic():
        before = User.objects.values_list("reads", "writes").get(pk=user.pk)
        if before != (reads, writes):
            User.objects.filter(pk=user.pk).update(reads=reads, writes=writes)
            data = {"from": list(before), "to": [reads, writes]}
            record("accounts.reach_changed", by=by, at=at, subject=("user", user.pk), data=data)
    user.reads, user.writes = reads, writes


def set_right(*, user: User, verb: str, state: str, by: Principal, at: datetime) -> None:
    """Give a verb beside the role (``given``), take one of its own away (``taken``) or go by the role (blank)."""
    require(by, "manage_users")
    _refuse_owner(user)
    if state and state not in rights_offered(user.role).get(verb, ()):
        raise RightRefused(_("This right cannot be given or taken beside the role. Give another role instead."))
    with transaction.atomic():
        held = Grant.objects.filter(user=user, verb=verb, until_at=None)
        if held.filter(is_denial=state == "taken").exists() if state else not held.exists():
            return
        held.update(until_at=at)
        if state:
            Grant.objects.create(user=user, verb=verb, is_denial=state == "taken", from_at=at, **_by(by))
        data = {"verb": verb, "state": state or "role"}
        record("accounts.grant_changed", by=by, at=at, subject=("user", user.pk), data=data)


def set_field_rule(*, role: str, attribute: str, may: str, by: Principal, at: datetime) -> None:
    """Hide a field from a role, let it only read it (``read``), or open it again (blank)."""
    require(by, "manage_users")
    if role == User.Role.OWNER or role not in User.Role.values:
        raise RightRefused(_("Owners see and change every field."), code="owner_is_whole")
    if may and may not in FieldRule.May.values:
        raise RightRefused(_("A field is open, read only or hidden."), code="field_rule_unknown")
    with transaction.atomic():
        rules = FieldRule.objects.filter(role=role, attribute=attribute)
        before = rules.values_list("may", flat=True).first() or ""
        if before == may:
            return
        rules.delete()
        if may:
            FieldRule.objects.create(role=role, attribute=attribute, may=may, at=at, **_by(by))
        data = {"role": role, "attribute": attribute, "from": before or "open", "to": may or "open"}
        record("accounts.field_rule_changed", by=by, at=at, subject=("role", role), data=data)


def _refuse_owner(user: User) -> None:
    if user.role == User.Role.OWNER:
        raise RightRefused(_("An owner may do everything. Give another role first."), code="owner_is_whole")


def _by(by: Principal) -> dict[str, str]:
    return {"by_kind": by.kind, "by_id": by.id, "by_label": by.label}
