"""The tabs of the list: filters that every house asks for, by the key that stands in the address."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from django.utils.translation import gettext_lazy as _

from fleuve.attributes import EVERYTHING, All, Is, Node

if TYPE_CHECKING:
    from django_stubs_ext import StrOrPromise

__all__ = ["PRESETS", "preset_filter"]

PRESETS: Final[dict[str, tuple[StrOrPromise, Node]]] = {
    "all": (_("All"), EVERYTHING),
    "slipping": (_("Slipping away"), Is("is_slipping", "is", True)),
    "best": (_("Best customers"), Is("band", "is", 1)),
    "one-time": (_("Bought once"), Is("stage", "is", "one_time")),
    "new": (_("New"), Is("stage", "is", "new")),
    "contactable": (_("Can be called"), Is("may_phone", "is", True)),
}


def preset_filter(preset: str, node: Node) -> Node:
    """The filter of a tab together with the conditions that were added to it."""
    chosen = PRESETS.get(preset, PRESETS["all"])[1]
    return node if chosen == EVERYTHING else chosen if node == EVERYTHING else All((chosen, node))
