"""The matrix of value and loyalty: what holds for each cell, and what it holds."""

from __future__ import annotations

from dataclasses import dataclass

from fleuve.kernel.principal import Principal
from fleuve.value.models import Policy
from fleuve.value.queries.current import current_valuation
from fleuve.value.rules.matrix import CELLS, DEFAULT_POLICIES, Borders, Cell

__all__ = ["MatrixCell", "MatrixView", "matrix", "policies_in_force"]


@dataclass(frozen=True)
class MatrixCell:
    """One cell: who is in it, what they are worth, what they brought in twelve months, and what is done with them."""

    cell: Cell
    policy: str
    customers: int
    value: int
    revenue_12: int


@dataclass(frozen=True)
class MatrixView:
    """The four cells, richest and most loyal last, and where high begins."""

    cells: tuple[MatrixCell, ...]
    borders: Borders
    currency: str
    basis: str
    unplaced: int


def policies_in_force() -> tuple[dict[Cell, str], Borders | None]:
    """The newest policy of each cell, and the borders; no borders before anybody was placed."""
    newest: dict[str, Policy] = {}
    for policy in Policy.objects.order_by("at", "pk"):
        newest[policy.cell] = policy
    chosen: dict[Cell, str] = {
        cell: newest[cell].policy if cell in newest else DEFAULT_POLICIES[cell] for cell in CELLS
    }
    last = max(newest.values(), key=lambda policy: (policy.at, policy.pk), default=None)
    return chosen, Borders(last.value_from, last.loyalty_from) if last else None


def matrix(principal: Principal) -> MatrixView | None:
    """The matrix of the current valuation; ``None`` before its customers were placed."""
    valuation = current_valuation(principal)
    stored = valuation.statement.get("matrix") if valuation else None
    chosen, borders = policies_in_force()
    if valuation is None or stored is None or borders is None:
        return None
    return MatrixView(
        cells=tuple(MatrixCell(cell, chosen[cell], *stored["cells"][cell]) for cell in CELLS),
        borders=borders,
        currency=valuation.currency,
        basis=valuation.basis,
        unplaced=stored["unplaced"],
    )
