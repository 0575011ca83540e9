"""Fields of one's own in lists: the same answers from the narrow table and from the mirror's columns."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
from django.test import override_settings

from fleuve.attributes import EVERYTHING, Is, Node, Not, registry
from fleuve.jobs.models import Job
from fleuve.kernel.principal import SYSTEM
from fleuve.kernel.search_text import fold
from fleuve.lists.actions import ask_for_fold, mark_cards, refresh_mirror
from fleuve.lists.mirror.mirror_view import MirrorView
from fleuve.lists.mirror.reading import opened
from fleuve.lists.mirror.table_view import TableView
from fleuve.lists.mirror.view import CardView
from fleuve.lists.tests.samples import NOW, make_cards
from fleuve.parties.models import Membership, OwnField, OwnValue, Record, Source
from fleuve.parties.speaking import MANUAL
from fleuve.ui.tables import Sort

_BY: Final = {"by_kind": "system", "by_id": "", "by_label": ""}
_VALUES: Final[dict[str, tuple[dict[str, Any], ...]]] = {
    "text": ({"text": "Évreux", "folded": "evreux"}, {"text": "lyon", "folded": "lyon"}),
    "number": ({"number": 42_500_000}, {"number": -1}, {"number": 333_333}),
    "money": ({"number": 123_450}, {"number": 0}),
    "date": ({"day": date(2026, 2, 1)}, {"day": date(1969, 12, 31)}),
    "yes_no": ({"number": 1}, {"number": 0}),
    "choice": ({"text": "gold"}, {"text": "blue"}),
    "choices": ({"text": "|gold|"}, {"text": "|blue|gold|"}),
}
_QUESTIONS: Final[tuple[Node, ...]] = (
    Is("own_text", "contains", "EVR"),
    Is("own_text", "is_none_of", ("Lyon",)),
    Is("own_text", "is_empty"),
    Is("own_number", "is", 42.5),
    Is("own_number", "more_than", -0.5),
    Is("own_number", "at_least", 0.333333),
    Is("own_money", "between", (0, 200_000)),
    Is("own_date", "in_last_days", 90),
    Is("own_yes_no", "is", False),
    Is("own_yes_no", "is_filled"),
    Is("own_choice", "is_one_of", ("gold", "blue")),
    Not(Is("own_choices", "has_any_of", ("blue",))),
)


@pytest.fixture
def rows(db: None, tmp_path: Path) -> Iterator[list[int]]:
    """Customers with two records each: what was typed by hand stands above what a source says."""
    shop = Source.objects.create(key="shop", name="Shop", created_at=NOW)
    hands, _made = Source.objects.get_or_create(key=MANUAL, defaults={"name": "By hand", "created_at": NOW})
    fields = {
        kind: OwnField.objects.create(
            key=kind,
            type=kind,
            label=kind,
            label_folded=fold(kind),
            choices=[{"key": key, "label": key, "removed": False} for key in ("gold", "blue")],
            created_at=NOW,
            **_BY,
        )
        for kind in _VALUES
    }
    with override_settings(HOME=tmp_path):
        made = make_cards([1, 2, 3, 4, 5, 6, 7, 8, 9])
        for place, party in enumerate(made):
            for source in (shop, hands)[: 1 + place % 2]:
                _record(party, source, place + len(source.key), fields)
        yield made


def _record(party: int, source: Source, turn: int, fields: dict[str, OwnField]) -> None:
    record = Record.objects.create(source=source, external_id=str(party), created_at=NOW, updated_at=NOW)
    Membership.objects.create(record=record, party_id=party, from_at=NOW, reason="test", **_BY)
    for number, (kind, values) in enumerate(_VALUES.items()):
        if (turn + number) % 3:
            told = {} if (turn + number) % 5 == 0 else values[(turn * 7 + number) % len(values)]
            OwnValue.objects.create(record=record, field=fields[kind], updated_at=NOW, **told)


def _agree(mirror: CardView) -> None:
    assert isinstance(mirror, MirrorView)
    table = TableView(SYSTEM, NOW, registry.visible_to(SYSTEM))
    for node in _QUESTIONS:
        assert mirror.ids(node) == table.ids(node), node
    for kind in _VALUES:
        for descending in (False, True):
            sort = Sort(f"own_{kind}", descending)
            first = mirror.page(EVERYTHING, "", sort, "", 4)
            assert first == table.page(EVERYTHING, "", sort, "", 4), sort
            assert mirror.page(EVERYTHING, "", sort, first.page.next, 4) == table.page(
                EVERYTHING, "", sort, first.page.next, 4
            )
        if kind != "text":
            asked = (EVERYTHING, "", f"own_{kind}", ("own_money",))
            assert mirror.groups(*asked) == table.groups(*asked)


def test_both_engines_answer_alike(rows: list[int]) -> None:
    refresh_mirror(whole=True, by=SYSTEM, at=NOW, small=0)
    with opened(SYSTEM, NOW) as mirror:
        _agree(mirror)


def test_values_changed_since_are_read_live_and_folded(rows: list[int]) -> None:
    refresh_mirror(whole=True, by=SYSTEM, at=NOW, small=0)
    OwnValue.objects.filter(record__memberships__party__in=rows[:4], field__key="number").update(number=7_000_000)
    OwnValue.objects.filter(record__memberships__party=rows[5]).delete()
    mark_cards(rows[:6], NOW)
    for _reading in range(2):
        with opened(SYSTEM, NOW) as mirror:
            assert set(mirror.ids(Is("own_number", "is", 7))) <= set(rows[:4])
            _agree(mirror)
        refresh_mirror(whole=False, by=SYSTEM, at=NOW, small=0)


def test_a_field_made_since_is_asked_of_the_database_and_added(rows: list[int]) -> None:
    refresh_mirror(whole=True, by=SYSTEM, at=NOW, small=0)
    OwnField.objects.create(key="late", type="number", label="Late", label_folded="late", created_at=NOW, **_BY)
    with opened(SYSTEM, NOW) as view:
        assert view.count(Is("own_late", "is_filled")) == 0
        assert len(view.page(EVERYTHING, "", Sort("own_late"), "", 50).ids) == view.count(EVERYTHING)
    ask_for_fold(NOW)
    assert Job.objects.filter(name="lists.mirror").exists()
    refresh_mirror(whole=True, by=SYSTEM, at=NOW, small=0)
    Job.objects.all().delete()
    ask_for_fold(NOW)
    assert not Job.objects.exists()
