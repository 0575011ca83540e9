"""Prepare the example: the packaged files through the same import as anyone's, the questions answered, then valued."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from django.utils.translation import gettext as _

from fleuve.accounts.actions import configure_organisation
from fleuve.demo.errors import ExampleFailed, NotAnExample
from fleuve.demo.files import write_customer_file, write_invoice_file
from fleuve.imports.actions import import_file
from fleuve.imports.models import Import
from fleuve.jobs.worker import run_until_idle
from fleuve.kernel.principal import Principal
from fleuve.parties.models import Party
from fleuve.touchpoints.models import Purchase, PurchaseLine
from fleuve.value.queries import current_valuation

__all__ = ["SOURCE", "Prepared", "prepare_example"]

SOURCE: Final = "Online Retail"
_ORGANISATION: Final = "Online Retail Ltd"
_ANSWERS: Final = {
    "customers": {"country": "GB"},
    "invoices": {"currency": "GBP", "vat": "", "margin": "", "returns": "prefix:C"},
}

Tell = Callable[[str], None]


@dataclass(frozen=True)
class Prepared:
    """The example as it stands: what was imported and whether this call did it."""

    lines: int
    purchases: int
    customers: int
    is_new: bool


def prepare_example(*, by: Principal, at: datetime, tell: Tell) -> Prepared:
    """Fill an empty data folder with the example and value it; a folder that holds it already is left as it is.

    ``tell`` is given one sentence per step. Raises ``NotAnExample`` when the folder holds somebody's own purchases and
    ``ExampleFailed`` when an import or the valuation did not succeed.
    """
    organisation = configure_organisation(by=by, at=at)
    if Purchase.objects.exists():
        if not organisation.is_example:
            raise NotAnExample(_("This data folder holds purchases of your own. Give the example another one."))
        return _prepared(is_new=False)
    configure_organisation(name=_ORGANISATION, currency="GBP", timezone="Europe/London", is_example=True, by=by, at=at)
    with tempfile.TemporaryDirectory() as folder:
        tell(_("Writing the example's two files"))
        files = {"customers": write_customer_file(Path(folder)), "invoices": write_invoice_file(Path(folder))}
        rows = {name: _queued(name, path, by, at, tell) for name, path in files.items()}
        tell(_("Importing 541,909 invoice lines, then valuing every customer"))
        run_until_idle(queues=("heavy", "quick"))
    for row in rows.values():
        _check(row)
    if current_valuation(by) is None:
        raise ExampleFailed(_("The example was imported but not valued. Run the command again."))
    return _prepared(is_new=True)


def _queued(name: str, path: Path, by: Principal, at: datetime, tell: Tell) -> Import:
    tell(_("Reading %(file)s and answering its questions") % {"file": path.name})
    return import_file(
        path=path,
        source=SOURCE,
        answers=_ANSWERS[name],
        takes_proposals=True,
        is_simulated=name == "customers",
        by=by,
        at=at,
    )


def _check(row: Import) -> None:
    row.refresh_from_db()
    if row.state != Import.State.IMPORTED:
        raise ExampleFailed(_("The file %(file)s could not be imported.") % {"file": row.file_name}, state=row.state)


def _prepared(*, is_new: bool) -> Prepared:
    return Prepared(PurchaseLine.objects.count(), Purchase.objects.count(), Party.objects.count(), is_new)
