"""Change, remove and restore a field of the house; its values are touched by none of the three."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from fleuve.events import record as record_event
from fleuve.kernel.errors import EditedMeanwhile
from fleuve.kernel.principal import Principal, require
from fleuve.kernel.search_text import fold
from fleuve.parties.actions.create_own_field import refuse_without_purpose
from fleuve.parties.errors import NameTaken
from fleuve.parties.models import OwnField
from fleuve.parties.rules import new_choices

__all__ = ["change_own_field", "remove_own_field", "restore_own_field"]


_PLAIN: Final = ("label", "help", "order", "personal", "purpose", "retention")


def change_own_field(
    *, own_field: OwnField, values: Mapping[str, Any], version: int, by: Principal, at: datetime
) -> OwnField:
    """Change label, help, order, choices, purpose or retention.

    A removed answer stays readable where it was given, and cannot be given any more. The type never changes.
    """
    require(by, "configure")
    wanted = {
        name: values[name] for name in ("label", "help", "order", "personal", "purpose", "retention") if name in values
    }
    refuse_without_purpose(wanted.get("personal", own_field.personal), wanted.get("purpose", own_field.purpose))
    if "label" in wanted:
        wanted |= {"label": wanted["label"].strip()[:80], "label_folded": fold(wanted["label"])[:80]}
    if "choices" in values:
        wanted["choices"] = new_choices(own_field.choices, values["choices"])
    try:
        with transaction.atomic():
            _write(own_field, version, wanted)
            subject = ("own_field", own_field.pk)
            data = {"fields": sorted(wanted)}
            record_event("parties.own_field_changed", by=by, at=at, subject=subject, data=data)
    except IntegrityError as error:
        raise NameTaken(_("There is another field of that name. Choose another name.")) from error
    own_field.refresh_from_db()
    return own_field


def remove_own_field(*, own_field: OwnField, version: int | None = None, by: Principal, at: datetime) -> None:
    """Put a field into the trash: nobody sees it any more, its values stay.

    With a ``version``: only that one. Raises ``EditedMeanwhile`` when another stands.
    """
    require(by, "configure")
    with transaction.atomic():
        gone = _of_version(OwnField.objects.filter(pk=own_field.pk, removed_at=None), version)
        if gone.update(removed_at=at, removed_by_label=by.label, version=F("version") + 1):
            record_event("parties.own_field_removed", by=by, at=at, subject=("own_field", own_field.pk))
        elif version is not None:
            raise _moved_on(own_field)


def restore_own_field(*, own_field: OwnField, version: int | None = None, by: Principal, at: datetime) -> None:
    """Bring a field back with all its values; with a ``version``: only that one."""
    require(by, "configure")
    try:
        with transaction.atomic():
            back = _of_version(OwnField.objects.filter(pk=own_field.pk).exclude(removed_at=None), version)
            if back.update(removed_at=None, removed_by_label="", version=F("version") + 1):
                record_event("parties.own_field_restored", by=by, at=at, subject=("own_field", own_field.pk))
            elif version is not None:
                raise _moved_on(own_field)
    except IntegrityError as error:
        sentence = _("There is another field “%(name)s”. Rename it first.")
        raise NameTaken(sentence % {"name": own_field.label}) from error


def _write(own_field: OwnField, version: int, wanted: Mapping[str, Any]) -> None:
    standing = OwnField.objects.filter(pk=own_field.pk, version=version, removed_at=None)
    if not standing.update(version=F("version") + 1, **wanted):
        raise _moved_on(own_field)


def _of_version(fields: QuerySet[OwnField], version: int | None) -> QuerySet[OwnField]:
    return fields if version is None else fields.filter(version=version)


def _moved_on(own_field: OwnField) -> EditedMeanwhile:
    own_field.refresh_from_db()
    return EditedMeanwhile(
        _("Somebody changed this field since you opened it. Look at it again, then save."),
        version=own_field.version,
        theirs={"label": own_field.label},
    )
