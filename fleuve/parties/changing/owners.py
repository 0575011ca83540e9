"""Saying who looks after a customer."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from fleuve.accounts.models import User
from fleuve.changes.rules import Edited, as_stored
from fleuve.parties.changing.edits import FROM_SOURCES, Target
from fleuve.parties.changing.subjects import Subject
from fleuve.parties.changing.writing import Writing
from fleuve.parties.errors import UnknownOwner

__all__ = ["say_owner"]


def say_owner(writing: Writing, subject: Subject, target: Target, value: Any) -> bool:
    """Give the customer to a user, or to nobody; earlier owners are ended on every record."""
    wanted = None if value in (None, "", FROM_SOURCES) else int(value)
    if wanted == subject.owner_id:
        return False
    writing.ended_owners += [record.pk for record in subject.records]
    if wanted is not None:
        if wanted not in writing.owner_labels:
            writing.owner_labels[wanted] = _label_of(wanted)
        writing.new_owners.append((subject.primary.pk, wanted))
    before, after = as_stored(subject.owner_id), as_stored(wanted)
    told = Edited("party", subject.party_id, "owner", before, after, subject.version, subject.party_id)
    writing.told.append(told)
    subject.owner_id = wanted
    return True


def _label_of(user_id: int) -> str:
    name: str | None = User.objects.filter(pk=user_id, is_active=True).values_list("name", flat=True).first()
    if name is None:
        raise UnknownOwner(_("Nobody of that name signs in here. Choose a colleague from the list."))
    return name
