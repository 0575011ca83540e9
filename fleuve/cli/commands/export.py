"""``fleuve export``: take a list of customers out, to a file."""

from __future__ import annotations

import json
import shutil
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING

from fleuve.cli.errors import CannotExport
from fleuve.cli.output import report
from fleuve.cli.startup import COMMAND_LINE, now, start

if TYPE_CHECKING:
    from fleuve.attributes import Node, Registry
    from fleuve.lists.exporting.wish import Wish
    from fleuve.lists.models import View

__all__ = ["add_arguments", "run"]


def add_arguments(parser: ArgumentParser) -> None:
    """Whom, which columns, in which order, into which file."""
    whom = parser.add_mutually_exclusive_group()
    whom.add_argument("--view", metavar="NAME", help="the customers, columns and order of a saved view")
    whom.add_argument("--filter", metavar="JSON", help='a filter: {"key": "city", "operator": "is", "value": "Lyon"}')
    parser.add_argument("--words", default="", help="words to look for in names, numbers and towns")
    parser.add_argument("--columns", metavar="A,B", help="keys of attributes; * for all (default: those of the list)")
    parser.add_argument("--sort", metavar="KEY", help="key of the attribute that orders the rows; -KEY: greatest first")
    parser.add_argument("--form", choices=("csv", "xlsx", "parquet"), default="csv", help="kind of file (default: csv)")
    parser.add_argument("--with-refused", action="store_true", help="also contact details whose use is refused")
    parser.add_argument(
        "-o", "--output", metavar="FILE", required=True, help="where to write; a file there is replaced"
    )


def run(arguments: Namespace) -> int:
    """Write the file under its name when it is whole."""
    start(arguments)
    from fleuve.lists.actions import export_customers

    wish = _wish(arguments)
    target = Path(arguments.output).expanduser()
    if not target.parent.is_dir():
        raise CannotExport(f"There is no folder {target.parent}.")
    began = time.monotonic()
    draft = target.with_name(f"{target.name}.part")
    with export_customers(wish=wish, by=COMMAND_LINE, at=now()) as file, draft.open("wb") as out:
        shutil.copyfileobj(file, out, 1 << 20)
    draft.replace(target)
    rows = _rows_taken()
    facts = {"file": str(target), "rows": rows, "bytes": target.stat().st_size}
    seconds = round(time.monotonic() - began, 1)
    report(arguments, facts | {"seconds": seconds}, f"{rows:,} customers written to {target} ({seconds} s).")
    return 0


def _rows_taken() -> int:
    from fleuve.lists.models import Export

    return Export.objects.filter(user_id=None).latest("id").rows


def _wish(arguments: Namespace) -> Wish:
    from fleuve.attributes import EVERYTHING, parse, registry
    from fleuve.lists.exporting.wish import USUAL_COLUMNS, Wish, columns_taken
    from fleuve.ui.tables import Sort

    seen = registry.visible_to(COMMAND_LINE)
    node: Node = EVERYTHING
    words, shown, sort = arguments.words, list(USUAL_COLUMNS), "-at_stake"
    if arguments.view:
        view = _view(arguments.view)
        node, words = parse(view.filter, seen), arguments.words or view.words
        shown, sort = view.columns or shown, view.sort or sort
    elif arguments.filter:
        node = parse(_object(arguments.filter), seen)
    if arguments.columns:
        shown = [key.strip() for key in arguments.columns.split(",") if key.strip()]
        _check(shown, seen)
    sort = arguments.sort or sort
    seen.get(sort.removeprefix("-"))
    return Wish(
        node=node,
        words=words,
        sort=Sort(sort.removeprefix("-"), sort.startswith("-")),
        columns=columns_taken(shown, seen),
        form=arguments.form,
        with_refused=arguments.with_refused,
    )


def _check(columns: list[str], seen: Registry) -> None:
    """A column left out in silence would be looked for in the file."""
    from fleuve.lists.exporting.wish import ALL_COLUMNS

    for key in columns:
        if key not in (ALL_COLUMNS, "reach"):
            seen.get(key)


def _object(text: str) -> dict[str, object]:
    try:
        found = json.loads(text)
    except ValueError as problem:
        raise CannotExport(f"--filter is no JSON: {problem}.") from problem
    if not isinstance(found, dict):
        raise CannotExport("--filter is one JSON object.")
    return found


def _view(name: str) -> View:
    """The saved view of this name or number; two people may have given the same name."""
    from fleuve.kernel.search_text import fold
    from fleuve.lists.models import View

    there = View.objects.filter(removed_at=None)
    found = list(there.filter(name_folded=fold(name)).order_by("id"))
    if not found and name.isascii() and name.isdigit() and len(name) < 20:
        found = list(there.filter(pk=int(name)))
    if not found:
        raise CannotExport(f"There is no view called “{name}”.")
    if len(found) > 1:
        listed = ", ".join(f"{view.pk} of {view.by_label}" for view in found)
        raise CannotExport(f"Several views are called “{name}”: give the number instead ({listed}).")
    return found[0]
