"""Who acts, and the one question asked before every write: ``may(principal, verb, object)``.

A principal is a user, a key, a link or the system. Modules below ``accounts`` hold no foreign key to a user: they
store the triple (kind, id, label). Roles map to verbs and to reaches in the tables below; a later role adds a row and
no other line changes. What one person may do beside the role (``grants``), less than the role (``denials``), wider or
narrower than it (``reads``, ``writes``) and which attributes are closed (``hidden``, ``fixed``) travels with the
principal, so that no module below asks the database for it. The worked tables are in docs/rules/permissions.md.

Verbs
-----
``read``          see customers and their purchases, within reach
``write``         change a customer, a mark, a note, a refusal to be contacted, within reach
``assign``        give a customer, a task or an alert to somebody
``bulk``          change many customers at once
``export``        take a list out
``import``        bring files in and undo them
``configure``     switches, margins, settings, budgets, fields, tags
``figures``       pages about the whole house: portfolio, retention, budgets
``personal``      e-mail addresses, phone numbers and postal addresses
``manage_users``  invite, disable, change roles
``audit``         who did what, who saw whom, what was exported
``operate``       jobs, backups
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, Protocol

from fleuve.kernel.errors import PermissionRefused

__all__ = [
    "ANONYMOUS",
    "GRANTABLE",
    "REACHES",
    "ROLE_REACH",
    "ROLE_VERBS",
    "SYSTEM",
    "VERBS",
    "Owned",
    "Principal",
    "Reach",
    "may",
    "may_change",
    "require",
    "sees",
]

VERBS: Final = frozenset(
    {
        "read",
        "write",
        "assign",
        "bulk",
        "export",
        "import",
        "configure",
        "figures",
        "personal",
        "manage_users",
        "audit",
        "operate",
    }
)

ROLE_VERBS: Final[dict[str, frozenset[str]]] = {
    "owner": VERBS,
    "manager": frozenset({"read", "write", "assign", "bulk", "export", "import", "figures", "personal", "audit"}),
    "seller": frozenset({"read", "write", "personal"}),
    "agent": frozenset({"read", "write", "personal"}),
    "analyst": frozenset({"read", "export", "figures"}),
    "reader": frozenset({"read", "figures"}),
    "none": frozenset(),
}

# What an owner of the workspace may add to one person of the role; everything else needs another role.
GRANTABLE: Final[dict[str, frozenset[str]]] = {
    "owner": frozenset(),
    "manager": frozenset({"configure"}),
    "seller": frozenset({"export", "bulk"}),
    "agent": frozenset({"export"}),
    "analyst": frozenset({"personal", "import"}),
    "reader": frozenset({"personal"}),
    "none": frozenset(),
}

Reach = Literal["none", "own", "team", "all"]
REACHES: Final[tuple[Reach, ...]] = ("none", "own", "team", "all")

# Whose customers a role sees, and whose it changes.
ROLE_REACH: Final[dict[str, tuple[Reach, Reach]]] = {
    "owner": ("all", "all"),
    "manager": ("all", "team"),
    "seller": ("team", "own"),
    "agent": ("all", "all"),
    "analyst": ("all", "none"),
    "reader": ("all", "none"),
    "none": ("none", "none"),
}

# Verbs whose answer depends on whose the thing is.
_ON_SOMEONES: Final = frozenset({"write", "assign", "bulk"})


class Owned(Protocol):
    """What belongs to somebody: its owner's user id, nothing when it is nobody's yet."""

    @property
    def owner_id(self) -> int | None: ...


@dataclass(frozen=True)
class Principal:
    """Someone or something that acts: ``kind`` is ``user``, ``key``, ``link`` or ``system``; the trail shows ``label``.

    ``grants`` and ``denials`` are verbs given beside the role's and taken away from it; a key is denied everything
    outside its scopes. ``reads`` and ``writes`` replace the role's reach. ``colleagues`` are the user ids of shared
    teams, the own id included. ``behalf`` is the user whom a key acts for. ``hidden`` attributes may not be seen,
    ``fixed`` ones not changed.
    """

    kind: str
    id: str
    label: str
    role: str = "none"
    grants: frozenset[str] = frozenset()
    denials: frozenset[str] = frozenset()
    reads: Reach | None = None
    writes: Reach | None = None
    colleagues: frozenset[int] = frozenset()
    behalf: int | None = None
    hidden: frozenset[str] = frozenset()
    fixed: frozenset[str] = frozenset()

    def as_columns(self) -> dict[str, str]:
        """The four columns ``actor_*`` in which tables keep who acted."""
        return {
            "actor_kind": self.kind,
            "actor_id": self.id,
            "actor_label": self.label,
            "actor_role": self.role,
        }

    @property
    def user_id(self) -> int | None:
        """The user who acts, or whom a key acts for; nothing for links and the system."""
        if self.kind == "user" and self.id.isdigit():
            return int(self.id)
        return self.behalf if self.kind == "key" else None

    @property
    def read_reach(self) -> Reach:
        """Whose customers this principal sees."""
        return (self.reads or self._role_reach[0]) if may(self, "read") else "none"

    @property
    def write_reach(self) -> Reach:
        """Whose customers this principal changes; never more than it sees."""
        asked: Reach = (self.writes or self._role_reach[1]) if may(self, "write") else "none"
        return min(asked, self.read_reach, key=REACHES.index)

    def owners_within(self, reach: Reach) -> frozenset[int] | None:
        """The owners whose customers are within a reach; ``None`` for everybody's."""
        if reach == "all":
            return None
        own = frozenset() if self.user_id is None or reach == "none" else frozenset({self.user_id})
        return own | self.colleagues if reach == "team" else own

    def takes_in_unowned(self, reach: Reach) -> bool:
        """Whether customers without an owner are within a reach: otherwise nobody could ever start with them."""
        return reach in ("team", "all")

    def is_within(self, reach: Reach, owner_id: int | None) -> bool:
        """Whether what ``owner_id`` owns is within a reach."""
        owners = self.owners_within(reach)
        if owner_id is None:
            return self.takes_in_unowned(reach)
        return owners is None or owner_id in owners

    @property
    def _role_reach(self) -> tuple[Reach, Reach]:
        return ROLE_REACH.get(self.role, ROLE_REACH["none"])


SYSTEM: Final = Principal("system", "system", "Fleuve", "owner")
ANONYMOUS: Final = Principal("user", "", "", "none")


def may(principal: Principal, verb: str, target: object | None = None) -> bool:
    """Whether the principal may do ``verb``; on a ``target`` that has an ``owner_id``, whether it is within reach.

    A target without ``owner_id`` is judged by the verb alone.
    """
    if verb not in VERBS:
        raise ValueError(f"unknown verb {verb!r}")
    held = verb in ROLE_VERBS.get(principal.role, frozenset()) or verb in principal.grants
    if not held or verb in principal.denials:
        return False
    if target is None or not hasattr(target, "owner_id") or verb not in _ON_SOMEONES | {"read"}:
        return True
    reach = principal.read_reach if verb == "read" else principal.write_reach
    return principal.is_within(reach, target.owner_id)


def require(principal: Principal, verb: str, target: object | None = None) -> None:
    """Raise ``PermissionRefused`` unless ``may(principal, verb, target)``.

    A target that the principal does not even see never gets here: it was "not found" when it was looked up.
    """
    if not may(principal, verb, target):
        raise PermissionRefused(
            "You may look at this but not do it. Ask an owner of this workspace to do it or to change your role.",
            verb=verb,
        )


def sees(principal: Principal, key: str) -> bool:
    """Whether the field rules of the principal leave the attribute ``key`` open."""
    return key not in principal.hidden


def may_change(principal: Principal, key: str) -> bool:
    """Whether the principal may write the attribute ``key`` of a customer within its reach."""
    return may(principal, "write") and key not in principal.hidden and key not in principal.fixed
