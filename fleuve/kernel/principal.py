"""Who acts, and the one question asked before every write: ``may(principal, verb, object)``.

A principal is a user, a key or the system. Modules below ``accounts`` hold no foreign key to a user: they store the
triple (kind, id, label). Roles map to verbs in one table; a later role adds a row here and no other line changes.

Verbs
-----
``read``          see customers, purchases and figures
``write``         change a customer, a mark, a note, a refusal to be contacted
``export``        take a list out
``import``        bring files in and undo them
``configure``     switches, margins, settings, budgets
``manage_users``  invite, disable, change roles
``operate``       jobs, backups, the audit trail
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from fleuve.kernel.errors import PermissionRefused

__all__ = ["ANONYMOUS", "ROLE_VERBS", "SYSTEM", "VERBS", "Principal", "may", "require"]

VERBS: Final = frozenset({"read", "write", "export", "import", "configure", "manage_users", "operate"})

ROLE_VERBS: Final[dict[str, frozenset[str]]] = {
    "owner": VERBS,
    "reader": frozenset({"read"}),
    "none": frozenset(),
}


@dataclass(frozen=True)
class Principal:
    """Someone or something that acts: ``kind`` is ``user``, ``key`` or ``system``; the audit trail shows ``label``."""

    kind: str
    id: str
    label: str
    role: str = "none"

    def as_columns(self) -> dict[str, str]:
        """The four columns ``actor_*`` in which tables keep who acted."""
        return {
            "actor_kind": self.kind,
            "actor_id": self.id,
            "actor_label": self.label,
            "actor_role": self.role,
        }


SYSTEM: Final = Principal("system", "system", "Fleuve", "owner")
ANONYMOUS: Final = Principal("user", "", "", "none")


def may(principal: Principal, verb: str, target: object | None = None) -> bool:
    """Whether the principal may do ``verb`` (on ``target`` when the answer depends on it)."""
    if verb not in VERBS:
        raise ValueError(f"unknown verb {verb!r}")
    return verb in ROLE_VERBS.get(principal.role, frozenset())


def require(principal: Principal, verb: str, target: object | None = None) -> None:
    """Raise ``PermissionRefused`` unless ``may(principal, verb, target)``."""
    if not may(principal, verb, target):
        raise PermissionRefused(
            "You may look at this but not do it. Ask an owner of this workspace to do it or to change your role.",
            verb=verb,
        )
