"""A log call may name only what is known to be nobody's: a new field is a decision, and is made here."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from tests.architecture.places import ROOT

_LEVELS = frozenset({"debug", "info", "warning", "error", "exception", "critical"})
# Codes, counts, durations, names of our own parts, references. Never a name, an address, a text, a row's values.
KNOWN = frozenset(
    [
        "again_in_seconds",
        "attempt",
        "bytes",
        "child",
        "chore",
        "code",
        "count",
        "digest",
        "error",
        "events",
        "exc_info",
        "file",
        "job",
        "job_id",
        "measure",
        "method",
        "milliseconds",
        "number",
        "pid",
        "purpose",
        "queue",
        "queues",
        "reference",
        "route",
        "rows",
        "seconds",
        "status",
    ]
)


def _calls() -> Iterator[tuple[str, ast.Call]]:
    for path in sorted((ROOT / "fleuve").rglob("*.py")):
        if "tests" in path.parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and _is_log(node.func):
                yield f"{path.relative_to(ROOT)}:{node.lineno}", node


def _is_log(function: ast.expr) -> bool:
    if not isinstance(function, ast.Attribute) or function.attr not in _LEVELS:
        return False
    return isinstance(function.value, ast.Name) and function.value.id in {"_log", "log", "logger", "_logger"}


def test_log_calls_name_only_known_fields() -> None:
    found = {(place, word.arg) for place, call in _calls() for word in call.keywords if word.arg is not None}
    assert found
    assert not sorted((place, name) for place, name in found if name not in KNOWN)


def test_the_sentence_of_a_log_call_is_a_constant() -> None:
    """A sentence put together at the call is how values get into logs."""
    assert not [place for place, call in _calls() if not (call.args and isinstance(call.args[0], ast.Constant))]
