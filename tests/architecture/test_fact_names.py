"""Facts are declared once, in the catalogue; here every use is looked up, and every declaration is documented."""

from __future__ import annotations

from pathlib import Path

import pytest

from fleuve.events.catalog import CATALOG, fact_named
from fleuve.events.documentation import facts_page
from tests.architecture.literals import Call, first_arguments

_CALLS = [*first_arguments("record"), *first_arguments("listen")]


@pytest.mark.parametrize("call", [call for call in _CALLS if call.text is not None], ids=lambda call: call.place)
def test_every_fact_that_is_recorded_or_heard_is_in_the_catalogue(call: Call) -> None:
    assert call.text is not None
    fact_named(call.text)


def test_the_documentation_of_facts_is_the_catalogue() -> None:
    """Write it anew with ``python -m fleuve.events.documentation > docs/events.md``."""
    page = Path(__file__).resolve().parents[2] / "docs" / "events.md"
    assert page.read_text(encoding="utf-8") == facts_page()


def test_every_fact_has_a_past_tense_name_below_its_module() -> None:
    for name in CATALOG:
        module, _, fact = name.partition(".")
        assert module.isidentifier(), name
        assert fact.isidentifier(), name
