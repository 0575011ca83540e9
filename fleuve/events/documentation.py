"""The page of facts, written from the catalogue: ``python -m fleuve.events.documentation > docs/events.md``."""

from __future__ import annotations

import sys
from itertools import groupby
from typing import Final

from django.utils import translation

from fleuve.events.catalog import CATALOG

__all__ = ["facts_page"]

_HEAD: Final = """# Facts

Every fact that Fleuve records, as declared in `fleuve/events/facts/`. How they are kept is told in
[the rules of the audit trail](rules/audit.md). This page is generated:
`python -m fleuve.events.documentation > docs/events.md`.
"""


def facts_page() -> str:
    """The catalogue as Markdown, a table a module."""
    lines = [_HEAD]
    with translation.override("en"):
        for module, facts in groupby(sorted(CATALOG.values(), key=lambda fact: fact.name), lambda fact: fact.module):
            lines += [f"## {module}", "", "| fact | shown as | says |", "| --- | --- | --- |"]
            lines += [f"| `{fact.name}` | {fact.title} | {fact.description} |" for fact in facts]
            lines.append("")
    return "\n".join(lines)


if __name__ == "__main__":
    import django

    django.setup()
    sys.stdout.write(facts_page())
