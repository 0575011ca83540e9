"""Which modules put operations into the API, in which order they are told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from fleuve.api.routes import Routes

__all__ = ["register_router", "registered_routers"]

_routers: Final[dict[str, tuple[int, Routes]]] = {}


def register_router(router: Routes, order: int) -> None:
    """From a module's ``apps.ready``: its operations, told ``order``-th."""
    _routers[router.title] = (order, router)


def registered_routers() -> list[Routes]:
    """All of them, in order."""
    return [router for _order, router in sorted(_routers.values(), key=lambda one: (one[0], one[1].title))]
