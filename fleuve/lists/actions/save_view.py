"""Save a list as a view, put it into the trash, take it out again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from fleuve.attributes import Node, to_json
from fleuve.attributes.reading import check_limits
from fleuve.events import record
from fleuve.kernel.errors import EditedMeanwhile, PermissionRefused
from fleuve.kernel.principal import Principal, may, require
from fleuve.kernel.search_text import fold
from fleuve.lists.errors import ViewRefused
from fleuve.lists.models import View

__all__ = ["remove_view", "restore_view", "save_view"]

_LONGEST_NAME: Final = 80
_MOST: Final = 200


def save_view(
    *,
    name: str,
    node: Node,
    words: str,
    columns: Sequence[str],
    sort: str,
    is_shared: bool,
    density: str = "",
    group_by: str = "",
    sums: Sequence[str] = (),
    by: Principal,
    at: datetime,
) -> View:
    """Keep a list, or its groups, under a name; sharing with everybody takes who may give customers away.

    Raises ``ViewRefused``, and ``FilterError`` for a filter that would not be read again.
    """
    require(by, "assign" if is_shared else "read")
    check_limits(node)
    owner = _person(by)
    name = " ".join(name.split())[:_LONGEST_NAME]
    if not name:
        raise ViewRefused(_("Give the view a name."), code="view_without_name")
    if View.objects.filter(owner_user_id=owner, removed_at=None).count() >= _MOST:
        sentence = _("You have %(most)s views already. Remove one first.")
        raise ViewRefused(sentence % {"most": _MOST}, code="too_many_views", most=_MOST)
    shared = View.Shared.ALL if is_shared else View.Shared.NONE
    view = View(
        name=name,
        name_folded=fold(name),
        owner_user_id=owner,
        shared=shared,
        filter=to_json(node),
        words=words[:200],
        columns=list(columns),
        sort=sort,
        density=density,
        group_by=group_by,
        sums=list(sums),
        created_at=at,
        updated_at=at,
        by_kind=by.kind,
        by_id=by.id,
        by_label=by.label,
    )
    with _one_of_a_name(name), transaction.atomic():
        view.save(force_insert=True)
        _tell("view_saved", view, by, at)
    return view


def remove_view(*, view: View, version: int | None = None, by: Principal, at: datetime) -> None:
    """Put a view of one's own into the trash; a shared one may also go by who may give customers away.

    With a ``version``: only that one. Raises ``EditedMeanwhile`` when another stands.
    """
    require(by, "read")
    _require_own(view, by)
    with transaction.atomic():
        standing = _of_version(View.objects.filter(pk=view.pk, removed_at=None), version)
        if standing.update(removed_at=at, removed_by_label=by.label, version=F("version") + 1):
            _tell("view_removed", view, by, at)
        elif version is not None:
            raise _moved_on(view)


def restore_view(*, view: View, version: int | None = None, by: Principal, at: datetime) -> None:
    """Take a view out of the trash; with a ``version``: only that one.

    Raises ``ViewRefused`` when its name was given again meanwhile.
    """
    require(by, "read")
    _require_own(view, by)
    with _one_of_a_name(view.name), transaction.atomic():
        gone = _of_version(View.objects.filter(pk=view.pk, removed_at__isnull=False), version)
        if gone.update(removed_at=None, removed_by_label="", version=F("version") + 1):
            _tell("view_restored", view, by, at)
        elif version is not None:
            raise _moved_on(view)


def _of_version(views: QuerySet[View], version: int | None) -> QuerySet[View]:
    return views if version is None else views.filter(version=version)


def _moved_on(view: View) -> EditedMeanwhile:
    stored = View.objects.filter(pk=view.pk).values_list("version", flat=True).first()
    return EditedMeanwhile(_("Somebody changed this view meanwhile. Look at it again."), version=stored or 0)


def _person(by: Principal) -> int:
    if by.user_id is None:
        raise PermissionRefused(_("A view belongs to a person: sign in to save one."))
    return by.user_id


def _require_own(view: View, by: Principal) -> None:
    owner = _person(by)
    if view.owner_user_id != owner and not (view.shared == View.Shared.ALL and may(by, "assign")):
        raise PermissionRefused(_("This view is somebody else's: ask them to remove it."))


def _tell(fact: str, view: View, by: Principal, at: datetime) -> None:
    record(f"lists.{fact}", by=by, at=at, subject=("view", view.pk), data={"shared": str(view.shared)})


class _one_of_a_name:  # noqa: N801 - reads as a word of the ``with`` it stands in
    """Turns the database's refusal of a second view of a name into a sentence."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _trace: object) -> None:
        if isinstance(error, IntegrityError):
            sentence = _("You have a view called “%(name)s” already. Choose another name, or remove that one first.")
            raise ViewRefused(sentence % {"name": self._name}, code="view_name_taken", name=self._name) from error
