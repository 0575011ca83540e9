"""Roles, rights and field rules as the pages of owners show them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from fleuve.accounts.models import FieldRule, Grant, User
from fleuve.accounts.rules import rights_offered
from fleuve.attributes import Attribute, registry
from fleuve.kernel.principal import GRANTABLE, ROLE_REACH, ROLE_VERBS, Principal

__all__ = ["VERB_LABELS", "FieldLine", "Right", "RoleLine", "VerbMark", "fields_of_role", "rights_of", "roles_page"]

# In the order in which people read them.
VERB_LABELS = {
    "read": _("See customers"),
    "personal": _("See e-mail, phone and address"),
    "figures": _("See the figures of the whole house"),
    "write": _("Change customers"),
    "assign": _("Give customers and tasks to colleagues"),
    "bulk": _("Change many customers at once"),
    "export": _("Take lists out"),
    "import": _("Bring files in and undo them"),
    "configure": _("Settings, fields, tags, budgets"),
    "audit": _("See who did what"),
    "manage_users": _("Manage users, teams and roles"),
    "operate": _("Background work and backups"),
}


@dataclass(frozen=True)
class VerbMark:
    """A verb of a role: held, or one that may be given to a person of the role, or neither."""

    verb: str
    is_held: bool
    is_grantable: bool


@dataclass(frozen=True)
class RoleLine:
    """A role: its verbs, its reach and how many have it."""

    role: str
    label: str
    reads: str
    writes: str
    marks: tuple[VerbMark, ...]
    people: int
    rules: int


@dataclass(frozen=True)
class Right:
    """One right of one person that may differ from the role's."""

    verb: str
    label: object
    state: str
    offered: tuple[str, ...]


@dataclass(frozen=True)
class FieldLine:
    """A field as a role sees it."""

    key: str
    label: object
    may: str


def roles_page(principal: Principal) -> tuple[RoleLine, ...]:
    """Every role with what it may do."""
    people: dict[str, int] = {}
    for role in User.objects.visible_to(principal).filter(is_active=True).values_list("role", flat=True):
        people[role] = people.get(role, 0) + 1
    rules: dict[str, int] = {}
    for role in FieldRule.objects.visible_to(principal).values_list("role", flat=True):
        rules[role] = rules.get(role, 0) + 1
    reaches = dict(User.Reach.choices)
    return tuple(
        RoleLine(
            role=role,
            label=str(label),
            reads=str(reaches[ROLE_REACH[role][0]]),
            writes=str(reaches[ROLE_REACH[role][1]]),
            marks=tuple(VerbMark(verb, verb in ROLE_VERBS[role], verb in GRANTABLE[role]) for verb in VERB_LABELS),
            people=people.get(role, 0),
            rules=rules.get(role, 0),
        )
        for role, label in User.Role.choices
    )


def rights_of(user: User, principal: Principal) -> tuple[Right, ...]:
    """What may differ from the role's for this person, and whether it does."""
    held = {
        verb: "taken" if is_denial else "given"
        for verb, is_denial in Grant.objects.visible_to(principal)
        .filter(user=user, until_at=None)
        .values_list("verb", "is_denial")
    }
    offered = rights_offered(user.role)
    return tuple(
        Right(verb, label, held.get(verb, "") if held.get(verb) in offered[verb] else "", offered[verb])
        for verb, label in VERB_LABELS.items()
        if verb in offered
    )


def fields_of_role(role: str, principal: Principal) -> tuple[FieldLine, ...]:
    """Every field with what the role may do with it."""
    rules: Mapping[str, str] = dict(
        FieldRule.objects.visible_to(principal).filter(role=role).values_list("attribute", "may")
    )
    return tuple(FieldLine(one.key, one.label, rules.get(one.key, "")) for one in registry if _is_ruled(one))


def _is_ruled(attribute: Attribute) -> bool:
    # Without its name a customer could not be spoken of or told from another; what is computed stands in sentences,
    # charts and totals too, and is given or taken as a whole with the verb ``figures``.
    return attribute.kept_in != "computed" and attribute.key not in ("name", "customer_number")
