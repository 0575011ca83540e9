"""Jobs are asked for by name, so that nobody imports upward; here every name is looked up."""

from __future__ import annotations

import pytest

from fleuve.jobs.registry import kind_named, repeats
from tests.architecture.literals import Call, first_arguments

_CALLS = [*first_arguments("enqueue"), *first_arguments("schedule")]


@pytest.mark.parametrize("call", [call for call in _CALLS if call.text is not None], ids=lambda call: call.place)
def test_every_name_that_is_enqueued_is_declared(call: Call) -> None:
    assert call.text is not None
    kind_named(call.text)


def test_every_schedule_names_a_declared_job() -> None:
    assert repeats(), "the queue's own housekeeping is scheduled"
    for repeat in repeats():
        kind_named(repeat.name)
