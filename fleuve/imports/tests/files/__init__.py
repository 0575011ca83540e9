"""Five files as strangers would bring them, made by code from fixed seeds: realistic shapes, traps included."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from fleuve.imports.tests.files.order_list import write_order_list
from fleuve.imports.tests.files.sage import write_sage
from fleuve.imports.tests.files.shopify import write_shopify
from fleuve.imports.tests.files.woocommerce import write_woocommerce
from fleuve.imports.tests.files.workbook import write_workbook

__all__ = ["WRITERS", "write_all"]

WRITERS: Final[dict[str, Callable[[Path], None]]] = {
    "orders_export_1.csv": write_shopify,
    "woocommerce-orders.csv": write_woocommerce,
    "factures-sage.csv": write_sage,
    "commandes.txt": write_order_list,
    "Ventes 2023-2025.xlsx": write_workbook,
}


def write_all(folder: Path) -> dict[str, Path]:
    """Write the five files into a folder; returns their paths by name."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, write in WRITERS.items():
        write(folder / name)
    return {name: folder / name for name in WRITERS}
