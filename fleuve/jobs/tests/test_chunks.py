from __future__ import annotations

from contextlib import nullcontext

import pytest

from fleuve.jobs.chunks import Chunker


def test_chunks_cover_the_whole_and_no_more() -> None:
    assert list(Chunker(first=400).chunks(1000)) == [(0, 400), (400, 400), (800, 200)]
    assert list(Chunker(first=400).chunks(1000, most=600)) == [(0, 400), (400, 400), (800, 200)]
    assert list(Chunker().chunks(0)) == []


def test_a_slow_chunk_halves_the_next_and_a_fast_one_doubles_it() -> None:
    chunker = Chunker(aim_seconds=0.06, smallest=250, largest=3000, first=1000)
    sizes = []
    for seconds in (0.01, 0.01, 0.06, 0.2, 0.2, 0.2, 0.2):
        chunker.adapt(seconds)
        sizes.append(chunker.size)
    assert sizes == [2000, 3000, 3000, 1500, 750, 375, 250]


def test_the_size_changes_while_chunks_are_drawn() -> None:
    chunker = Chunker(first=250, largest=1000)
    drawn = []
    for start, size in chunker.chunks(1500):
        drawn.append((start, size))
        chunker.adapt(0.0)
    assert drawn == [(0, 250), (250, 500), (750, 750)]


@pytest.mark.django_db
def test_a_pause_lets_others_write_on_the_embedded_database(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("fleuve.jobs.chunks.time.sleep", slept.append)
    chunker = Chunker(pause_seconds=10)
    for _ in range(2):
        with chunker.measured(nullcontext):
            pass
    assert [second > 9 for second in slept] in ([False, True], [])
