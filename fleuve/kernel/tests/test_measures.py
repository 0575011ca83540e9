from __future__ import annotations

import pytest

from fleuve.kernel import measures


def test_a_measure_is_read_when_somebody_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(measures, "_measures", {})
    depth = [3.0]
    measures.register("queue_depth", "Jobs that wait.", lambda: depth[0])
    measures.register("alpha", "By label.", lambda: {"a": 1.0})
    depth[0] = 5.0
    assert [(one.name, one.read()) for one in measures.measures()] == [("alpha", {"a": 1.0}), ("queue_depth", 5.0)]


def test_a_name_is_one_word() -> None:
    with pytest.raises(ValueError, match="no name"):
        measures.register("queue depth", "", lambda: 0)
