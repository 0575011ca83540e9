"""Answers about a source: kept, told, and followed by one computation."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from fleuve.events.models import Event
from fleuve.jobs.models import Job
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import Principal
from fleuve.parties.models import Source
from fleuve.touchpoints.actions import configure_source, set_product_kind
from fleuve.touchpoints.errors import SettingRefused, SettingsMoved
from fleuve.touchpoints.models import Product, SourceSettings

pytestmark = pytest.mark.django_db

NOW = datetime(2012, 1, 1, tzinfo=UTC)
ALICE = Principal("user", "1", "Alice", "owner")
BOB = Principal("user", "2", "Bob", "reader")


@pytest.fixture
def source(db: None) -> Source:
    return Source.objects.create(key="shop", name="The shop", created_at=NOW)


def _configure(source: Source, by: Principal = ALICE, version: int | None = None, **changes: Any) -> int | None:
    return configure_source(source=source, changes=changes, version=version, by=by, at=NOW)


def test_an_answer_is_kept_with_its_event_and_one_job(source: Source) -> None:
    first = _configure(source, margin_bp=4000, margin_is_assumed=False)
    second = _configure(source, counted_kinds=["postage"])
    settings = SourceSettings.objects.get()
    assert (settings.margin_bp, settings.margin_is_assumed, settings.counted_kinds) == (4000, False, ["postage"])
    assert settings.answered == ["counted_kinds", "margin_bp", "margin_is_assumed"]
    assert settings.version == 3
    assert first == second == Job.objects.get().pk
    events = Event.objects.filter(name="touchpoints.source_configured").order_by("id")
    assert [sorted(event.data) for event in events] == [
        ["answered", "margin_bp", "margin_is_assumed"],
        ["answered", "counted_kinds"],
    ]


def test_a_new_source_counts_products_and_discounts(source: Source) -> None:
    assert SourceSettings(source=source).counted_kinds == ["discount"]


def test_the_same_answer_again_changes_nothing(source: Source) -> None:
    _configure(source, vat_included=True, vat_bp=2000)
    assert _configure(source, vat_included=True, vat_bp=2000) is None
    assert SourceSettings.objects.get().version == 2
    assert Event.objects.count() == 1


def test_a_default_that_a_person_confirms_is_answered_without_a_computation(source: Source) -> None:
    assert _configure(source, keeps_identical_lines=True) is None
    assert SourceSettings.objects.get().answered == ["keeps_identical_lines"]
    assert not Job.objects.exists()


def test_the_names_of_categories_stay_out_of_the_audit_trail(source: Source) -> None:
    _configure(source, category_margins={"Gifts for Chloé": 5000})
    assert Event.objects.get().data["category_margins"] == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"margin_bp": 0},
        {"margin_bp": 10_001},
        {"margin_bp": True},
        {"vat_bp": -1},
        {"vat_bp": 5_001},
        {"return_window_days": 4_000},
        {"counted_kinds": ["product"]},
        {"counted_kinds": "postage"},
        {"category_margins": {"Mugs": 0}},
        {"vat_included": "yes"},
        {"source_id": 3},
    ],
)
def test_an_answer_that_makes_no_sense_is_refused_whole(source: Source, changes: dict[str, Any]) -> None:
    with pytest.raises(SettingRefused):
        _configure(source, keeps_identical_lines=False, **changes)
    assert not SourceSettings.objects.exists()


def test_answers_that_were_changed_meanwhile_are_not_overwritten(source: Source) -> None:
    _configure(source, margin_bp=4000)
    with pytest.raises(SettingsMoved):
        _configure(source, version=1, margin_bp=5000)
    assert SourceSettings.objects.get().margin_bp == 4000


def test_of_two_who_save_at_the_same_moment_one_is_told(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    _configure(source, margin_bp=4000)
    read_by_both = SourceSettings.objects.get()
    _configure(source, version=2, margin_bp=5000)
    monkeypatch.setattr(SourceSettings.objects, "get_or_create", lambda **_: (read_by_both, False))
    with pytest.raises(SettingsMoved):
        _configure(source, version=2, margin_bp=6000)
    assert list(SourceSettings.objects.values_list("margin_bp", "version")) == [(5000, 3)]


def test_a_reader_may_not(source: Source) -> None:
    with pytest.raises(PermissionRefused):
        _configure(source, by=BOB, margin_bp=4000)


def test_a_persons_word_about_a_product_is_kept(source: Source) -> None:
    product = Product.objects.create(source=source, code="M", name="Manual", kind="manual")
    job = set_product_kind(product=product, kind="product", by=ALICE, at=NOW)
    product.refresh_from_db()
    assert (product.kind, product.kind_by) == ("product", "person")
    assert job == Job.objects.get().pk
    assert set_product_kind(product=product, kind="product", by=ALICE, at=NOW) is None
    assert Event.objects.count() == 1
    with pytest.raises(PermissionRefused):
        set_product_kind(product=product, kind="fee", by=BOB, at=NOW)
