"""Writing a valuation: blocks come back as they went in, list rows say what changed, also after a kill."""

from __future__ import annotations

import sys
from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from django.db import connection

from fleuve.jobs import Chunker
from fleuve.kernel.principal import ANONYMOUS, SYSTEM
from fleuve.parties.models import Party, PartyCard
from fleuve.value.actions.cards import write_cards
from fleuve.value.actions.pen import Pen
from fleuve.value.actions.rows import value_blocks
from fleuve.value.models import Stage, Valuation
from fleuve.value.queries.values import value_of, values_of_all
from fleuve.value.rules.stages import STAGES
from fleuve.value.rules.values import VALUE_BLOCK, VALUE_SCHEMA, ValueRows
from fleuve.value.tests.shop import NOW

pytestmark = pytest.mark.django_db
_CUSTOMERS = 300
_CARDS = sys.modules[write_cards.__module__]


@pytest.fixture
def party() -> np.ndarray:
    """Customers with an empty list row each."""
    parties = Party.objects.bulk_create(Party(kind="unknown", created_at=NOW) for _ in range(_CUSTOMERS))
    PartyCard.objects.bulk_create(PartyCard(party=party, updated_at=NOW) for party in parties)
    return np.sort([party.pk for party in parties])


@pytest.fixture
def few_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if a handful of customers were a large base."""
    monkeypatch.setattr(_CARDS, "_MANY", 5)


def _rows(party: np.ndarray, **columns: object) -> ValueRows:
    """Values of these customers, the same for all but for ``columns``."""
    size = party.size
    plain: dict[str, object] = {name: np.ones(size, dtype=np.int64) for name in VALUE_SCHEMA.names}
    plain |= {name: np.ones(size, dtype=bool) for name in ("is_personal", "was_already_there", "is_contract")}
    plain |= {"party_id": party, "is_slipping": np.zeros(size, dtype=bool), "money_12": np.arange(size) - 7}
    plain |= {name: np.full(size, 20_000, dtype=np.int32) for name in ("first_on", "last_on")}
    plain |= {"usual_gap_days": np.linspace(1, 50, size), "revenue_total": np.arange(size) * 100} | columns
    return ValueRows(
        pa.table([pa.array(plain[field.name]).cast(field.type) for field in VALUE_SCHEMA], schema=VALUE_SCHEMA)
    )


def _stored(rows: ValueRows) -> Valuation:
    valuation = Valuation.objects.create(
        as_of=date(2025, 1, 1), basis="revenue", by_kind="user", by_id="1", by_label="Bob", started_at=NOW
    )
    for block in value_blocks(rows, valuation):
        block.save()
    return valuation


def _written(rows: ValueRows, before: Valuation | None = None) -> Valuation:
    valuation = _stored(rows)
    write_cards(rows, before, Pen(valuation, None), "writing")
    Valuation.objects.filter(pk=valuation.pk).update(cards_written_at=NOW)
    valuation.refresh_from_db()
    return valuation


def test_blocks_tell_each_customer_and_nobody_else() -> None:
    party = np.arange(10, 10 + 2 * (VALUE_BLOCK + 5), 2)
    low = pa.array(np.arange(party.size), mask=np.arange(party.size) % 2 == 0)
    valuation = _stored(_rows(party, value_low=low))
    for place in (0, 1, VALUE_BLOCK - 1, VALUE_BLOCK, party.size - 1):
        value = value_of(valuation, int(party[place]), SYSTEM)
        assert value is not None
        assert (value.money_12, value.value_low) == (place - 7, place if place % 2 else None)
        assert (value.stage, value.first_on) == (STAGES[1], date(2024, 10, 4))
    for stranger in (9, 11, int(party[-1]) + 1):
        assert value_of(valuation, stranger, SYSTEM) is None
    assert value_of(valuation, 10, ANONYMOUS) is None
    assert len(values_of_all(valuation, SYSTEM)) == party.size


def test_list_rows_say_nothing_where_nothing_is_known(party: np.ndarray) -> None:
    personal, gaps = np.arange(party.size) % 2 == 0, np.arange(party.size) % 3
    _written(_rows(party, is_personal=personal, gaps=gaps))
    assert PartyCard.objects.filter(value=None).count() == (~personal).sum()
    assert PartyCard.objects.filter(usual_gap_days=None).count() == (gaps == 0).sum()
    assert set(PartyCard.objects.values_list("stage", flat=True)) == {Stage.ACTIVE}


@pytest.mark.parametrize("many", [False, True])
def test_only_rows_that_changed_are_written(
    party: np.ndarray, many: bool, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> None:
    if many:
        request.getfixturevalue("few_are_many")
    first = _written(_rows(party))
    changed = np.zeros(party.size, dtype=np.int64)
    changed[[3, 200]] = 41
    silent = np.full(party.size, 9)
    seen: list[tuple[tuple[str, ...], int]] = []
    update = _CARDS._update

    def noted(names: tuple[str, ...], rows: list[object]) -> None:
        seen.append((names, len(rows)))
        update(names, rows)

    monkeypatch.setattr(_CARDS, "_update", noted)
    _written(_rows(party, at_stake=changed + 1, silent_days=silent), first)
    assert set(PartyCard.objects.filter(at_stake=42).values_list("party_id", flat=True)) == set(party[[3, 200]])
    assert PartyCard.objects.filter(silent_days=9).count() == party.size
    if many:
        assert [count for names, count in seen if "silent_days" in names] == [party.size]
        assert [count for names, count in seen if "at_stake" in names] == [2]


def test_a_list_row_that_is_new_gets_its_figures_though_they_did_not_change(party: np.ndarray) -> None:
    first = _written(_rows(party))
    PartyCard.objects.filter(pk=party[5]).delete()
    PartyCard.objects.create(party_id=party[5], updated_at=NOW)
    _written(_rows(party), first)
    assert PartyCard.objects.get(pk=party[5]).revenue_total == 500


def test_who_is_no_customer_any_more_loses_the_figures(party: np.ndarray) -> None:
    first = _written(_rows(party))
    _written(_rows(party[:-2]), first)
    for card in PartyCard.objects.filter(pk__in=party[-2:]):
        assert (card.stage, card.value, card.revenue_total, card.last_purchase_on) == ("", None, 0, None)
    assert PartyCard.objects.exclude(stage="").count() == party.size - 2


@pytest.mark.django_db(transaction=True)
def test_many_figures_are_written_as_few_are(party: np.ndarray, request: pytest.FixtureRequest) -> None:
    odd = np.arange(party.size) % 2 == 1
    rows = _rows(
        party,
        is_personal=odd,
        gaps=np.arange(party.size) % 3,
        stage=np.arange(party.size) % len(STAGES),
        at_stake=np.arange(party.size) * 2**33,
        last_on=np.arange(party.size, dtype=np.int32) + 19_000,
        probability_active=pa.array(np.linspace(0, 1, party.size).round(6), mask=odd),
    )
    _written(rows)
    by_few = list(PartyCard.objects.order_by("party").values())
    request.getfixturevalue("few_are_many")
    PartyCard.objects.update(stage="", at_stake=0, last_purchase_on=None, probability_active=None, value=None)
    _written(rows)
    assert list(PartyCard.objects.order_by("party").values()) == by_few
    assert by_few[7]["at_stake"] == 7 * 2**33
    assert by_few[7]["last_purchase_on"] == date(2022, 1, 15)


class _Killed(BaseException):
    pass


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(connection.vendor != "sqlite", reason="PostgreSQL copies its figures in")
def test_a_kill_half_way_leaves_a_list_that_is_written_whole_afterwards(
    party: np.ndarray, few_are_many: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = _written(_rows(party))
    update = _CARDS._update_between

    def killed(names: object, ends: tuple[int, int]) -> None:
        if ends[0] > party[0]:
            raise _Killed
        update(names, ends)

    monkeypatch.setattr(
        Chunker, "chunks", lambda _chunker, total, _most: ((start, 100) for start in range(0, total, 100))
    )
    monkeypatch.setattr(_CARDS, "_update_between", killed)
    with pytest.raises(_Killed):
        _written(_rows(party, at_stake=np.full(party.size, 5)), first)
    assert PartyCard.objects.filter(at_stake=5).count() == 100
    monkeypatch.setattr(_CARDS, "_update_between", update)
    _written(_rows(party, at_stake=np.full(party.size, 6)), None)
    assert PartyCard.objects.filter(at_stake=6).count() == party.size, "a list that was not finished is written whole"
