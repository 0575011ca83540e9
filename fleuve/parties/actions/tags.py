"""Make, change, remove and restore the tags of the house."""

from __future__ import annotations

from datetime import datetime
from typing import Final

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from fleuve.events import record as record_event
from fleuve.kernel.errors import EditedMeanwhile
from fleuve.kernel.principal import Principal, require
from fleuve.kernel.search_text import fold
from fleuve.parties.errors import NameTaken, PartiesError, TooMany
from fleuve.parties.models import Tag

__all__ = ["MOST_TAGS", "change_tag", "create_tag", "remove_tag", "restore_tag"]

MOST_TAGS: Final = 500


def create_tag(*, name: str, color: str = "", by: Principal, at: datetime) -> Tag:
    """A new tag; names are one whatever their accents and case."""
    require(by, "configure")
    if Tag.objects.filter(removed_at=None).count() >= MOST_TAGS:
        raise TooMany(_("The house has %(most)s tags: remove one first.") % {"most": MOST_TAGS})
    try:
        with transaction.atomic():
            tag = Tag.objects.create(**_named(name), color=Tag.Color(color), order=0, created_at=at)
            record_event("parties.tag_created", by=by, at=at, subject=("tag", tag.pk))
    except IntegrityError as error:
        raise NameTaken(_("There is another tag of that name.")) from error
    return tag


def change_tag(*, tag: Tag, name: str, color: str, version: int, by: Principal, at: datetime) -> None:
    """Rename or recolour a tag; everybody who has it has it under its new name."""
    require(by, "configure")
    try:
        with transaction.atomic():
            standing = Tag.objects.filter(pk=tag.pk, version=version, removed_at=None)
            if not standing.update(**_named(name), color=Tag.Color(color), version=F("version") + 1):
                raise _moved_on(tag)
            record_event("parties.tag_changed", by=by, at=at, subject=("tag", tag.pk))
    except IntegrityError as error:
        raise NameTaken(_("There is another tag of that name.")) from error


def remove_tag(*, tag: Tag, version: int | None = None, by: Principal, at: datetime) -> None:
    """Put a tag into the trash; it stays on its customers, unseen, until it is restored or the trash emptied.

    With a ``version``: only that one. Raises ``EditedMeanwhile`` when another stands.
    """
    require(by, "configure")
    with transaction.atomic():
        standing = _of_version(Tag.objects.filter(pk=tag.pk, removed_at=None), version)
        if standing.update(removed_at=at, removed_by_label=by.label, version=F("version") + 1):
            record_event("parties.tag_removed", by=by, at=at, subject=("tag", tag.pk))
        elif version is not None:
            raise _moved_on(tag)


def restore_tag(*, tag: Tag, version: int | None = None, by: Principal, at: datetime) -> None:
    """Bring a tag back, on every customer that had it; with a ``version``: only that one."""
    require(by, "configure")
    try:
        with transaction.atomic():
            gone = _of_version(Tag.objects.filter(pk=tag.pk).exclude(removed_at=None), version)
            if gone.update(removed_at=None, removed_by_label="", version=F("version") + 1):
                record_event("parties.tag_restored", by=by, at=at, subject=("tag", tag.pk))
            elif version is not None:
                raise _moved_on(tag)
    except IntegrityError as error:
        sentence = _("There is another tag “%(name)s”. Rename it first.")
        raise NameTaken(sentence % {"name": tag.name}) from error


def _of_version(tags: QuerySet[Tag], version: int | None) -> QuerySet[Tag]:
    return tags if version is None else tags.filter(version=version)


def _moved_on(tag: Tag) -> EditedMeanwhile:
    stored = Tag.objects.filter(pk=tag.pk).values_list("version", flat=True).first()
    sentence = _("Somebody changed this tag since you opened it. Look at it again, then save.")
    return EditedMeanwhile(sentence, version=stored or 0)


def _named(name: str) -> dict[str, str]:
    kept = " ".join(name.split())[:60]
    if not kept or "|" in kept:
        raise PartiesError(_("Give the tag a name, without “|”."), code="nameless")
    return {"name": kept, "name_folded": fold(kept)[:60]}
