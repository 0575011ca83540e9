"""Marks: what changed is read live, folded once it is much, and never lost when a fold dies on the way."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from fleuve.attributes import EVERYTHING, Is, registry
from fleuve.jobs.models import Job
from fleuve.kernel.errors import PermissionRefused
from fleuve.kernel.principal import SYSTEM, Principal
from fleuve.lists.actions import ask_for_fold, mark_cards, refresh_mirror
from fleuve.lists.actions.refresh_mirror import Mirrored
from fleuve.lists.mirror import instance
from fleuve.lists.mirror.making import ALL_TEXT, lists_folder, mirror_file
from fleuve.lists.mirror.mirror_view import MirrorView
from fleuve.lists.mirror.reading import current_mirror, opened
from fleuve.lists.mirror.table_view import TableView
from fleuve.lists.models import CardMark, Mirror
from fleuve.lists.rules import MOST_IN_MARK, in_marks, pack, unpack
from fleuve.lists.tests.samples import NOW, make_cards
from fleuve.parties.models import PartyCard
from fleuve.ui.tables import Sort


@pytest.fixture
def ids(db: None, tmp_path: Path) -> Iterator[list[int]]:
    """Twelve customers in a mirror."""
    with override_settings(HOME=tmp_path):
        made = make_cards(range(10))
        PartyCard.objects.update(owner_id=None, is_removed=False)
        _refresh(whole=True)
        yield made


def _refresh(**how: Any) -> Mirrored:
    return refresh_mirror(by=SYSTEM, at=NOW, small=0, **{"whole": False, **how})


def _names() -> list[str]:
    with opened(SYSTEM, NOW) as view:
        assert isinstance(view, MirrorView)
        found = view.page(EVERYTHING, "", Sort("name"), "", 100).ids
    names = dict(PartyCard.objects.values_list("pk", "name"))
    return [names[party] for party in found]


@given(st.lists(st.integers(-(2**63), 2**63 - 1)))
def test_ids_survive_packing(ids: list[int]) -> None:
    assert unpack(pack(ids)) == ids


def test_a_mark_holds_so_many_ids_and_no_more() -> None:
    assert [len(unpack(one)) for one in in_marks(range(MOST_IN_MARK + 1))] == [MOST_IN_MARK, 1]


def test_a_change_is_seen_at_once(ids: list[int]) -> None:
    assert "Zoé" not in _names()
    PartyCard.objects.filter(pk=ids[0]).update(name="Zoé", name_folded="zoe")
    mark_cards([ids[0]], NOW)
    assert "Zoé" in _names()
    PartyCard.objects.filter(pk=ids[0]).update(name="Aa", name_folded="aa")
    mark_cards([ids[0]], NOW)
    assert "Zoé" not in _names()
    assert "Aa" in _names()


@pytest.mark.parametrize("is_older", [True, False])
def test_a_word_is_found_in_either_text_whoever_made_the_mirror(ids: list[int], is_older: bool) -> None:
    PartyCard.objects.update(search_text="somebody", contact_text="")
    PartyCard.objects.filter(pk=ids[1]).update(search_text="ann willow")
    PartyCard.objects.filter(pk=ids[2]).update(contact_text="willow example org")
    _refresh(whole=True)
    PartyCard.objects.filter(pk=ids[3]).update(contact_text="willow lane")
    PartyCard.objects.filter(pk=ids[1]).update(search_text="ann")
    mark_cards([ids[1], ids[3]], NOW)
    if is_older:  # one that an earlier version made holds the texts apart only
        found = current_mirror()
        assert found is not None
        Mirror.objects.filter(pk=found.pk).update(columns=[one for one in found.columns if one != ALL_TEXT])
    for _mirror_and_fold in range(2):
        with opened(SYSTEM, NOW) as view:
            assert isinstance(view, MirrorView)
            assert view.ids(EVERYTHING, "willow") == sorted([ids[2], ids[3]])
            assert view.ids(EVERYTHING, "ann willow") == []
        _refresh()


def test_the_worked_example_of_as_of(ids: list[int]) -> None:
    """docs/rules/lists.md, "What as of means"."""
    a, b, c = ids[:3]
    PartyCard.objects.exclude(pk__in=(a, b, c)).delete()
    for party, value in ((a, 10), (b, 20), (c, 30)):
        PartyCard.objects.filter(pk=party).update(value=value)
    _refresh(whole=True)
    with opened(SYSTEM, NOW) as view:
        behind_b = view.page(EVERYTHING, "", Sort("value", True), "", 2).page.next
    PartyCard.objects.filter(pk=a).update(value=40)
    mark_cards([a], NOW)
    d = make_cards([0])[0]
    PartyCard.objects.filter(pk=d).update(value=25)
    mark_cards([d], NOW)
    PartyCard.objects.filter(pk=b).update(is_removed=True)
    mark_cards([b], NOW)
    for _reading in range(2):
        with opened(SYSTEM, NOW) as view:
            first = view.page(EVERYTHING, "", Sort("value", True), "", 2)
            assert (first.ids, view.count(EVERYTHING)) == ((a, c), 3)
            assert view.page(EVERYTHING, "", Sort("value", True), first.page.next, 2).ids == (d,)
            gone = view.page(EVERYTHING, "", Sort("value", True), behind_b, 2)
            assert (gone.ids, gone.page.next) == ((), "")
            assert view.page(EVERYTHING, "", Sort("value", True), gone.page.previous, 3).ids == (a, c, d)
        _refresh()  # mirror 8 answers alike from its file alone
        assert not CardMark.objects.exists()


def test_a_fold_reads_what_changed_only(ids: list[int]) -> None:
    PartyCard.objects.filter(pk=ids[0]).update(name="Marked", name_folded="marked")
    PartyCard.objects.filter(pk=ids[1]).update(name="Not marked", name_folded="not marked")
    mark_cards([ids[0]], NOW)
    assert _refresh() == Mirrored("folded", 10)
    with opened(SYSTEM, NOW) as view:
        assert view.ids(Is("name", "is", "Marked")) == [ids[0]]
        assert view.ids(Is("name", "is", "Not marked")) == []
    assert _refresh(whole=True).deed == "made"
    with opened(SYSTEM, NOW) as view:
        assert view.ids(Is("name", "is", "Not marked")) == [ids[1]]


def test_nothing_changed_is_nothing_done(ids: list[int]) -> None:
    assert _refresh() == Mirrored("nothing", 10)
    assert Mirror.objects.count() == 1


def test_a_mark_written_while_a_mirror_is_made_stays(ids: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    module = __import__("fleuve.lists.actions.refresh_mirror", fromlist=["make_mirror"])
    made = module.make_mirror

    def meanwhile(*given: Any) -> Any:
        found = made(*given)
        PartyCard.objects.filter(pk=ids[0]).update(name="Late", name_folded="late")
        mark_cards([ids[0]], NOW)
        return found

    monkeypatch.setattr(module, "make_mirror", meanwhile)
    _refresh(whole=True)
    assert CardMark.objects.count() == 1
    assert "Late" in _names()


def test_a_fold_that_dies_leaves_everything_as_it_was(ids: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    PartyCard.objects.filter(pk=ids[0]).update(name="Marked", name_folded="marked")
    mark_cards([ids[0]], NOW)
    module = __import__("fleuve.lists.actions.refresh_mirror", fromlist=["_swap"])

    def killed(*_given: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(module, "_swap", killed)
        with pytest.raises(KeyboardInterrupt):
            _refresh()
    assert (Mirror.objects.count(), CardMark.objects.count()) == (1, 1)
    assert "Marked" in _names()
    assert _refresh().deed == "folded"
    assert "Marked" in _names()


def test_of_two_refreshes_at_once_the_later_one_gives_way(ids: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    module = __import__("fleuve.lists.actions.refresh_mirror", fromlist=["make_mirror"])
    made = module.make_mirror

    def other_was_faster(*given: Any) -> Any:
        monkeypatch.setattr(module, "make_mirror", made)
        found = made(*given)
        PartyCard.objects.filter(pk=ids[0]).update(name="Newer", name_folded="newer")
        _refresh(whole=True)
        return found

    monkeypatch.setattr(module, "make_mirror", other_was_faster)
    _refresh(whole=True)
    assert "Newer" in _names()
    assert [path.name for path in lists_folder().glob("mirror-*")].count(current_mirror().file) == 1  # type: ignore[union-attr]


def test_a_small_base_needs_no_mirror(ids: list[int]) -> None:
    mark_cards(ids, NOW)
    assert refresh_mirror(whole=True, by=SYSTEM, at=NOW).deed == "given_up"
    assert not CardMark.objects.exists()
    with opened(SYSTEM, NOW) as view:
        assert isinstance(view, TableView)


def test_one_row_more_than_small_is_mirrored(ids: list[int]) -> None:
    assert refresh_mirror(whole=True, by=SYSTEM, at=NOW, small=10).deed == "given_up"
    make_cards([0])
    assert refresh_mirror(whole=True, by=SYSTEM, at=NOW, small=10).deed == "made"


def test_a_lost_file_is_no_lost_list(ids: list[int]) -> None:
    found = current_mirror()
    assert found is not None
    mirror_file(found.file).unlink()
    with opened(SYSTEM, NOW) as view:
        assert isinstance(view, TableView)
    assert _refresh().deed == "made"


def test_too_many_changes_wait_for_the_next_mirror(ids: list[int], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instance, "MOST_LIVE", 2)
    PartyCard.objects.filter(pk=ids[0]).update(name="Later", name_folded="later")
    mark_cards(ids[:3], NOW)
    with opened(SYSTEM, NOW + timedelta(minutes=5)) as view:
        assert (view.is_live, view.as_of) == (False, NOW)
        assert view.ids(Is("name", "is", "Later")) == []
    _refresh(whole=True)
    with opened(SYSTEM, NOW) as view:
        assert view.is_live
        assert view.ids(Is("name", "is", "Later")) == [ids[0]]


def test_old_files_go_after_half_an_hour(ids: list[int]) -> None:
    first = current_mirror()
    _refresh(whole=True)
    assert first is not None
    assert mirror_file(first.file).is_file()
    refresh_mirror(whole=True, by=SYSTEM, at=NOW + timedelta(days=4000), small=0)
    refresh_mirror(whole=True, by=SYSTEM, at=NOW + timedelta(days=8000), small=0)
    assert not mirror_file(first.file).exists()


def test_many_marks_ask_for_a_fold(ids: list[int]) -> None:
    mark_cards(ids, NOW)
    ask_for_fold(NOW)
    assert not Job.objects.filter(name="lists.mirror").exists()
    mark_cards(list(range(20_000)), NOW)
    ask_for_fold(NOW)
    ask_for_fold(NOW)
    assert [job.payload for job in Job.objects.filter(name="lists.mirror")] == [{"whole": False}]


def test_a_reader_makes_no_mirror(ids: list[int]) -> None:
    with pytest.raises(PermissionRefused):
        refresh_mirror(whole=True, by=Principal("user", "2", "Bob", "reader"), at=NOW)


def test_a_view_without_attributes_reads_those_of_the_principal(ids: list[int]) -> None:
    with opened(SYSTEM, NOW, registry) as one, opened(SYSTEM, NOW) as other:
        assert one.count(EVERYTHING) == other.count(EVERYTHING)
